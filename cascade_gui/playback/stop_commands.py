"""Going from stop to stop, and giving a round a title and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from cascade_gui.playback.stops import next_stop, previous_stop, stop_at, with_stop, without_stop
from cascade_gui.wording import numbers
from engine.scenario.schema import Stop

if TYPE_CHECKING:
    from cascade_gui.document.document import Document
    from cascade_gui.playback.player import Player


class StopDialog(QDialog):
    """Title and notes of a stop.

    Parameters
    ----------
    number
        The round.
    stop
        The stop that is there, or None.
    """

    def __init__(self, number: int, stop: Stop | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stop_dialog")
        self.setWindowTitle(self.tr("Stop at round {number}").format(number=numbers.count(number)))
        self.setMinimumWidth(420)
        self._number = number
        self.removed = False
        self.title = QLineEdit(stop.title if stop else "", self)
        self.title.setPlaceholderText(self.tr("The first wave"))
        self.notes = QPlainTextEdit(stop.notes if stop else "", self)
        self.notes.setTabChangesFocus(True)
        buttons = QDialogButtonBox(self)
        buttons.addButton(QDialogButtonBox.StandardButton.Ok)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        if stop is not None:
            remove = buttons.addButton(self.tr("Remove"), QDialogButtonBox.ButtonRole.DestructiveRole)
            remove.clicked.connect(self._remove)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        form.setSpacing(12)
        form.addRow(self.tr("Title"), self.title)
        form.addRow(self.tr("Notes"), self.notes)
        form.addRow(buttons)

    def stop(self) -> Stop:
        """Return what was written."""
        return Stop(round=self._number, title=self.title.text().strip(), notes=self.notes.toPlainText().strip())

    def _remove(self) -> None:
        self.removed = True
        self.accept()


class StopCommands(QObject):
    """What the keys of a clicker call.

    Parameters
    ----------
    document
        Whose stops they are.
    player
        Shows the rounds.
    window
        Over which the dialog opens.
    """

    def __init__(self, document: Document, player: Player, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._player = player
        self._window = window

    def next(self) -> None:
        """Go to the next stop, or to the last round."""
        self._go_to(next_stop(self._document.parameters.stops, self._player.round, self._player.last))

    def previous(self) -> None:
        """Go to the stop before, or to the start."""
        self._go_to(previous_stop(self._document.parameters.stops, self._player.round))

    def edit_shown(self) -> None:
        """Edit the stop at the shown round."""
        self.edit(self._player.round)

    def edit(self, number: int) -> None:
        """Open the dialog for the stop at a round."""
        dialog = StopDialog(number, stop_at(self._document.parameters.stops, number), self._window)
        dialog.accepted.connect(self._accepted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _accepted(self) -> None:
        dialog = self.sender()
        if not isinstance(dialog, StopDialog):
            return
        stop, parameters = dialog.stop(), self._document.parameters
        number = numbers.count(stop.round)
        if dialog.removed:
            text = self.tr("Remove stop at round {number}").format(number=number)
            self._document.replace_parameters(without_stop(parameters, stop.round), text)
        else:
            text = self.tr("Stop at round {number}").format(number=number)
            self._document.replace_parameters(with_stop(parameters, stop), text)

    def _go_to(self, number: int) -> None:
        self._player.pause()
        self._player.show(number)
