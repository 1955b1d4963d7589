"""Rows of a book in which nothing stands but one text: titles, footnotes, sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.importing.names import trimmed
from engine.importing.numbers import number_from_text
from engine.importing.total_rows import LOOKED_AT, without_rows

if TYPE_CHECKING:
    from engine.importing.asking import Notes
    from engine.importing.source import Source

_FEWEST_COLUMNS: Final = 3
"""With fewer columns one cell is not little of a row."""


def without_notes(source: Source, notes: Notes) -> Source:
    """Return a file without the rows that say one text and nothing else, which is said.

    Such a row is no account: it would hold nothing and owe nothing. In a text table it may have fewer cells than there
    are columns.

    Parameters
    ----------
    source
        The file.
    notes
        Gets the line.
    """
    if len(source.columns) < _FEWEST_COLUMNS or not len(source):
        return source
    whole = _texts_alone(source)
    short = {number: text for number, text in source.alone.items() if not _is_number(text)}
    said = {int(source.row_numbers[row]): text for row, text in whole.items()} | short
    if not said:
        return source
    few = ", ".join(f"{number} ({said[number][:40]})" for number in sorted(said)[:4])
    more = f" and {len(said) - 4} more" if len(said) > 4 else ""
    holds = "row {} says nothing but that and is" if len(said) == 1 else "rows {} say nothing but that and are"
    notes.say(f"{source.name}: {holds.format(few + more)} left out")
    wrong = {source.place_of(number) for number in short}
    source = replace(source, faults=tuple(fault for fault in source.faults if fault.where not in wrong), alone={})
    if not whole:
        return source
    left_out = np.zeros(len(source), dtype=np.bool_)
    left_out[list(whole)] = True
    return without_rows(source, left_out)


def _texts_alone(source: Source) -> dict[int, str]:
    """Return the texts of rows with all their cells in which nothing else stands, by place; nothing if all are such."""
    import pyarrow as pa
    import pyarrow.compute as pc

    begin = max(0, len(source) - LOOKED_AT)
    columns = [cells.slice(begin) for cells in source.cells]
    texts = [trimmed(cells) if pa.types.is_string(cells.type) else None for cells in columns]
    filled = np.zeros(len(source) - begin, dtype=np.int64)
    for cells, text in zip(columns, texts, strict=True):
        filled += np.asarray(pc.is_valid(cells if text is None else text), dtype=np.int64)
    alone = np.flatnonzero(filled == 1)
    if not len(alone) or len(alone) == len(filled):
        return {}
    said: dict[int, str] = {}
    for text in (text for text in texts if text is not None):
        found = zip(alone.tolist(), text.take(pa.array(alone)).to_pylist(), strict=True)
        said |= {begin + row: cell for row, cell in found if cell and not _is_number(cell)}
    return said


def _is_number(text: str) -> bool:
    return any(number_from_text(text, decimal_comma=comma) is not None for comma in (False, True))
