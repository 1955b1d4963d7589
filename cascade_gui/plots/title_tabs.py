"""The title of a plot, which can be one of several tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from cascade_gui.theme import SIZES, font
from cascade_gui.theme.plain_text import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

_TABS_GAP = 18
_AIR = 6
_MANY = 3
"""What a button needs beside its text, in pixels."""


class TitleTabs(QWidget):
    """The title of a plot; with more than one name, the others are tabs that lead there."""

    chosen = Signal(str)
    """The key of the name that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(14)
        self._buttons: dict[str, QToolButton] = {}
        self._names: list[tuple[str, str, str]] = []
        self._short = False
        self._current = self._remark = ""

    def set_names(self, names: Sequence[tuple[str, str, str]], current: str) -> None:
        """Show (key, text, short text) triples, the one with the key `current` as the title."""
        self._names = list(names)
        if list(self._buttons) != [key for key, _, _ in names]:
            for old in self._buttons.values():
                self._layout.removeWidget(old)
                old.hide()  # it may live on for some turns, and lie over the new ones
                old.deleteLater()
            self._buttons = {}
            for key, _, _ in names:
                button = QToolButton()
                button.setProperty("tab", key)
                button.clicked.connect(self._clicked)
                self._layout.addWidget(button)
                self._buttons[key] = button
        self._current = current
        # What follows belongs to the title; behind tabs it would look like one more.
        self._layout.setContentsMargins(0, 0, _TABS_GAP if len(names) > 1 else 0, 0)
        for key, text, short in names:
            button = self._buttons[key]
            button.setText(self._said(text, short))
            button.setAccessibleName(text)
            button.setProperty("kind", "title" if key == current else "other-title")
            alone = len(names) == 1
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus if alone else Qt.FocusPolicy.TabFocus)
            button.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, alone)
            button.style().unpolish(button)
            button.style().polish(button)
        self._tip()

    def fit(self, room: int) -> None:
        """Show the short texts where the others would be cut in so many pixels."""
        self._short, was = False, self._short
        short = self._width_with([self._said(text, short) for _, text, short in self._names]) > room
        self._short = was
        if short is not self._short:
            self._short = short
            for key, text, shorter in self._names:
                self._buttons[key].setText(self._said(text, shorter))
            self._tip()

    def _said(self, text: str, short: str) -> str:
        """Return what stands on a tab: the short text where there are many, so that they do not widen their column."""
        return short if self._short or len(self._names) >= _MANY else text

    def least_width(self) -> int:
        """Return how much room the short texts take, in pixels."""
        return self._width_with([short for _, _, short in self._names])

    def _width_with(self, texts: Sequence[str]) -> int:
        margins = self._layout.contentsMargins()
        gaps = self._layout.spacing() * max(0, len(texts) - 1) + margins.left() + margins.right()
        advances = (
            button.fontMetrics().horizontalAdvance(text) + _AIR
            for button, text in zip(self._buttons.values(), texts, strict=True)
        )
        return gaps + sum(advances)

    def set_remark(self, remark: str) -> None:
        """Say at the mouse over the title what has no room behind it."""
        if remark != self._remark:
            self._remark = remark
            self.setToolTip(plain_tip(remark))  # of a title alone, through which the mouse points
            self._tip()

    def set_scale(self, scale: float) -> None:
        """Set the size of the type."""
        for button in self._buttons.values():
            button.setFont(font(SIZES.text * scale, QFont.Weight.DemiBold))

    def _tip(self) -> None:
        for key, text, _ in self._names:
            lines = ["" if self._buttons[key].text() == text else text, self._remark if key == self._current else ""]
            self._buttons[key].setToolTip(plain_tip("\n".join(filter(None, lines))))

    def _clicked(self) -> None:
        key = self.sender().property("tab")
        if key != self._current:
            self.chosen.emit(key)
