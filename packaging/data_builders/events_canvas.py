"""A small chart for the help pages: panels one above the other on a light ground, lines with their names on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cascade_gui.theme.tokens import LIGHT
from engine.base.resource_files import resource_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTH, PANEL = 720, 150
LEFT, RIGHT, TOP, GAP, BOTTOM = 52, 14, 8, 30, 26
SCALE = 3
"""Everything is drawn that many times larger and then reduced, which smooths it."""


@dataclass(frozen=True)
class Line:
    """A line through points; `name` is written at a place on it, `step` keeps each value until the next point."""

    points: Sequence[tuple[float, float]]
    colour: str
    name: str = ""
    name_at: tuple[float, float] = (0.0, 0.0)
    step: bool = False
    dots: bool = False
    width: float = 1.6


@dataclass(frozen=True)
class Bars:
    """Bars of one width from the left edge of each step; stacked bars are given from the back to the front."""

    values: Sequence[float]
    colour: str
    name: str = ""
    name_at: tuple[float, float] = (0.0, 0.0)
    each: float = 1.0


@dataclass(frozen=True)
class Panel:
    """One plot with its title (what and in which unit), the range of its values and the marks on its axis."""

    title: str
    low: float
    high: float
    marks: Sequence[float]
    marks_text: str = "{:,.0f}"
    lines: Sequence[Line] = field(default_factory=tuple)
    bars: Sequence[Bars] = field(default_factory=tuple)


class Canvas:
    """Draws panels over a common horizontal axis.

    Parameters
    ----------
    first, last
        The range of the horizontal axis.
    ticks
        Places and texts under the lowest panel.
    """

    def __init__(self, first: float, last: float, ticks: Sequence[tuple[float, str]]) -> None:
        from PIL import ImageFont

        self._first, self._last, self._ticks = first, last, ticks
        font = str(resource_path("fonts", "Inter-Regular.otf"))
        self._text = ImageFont.truetype(font, 11 * SCALE)
        self._title = ImageFont.truetype(str(resource_path("fonts", "Inter-SemiBold.otf")), 12 * SCALE)

    def save(self, panels: Sequence[Panel], path: Path) -> None:
        """Draw the panels and write the picture."""
        from PIL import Image, ImageDraw

        height = TOP + len(panels) * (PANEL + GAP) + BOTTOM
        image = Image.new("RGB", (WIDTH * SCALE, height * SCALE), LIGHT.background)
        self._draw = ImageDraw.Draw(image)
        for number, panel in enumerate(panels):
            self._panel(panel, TOP + number * (PANEL + GAP) + GAP - 6, lowest=number == len(panels) - 1)
        image.resize((WIDTH, height), Image.Resampling.LANCZOS).save(path, optimize=True)

    def _x(self, value: float) -> float:
        return (LEFT + (WIDTH - LEFT - RIGHT) * (value - self._first) / (self._last - self._first)) * SCALE

    def _panel(self, panel: Panel, top: float, *, lowest: bool) -> None:
        draw = self._draw

        def y(value: float) -> float:
            return (top + PANEL * (1 - (value - panel.low) / (panel.high - panel.low))) * SCALE

        draw.text((LEFT * SCALE, (top - 8) * SCALE), panel.title, LIGHT.text, self._title, anchor="ls")
        for mark in panel.marks:
            draw.line([(self._x(self._first), y(mark)), (self._x(self._last), y(mark))], LIGHT.line, SCALE)
            text = panel.marks_text.format(mark)
            draw.text(((LEFT - 8) * SCALE, y(mark)), text, LIGHT.secondary, self._text, anchor="rm")
        for place, text in self._ticks:
            draw.line([(self._x(place), y(panel.low)), (self._x(place), y(panel.low) + 4 * SCALE)], LIGHT.faint, SCALE)
            if lowest:
                draw.text((self._x(place), y(panel.low) + 7 * SCALE), text, LIGHT.secondary, self._text, anchor="mt")
        for bars in panel.bars:
            for number, value in enumerate(bars.values):
                begin = self._first + number * bars.each
                if value > panel.low:
                    corners = (self._x(begin) + SCALE, y(value), self._x(begin + bars.each) - SCALE, y(panel.low))
                    draw.rectangle(corners, bars.colour)
            self._name(bars.name, bars.name_at, bars.colour, y(bars.name_at[1]))
        for line in panel.lines:
            points = _stepped(line.points, self._last) if line.step else list(line.points)
            path = [(self._x(x), y(value)) for x, value in points]
            draw.line(path, line.colour, round(line.width * SCALE), joint="curve")
            for x, value in line.points if line.dots else ():
                draw.circle((self._x(x), y(value)), 3 * SCALE, line.colour)
            self._name(line.name, line.name_at, line.colour, y(line.name_at[1]))

    def _name(self, name: str, at: tuple[float, float], colour: str, height: float) -> None:
        if name:
            self._draw.text((self._x(at[0]), height), name, colour, self._text, anchor="ls")


def _stepped(points: Sequence[tuple[float, float]], last: float) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for number, (x, value) in enumerate(points):
        end = points[number + 1][0] if number + 1 < len(points) else last
        found += [(x, value), (min(end, last), value)]
    return found
