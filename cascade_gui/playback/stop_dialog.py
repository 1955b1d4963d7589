"""Title, notes and changes of a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.playback.switches import read, switches, written
from cascade_gui.theme.plain_text import no_mnemonic, plain_label
from cascade_gui.wording import numbers
from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.schema import Parameters, Stop

if TYPE_CHECKING:
    from typing import Any


class StopDialog(QDialog):
    """What is said at a round, and with which other values of parameters it is shown on the stage.

    Parameters
    ----------
    number
        The round.
    parameters
        Those of the scenario; their stops at the round can be chosen.

    Attributes
    ----------
    edited
        The stop that is edited, None for a new one.
    removed
        Whether it is to go.
    """

    def __init__(self, number: int, parameters: Parameters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stop_dialog")
        self.setWindowTitle(self.tr("Stop at round {number}").format(number=numbers.count(number)))
        self.setMinimumWidth(480)
        self._number, self._parameters = number, parameters
        self._stops = [stop for stop in parameters.stops if stop.round == number]
        self.edited: Stop | None = None
        self.removed = False
        self.which = QComboBox(self)
        self.which.setObjectName("stop_which")
        self.which.setAccessibleName(self.tr("Stop of this round"))
        self.which.addItems([stop.title or self.tr("(no title)") for stop in self._stops])
        self.which.addItem(self.tr("New stop at this round"))
        self.hint = plain_label(self.tr("Choose a new stop above for another one at this round."), self)
        self.hint.setProperty("role", "secondary")
        self.title = QLineEdit(self)
        self.title.setPlaceholderText(self.tr("The first wave"))
        self.notes, self.changes = QPlainTextEdit(self), QPlainTextEdit(self)
        self.changes.setObjectName("stop_changes")
        self.changes.setPlaceholderText(self.tr("The run as it is"))
        self.fault = plain_label(parent=self)
        self.fault.setProperty("role", "loss")
        self.fault.setWordWrap(True)
        for field in (self.notes, self.changes):
            field.setTabChangesFocus(True)
            field.setMaximumHeight(100)
        self.switch = self._switch_button(parameters)
        shown_with = QVBoxLayout()
        for part in (self.changes, self.switch, self.fault):
            shown_with.addWidget(part)
        buttons = QDialogButtonBox(self)
        buttons.addButton(QDialogButtonBox.StandardButton.Ok)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.remove = buttons.addButton(self.tr("Remove"), QDialogButtonBox.ButtonRole.DestructiveRole)
        self.remove.clicked.connect(self._remove)
        buttons.accepted.connect(self._accept_if_right)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        form.setSpacing(12)
        form.addRow(self.tr("Stop"), self.which)
        form.addRow("", self.hint)
        form.addRow(self.tr("Title"), self.title)
        form.addRow(self.tr("Notes"), self.notes)
        form.addRow(self.tr("Shown with"), shown_with)
        form.addRow(buttons)
        form.setRowVisible(self.which, bool(self._stops))
        self.which.currentIndexChanged.connect(self._show)
        self._show(0)
        self.title.setFocus()

    def stop(self) -> Stop:
        """Return what was written.

        Raises
        ------
        BadInput
            If a change is no line ``path = value``.
        """
        return Stop(
            round=self._number, title=self.title.text().strip(), notes=self.notes.toPlainText().strip(),
            changes=read(self.changes.toPlainText()),
        )  # fmt: skip

    def _switch_button(self, parameters: Parameters) -> QPushButton:
        button, menu = QPushButton(self.tr("Switch a mechanism"), self), QMenu(self)
        button.setAutoDefault(False)
        for text, changes in switches(parameters):
            menu.addAction(no_mnemonic(text)).setData((text, changes))
        menu.triggered.connect(self._switched)
        button.setMenu(menu)
        return button

    def _switched(self, action: Any) -> None:
        """Add what a mechanism changes; a stop without a title is called as the mechanism is."""
        text, changes = action.data()
        try:
            before = read(self.changes.toPlainText())
        except BadInput:
            before = {}
        self.changes.setPlainText(written({**before, **changes}))
        if not self.title.text().strip():
            self.title.setText(text.split(":")[0])

    def _show(self, at: int) -> None:
        stop = self._stops[at] if at < len(self._stops) else None
        self.edited = stop
        self.title.setText(stop.title if stop else "")
        self.notes.setPlainText(stop.notes if stop else "")
        self.changes.setPlainText(written(dict(stop.changes)) if stop else "")
        self.remove.setVisible(stop is not None)
        self.hint.setVisible(stop is not None)
        self.fault.clear()

    def _accept_if_right(self) -> None:
        """Take what was written, if the scenario can be run with it; else say what is wrong."""
        try:
            parameter_paths.replace_all(self._parameters, self.stop().changes)
        except BadInput as refusal:
            self.fault.setText(str(refusal.faults[0]))
            self.changes.setFocus()
        else:
            self.accept()

    def _remove(self) -> None:
        self.removed = True
        self.accept()
