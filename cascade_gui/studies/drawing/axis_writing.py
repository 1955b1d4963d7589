"""How the axes of studies are cut and written: round ends, shares, falls, names of bars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.plots.axes import signed_percent, write_money
from cascade_gui.plots.steps import nice_step, nice_top
from cascade_gui.studies.drawing.chart import Axis
from cascade_gui.wording import numbers
from engine.studies.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.base.types import Floats
    from engine.scenario.schema import Parameters

_ROOM: Final = 0.02
"""How far an axis goes on beyond its last values, a share of it: points there are not cut."""
_HALF: Final = 0.5
_PARTS: Final = 4
_FEWEST_DECADES: Final = 2
_MOST_DECADES: Final = 6


def write_of(name: str, parameters: Parameters) -> Callable[[float], str]:
    """Return what writes values of a figure, a column or a parameter on an axis, by what it counts."""
    unit = unit_of(name, parameters)
    if unit == "usd":
        return write_money
    return numbers.percent_short if unit == "share" else write_number


def write_number(value: float) -> str:
    """Write a plain number: a count, a factor."""
    return numbers.compact(value) if abs(value) >= 10_000 else numbers.significant(value + 0.0, 4)


def write_times(value: float) -> str:
    """Write a factor: ``0.3 ×``."""
    return f"{numbers.significant(value, 3)} ×"


def write_return(value: float) -> str:
    """Write a return: ``-20 %``, ``0``, ``+5 %``."""
    return "0" if abs(value) < 1e-9 else signed_percent(round(value, 6))


def write_of_path(path: str, parameters: Parameters) -> Callable[[float], str]:
    """Return what writes values of a parameter: returns of a shock with their signs."""
    return write_return if path.startswith("shock.returns.") else write_of(path, parameters)


def from_zero(values: Floats, write: Callable[[float], str], title: str = "") -> Axis:
    """Return an axis from 0 that holds all finite values."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    most = float(known.max()) if len(known) else 0.0
    least = float(known.min()) if len(known) else 0.0
    high = nice_top(most) if most > 0.0 or least >= 0.0 else 0.0
    return Axis(write, -nice_top(-least) if least < 0.0 else 0.0, high, title)


def log_money_axis(values: Floats, title: str = "") -> Axis:
    """Return a logarithmic axis of USD over whole powers of ten that holds all finite values above 0.

    It begins six powers below its end at most: what is less stands at its low end.
    """
    known: Floats = values[np.isfinite(values) & (values > 0.0)]
    if not len(known):
        return Axis(write_money, 100.0, 10_000.0, title, is_log=True)
    last = math.ceil(math.log10(float(known.max())) + 0.02)
    first = math.floor(math.log10(float(known.min())))
    first = min(max(first, last - _MOST_DECADES), last - _FEWEST_DECADES)
    return Axis(write_money, 10.0**first, 10.0**last, title, is_log=True)


def around(values: Floats, write: Callable[[float], str], title: str = "") -> Axis:
    """Return an axis from the least to the largest finite value, with a little room where they are one."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if low == high:
        room = 0.5 * abs(low) or 0.5
        low, high = low - room, high + room
    room = _ROOM * (high - low)
    low, high = low - room, high + room
    return Axis(write, low, high, title)


def names_axis(names: Sequence[str]) -> Axis:
    """Return an axis with one name at each whole number, the first on top or on the left."""
    shown = tuple(names)

    def write(place: float) -> str:
        number = round(place)
        return shown[number] if 0 <= number < len(shown) else ""

    return Axis(write, len(shown) - 0.5, -0.5, ticks=tuple(float(place) for place in range(len(shown))))


def round_ends(values: Floats, write: Callable[[float], str]) -> Axis:
    """Return an axis with round ends that holds all finite values, from 0 where some are small; for lines alone."""
    known = values[np.isfinite(values)]
    if not len(known) or float(known.min()) < _HALF * float(known.max()):
        return from_zero(values, write)
    edges = round_edges(float(known.min()), float(known.max()), _PARTS)
    return Axis(write, float(edges[0]), float(edges[-1]))


def indexed_axis(names: Sequence[str], *, is_falling: bool = False) -> Axis:
    """Return an axis along the bottom with one name at each whole number; for the one on the left the first on top."""
    found = names_axis(names)
    low, high = (found.low, found.high) if is_falling else (found.high, found.low)
    return Axis(found.write, low, high, ticks=found.ticks)


def spread_axis(values: Floats, write: Callable[[float], str]) -> Axis:
    """Return an axis around all finite values with round ends and room for words at both."""
    axis = around(values, write)
    room = 0.12 * (axis.high - axis.low)
    return Axis(write, axis.low - room, axis.high + room)


def round_edges(low: float, high: float, most: int) -> Floats:
    """Return the edges of bins of one round width from at or below `low` to at or above `high`."""
    step = nice_step(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    edges: Floats = step * np.arange(first, max(last, first + 1) + 1, dtype=np.float64)
    return edges
