"""The editors of single values: a field that reads numbers as people write them, a choice, a tick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QSizePolicy, QWidget

from cascade_gui.scenario_panel import values
from cascade_gui.theme import SIZES
from cascade_gui.working.wide_lists import ElidedBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QWheelEvent

    from engine.scenario.parameter_paths import ParameterInfo

WIDTH: Final = 112
_CHOICE_WIDTH: Final = WIDTH + 48
_AROUND_TEXT: Final = 55
"""What a box has beside its text: its edges and its arrow."""
_ROOM: Final = SIZES.panel_least - 2 * SIZES.padding - 12 - SIZES.grid
"""What a name and its box have together where the panel is narrowest, beside the bar that scrolls it."""


_RESET: Final = 20 + SIZES.grid
"""What the mark of a changed value, or the button that resets it, takes before its name."""


class NumberEditor(QLineEdit):
    """A line that shows a short text with a unit, and all digits while it is being edited.

    Enter or leaving the field commits; Up and Down step, in the scenario panel with Ctrl. Esc takes back. With Enter
    and Esc the window takes the keys back.
    A sign that cannot stand in a number goes to the window too.
    Undo and redo are the document's as soon as nothing is typed that is not committed.
    """

    committed = Signal(object)
    refused = Signal(str)
    restored = Signal()

    def __init__(self, info: ParameterInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._info = info
        self._value: float | str | None = None
        self._at_rest = ""
        number = info.kind != "text"
        self.setAlignment(Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(WIDTH)
        self.setPlaceholderText(info.empty)
        self.editingFinished.connect(self.commit)

    def set_value(self, value: float | str | None) -> None:
        """Show a value; a text that is being edited stays."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._rest()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show all digits, selected."""
        super().focusInEvent(event)
        if self.property("state") != "fault":
            self._at_rest = values.editable(self._info, self._value)
            self.setText(self._at_rest)
        self.selectAll()

    def needs(self, event: QKeyEvent) -> bool:
        """Whether it has a use for a key: a sign that no number can have at that place belongs to the window."""
        text = event.text()
        if not text or not text.isprintable():
            return True
        at = self.selectionStart() if self.hasSelectedText() else self.cursorPosition()
        return values.may_be_typed(self._info, self.text()[:at] + text)

    def event(self, event: QEvent) -> bool:
        """Leave to the window what belongs to it: signs of no number, undo and redo where no typing can be undone."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            standard = QKeySequence.StandardKey
            steps = event.matches(standard.Undo) or event.matches(standard.Redo)
            if not self.needs(event) or (steps and not self.isModified()):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes the edit back, Enter accepts it; Up and Down step the number."""
        key = event.key()
        if not self.needs(event):
            event.ignore()
            return
        if key == Qt.Key.Key_Escape and (self.isModified() or self.property("state") == "fault"):
            self._rest()
            self.selectAll()
            self.restored.emit()
            if not isinstance(self.window(), QDialog):
                event.ignore()  # the main window takes the focus; a dialog would be closed
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and isinstance(self._value, (int, float)):
            self._step(1 if key == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not isinstance(self.window(), QDialog):
                # The main window takes the focus, unless there is something to put right here.
                event.setAccepted(self.property("state") == "fault")

    def _rest(self) -> None:
        focused = self.hasFocus()
        self._at_rest = (values.editable if focused else values.shown)(self._info, self._value)
        self.setText(self._at_rest)
        self.setModified(False)
        self.setCursorPosition(0)

    def commit(self) -> None:
        """Take what stands in the field for the value, or say what is wrong with it."""
        text = self.text()
        if text == self._at_rest and (self.property("state") != "fault" or not text):
            if not self.hasFocus():
                self._rest()
            return
        try:
            value = values.read(self._info, text)
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self.setModified(False)
        self._at_rest = text
        self.committed.emit(value)

    def _step(self, direction: int) -> None:
        value = float(self._value or 0)
        if self._info.kind == "whole":
            stepped: float = int(value) + direction
        elif self._info.unit == "share":
            stepped = round(value + direction * 0.01, 10)
        else:
            stepped = value * (1.1 if direction > 0 else 1 / 1.1) or max(0.0, float(direction))
        self.committed.emit(stepped)


class ChoiceEditor(ElidedBox):
    """One of a few values, shown by their texts."""

    committed = Signal(object)

    def __init__(self, choices: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for value, text in choices.items():
            self.addItem(text, value)
        self.setFixedWidth(_CHOICE_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(self._commit)

    def fit_beside(self, name: str, *, is_changed: bool = False) -> None:
        """Be as wide as its longest text needs, and leave the rest to the name of the row where that needs it.

        Parameters
        ----------
        name
            The name.
        is_changed
            Whether a mark, or the button that resets the value, stands before the name.
        """
        width = self.fontMetrics().horizontalAdvance
        needed = max((width(self.itemText(index)) for index in range(self.count())), default=0) + _AROUND_TEXT
        self.setFixedWidth(max(WIDTH, min(max(needed, _CHOICE_WIDTH), _ROOM - _RESET * is_changed - width(name))))

    def set_value(self, value: object) -> None:
        """Show a value."""
        self.setCurrentIndex(self.findData(value))

    def offer(self, choices: Sequence[tuple[str | None, str]]) -> None:
        """Offer other values with their texts; nothing happens if they are the ones that it has."""
        if [(self.itemData(index), self.itemText(index)) for index in range(self.count())] != list(choices):
            self.clear()
            for value, text in choices:
                self.addItem(text, value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel, so that scrolling never changes a value."""
        event.ignore()

    def _commit(self, index: int) -> None:
        self.committed.emit(self.itemData(index))


class FlagEditor(QCheckBox):
    """Yes or no."""

    committed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(self._commit)

    def set_value(self, value: object) -> None:
        """Show a value."""
        self.setChecked(bool(value))

    def _commit(self, checked: bool) -> None:
        self.committed.emit(checked)
