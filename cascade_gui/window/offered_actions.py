"""Which actions are possible now, and what undo and redo would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cascade_gui.theme.plain_text import no_mnemonic, plain_tip

if TYPE_CHECKING:
    from cascade_gui.window.actions import Actions
    from cascade_gui.window.session import Session


class OfferedActions(QObject):
    """Switches actions of the edit, playback and export on and off, as there is something for them to do.

    Those that run something are `cascade_gui.window.run_state`'s.

    Parameters
    ----------
    session
        Whose document, recording and rounds decide.
    actions
        Which are switched.
    parent
        Is deleted before the document: its undo stack tells of its own end.
    """

    plays_changed = Signal(bool)
    """Whether there are rounds to go through; told whenever anything is looked at."""

    def __init__(self, session: Session, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        stack = session.document.undo_stack
        for changed in (stack.undoTextChanged, stack.redoTextChanged, stack.indexChanged):
            changed.connect(self.show_now)
        session.recording_changed.connect(self.show_now)
        session.kept.changed.connect(self._offer_run_before)
        session.player.count_changed.connect(self.show_now)
        session.run_finished.connect(self.show_now)

    def show_now(self) -> None:
        """Look at what is there and switch."""
        stack = self._session.document.undo_stack
        self._name_step("edit_undo", self.tr("Undo"), stack.undoText(), possible=stack.canUndo())
        self._name_step("edit_redo", self.tr("Redo"), stack.redoText(), possible=stack.canRedo())
        recording = self._session.recording
        there = recording is not None
        over = recording is not None and recording.ended is not None
        plays = self._session.player.count > 1
        self._actions.enable(
            export_results=there, export_video=plays and over, file_compare=there, compare_pin=there, run_reset=there,
            play_toggle=plays, play_back=plays, play_forward=plays,
            play_first=plays, play_last=plays, stop_next=plays, stop_previous=plays, stop_add=plays, play_worst=plays,
        )  # fmt: skip
        self._offer_run_before()
        self.plays_changed.emit(plays)

    def _offer_run_before(self) -> None:
        self._actions.enable(run_before=self._session.kept.can_show)

    def _name_step(self, name: str, word: str, step: str, *, possible: bool) -> None:
        action = self._actions[name]
        action.setEnabled(possible)
        key = action.shortcut().toString()
        action.setToolTip(plain_tip(f"{word}: {step} ({key})") if step else f"{word} ({key})")
        action.setText(f"&{word}: {no_mnemonic(step)}" if step else f"&{word}")
        action.setIconText(word)
