"""The columns of a frame of pandas, Arrow or polars, read whole columns at once.

No library is imported for a frame that does not need it: a pandas frame is known because pandas is loaded already, and
every other one hands itself over through Arrow's PyCapsule interface (``__arrow_c_stream__``), as polars frames do.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.base.arrow_columns import numbers, plain_numbers, texts
from engine.base.faults import BadInput

if TYPE_CHECKING:
    import pandas as pd

    from engine.base.types import Flags, Floats, Wholes

BLANK = -1


class ArrowStream(Protocol):
    """A table that hands itself over as a stream of Arrow: Arrow's own tables, polars frames and others."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class FrameColumns(Protocol):
    """The columns of a frame, by name; a name of `names` may be asked for, no other."""

    @property
    def names(self) -> list[str]:
        """The names of the columns, in their order; one that comes twice stands there twice."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    def texts(self, name: str) -> npt.NDArray[np.object_] | None:
        """Return a column of text, None where a cell is blank; None if any cell holds something else."""

    def coded(self, name: str) -> tuple[Wholes, list[str]] | None:
        """Return a column of text as codes, -1 for blank, into the names that stand in it; None if it is no text."""

    def floats(self, name: str) -> tuple[Floats, Flags] | None:
        """Return a column of numbers, the caller's own, and where it is blank; None if it is of another type."""

    def values(self, name: str) -> list[Any]:
        """Return a column of whatever type cell by cell, None where blank."""


def columns_of(frame: object) -> FrameColumns:
    """Return the columns of a frame.

    Raises
    ------
    BadInput
        If it is no frame, or one that cannot be handed over.
    """
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        return _PandasColumns(frame)
    if hasattr(frame, "__arrow_c_stream__") or hasattr(frame, "__arrow_c_array__"):
        return _ArrowColumns(_handed_over(frame))
    raise BadInput.at("the loans", type(frame).__name__, "a pandas, Arrow or polars frame with the loan columns")


def _handed_over(frame: object) -> Any:
    import pyarrow as pa

    try:
        if isinstance(frame, pa.Table):
            return frame
        if hasattr(frame, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(frame).read_all()
        return pa.Table.from_batches([pa.record_batch(frame)])
    except (pa.ArrowException, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        found = f"{type(frame).__name__} cannot be handed over as an Arrow table: {reason}"
        raise BadInput.at("the loans", found) from None


class _PandasColumns:
    """The columns of a pandas frame: whatever pandas takes for missing is blank."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.names = [str(name) for name in frame.columns]
        self.rows = len(frame)
        self._columns: dict[str, pd.Series[Any]] = {str(name): column for name, column in frame.items()}

    def texts(self, name: str) -> npt.NDArray[np.object_] | None:
        column = self._columns[name]
        if not _is_text(column):
            return None
        values = np.array(column.to_numpy(dtype=object))
        values[column.isna().to_numpy()] = None
        return values

    def coded(self, name: str) -> tuple[Wholes, list[str]] | None:
        import pandas as pd

        codes: Wholes
        names: list[Any]
        column = self._columns[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes = np.asarray(column.cat.codes, dtype=np.int64)
            names = column.cat.categories.tolist()
        else:
            try:
                found, listed = pd.factorize(column)
            except TypeError:  # a cell without a hash: a list, say
                return None
            codes, names = found.astype(np.int64), list(listed)
        return (codes, names) if all(isinstance(each, str) for each in names) else None

    def floats(self, name: str) -> tuple[Floats, Flags] | None:
        from pandas.api.types import is_any_real_numeric_dtype

        column = self._columns[name]
        if not is_any_real_numeric_dtype(column.dtype):
            return None
        floats = np.array(column.to_numpy(dtype=np.float64, na_value=np.nan))
        return floats, np.isnan(floats)

    def values(self, name: str) -> list[Any]:
        column = self._columns[name].astype(object)
        return column.where(column.notna(), None).tolist()


def _is_text(column: pd.Series[Any]) -> bool:
    """Whether all cells are text or blank."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return all(isinstance(name, str) for name in column.cat.categories)
    if isinstance(column.dtype, pd.StringDtype):
        return True
    return pd.api.types.infer_dtype(column, skipna=True) in {"string", "empty"}


class _ArrowColumns:
    """The columns of an Arrow table: null is blank, NaN is not."""

    def __init__(self, table: Any) -> None:
        self.names = list(table.column_names)
        self.rows = table.num_rows
        self._columns = dict(zip(self.names, table.columns, strict=True))

    def texts(self, name: str) -> npt.NDArray[np.object_] | None:
        column = _as_text(self._columns[name])
        return None if column is None else texts(column)

    def coded(self, name: str) -> tuple[Wholes, list[str]] | None:
        column = self._columns[name]
        if column.null_count == self.rows:
            return np.full(self.rows, BLANK), []
        if not _holds_text(column.type):
            return None
        index: dict[str | None, int] = {}
        parts = []
        for part in column.chunks:
            each = part if hasattr(part, "dictionary") else part.dictionary_encode()
            listed = [index.setdefault(name, len(index)) for name in each.dictionary.to_pylist()]
            places = np.where(_nulls(each), len(listed), plain_numbers(each.indices))
            parts.append(np.array([*listed, BLANK])[places])
        codes = np.concatenate(parts)
        if None in index:  # a null may stand among the names, too
            codes[codes == index[None]] = BLANK
        return codes, [name or "" for name in index]

    def floats(self, name: str) -> tuple[Floats, Flags] | None:
        import pyarrow as pa
        import pyarrow.types as is_type

        column = self._columns[name]
        if column.null_count == self.rows:
            return np.full(self.rows, np.nan), np.ones(self.rows, dtype=np.bool_)
        kind = column.type
        if not (is_type.is_integer(kind) or is_type.is_floating(kind) or is_type.is_decimal(kind)):
            return None
        blank = numbers(column.is_null())
        floats = numbers(column.cast(pa.float64(), safe=False))
        floats[blank] = np.nan
        return floats, blank

    def values(self, name: str) -> list[Any]:
        values: list[Any] = self._columns[name].to_pylist()
        return values


def _holds_text(kind: Any) -> bool:
    import pyarrow.types as is_type

    plain = kind.value_type if is_type.is_dictionary(kind) else kind
    return bool(is_type.is_string(plain) or is_type.is_large_string(plain) or is_type.is_string_view(plain))


def _as_text(column: Any) -> Any:
    """Return an Arrow column as plain text, None if it holds something else."""
    import pyarrow as pa

    if column.null_count == len(column):
        return pa.chunked_array([pa.nulls(len(column), pa.string())])
    if not _holds_text(column.type):
        return None
    return column if column.type == pa.large_string() else column.cast(pa.large_string())


def _nulls(array: Any) -> Flags:
    import pyarrow as pa

    return numbers(pa.chunked_array([array.is_null()]))
