"""Rows of a book in which nothing stands but one text: titles, footnotes, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.importing.names import trimmed
from engine.importing.numbers import number_from_text
from engine.importing.total_rows import without_rows

if TYPE_CHECKING:
    from engine.importing.asking import Notes
    from engine.importing.source import Source

_FEWEST_COLUMNS: Final = 3
"""With fewer columns one cell is not little of a row."""


def without_notes(source: Source, notes: Notes) -> Source:
    """Return a file without the rows that say one text and nothing else, which is said.

    Such a row is no account: it would hold nothing and owe nothing.

    Parameters
    ----------
    source
        The file.
    notes
        Gets the line.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(source.columns) < _FEWEST_COLUMNS or len(source) < 2:
        return source
    filled = np.zeros(len(source), dtype=np.int64)
    for cells in source.cells:
        filled += np.asarray(cells.is_valid().to_numpy(zero_copy_only=False), dtype=np.int64)
    alone = filled == 1
    if not alone.any() or alone.all():
        return source
    said: dict[int, str] = {}
    for cells in source.cells:
        if pa.types.is_string(cells.type):
            texts = trimmed(cells.filter(pa.array(alone)))
            rows = np.flatnonzero(alone)[np.asarray(pc.is_valid(texts).to_numpy(zero_copy_only=False))]
            found = zip(rows.tolist(), texts.drop_null().to_pylist(), strict=True)
            said |= {row: text for row, text in found if not _is_number(text)}
    if not said:
        return source
    few = ", ".join(f"{source.row_numbers[row]} ({said[row][:40]})" for row in sorted(said)[:4])
    more = f" and {len(said) - 4} more" if len(said) > 4 else ""
    holds = "row {} says nothing but that and is" if len(said) == 1 else "rows {} say nothing but that and are"
    notes.say(f"{source.name}: {holds.format(few + more)} left out")
    left_out = np.zeros(len(source), dtype=np.bool_)
    left_out[list(said)] = True
    return without_rows(source, left_out)


def _is_number(text: str) -> bool:
    return any(number_from_text(text, decimal_comma=comma) is not None for comma in (False, True))
