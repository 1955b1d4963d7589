"""What the loan book says, over the lower edge of its rows: it moves none of them, and clicks go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cascade_gui.theme import SIZES
from cascade_gui.working.over_edge import OverEdge

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.theme import Tokens

_ABOVE_BOTTOM: Final = 22
"""Above the bar that scrolls sideways."""


class OverMessage(OverEdge):
    """One message over a part of the window. Hidden while there is nothing to say.

    Parameters
    ----------
    name
        Its object name.
    over
        What it lies over, at the lower left corner.
    """

    def __init__(self, name: str, over: QWidget) -> None:
        super().__init__(name, over, above=_ABOVE_BOTTOM, beside=SIZES.padding)

    def say(self, text: str) -> None:
        """Show a text, or hide for none."""
        self.setText(text)
        if text:
            self.appear()
        else:
            self.hide()

    def apply_colours(self, tokens: Tokens, color: str) -> None:
        """Take the colours of a scheme, and one of it for the text."""
        self.setStyleSheet(
            f"QLabel {{ background: {tokens.raised}; color: {color}; border: 1px solid {tokens.line};"
            " border-radius: 6px; padding: 6px 12px; }"
        )
