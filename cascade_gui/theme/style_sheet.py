"""The palette and the style sheet, both made from the tokens."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

from cascade_gui.theme.tokens import SIZES, Tokens
from engine.base.resource_files import resource_path

if TYPE_CHECKING:
    from pathlib import Path


def style_sheet(tokens: Tokens, glyphs: Path) -> str:
    """Fill the tokens into resources/styles/window.qss.

    Parameters
    ----------
    tokens
        The colours.
    glyphs
        The folder of the recoloured arrows and ticks (see `cascade_gui.theme.glyphs`).

    Raises
    ------
    KeyError
        If the style sheet names a token that does not exist.
    """
    template = Template(resource_path("styles", "window.qss").read_text(encoding="utf-8"))
    values: dict[str, object] = dict(asdict(tokens))
    accent = QColor(tokens.accent)
    values |= {
        "accent_hover": (accent.lighter(112) if tokens.dark else accent.darker(112)).name(),
        "glyphs": glyphs.as_posix(),
        "radius": SIZES.radius,
        "field_radius": SIZES.radius - 2,
        "secondary_size": SIZES.secondary,
        "section_size": SIZES.section,
        "figure_size": SIZES.figure,
        "stage_text": SIZES.stage_text,
    }
    return template.substitute(values)


def palette(tokens: Tokens) -> QPalette:
    """Return the palette for what the style sheet does not reach."""
    result = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.background,
        role.AlternateBase: tokens.panel,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.secondary,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.vermilion,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.violet,
        role.Accent: tokens.accent,
        role.Light: tokens.hover,
        role.Midlight: tokens.raised,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.background,
    }
    for each, colour in colours.items():
        result.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.faint))
    return result
