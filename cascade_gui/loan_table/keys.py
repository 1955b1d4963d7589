"""Which keys the table takes, and which it leaves to the window, with and without a recording on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

NO_MODIFIER: Final = Qt.KeyboardModifier.NoModifier
CONTROL: Final = Qt.KeyboardModifier.ControlModifier
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
TAB: Final = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
STEPS: Final = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
}  # fmt: skip
"""Rows down and columns across that an arrow goes."""

_TURNS: Final = frozenset(
    {
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
        Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Space,
    }
)  # fmt: skip
_BLANKS: Final = frozenset({Qt.Key.Key_Backspace, Qt.Key.Key_Delete})
_KEPT_IN_RECORDING: Final = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Delete}
)


def is_kept(event: QKeyEvent, *, plays: bool) -> bool:
    """Whether a key is the table's, so that the window's shortcuts must leave it.

    Parameters
    ----------
    event
        The key.
    plays
        Whether a recording is on the screen: then the table keeps what moves the row, and with Shift or Ctrl what
        selects; letters, Space and the arrows to the sides play and step.
    """
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = event.key()
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return False
    if not plays:
        types = modifiers in {NO_MODIFIER, SHIFT} and bool(event.text()) and event.text().isprintable()
        return key in _TURNS | _BLANKS or types
    if modifiers & (CONTROL | SHIFT):
        return key in _TURNS
    return key in _KEPT_IN_RECORDING and modifiers == NO_MODIFIER


def begins_number(event: QKeyEvent) -> bool:
    """Whether a key types what only a number begins with: a digit or a minus sign."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return modifiers == NO_MODIFIER and (event.text().isdecimal() or event.text() == "-")


def blanks(event: QKeyEvent, *, plays: bool) -> bool:
    """Whether a key makes the selected cells blank; with a recording only Delete, which nobody presses by mistake."""
    return event.modifiers() == NO_MODIFIER and (
        event.key() == Qt.Key.Key_Delete or (event.key() in _BLANKS and not plays)
    )
