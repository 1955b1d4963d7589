"""What the window does with keys that a field may want, and with files that are dropped on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

from cascade_gui.window.actions import PLAIN_KEYS
from cascade_gui.window.dropping import dropped_file
from cascade_gui.window.typing_places import wants

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.window.file_commands import FileCommands


class KeysAndDrops(QMainWindow):
    """A window whose keys and drops go where they belong."""

    stage: QWidget
    """What the keys of rounds belong to."""
    files: FileCommands
    """Opens what is dropped."""

    @property
    def is_furnished(self) -> bool:
        """Whether there is more than the frame."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Leave plain keys (Space, arrows, letters) to the field or table that has the focus."""
        if event.type() is QEvent.Type.StatusTip:
            return True  # there is no status bar; tool tips say it
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
            plain |= event.key() == Qt.Key.Key_Question  # most keyboards have it on a key with Shift
            if plain and event.key() in PLAIN_KEYS and wants(QApplication.focusWidget(), event.key()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, and Enter in a field, give the keys to the plots: arrows, Home and Space move the rounds.

        They come here where the field has no use for them: nothing is left to take back or to put right. Esc also
        leaves the full screen, from wherever the focus is.
        """
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if self.is_furnished and (
            event.key() == Qt.Key.Key_Escape or (enter and isinstance(QApplication.focusWidget(), QLineEdit))
        ):
            if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
                self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
            self.stage.setFocus()
            event.accept()
            return
        super().keyPressEvent(event)

    def leave_field(self) -> None:
        """Give the keys to the plots if a field of one line has them: whoever has run wants to walk through the rounds.

        The editor of a cell has left the focus to its table already, which leaves the keys of rounds to a recording.
        """
        if isinstance(QApplication.focusWidget(), QLineEdit):
            self.stage.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one scenario or loan book."""
        if self.is_furnished and dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_dropped(path)
