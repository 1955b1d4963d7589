"""Every colour, type size and distance of the design, in one place.

The palettes, the style sheet (resources/styles/window.qss) and the pens of the plots are made from
these; no other file names a colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme as ``#rrggbb``.

    Colours other than the accent mean something: amber is waiting or changed, vermilion a loss or
    a health factor below 1, green healthy, violet the reproduction number.
    """

    dark: bool
    background: str
    panel: str
    raised: str
    line: str
    grid: str
    text: str
    secondary: str
    accent: str
    amber: str
    vermilion: str
    green: str
    violet: str
    on_accent: str
    """Text on a surface of the accent colour."""
    faint: str
    """Text that is switched off, and outlines of what was; exempt from the contrast of text."""
    hover: str
    pressed: str
    selection: str
    scroll: str
    amber_tint: str
    vermilion_tint: str
    green_tint: str
    accent_tint: str
    categories: tuple[str, ...]
    """Fills for categories: Okabe and Ito's colours, told apart by every kind of colour vision."""


DARK: Final = Tokens(
    dark=True,
    background="#14171c",
    panel="#1b1f26",
    raised="#232831",
    line="#2f3641",
    grid="#262c35",
    text="#e8ebf0",
    secondary="#98a2b3",
    accent="#56b4e9",
    amber="#e69f00",
    vermilion="#f0743c",
    green="#2fbf93",
    violet="#cc79a7",
    on_accent="#14171c",
    faint="#5d6778",
    hover="#272d37",
    pressed="#323945",
    selection="#264a61",
    scroll="#3a4250",
    amber_tint="#33290f",
    vermilion_tint="#3a2419",
    green_tint="#153029",
    accent_tint="#1f3442",
    categories=("#56b4e9", "#e69f00", "#2fbf93", "#3f7fd0", "#f0e442", "#d55e00"),
)

LIGHT: Final = Tokens(
    dark=False,
    background="#f3f5f8",
    panel="#ffffff",
    raised="#f7f8fa",
    line="#d7dce3",
    grid="#e8ecf1",
    text="#1b212b",
    secondary="#5b6675",
    accent="#0072b2",
    amber="#946000",
    vermilion="#b84300",
    green="#00765a",
    violet="#9c4a7a",
    on_accent="#ffffff",
    faint="#a3acb9",
    hover="#f0f2f6",
    pressed="#e0e5ec",
    selection="#c9e2f2",
    scroll="#c3cad4",
    amber_tint="#faf0da",
    vermilion_tint="#fbece4",
    green_tint="#e0f3ed",
    accent_tint="#e7f1f9",
    categories=("#0072b2", "#e69f00", "#009e73", "#56b4e9", "#b8a900", "#d55e00"),
)


def tokens(dark: bool) -> Tokens:
    """Return the colours of the dark or of the light scheme."""
    return DARK if dark else LIGHT


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type sizes, distances and widths in device-independent pixels, and times in milliseconds."""

    text: int = 13
    secondary: int = 12
    section: int = 11
    figure: int = 24
    stage_text: int = 28
    stage_headline: int = 58
    stage_figure: int = 72
    grid: int = 4
    padding: int = 16
    form_row: int = 32
    table_row: int = 26
    radius: int = 6
    hairline: int = 1
    panel_least: int = 300
    panel_most: int = 320
    motion: int = 150


SIZES: Final = Sizes()
