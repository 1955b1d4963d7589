"""Going from stop to stop, and giving a round a title and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.playback.stop_dialog import StopDialog
from cascade_gui.playback.stops import next_stop, previous_stop, with_stop, without
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.document.document import Document
    from cascade_gui.playback.player import Player


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
        """Open the dialog for the stops at a round."""
        dialog = StopDialog(number, self._document.parameters, self._window)
        dialog.accepted.connect(self._accepted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _accepted(self) -> None:
        dialog = self.sender()
        if not isinstance(dialog, StopDialog):
            return
        stop, parameters = dialog.stop(), self._document.parameters
        number = numbers.count(stop.round)
        if dialog.removed and dialog.edited is not None:
            text = self.tr("Remove stop at round {number}").format(number=number)
            self._document.replace_parameters(without(parameters, dialog.edited), text)
        else:
            text = self.tr("Stop at round {number}").format(number=number)
            self._document.replace_parameters(with_stop(parameters, stop, dialog.edited), text)

    def _go_to(self, number: int) -> None:
        self._player.pause()
        self._player.show(number)
