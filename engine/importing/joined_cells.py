"""Cells that hold an amount and its asset, ``12.5 WETH``, as dashboards write them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from engine.importing.asset_aliases import KNOWN
from engine.importing.column_kinds import sample
from engine.importing.column_names import plain_name

if TYPE_CHECKING:
    from engine.importing.source import Source

_CELL: Final = (
    r"^\s*(?P<amount>[-+]?\d[\d.,' ]*(?:\s?(?:[kKmMbB]|[mM]n|[bB]n))?)\s+(?P<asset>[A-Za-z][A-Za-z0-9.₮-]{1,14})\s*$"
)
_NOTHING: Final = r"(?i)^\s*(?:|-|0|0[.,]0*|n/a|null|none|nan)\s*$"
_PATTERN: Final = re.compile(_CELL)
_PLAIN: Final = frozenset({"amount", "balance", "size", "quantity", "position", "holding", "holdings"})


def taken_apart(source: Source) -> Source:
    """Return a file whose columns of amounts with their assets are two columns each, which it says.

    A column is one if all its cells are such, but for blanks and zeros, and one of its assets is well known.

    Parameters
    ----------
    source
        The file.
    """
    columns: list[str] = []
    cells: list[Any] = []
    said: list[str] = []
    for name, column in zip(source.columns, source.cells, strict=True):
        parts = _parts(column)
        columns.append(name)
        if parts is None:
            cells.append(column)
            continue
        other = "asset" if plain_name(name) in _PLAIN else f"{name} asset"
        if other in source.columns:
            other = f"{name} (asset)"
        columns.append(other)
        cells += parts
        said.append(f"column {name}: its cells are amounts with their assets, which column {other} has now")
    if not said:
        return source
    return replace(source, columns=tuple(columns), cells=tuple(cells), remarks=(*source.remarks, *said))


def _parts(column: Any) -> tuple[Any, Any] | None:
    """Return amounts and assets, None where a column has others cells too."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return None
    first = [match["asset"].upper() for cell in sample(column, 40) if (match := _PATTERN.match(cell))]
    if not any(asset in KNOWN for asset in first):
        return None
    found = pc.extract_regex(column, _CELL)
    other = pc.and_(pc.is_valid(column), pc.is_null(found))
    nothing = pc.match_substring_regex(column, _NOTHING)
    if pc.any(pc.and_(other, pc.invert(pc.fill_null(nothing, fill_value=True)))).as_py():
        return None
    amounts = pc.if_else(other, column, pc.struct_field(found, "amount"))
    return amounts, pc.struct_field(found, "asset")
