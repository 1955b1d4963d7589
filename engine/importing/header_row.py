"""Which row of a table holds the names of its columns, where titles stand above them."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from engine.importing.numbers import number_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LOOKED_AT: Final = 200
_TITLES: Final = 30
"""Names that begin further down than this are not looked for."""


def found_header_row(rows: Iterable[Sequence[str | None]]) -> int:
    """Return the number, from 1, of the row with the names of the columns.

    It is the first row that is not empty, unless that is a title: it fills no more than half as many cells as others.
    Then it is the first row below that fills more than half, of different texts without a number, with a number in the
    next row that is not empty. Where there is none it is the first row all the same.

    Parameters
    ----------
    rows
        The table from its first row on, empty rows too; the first two hundred are looked at.
    """
    looked_at = [[(cell or "").strip() for cell in row] for row in islice(rows, _LOOKED_AT)]
    filled = [[cell for cell in row if cell] for row in looked_at]
    given = [number for number, cells in enumerate(filled, 1) if cells]
    if not given:
        return 1
    widest = max(len(cells) for cells in filled)
    first = given[0]
    if 2 * len(filled[first - 1]) > widest:
        return first
    for number, following in pairwise(given):
        cells = filled[number - 1]
        if number > first + _TITLES:
            break
        is_wide = len(cells) > 1 and 2 * len(cells) > widest
        if (
            is_wide
            and len(set(cells)) == len(cells)
            and not any(map(_is_number, cells))
            and any(map(_is_number, filled[following - 1]))
        ):
            return number
    return first


def _is_number(text: str) -> bool:
    return any(number_from_text(text, decimal_comma=comma) is not None for comma in (False, True))
