"""What to do with work that a crash left behind."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QTimeZone
from PySide6.QtWidgets import QMessageBox, QWidget

from cascade_gui.document.saved_content import FileState, state_of
from cascade_gui.theme.plain_text import PlainMessage

if TYPE_CHECKING:
    from cascade_gui.document.recovery import Unsaved


class Answer(Enum):
    """What the user wants with unsaved work of a window that ended without saving it."""

    RECOVER = "recover"
    OPEN_SAVED = "open saved"
    SKIP = "skip"


class RecoveryDialog(PlainMessage):
    """Says what was left behind and from when, and asks what to do. `answer` holds once it is finished.

    Parameters
    ----------
    unsaved
        What was left behind.
    """

    def __init__(self, unsaved: Unsaved, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recovery_dialog")
        self.setWindowTitle(self.tr("Unsaved work"))
        edited = self.tr("Cascade ended without saving “{name}”, last edited {when}.")
        self.setText(edited.format(name=unsaved.name, when=_moment(unsaved.when.timestamp())))
        state = state_of(unsaved)
        can_open = state not in {FileState.NEVER_SAVED, FileState.GONE}
        loses = self.tr("Open saved discards the unsaved work for good; Skip keeps it for the next start.")
        self.setInformativeText(self._where(unsaved, state) + (f"\n\n{loses}" if can_open else ""))
        roles = QMessageBox.ButtonRole
        self._recover = self.addButton(self.tr("Recover"), roles.AcceptRole)
        self._open = self.addButton(self.tr("Open saved"), roles.DestructiveRole)
        self._open.setToolTip(self.tr("Open the file as it was saved, and forget the unsaved work"))
        self._open.setEnabled(can_open)
        self._skip = self.addButton(self.tr("Skip"), roles.RejectRole)
        self._skip.setToolTip(self.tr("Decide the next time"))
        self.setDefaultButton(self._open if state is FileState.NEWER else self._recover)
        self.setEscapeButton(self._skip)

    def _where(self, unsaved: Unsaved, state: FileState) -> str:
        """Say what became of the file, and which of the two is the newer one."""
        if unsaved.path is None:
            return self.tr("It was never saved in a file.")
        texts = {
            FileState.GONE: self.tr("Its file {path} is gone."),
            FileState.UNTOUCHED: self.tr("Its file is {path}, which is untouched."),
            FileState.CHANGED: self.tr(
                "Its file {path} was changed meanwhile, {saved}, before the last edit. Saving what is recovered asks"
                " before it overwrites that."
            ),
            FileState.NEWER: self.tr(
                "Its file {path} is newer: it was saved {saved}, after the last edit. Saving what is recovered asks"
                " before it overwrites that."
            ),
        }
        saved = "" if state is FileState.GONE else _moment(unsaved.path.stat().st_mtime)
        return texts[state].format(path=unsaved.path, saved=saved)

    @property
    def answer(self) -> Answer:
        """What was clicked."""
        clicked = self.clickedButton()
        if clicked is self._recover:
            return Answer.RECOVER
        return Answer.OPEN_SAVED if clicked is self._open else Answer.SKIP


def _moment(seconds: float) -> str:
    """Write a point in time as clocks here show it."""
    moment = QDateTime.fromSecsSinceEpoch(int(seconds), QTimeZone.utc()).toLocalTime()
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
