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
    import numpy.typing as npt

    from engine.studies.outcome import Columns

_MOST_BYTES: Final = 2**31
"""All cells of a table together, in memory. Parquet keeps what repeats once: a small file may claim any number."""
_CELL_BYTES: Final = 8
_WRITTEN: Final = {b"written": b"json"}
"""Marks a column whose cells are JSON: values of parameters that are no numbers."""


def arrow_table(columns: Columns) -> Any:
    """Return columns as an Arrow table.

    Parameters
    ----------
    columns
        Of equal length: numbers, flags, or objects that are texts or have a spelling in JSON.
    """
    import pyarrow as pa

    fields, arrays = [], []
    for name, column in columns.items():
        array, metadata = _array(column)
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
    marked = _checked_schema(data, where)
    table = read_table(data, where, MOST_ROWS)
    found: Columns = {}
    for name in table.column_names:
        column, place = table.column(name), f"{where}, column {name}"
        if column.null_count:
            raise BadInput.at(place, "a blank", "a value in each row")
        if name not in marked:
            found[name] = numbers(column)
            continue
        cells = texts(column)
        if marked[name]:
            values = np.empty(len(cells), dtype=object)
            values[:] = [parse_text(text, place) for text in cells.tolist()]
            cells = values
        found[name] = cells
    return found


def _array(column: npt.NDArray[Any]) -> tuple[Any, dict[bytes, bytes] | None]:
    import pyarrow as pa

    if column.dtype.kind != "O":
        return pa.array(column), None
    values = column.tolist()
    if all(isinstance(value, str) for value in values):
        return pa.array(values, type=pa.string()), None
    written = [json.dumps(value, ensure_ascii=False, allow_nan=False) for value in values]
    return pa.array(written, type=pa.string()), _WRITTEN


def _checked_schema(data: bytes, where: str) -> dict[str, bool]:
    """Return the columns of text, and whether they hold JSON, after refusing what no study writes."""
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
    marked: dict[str, bool] = {}
    for field in schema:
        kind = field.type
        if is_type.is_string(kind):
            marked[field.name] = (field.metadata or {}).get(b"written") == b"json"
        elif not (is_type.is_signed_integer(kind) or is_type.is_float64(kind) or is_type.is_boolean(kind)):
            raise BadInput.at(f"{where}, column {field.name}", f"of type {kind}", "numbers, flags or text")
    return marked
