"""A line at the foot of the panel that says which keys go where, while they are what is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from cascade_gui.working.over_edge import OverEdge

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.theme import Tokens


class KeyHint(OverEdge):
    """The line, over the whole lower edge of the panel.

    Parameters
    ----------
    panel
        At whose foot it stands.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__("scenario_keys", panel, above=2, beside=2, at=Qt.AlignmentFlag.AlignJustify)
        self.setText(self.tr("↑ ↓ fields · Tab sections · F6 panels"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_for(self, by_keys: bool) -> None:
        """Show it while a field has the focus that came by keys."""
        if by_keys:
            self.appear()
        else:
            self.hide()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.setStyleSheet(
            f"QLabel {{ background: {tokens.raised}; color: {tokens.text}; border-top: 1px solid {tokens.line};"
            " padding: 4px 8px; }"
        )
