"""Whether a file writes 1.234,56 or 1,234.56: decided for the file as a whole, asked where nothing tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engine.importing.asking import Answer, Question
from engine.importing.column_kinds import sample

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.importing.asking import Notes
    from engine.importing.source import Source

_END = r"\s*[kKmMbB%]?$"
_SAYS_COMMA = r"^[-+$ ]*(\d*,\d{1,2}|\d*,\d{4,}|0,\d+|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})" + _END
_SAYS_POINT = (
    r"^[-+$ ]*(\d*\.\d{1,2}|\d*\.\d{4,}|0\.\d+|\d{4,}\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|"
    r"\d*\.\d*[eE][-+]?\d+)" + _END
)
_SAYS_NEITHER = r"^[-+$ ]*\d{1,3}[.,]\d{3}" + _END


def decimal_comma(
    source: Source, columns: Iterable[str], chosen: str | None, notes: Notes, *, otherwise: str | None = None
) -> bool:
    """Return whether the numbers of a file have a decimal comma.

    Parameters
    ----------
    source
        The file.
    columns
        Those whose numbers are used.
    chosen
        ``comma`` or ``point`` where the user says so.
    notes
        Gets the question if the file can be read both ways.
    otherwise
        What holds then instead of a question: what the user says of another file.
    """
    import pyarrow as pa

    if chosen is not None:
        return chosen == "comma"
    cells = {name: source.column(name) for name in columns if name in source.columns}
    texts = {name: column for name, column in cells.items() if pa.types.is_string(column.type)}
    comma = _says(list(texts.values()), _SAYS_COMMA, ",")
    point = _says(list(texts.values()), _SAYS_POINT, ".", only_first=comma)
    if comma != point:
        if comma:
            notes.say(f"{source.name}: numbers have a decimal comma")
        return comma
    unsure = next(((name, cell) for name, column in texts.items() if (cell := _first(column, _SAYS_NEITHER))), None)
    if comma and point:
        name, column = next((name, column) for name, column in texts.items() if _any(column, _SAYS_COMMA, ","))
        unsure = (name, _first(column, _SAYS_COMMA) or "")
    if unsure is None or (source.kind in {"json", "parquet"} and not comma):
        return False
    name, cell = unsure
    if otherwise is not None:
        return otherwise == "comma"
    if source.separator == "," and not (comma and point):
        sign = "." if "." in cell else ","
        meaning = "decimals" if sign == "." else "thousands"
        notes.say(
            f"{source.name}: as commas separate the cells, {sign!r} in {cell!r} is taken for the sign of {meaning}"
        )
        return False
    notes.ask(
        Question(
            "decimal_sign",
            f"{source.name}, column {name}",
            f"{cell!r} can be read with a decimal comma or a decimal point."
            if not (comma and point)
            else f"Some numbers have a decimal comma ({cell!r}), others a decimal point.",
            (
                Answer(_as_read(cell, ","), "--decimal-comma", {"decimal": "comma"}),
                Answer(_as_read(cell, "."), "--decimal-point", {"decimal": "point"}),
            ),
        )
    )
    return False


def _as_read(cell: str, decimal: str) -> str:
    group = "." if decimal == "," else ","
    return f"{cell} is {cell.replace(group, '').replace(decimal, '.')}"


def _says(columns: list[Any], pattern: str, sign: str, *, only_first: bool = False) -> bool:
    """Whether a cell of some column matches: the first cells are looked at, then all, if the sign stands there."""
    if any(re.match(pattern, cell) for column in columns for cell in sample(column)):
        return True
    return not only_first and any(_any(column, pattern, sign) for column in columns)


def _any(column: Any, pattern: str, sign: str) -> bool:
    import pyarrow.compute as pc

    if not _holds(column, sign):
        return False
    return bool(pc.any(pc.match_substring_regex(column, pattern)).as_py())


def _holds(column: Any, sign: str) -> bool:
    """Whether a sign stands anywhere in the memory of a column of text, which is read a hundred times as fast as cells.

    A column that is a part of another may be said to hold what only the other does.
    """
    texts = (chunk.buffers()[2] for chunk in column.chunks)
    return any(sign.encode() in text.to_pybytes() for text in texts if text is not None)


def _first(column: Any, pattern: str) -> str | None:
    """Return the first cell that matches."""
    import pyarrow.compute as pc

    found = pc.index(pc.fill_null(pc.match_substring_regex(column, pattern), fill_value=False), value=True).as_py()
    return None if found < 0 else str(column[found].as_py())
