"""Reading Parquet that may lie: what it would take in memory is known before it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from io import BytesIO
    from pathlib import Path

MOST_ROWS = 20_000_000
"""Rows of a table. A loan of a book with ten million accounts takes about a hundred bytes in memory."""
MOST_COLUMNS = 5_000
MOST_TEXT_BYTES = 4 * 2**30
"""All texts of one column together. A file keeps a repeated text once, memory keeps it for each row."""


def read_parquet_table(source: BytesIO | Path, where: str, most_rows: int = MOST_ROWS) -> Any:
    """Return a Parquet file as an Arrow table.

    Parameters
    ----------
    source
        The file.
    where
        What to call it in a fault.
    most_rows
        Rows that it may have.

    Raises
    ------
    BadInput
        If it says that it has too many rows or columns, has other rows than it says, or texts that would not fit into
        memory.
    pyarrow.ArrowException
        If it is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyarrow.types as is_type

    with pq.ParquetFile(source) as file:  # and not read_table, which reads meaning into folder names
        schema, rows, size = file.schema_arrow, file.metadata.num_rows, _bytes(file.metadata)
    if rows > most_rows:
        raise BadInput.at(where, f"{rows:,} rows", f"at most {most_rows:,}")
    if len(schema) > MOST_COLUMNS:
        raise BadInput.at(where, f"{len(schema):,} columns", f"at most {MOST_COLUMNS:,}")
    # Where all rows could hold all that there is and still fit, nobody need look: decoding them takes its time.
    texts = [
        field.name
        for field in schema
        if rows * size > MOST_TEXT_BYTES and (is_type.is_string(field.type) or is_type.is_large_string(field.type))
    ]
    with pq.ParquetFile(source, read_dictionary=texts) as file:
        table = file.read()
    table.validate(full=True)
    if len(table) != rows:
        raise BadInput.at(where, f"{len(table):,} rows, though it says {rows:,}")
    for place, (field, column) in enumerate(zip(schema, table.columns, strict=True)):
        if not is_type.is_dictionary(column.type):
            continue
        decoded = sum(_decoded_bytes(chunk) for chunk in column.chunks)
        if decoded > MOST_TEXT_BYTES:
            allowed = f"at most {MOST_TEXT_BYTES / 2**30:.0f}"
            raise BadInput.at(f"{where}, column {field.name}", f"texts of {decoded / 2**30:,.0f} GB in all", allowed)
        if not is_type.is_dictionary(field.type):
            plain = pa.chunked_array([chunk.dictionary_decode() for chunk in column.chunks], type=field.type)
            table = table.set_column(place, field, plain)
    return table


def _bytes(metadata: Any) -> int:
    """Return how many bytes all columns of a file take before they are packed.

    By its groups of rows: asking for one column of a damaged file can end the whole process, for Arrow (26) then throws
    where nothing catches it.
    """
    return sum(int(metadata.row_group(group).total_byte_size) for group in range(metadata.num_row_groups))


def _decoded_bytes(array: Any) -> int:
    """Return how many bytes the texts of a dictionary-encoded array take one after the other."""
    import pyarrow.types as is_type

    names = array.dictionary
    if not (is_type.is_string(names.type) or is_type.is_large_string(names.type)) or not len(names):
        return 0
    width = np.dtype(np.int64 if is_type.is_large_string(names.type) else np.int32)
    ends = np.frombuffer(names.buffers()[1], dtype=width)[names.offset : names.offset + len(names) + 1]
    codes = np.bincount(_codes(array), minlength=len(names))
    return int((np.diff(ends.astype(np.int64)) * codes).sum())


def _codes(array: Any) -> Any:
    """Return the codes of a dictionary-encoded array, without those of nulls."""
    import pyarrow as pa

    indices = array.indices
    kind = np.dtype(indices.type.to_pandas_dtype())
    codes = np.frombuffer(indices.buffers()[1], dtype=kind)[indices.offset : indices.offset + len(indices)]
    if not indices.null_count:
        return codes
    bits = np.unpackbits(np.frombuffer(indices.buffers()[0], dtype=np.uint8), bitorder="little")
    assert isinstance(indices, pa.Array)
    return codes[bits[indices.offset : indices.offset + len(indices)].astype(np.bool_)]
