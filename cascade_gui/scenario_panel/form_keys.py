"""The keys of the form: Up and Down go from field to field, Tab from section to section and out of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QScrollArea

    from cascade_gui.scenario_panel.heading import Foldable

_STEPS: Final = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
_ALONE: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_ONE_LINE: Final = (QLineEdit, QComboBox, QAbstractButton)
"""What has no lines or rows of its own to go through."""


_BY_KEYS: Final = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
)
_COMES_BACK: Final = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})
"""A list that opens over a field, or another window: the field has the focus again afterwards."""


class FormKeys(QObject):
    """Goes through the fields of a panel.

    A panel of fifty fields is left in as many steps of Tab as it has sections. With Ctrl, Up and Down step a number;
    with Alt, Down opens a list. Tables and texts of many lines keep Up and Down for their own.

    Parameters
    ----------
    panel
        Scrolls to the field that gets the focus.
    sections
        From the first to the last.
    """

    used = Signal(bool)
    """Whether a field has the focus that came to it by keys."""

    def __init__(self, panel: QScrollArea, sections: Sequence[Foldable]) -> None:
        super().__init__(panel)
        self._panel = panel
        self._sections = tuple(sections)
        self._fields: tuple[QWidget, ...] = ()

    def watch(self, fields: Sequence[QWidget]) -> None:
        """Go through these fields, in their order."""
        for field in set(fields).difference(self._fields):
            field.installEventFilter(self)
        self._fields = tuple(fields)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Up and Down, before a list or a number changes by them, and tell how the focus comes and goes."""
        if isinstance(event, QFocusEvent) and event.reason() not in _COMES_BACK:
            self.used.emit(event.gotFocus() and event.reason() in _BY_KEYS)
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = _STEPS.get(event.key())
        if step is None or event.modifiers() not in _ALONE or not isinstance(watched, _ONE_LINE):
            return False
        there = [field for field in self._fields if takes_focus(field) or field is watched]
        at = next((at for at, field in enumerate(there) if field is watched), None)
        if at is not None and 0 <= at + step < len(there):
            self._go(there[at + step])
        return True

    def leave_section(self, step: int) -> bool:
        """Go to the section after the one with the focus, or before it; return whether there is one.

        The field that had the focus there last has it again, else the first one.
        """
        focus: QWidget | None = self._panel.focusWidget()
        sections = [section for section in self._sections if section.isVisible() and section.isEnabled()]
        inside = (at for at, section in enumerate(sections) if focus is not None and section.isAncestorOf(focus))
        at = next(inside, None)
        if at is None or not 0 <= at + step < len(sections):
            return False
        section = sections[at + step]
        last: QWidget | None = section.focusWidget()
        if last is None or not takes_focus(last):
            fields = (field for field in self._fields if takes_focus(field) and section.body.isAncestorOf(field))
            last = next(fields, section.heading)
        self._go(last)
        return True

    def leave_panel(self, step: int) -> bool:
        """Give the focus to what follows the panel in the order of Tab, or stands before it."""
        focus: QWidget | None = self._panel.focusWidget()
        start = self._panel if focus is None else focus
        widget = _after(start, step)
        while widget is not start:
            inside = widget is self._panel or self._panel.isAncestorOf(widget)
            if not inside and widget.window() is self._panel.window() and takes_focus(widget):
                widget.setFocus(_reason(step))
                return True
            widget = _after(widget, step)
        return False

    def _go(self, field: QWidget) -> None:
        field.setFocus(Qt.FocusReason.TabFocusReason)
        self._panel.ensureWidgetVisible(field)


def _after(widget: QWidget, step: int) -> QWidget:
    """Return what follows in the order of Tab, or stands before; all widgets of a window are in one circle."""
    found = widget.nextInFocusChain() if step > 0 else widget.previousInFocusChain()
    return widget if found is None else found


def takes_focus(widget: QWidget) -> bool:
    """Whether Tab may give the focus to a widget now."""
    if not isValid(widget):  # of an asset that is shown no more
        return False
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()


def _reason(step: int) -> Qt.FocusReason:
    return Qt.FocusReason.TabFocusReason if step > 0 else Qt.FocusReason.BacktabFocusReason
