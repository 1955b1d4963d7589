"""What the cells of a column look like: names, numbers, addresses; told from its first rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from engine.base.written_numbers import COMMA, POINT, NotANumberError, read_number
from engine.importing.roles import BLANKS

if TYPE_CHECKING:
    from engine.importing.source import Source

CellKind = Literal["name", "number", "blank"]
_SAMPLE = 200
_FEW = 40


def sample(column: Any, rows: int = _SAMPLE) -> list[str]:
    """Return the first cells that are not blank, as text, of at most ten times as many rows."""
    found: list[str] = []
    for start in range(0, rows * 10, rows):
        for value in column.slice(start, rows).to_pylist():
            text = "" if value is None else str(value).strip()
            if text.lower() not in BLANKS:
                found.append(text)
        if len(found) >= rows or start + rows >= len(column):
            break
    return found[:rows]


def kinds(source: Source) -> dict[str, CellKind]:
    """Return the kind of each column: numbers where at least half of the first cells are numbers."""
    return {name: _kind(cells) for name, cells in zip(source.columns, source.cells, strict=True)}


def _kind(column: Any) -> CellKind:
    import pyarrow as pa

    if not pa.types.is_string(column.type):
        return "number"
    cells = sample(column, _FEW)
    if not cells:
        return "blank"
    return "number" if sum(map(is_number, cells)) * 2 >= len(cells) else "name"


def is_number(text: str) -> bool:
    """Whether a cell can be read as a number, with either decimal sign."""
    for separators in (POINT, COMMA):
        try:
            read_number(text, separators)
        except NotANumberError:
            continue
        return True
    return False
