"""What to do with work that a crash left behind."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QTimeZone
from PySide6.QtWidgets import QMessageBox, QWidget

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
        moment = QDateTime.fromSecsSinceEpoch(int(unsaved.when.timestamp()), QTimeZone.utc()).toLocalTime()
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        self.setText(
            self.tr("Cascade ended without saving “{name}”, last edited {when}.").format(name=unsaved.name, when=when)
        )
        where = (
            self.tr("It was never saved in a file.")
            if unsaved.path is None
            else self.tr("Its file is {path}, which is untouched.").format(path=unsaved.path)
        )
        self.setInformativeText(where)
        roles = QMessageBox.ButtonRole
        self._recover = self.addButton(self.tr("Recover"), roles.AcceptRole)
        self._open = self.addButton(self.tr("Open saved"), roles.DestructiveRole)
        self._open.setToolTip(self.tr("Open the file as it was saved, and forget the unsaved work"))
        self._open.setEnabled(unsaved.path is not None and unsaved.path.exists())
        self._skip = self.addButton(self.tr("Skip"), roles.RejectRole)
        self._skip.setToolTip(self.tr("Decide the next time"))
        self.setDefaultButton(self._recover)
        self.setEscapeButton(self._skip)

    @property
    def answer(self) -> Answer:
        """What was clicked."""
        clicked = self.clickedButton()
        if clicked is self._recover:
            return Answer.RECOVER
        return Answer.OPEN_SAVED if clicked is self._open else Answer.SKIP
