"""Whether a file writes 1.234,56 or 1,234.56: decided for the file as a whole, asked where nothing tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engine.importing.asking import Answer, Question
from engine.importing.column_kinds import sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    asked = ""
    unsure = _first_of_each(texts, _SAYS_NEITHER)
    if comma and point:
        commas, points = _first_of_each(texts, _SAYS_COMMA), _first_of_each(texts, _SAYS_POINT)
        unsure = commas if len(commas) <= len(points) else points  # what is unlike the most columns is looked at
        (of_comma, with_comma), (of_point, with_point) = next(iter(commas.items())), next(iter(points.items()))
        asked = (
            f"Some numbers have a decimal comma ({with_comma!r} in {of_comma}), others a decimal point ({with_point!r} "
            f"in {of_point})."
        )
    if not unsure or (source.kind in {"json", "parquet"} and not comma):
        return False
    name, cell = next(iter(unsure.items()))
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
            asked or f"{cell!r} can be read with a decimal comma or a decimal point.",
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
    if any(_first_match(sample(column), pattern) is not None for column in columns):
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


def _first_match(cells: Iterable[str], pattern: str) -> str | None:
    return next((cell for cell in cells if re.match(pattern, cell)), None)


def _first_of_each(columns: Mapping[str, Any], pattern: str) -> dict[str, str]:
    """Return the first cell that matches of each column that has one, by its name."""
    import pyarrow.compute as pc

    cells = {}
    for name, column in columns.items():
        matches = pc.fill_null(pc.match_substring_regex(column, pattern), fill_value=False)
        place = pc.index(matches, value=True).as_py()
        # Arrow takes a space that does not break a line for a letter.
        found = column[place].as_py() if place >= 0 else _first_match(sample(column), pattern)
        if found is not None:
            cells[name] = str(found)
    return cells
