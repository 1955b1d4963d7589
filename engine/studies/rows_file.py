"""Rows of a study written to Parquet while it works, and read back a column at a time: however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from engine.studies.columns_file import arrow_table, read_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import numpy.typing as npt

    from engine.studies.outcome import Columns

_ROWS_AT_ONCE: Final = 8_192
"""So many rows, or somewhat more, are written together: few enough to hold, enough to be packed well."""


class RowsFile:
    """Takes rows in order and writes them; once one is read, the file is whole and takes no more.

    Parameters
    ----------
    stream
        Where to; it can be read and sought.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._writer: Any = None
        self._waiting: list[Any] = []
        self._waiting_rows = 0
        self._is_whole = False
        self.names: tuple[str, ...] = ()
        self.rows = 0

    def append(self, columns: Columns, spellings: Mapping[str, str] | None = None) -> None:
        """Take further rows.

        Parameters
        ----------
        columns
            The same each time, of the same types.
        spellings
            How columns of objects are written, whatever is in these rows (`engine.studies.columns_file.spelling_of`).

        Raises
        ------
        RuntimeError
            If the file is whole.
        """
        if self._is_whole:
            message = "rows were read of a file that more rows are written to"
            raise RuntimeError(message)
        table = arrow_table(columns, spellings)
        if not len(table):
            return
        self.names = tuple(columns)
        self.rows += len(table)
        self._waiting.append(table)
        self._waiting_rows += len(table)
        if self._waiting_rows >= _ROWS_AT_ONCE:
            self._write()

    def finish(self) -> None:
        """Write the rest, and make the file whole."""
        if self._is_whole or not self.rows:
            return
        self._write()
        self._writer.close()
        self._stream.flush()
        self._is_whole = True

    def column(self, name: str, first: int, end: int) -> npt.NDArray[Any]:
        """Return what stands in a column from one row on to before another; nothing else is read."""
        self.finish()
        return read_columns(_Kept(self._stream), [name])[name][first:end]

    def _write(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        if self._writer is None:
            self._writer = pq.ParquetWriter(_Kept(self._stream), table.schema, compression="zstd")
        self._writer.write_table(table)
        self._waiting.clear()
        self._waiting_rows = 0


class RowsInFile(Mapping[str, "npt.NDArray[Any]"]):
    """Rows of a file as columns by their names, each of which is read when it is looked at, and not kept.

    Parameters
    ----------
    file
        The file.
    first, end
        The first row and that after the last.
    names
        Of the columns; all of them, if there are none.
    """

    def __init__(self, file: RowsFile, first: int, end: int, names: Collection[str] = ()) -> None:
        self._file = file
        self._first, self._end = first, end
        self._names = tuple(name for name in file.names if not names or name in names)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        if name not in self._names:
            raise KeyError(name)
        if self._first == self._end:
            return np.zeros(0)
        return self._file.column(name, self._first, self._end)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Kept:
    """A stream that Arrow may not close."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.closed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def close(self) -> None:
        """Leave it open."""
        self.closed = True
