"""Values of Arrow columns, without pandas.

Arrow's own ``to_numpy`` loads pandas wherever it is installed, which takes longer than all the rest of opening a file.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt

_MOST_BY_ITEM = 100_000
"""From here on Arrow's own way is the quicker one, pandas included."""


def numbers(column: Any) -> npt.NDArray[Any]:
    """Return a column of numbers or of yes and no; the array is the caller's own.

    Parameters
    ----------
    column
        A chunked array. Where it has nulls, any number may stand.
    """
    import pyarrow.types as is_type

    is_flag = is_type.is_boolean(column.type)
    parts = [_bits(part, 1) if is_flag else plain_numbers(part) for part in column.chunks if len(part)]
    if not parts:
        return np.empty(0, dtype=np.bool_ if is_flag else column.type.to_pandas_dtype())
    return np.concatenate(parts)


def nulls(column: Any) -> npt.NDArray[np.bool_]:
    """Return where a chunked array has nulls; it may not be of Arrow's type null.

    Arrow's own ``is_null`` loads all of its functions first, which takes longer than all the rest of opening a file.
    """
    parts = [~_bits(part, 0) if part.null_count else np.zeros(len(part), dtype=np.bool_) for part in column.chunks]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.bool_)


def _bits(array: Any, buffer: int) -> npt.NDArray[np.bool_]:
    """Return a buffer of an array, which holds a bit an entry: the first says what is there, flags are the second."""
    bits = np.unpackbits(np.frombuffer(array.buffers()[buffer], dtype=np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(np.bool_)


def plain_numbers(array: Any) -> npt.NDArray[Any]:
    """Return the numbers of an Arrow array, read-only; where it has nulls, any number may stand."""
    import pyarrow as pa

    if array.null_count:
        array = pa.Array.from_buffers(array.type, len(array), [None, array.buffers()[1]], offset=array.offset)
    return np.from_dlpack(array)


def texts(column: Any) -> npt.NDArray[np.object_]:
    """Return a column of text, None where it has nulls."""
    if len(column) > _MOST_BY_ITEM:
        return cast("npt.NDArray[np.object_]", column.to_numpy())
    values = np.empty(len(column), dtype=object)
    values[:] = column.to_pylist()
    return values
