"""Which numbers stand along an axis on which quiet rounds are folded away, and where."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cascade_gui.plots.steps import nice_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.plots.fold import Fold

_BESIDE: Final = 7.0
"""How far from the middle of a break the numbers beside it begin, in pixels."""
_APART: Final = 6.0
"""The least distance of two numbers, in pixels."""


class Numbered(NamedTuple):
    """A round that has its number on the axis.

    Parameters
    ----------
    number
        The round.
    shift
        By how many pixels its number stands right of its place, so that it stands beside a break and not on it.
    """

    number: int
    shift: float


def beside_breaks(fold: Fold) -> set[int]:
    """Return the rounds next to a break, before and after it: together they tell which rounds are folded."""
    return {number for pair in _pairs(fold) for number in pair[:2]}


def folded_numbers(
    fold: Fold, ends: tuple[float, float], pixels: float, parts: int, last: int | None, width: Callable[[int], float]
) -> list[Numbered]:
    """Return which rounds have their numbers, from left to right.

    The last round and the first come first, then the two beside each break, those beside the longest first, then round
    numbers: none is written over another.

    Parameters
    ----------
    fold
        How the rounds stand.
    ends
        The places at the two ends of the axis.
    pixels
        How long the axis is.
    parts
        Into how many parts round numbers divide it at most.
    last
        The last round, which has its number at any rate; None where others may follow.
    width
        How many pixels the number of a round takes.
    """
    low, high = ends
    scale = pixels / (high - low)
    taken: list[tuple[float, float]] = []
    found: dict[int, float] = {}

    def write(number: int, centre: float) -> None:
        left, right = centre - width(number) / 2, centre + width(number) / 2
        free = all(right + _APART <= begin or end + _APART <= left for begin, end in taken)
        if free and number not in found and low <= fold.place(number) <= high:
            taken.append((left, right))
            found[number] = centre - (fold.place(number) - low) * scale

    pairs = _pairs(fold)
    after = {pair[1]: (pair[2] - low) * scale + _BESIDE + width(pair[1]) / 2 for pair in pairs}
    for number in ([] if last is None else [last]) + [0]:
        write(number, max((fold.place(number) - low) * scale, after.get(number, -math.inf)))
    for before, behind, place in pairs:
        middle = (place - low) * scale
        if low < place < high:
            write(before, min((fold.place(before) - low) * scale, middle - _BESIDE - width(before) / 2))
            write(behind, max((fold.place(behind) - low) * scale, after[behind]))
    for number in _round_numbers(fold, ends, (high - low) / max(1, parts)):
        write(number, (fold.place(number) - low) * scale)
    return [Numbered(number, found[number]) for number in sorted(found)]


def _pairs(fold: Fold) -> list[tuple[int, int, float]]:
    """Return the rounds before and after each break and where it is, the longest of what is folded first.

    Where rounds only turn narrower none is left out: the round after is the next.
    """
    behind = [last if (first, last) == fold.end else last + 1 for first, last in fold.stretches]
    found = [
        (first - 1, after, (left + right) / 2)
        for (first, _), after, (left, right) in zip(fold.stretches, behind, fold.bands(), strict=True)
    ]
    found.sort(key=lambda pair: pair[0] - pair[1])
    if fold.narrow is not None:
        found.append((fold.narrow[0] - 1, fold.narrow[0], fold.turns_narrow()))
    return found


def _round_numbers(fold: Fold, ends: tuple[float, float], least: float) -> list[int]:
    """Return the round numbers of rounds that are not folded, at steps of at least so many places."""
    first, last = (fold.round_at(each) for each in ends)
    step = max(1.0, nice_step(least, 1))
    numbers = np.arange(max(0.0, math.ceil(first / step) * step), last + 1e-6, step)
    if fold.narrow is not None:
        begin, end = fold.narrow
        room = fold.place(end) - fold.place(begin)
        coarse = max(1.0, nice_step(end - begin, max(2, int(room / step))))
        beyond = np.arange(math.ceil(begin / coarse) * coarse, last + 1e-6, coarse)
        numbers = np.concatenate([numbers[numbers < begin], beyond])
    hidden = fold.stretches
    return [int(number) for number in numbers if not any(begin <= number <= end for begin, end in hidden)]
