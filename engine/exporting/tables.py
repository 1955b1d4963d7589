"""Writing a pandas frame as a CSV, XLSX or Parquet file. Numbers keep all of their digits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.base.faults import BadInput
from engine.exporting.escaping import escaped
from engine.files.atomic import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

ENDINGS = (".csv", ".xlsx", ".parquet")


def check_ending(path: str | Path, endings: Sequence[str] = ENDINGS) -> str:
    """Return the ending of a table's file in lower case, before anything is computed for it.

    Raises
    ------
    BadInput
        If it is not one of `endings`.
    """
    ending = Path(path).suffix.lower()
    if ending not in endings:
        found = f"the ending {Path(path).suffix}" if ending else "a name without ending"
        raise BadInput.at(str(path), found, ", ".join(endings))
    return ending


def export_table(frame: pd.DataFrame, path: str | Path, sheet: str = "Table") -> None:
    """Write a frame to a file whose ending says how, atomically.

    Parameters
    ----------
    frame
        The table; its index is not written.
    path
        A ``.csv``, ``.xlsx`` or ``.parquet`` file.
    sheet
        What an XLSX file's sheet is called.

    Raises
    ------
    BadInput
        For another ending, a place that cannot be written, or a table too large for a sheet.
    """
    ending = check_ending(path)
    with writing(Path(path)) as stream:
        write_table(frame, stream, ending, sheet)


def export_workbook(
    sheets: Mapping[str, pd.DataFrame], path: str | Path, stopped: Callable[[], bool] | None = None
) -> None:
    """Write frames as the sheets of one XLSX file, atomically.

    Parameters
    ----------
    sheets
        Sheet name to table.
    path
        An ``.xlsx`` file.
    stopped
        Asked now and then: whether to end and leave what was there; None for never.

    Raises
    ------
    engine.exporting.workbook.WritingStopped
        If it was stopped.
    BadInput
        As `export_table`.
    """
    from engine.exporting.workbook import never, write_xlsx

    check_ending(path, (".xlsx",))
    with writing(Path(path)) as stream:
        write_xlsx(sheets, stream, stopped or never)


def write_table(frame: pd.DataFrame, stream: BinaryIO, ending: str, sheet: str = "Table") -> None:
    """Write a frame to a stream, which need not be seekable, as the ending says."""
    if ending == ".xlsx":
        from engine.exporting.workbook import write_xlsx

        write_xlsx({sheet: frame}, stream)
    elif ending == ".parquet":
        _write_parquet(frame, stream)
    else:
        _write_csv(frame, stream)


def _write_csv(frame: pd.DataFrame, stream: BinaryIO) -> None:
    """Write UTF-8 with commas; text that would start a formula gets an apostrophe before it."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    columns = [_safe_column(column) for column in table.columns]
    header = ",".join(_quoted(escaped(str(name))) for name in frame.columns)
    stream.write(f"{header}\n".encode())
    options = pacsv.WriteOptions(include_header=False)
    # by way of memory: Arrow would close the stream
    rows = pa.BufferOutputStream()
    pacsv.write_csv(pa.table(columns, names=[str(n) for n in range(len(columns))]), rows, options)
    stream.write(rows.getvalue())


def _write_parquet(frame: pd.DataFrame, stream: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = pa.BufferOutputStream()  # Arrow would close the stream
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), out, compression="zstd")
    stream.write(out.getvalue())


def _safe_column(column: Any) -> Any:
    """Return a column as it may stand in a CSV file: text escaped, true and false as such."""
    import pyarrow as pa
    import pyarrow.types as is_type

    kind = column.type.value_type if is_type.is_dictionary(column.type) else column.type
    if not (is_type.is_string(kind) or is_type.is_large_string(kind)):
        return column
    # only the different texts are looked at, a book has few of most
    coded = column if is_type.is_dictionary(column.type) else column.dictionary_encode()
    whole = coded.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # without rows
        return column
    names = [None if text is None else escaped(text) for text in whole.dictionary.to_pylist()]
    return pa.array(names, type=pa.large_string()).take(whole.indices)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text
