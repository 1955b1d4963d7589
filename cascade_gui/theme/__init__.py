"""Colours, type and icons: everything that decides how the window looks."""

from __future__ import annotations

from cascade_gui.theme.fonts import family, font
from cascade_gui.theme.icons import app_icon, icon
from cascade_gui.theme.theme import Scheme, Theme, apply, motion_milliseconds
from cascade_gui.theme.tokens import SIZES, Sizes, Tokens, tokens

__all__ = [
    "SIZES",
    "Scheme",
    "Sizes",
    "Theme",
    "Tokens",
    "app_icon",
    "apply",
    "family",
    "font",
    "icon",
    "motion_milliseconds",
    "tokens",
]
