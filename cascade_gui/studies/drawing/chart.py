"""What stands in a chart, as plain values: axes, lines, areas, boxes, points, labels. Nothing here draws.

Colours are names of the theme's tokens (``accent``, ``vermilion``), ``category_0`` and on for its categories, or
``#rrggbb``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.base.types import Floats, Wholes

_NOTHING: Final = np.zeros(0)
_NO_ROWS: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures.

    Parameters
    ----------
    write
        Turns values into texts.
    low, high
        The values at its ends, both in what it measures; the low one is the larger where it falls.
    title
        What it measures, said behind its last number; for the axis along the bottom.
    is_log
        Whether it is logarithmic; ends are above 0 then.
    ticks
        Where its numbers stand; wherever is round without any.
    """

    write: Callable[[float], str]
    low: float
    high: float
    title: str = ""
    is_log: bool = False
    ticks: tuple[float, ...] | None = None

    def places(self, values: Floats | float) -> Floats:
        """Return where values stand: they rise from the low end to the high one. Below a log axis is its low end."""
        values = np.asarray(values, dtype=np.float64)
        if self.is_log:
            values = np.log10(np.maximum(values, min(self.low, self.high)))
        return values if self.high >= self.low else -values

    def value(self, place: float) -> float:
        """Return the value that stands at a place."""
        value = place if self.high >= self.low else -place
        return float(10.0**value) if self.is_log else float(value)

    def tick_places(self) -> tuple[float, ...] | None:
        """Return where its numbers stand; powers of ten on a log axis that says nothing else."""
        if self.ticks is not None:
            return tuple(float(self.places(each)) for each in self.ticks)
        if not self.is_log:
            return None
        first, last = sorted((np.log10(self.low), np.log10(self.high)))
        decades = np.arange(np.ceil(first - 1e-9), np.floor(last + 1e-9) + 1)
        return tuple(float(self.places(10.0**decade)) for decade in decades)


@dataclass(frozen=True, slots=True)
class Line:
    """A line; gaps where a value is not finite.

    Parameters
    ----------
    x, y
        (n,) in what the axes measure.
    colour
        See the module.
    width
        Pixels.
    is_dashed, is_stepped
        A stepped line holds each value until the next point.
    fill
        How much of the colour lies between it and the bottom, 0 to 1.
    rows
        (n,) the rows of the table of `Chart.table` that its points stand for, -1 for none; empty for none at all.
    """

    x: Floats
    y: Floats
    colour: str
    width: float = 2.0
    is_dashed: bool = False
    is_stepped: bool = False
    fill: float = 0.0
    rows: Wholes = field(default_factory=lambda: _NO_ROWS)


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two lines: an interval along an axis."""

    x: Floats
    low: Floats
    high: Floats
    colour: str
    fill: float = 0.25


@dataclass(frozen=True, slots=True)
class Boxes:
    """Bars and cells.

    Parameters
    ----------
    left, right, bottom, top
        (n,) their edges.
    colours
        One for each, or one for all.
    fill
        How much of the colour, 0 to 1; one for all, or (n,).
    texts
        What stands in the middle of each where it fits in, empty for nothing.
    text_colours
        Of these, one for each.
    rows
        (n,) the rows that they stand for, empty for none.
    """

    left: Floats
    right: Floats
    bottom: Floats
    top: Floats
    colours: tuple[str, ...]
    fill: Floats | float = 1.0
    texts: tuple[str, ...] = ()
    text_colours: tuple[str, ...] = ()
    rows: Wholes = field(default_factory=lambda: _NO_ROWS)


@dataclass(frozen=True, slots=True)
class Points:
    """Dots; hollow ones are only outlined."""

    x: Floats
    y: Floats
    colour: str
    size: float = 8.0
    is_hollow: bool = False
    rows: Wholes = field(default_factory=lambda: _NO_ROWS)


@dataclass(frozen=True, slots=True)
class Interval:
    """A lozenge from the low to the high end of an interval, lying or standing, at one place of the other axis."""

    low: float
    high: float
    at: float
    colour: str
    width: float = 8.0
    is_upright: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that stand fixed beside points, one for each.

    Parameters
    ----------
    x, y
        (n,) the points.
    texts
        What they say.
    colours
        One for each, or one for all.
    side
        Where each stands: ``right`` or ``left`` of its point, or ``above`` it; one for each, or one for all.
    """

    x: Floats
    y: Floats
    texts: tuple[str, ...]
    colours: tuple[str, ...]
    side: tuple[str, ...] = ("right",)


Mark = Line | Band | Boxes | Points | Interval | Texts


@dataclass(frozen=True, slots=True)
class Named:
    """A label at a point; it moves aside where it would cover something.

    Parameters
    ----------
    text, colour
        What it says.
    x, y
        The point that it names; y of None is the top.
    is_bold
        Whether it is what the eye should find.
    side
        ``end`` (right of the point, left where there is no room), ``before``, ``centre`` or ``above``.
    is_optional
        Whether it may be left out.
    short
        What it says in a narrow chart, the same without it.
    follows
        The place among the marks of the line that it names, along which it may stand; None for the point alone.
    """

    text: str
    colour: str
    x: float
    y: float | None
    is_bold: bool = False
    side: str = "end"
    is_optional: bool = False
    follows: int | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Parameters
    ----------
    title
        What it shows, in a few words.
    subtitle
        Its unit, and what else one must know to read it.
    bottom, left
        Its axes.
    marks
        What is drawn, the last on top.
    labels
        What is said beside it, the most important first.
    table
        The table whose rows its marks stand for.
    tip
        Says what stands at a row, for the mouse; the place in what the axes measure without it.
    share
        How wide it is against the others in its row.
    empty
        What is said in place of marks where there is nothing to draw.
    """

    title: str
    subtitle: str
    bottom: Axis
    left: Axis
    marks: tuple[Mark, ...] = ()
    labels: tuple[Named, ...] = ()
    table: str = "rows"
    tip: Callable[[int], str] | None = None
    share: float = 1.0
    empty: str = ""


def lines_before(before: Chart, now: Chart) -> tuple[Line, ...]:
    """Return the lines of data of a chart as thin ones, those apart that another chart has too.

    Examples
    --------
    >>> import numpy as np
    >>> axis, x = Axis(str, 0.0, 1.0), np.array([0.0, 1.0])
    >>> one, other = (Chart("", "", axis, axis, (Line(x, x + up, "accent", rows=np.arange(2)),)) for up in (0.0, 1.0))
    >>> [line.width for line in lines_before(one, other)], lines_before(one, one)
    ([1.0], ())
    """
    shown = [mark for mark in now.marks if isinstance(mark, Line)]
    return tuple(
        Line(mark.x, mark.y, "faint", 1.0, is_stepped=mark.is_stepped)
        for mark in before.marks
        if isinstance(mark, Line) and len(mark.rows) and not any(_are_one(mark, other) for other in shown)
    )


def _are_one(one: Line, other: Line) -> bool:
    return np.array_equal(one.x, other.x, equal_nan=True) and np.array_equal(one.y, other.y, equal_nan=True)
