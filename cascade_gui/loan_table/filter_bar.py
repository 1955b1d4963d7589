"""The line in which a filter is written; what is wrong with it is said below."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from cascade_gui.loan_table.filter import Condition, FilterError, parse_filter
from cascade_gui.loan_table.names import KnownNames
from cascade_gui.theme.icons import icon
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.theme.tokens import DARK, Tokens

_WAIT_MS = 200
_WAIT_FOR_ERROR_MS = 700


class FilterBar(QLineEdit):
    """Reads a filter while it is typed.

    A filter that can be read takes effect after a moment; one that cannot leaves the table as it is, and is
    complained about only when the typing pauses longer.
    """

    filter_changed = Signal(object)
    """The `Condition` asked for, None for all rows."""

    fault_changed = Signal(str)
    """What is wrong with the text, in one sentence; empty where nothing is."""

    left = Signal()
    """The user is done here and wants the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loan_filter")
        self.setAccessibleName(self.tr("Filter the loan book"))
        self.setPlaceholderText(self.tr("Filter: health < 1.1 and collateral = WETH"))
        text = self.tr(
            "Columns are compared with < ≤ = ≠ ≥ > and joined by and, or, not and parentheses.\n"
            "health < 1.1 and collateral = WETH\n"
            "debt > 2M or ltv > 80%\n"
            "account = b02*\n"
            "status = liquidated and round = 3\n"
            "Liquidated is who was liquidated wholly or in part; round is that of the last time up to the shown "
            "round.\n"
            "A text alone is looked for in the account."
        )
        self.setToolTip(plain_tip(text))
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(180)
        self._names = KnownNames()
        self._condition: Condition | None = None
        self._fault: FilterError | None = None
        self._icon = QAction(self)
        self.addAction(self._icon, QLineEdit.ActionPosition.LeadingPosition)
        self._wait = _single_shot(self, _WAIT_MS)
        self._wait.timeout.connect(self.apply_quietly)
        self._wait_for_error = _single_shot(self, _WAIT_FOR_ERROR_MS)
        self._wait_for_error.timeout.connect(self._show_fault)
        self.textChanged.connect(self._typed)
        self.returnPressed.connect(self._enter)
        self.apply_theme(DARK)

    @property
    def condition(self) -> Condition | None:
        """What is asked for now."""
        return self._condition

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._icon.setIcon(icon("search", tokens, "secondary"))

    def set_names(self, names: KnownNames) -> None:
        """Take the assets and markets that a filter may name."""
        self._names = names

    def apply_now(self) -> bool:
        """Read the text without waiting; false, and said, where it cannot be read."""
        self.apply_quietly()
        self._show_fault()
        return self._fault is None

    def apply_quietly(self) -> None:
        """Read the text; if that cannot be done, keep the filter there was and say so a little later."""
        self._wait.stop()
        try:
            condition = parse_filter(self.text(), self._names)
        except FilterError as fault:
            self._fault = fault
            self._wait_for_error.start()
            return
        self._fault = None
        self._show_fault()
        if condition != self._condition:
            self._condition = condition
            self.filter_changed.emit(condition)

    def _typed(self) -> None:
        self._wait.start()
        if not self.text():
            self.apply_quietly()

    def _enter(self) -> None:
        if self.apply_now():
            self.left.emit()
        elif self._fault is not None:
            self.setSelection(self._fault.start, self._fault.end - self._fault.start)

    def _show_fault(self) -> None:
        self._wait_for_error.stop()
        text = ""
        if self._fault is not None:
            text = str(self._fault)
            part = self.text()[self._fault.start : self._fault.end]
            if part and part not in text:
                text = self.tr("At “{0}”: {1}").format(part, text)
        state = "fault" if text else ""
        if self.property("state") != state:
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)
        self.fault_changed.emit(text)


def _single_shot(parent: QWidget, milliseconds: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer
