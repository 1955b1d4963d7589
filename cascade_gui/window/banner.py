"""One line over the plots that says what the user should know before reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from cascade_gui.theme.plain_text import no_mnemonic, plain_label, plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.theme import Tokens
    from cascade_gui.window.repairs import Repair

_MOST_FAULTS = 3
_MOST_REPAIRS = 3


class Banner(QFrame):
    """Says that the run is of older parameters, or what keeps the scenario from running. Hidden when all is well.

    Parameters
    ----------
    tokens
        The colours.
    """

    run_asked = Signal()
    """Run again."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._tokens = tokens
        self._faults: tuple[str, ...] = ()
        self._stale = False
        self._text = plain_label(parent=self, wordWrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(self.tr("Run again"), self)
        self._button.clicked.connect(self.run_asked)
        self._repairs: tuple[QPushButton, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 6, 16, 6)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._button)
        self._show()

    @property
    def text(self) -> str:
        """What it says, empty while it is hidden."""
        return self._text.text() if not self.isHidden() else ""

    def set_stale(self, stale: bool) -> None:
        """Say, or no longer say, that the run is of older parameters."""
        self._stale = stale
        self._show()

    def set_faults(self, faults: tuple[str, ...], repairs: Sequence[Repair] = ()) -> None:
        """Say what keeps the scenario from running, one line a fault, with buttons that do something about it."""
        self._faults = faults
        for old in self._repairs:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()  # it may be the one that was pressed
        self._repairs = tuple(self._offer(each) for each in repairs[:_MOST_REPAIRS])
        self._show()

    def _offer(self, repair: Repair) -> QPushButton:
        button = QPushButton(no_mnemonic(repair.text), self)
        button.setObjectName("repair")
        button.setToolTip(plain_tip(repair.help_text))
        button.clicked.connect(repair.do)
        self._row.addWidget(button)
        return button

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self._tokens = tokens
        self._show()

    def _show(self) -> None:
        if self._faults:
            lines = list(self._faults[:_MOST_FAULTS])
            if len(self._faults) > _MOST_FAULTS:
                lines.append(self.tr("and {number} more").format(number=len(self._faults) - _MOST_FAULTS))
            self._text.setText("\n".join([self.tr("This cannot run yet:"), *lines]))
            self._paint(self._tokens.vermilion_tint, self._tokens.vermilion)
        elif self._stale:
            self._text.setText(self.tr("Something changed since this run: the plots show the scenario as it was."))
            self._paint(self._tokens.amber_tint, self._tokens.amber)
        self._button.setVisible(not self._faults)
        self.setVisible(bool(self._faults) or self._stale)

    def _paint(self, background: str, color: str) -> None:
        self.setStyleSheet(f"#banner {{ background: {background}; }} #banner QLabel {{ color: {color}; }}")
