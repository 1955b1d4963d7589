"""The Tab key goes through a panel as the eye does, also through fields that were made later."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QLayout


class TabOrder:
    """Keeps the order of a panel's fields.

    Parameters
    ----------
    panel
        What holds them, in layouts.
    tell
        Called with the fields in their order, whenever there are others.
    """

    def __init__(self, panel: QWidget, tell: Callable[[list[QWidget]], None]) -> None:
        self._panel = panel
        self._tell = tell
        self._known: list[QWidget] = []

    def update(self, _: object = None) -> None:
        """Follow the layouts as they are now; quick where nothing was added or taken away."""
        fields = [
            widget for widget in _in_order(self._panel.layout()) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if fields != self._known:
            for before, after in pairwise(fields):
                QWidget.setTabOrder(before, after)
            self._known = fields
            self._tell(fields)


def _in_order(layout: QLayout | None) -> Iterator[QWidget]:
    if layout is None:
        return
    at = 0
    while (item := layout.itemAt(at)) is not None:
        at += 1
        widget = item.widget()
        if widget is not None:
            yield widget
            yield from _in_order(widget.layout())
        else:
            yield from _in_order(item.layout())
