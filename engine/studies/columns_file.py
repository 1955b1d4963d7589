"""Columns of a study as Parquet, and back: numbers as they are, text as text, anything else as JSON."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.base.arrow_columns import numbers, texts
from engine.base.faults import BadInput
from engine.base.parquet_tables import MOST_ROWS
from engine.files.limits import in_words
from engine.files.loans_parquet import read_table
from engine.files.strict_json import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    Columns = dict[str, npt.NDArray[Any]]

_MOST_BYTES: Final = 2**31
"""All cells of a table together, in memory. Parquet keeps what repeats once: a small file may claim any number."""
_CELL_BYTES: Final = 8
_MOST_VALUES: Final = 4_000_000
"""Cells that are values of parameters: each of them is read alone."""
_WRITTEN: Final = b"written"
"""Marks in its metadata a column of objects that are not all texts: values of parameters."""
_OPTIONAL: Final = ("whole", "number")
_TEXTS: Final = ("text", "json")


def arrow_table(columns: Columns, spellings: Mapping[str, str] | None = None) -> Any:
    """Return columns as an Arrow table.

    Parameters
    ----------
    columns
        Of equal length: numbers, flags, or objects that have a spelling in JSON.
    spellings
        How columns of objects are written (`spelling_of`) where these are some rows of many; else by what is in them.
    """
    import pyarrow as pa

    fields, arrays = [], []
    for name, column in columns.items():
        array, metadata = _array(column, (spellings or {}).get(name))
        arrays.append(array)
        fields.append(pa.field(name, array.type, metadata=metadata))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def to_parquet(columns: Columns) -> bytes:
    """Return the bytes of a Parquet file that holds columns; `from_parquet` reads the same back."""
    import pyarrow.parquet as pq

    out = BytesIO()
    pq.write_table(arrow_table(columns), out, compression="zstd")
    return out.getvalue()


def from_parquet(data: bytes, where: str) -> Columns:
    """Read columns back; what they would take in memory is known before they are there.

    Parameters
    ----------
    data
        The file's bytes.
    where
        What to call it in a fault.

    Raises
    ------
    BadInput
        If it is no Parquet, too large, or has columns that no study writes.
    """
    _check_schema(data, where)
    return _columns(read_table(data, where, MOST_ROWS), where)


def read_columns(source: Any, names: list[str]) -> Columns:
    """Return some columns of a Parquet file that `arrow_table` has given, of which nobody need be afraid.

    Parameters
    ----------
    source
        The file, open.
    names
        Of the columns.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(source) as file:
        table = file.read(columns=names)
    return _columns(table, "the rows")


def _columns(table: Any, where: str) -> Columns:
    """Return the columns of a table; those that are marked have objects in their cells."""
    found: Columns = {}
    for field in table.schema:
        column, place = table.column(field.name), f"{where}, column {field.name}"
        spelling = _spelling_in(field)
        if column.null_count and spelling not in _OPTIONAL:
            raise BadInput.at(place, "a blank", "a value in each row")
        if spelling in _OPTIONAL:
            cells = np.empty(len(column), dtype=object)
            cells[:] = column.to_pylist()
        elif spelling in _TEXTS:
            cells = texts(column)
            if spelling == "json":
                known: dict[str, Any] = {}
                for text in cells.tolist():
                    if text not in known:
                        known[text] = parse_text(text, place)
                cells[:] = [known[text] for text in cells.tolist()]
        else:
            cells = numbers(column)
        found[field.name] = cells
    return found


def _spelling_in(field: Any) -> str:
    """Return how a column of a file is written; empty for plain numbers and flags."""
    import pyarrow.types as is_type

    marked = (field.metadata or {}).get(_WRITTEN, b"").decode("ascii", "replace")
    if is_type.is_string(field.type):
        return "json" if marked == "json" else "text"
    return marked if marked in _OPTIONAL else ""


def spelled(columns: Mapping[str, npt.NDArray[Any]]) -> Columns:
    """Return columns with JSON for what a table has no type for: groups, lists, and numbers among texts.

    Examples
    --------
    >>> cells = np.array([{"kind": "full"}, None], dtype=object)
    >>> spelled({"close": cells, "rounds": np.array([1, 2])})["close"].tolist()
    ['{"kind": "full"}', 'null']
    """
    return {name: _spelled(column) if column.dtype.kind == "O" else column for name, column in columns.items()}


def _spelled(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    values = column.tolist()
    kinds = {type(value) for value in values if value is not None}
    if not kinds & {dict, list, tuple} and not (str in kinds and len(kinds) > 1):
        return column
    found = np.empty(len(values), dtype=object)
    found[:] = [json.dumps(value, ensure_ascii=False) for value in values]
    return found


def spelling_of(values: Iterable[Any]) -> str:
    """Return how cells of objects are written: as ``text``, ``whole`` or ``number`` with blanks for None, or ``json``.

    Examples
    --------
    >>> [spelling_of(cells) for cells in (["a", "b"], [None, 1], [None, 1, 0.5], [True, 1])]
    ['text', 'whole', 'number', 'json']
    """
    kinds = {type(value) for value in values}
    if kinds <= {str}:
        return "text"
    if kinds <= {int, type(None)}:
        return "whole"
    return "number" if kinds <= {int, float, type(None)} else "json"


def _array(column: npt.NDArray[Any], spelling: str | None) -> tuple[Any, dict[bytes, bytes] | None]:
    import pyarrow as pa

    if column.dtype.kind != "O":
        return pa.array(column), None
    values = column.tolist()
    spelling = spelling or spelling_of(values)
    marked = {_WRITTEN: spelling.encode()}
    if spelling == "text":
        return pa.array(values, type=pa.string()), None
    if spelling == "json":
        written = [json.dumps(value, ensure_ascii=False, allow_nan=False) for value in values]
        return pa.array(written, type=pa.string()), marked
    return pa.array(values, type=pa.int64() if spelling == "whole" else pa.float64()), marked


def _check_schema(data: bytes, where: str) -> None:
    """Refuse what no study writes, and what would not fit into memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyarrow.types as is_type

    try:
        with pq.ParquetFile(BytesIO(data)) as file:
            schema, rows = file.schema_arrow, int(file.metadata.num_rows)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput.at(where, f"no readable Parquet: {reason}") from None
    size = rows * len(schema) * _CELL_BYTES
    if size > _MOST_BYTES:
        found = f"{rows:,} rows of {len(schema):,} columns, {in_words(size)}"
        raise BadInput.at(where, found, f"at most {in_words(_MOST_BYTES)}")
    if len(set(schema.names)) < len(schema):
        raise BadInput.at(where, "a column twice", "each column once")
    values = rows * sum(_spelling_in(field) in {*_OPTIONAL, "json"} for field in schema)
    if values > _MOST_VALUES:
        raise BadInput.at(where, f"{values:,} values of parameters", f"at most {_MOST_VALUES:,}")
    for field in schema:
        kind = field.type
        is_number = is_type.is_signed_integer(kind) or is_type.is_float64(kind) or is_type.is_boolean(kind)
        if not (is_number or is_type.is_string(kind)):
            raise BadInput.at(f"{where}, column {field.name}", f"of type {kind}", "numbers, flags or text")
