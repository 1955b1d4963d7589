"""Brings back work that was not saved, or opens its file as it was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.document.recovery import Damaged, RecoveryFolder, read_unsaved
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from cascade_gui.document.recovery import LeftBehind, Unsaved
    from cascade_gui.window.main_window import MainWindow


class UnsavedWork(QObject):
    """What can be done with what other windows left behind.

    Parameters
    ----------
    window
        In which it is shown.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.folder = RecoveryFolder(window.settings.recovery_folder)

    def read(self, file: Path) -> Unsaved | None:
        """Read a recovery file; of one that cannot be read it is said why, and it is put aside if it is damaged."""
        try:
            return read_unsaved(file)
        except BadInput as problem:
            if isinstance(problem, Damaged):
                self.folder.put_aside(file)
            self._window.say(str(problem))
            return None

    def take(self, file: Path, unsaved: Unsaved) -> None:
        """Show what was left behind, as work that is not saved yet."""
        window = self._window
        window.document.replace_draft(unsaved.parameters, unsaved.loans, unsaved.path, unsaved.bad)
        window.document.mark_unsaved()
        window.files.note_recovered(unsaved.based_on)
        window.recovery.replaces(file, unsaved.when)

    def open_saved(self, file: Path, path: Path) -> None:
        """Open the file as it was saved; what was left behind is forgotten."""
        self.folder.discard(file)
        self._window.open(path)

    def recover(self, left: LeftBehind) -> None:
        """Bring back what was left behind in the place of what is open, which is asked about if it is unsaved."""
        if not self._window.files.may_replace():
            return
        unsaved = self.read(left.file)
        if unsaved is not None:
            self.take(left.file, unsaved)

    def go_back(self, left: LeftBehind) -> None:
        """Open the file of what was left behind as it was saved, unless what is open is to stay."""
        if left.path is not None and self._window.open(left.path):
            self.folder.discard(left.file)
