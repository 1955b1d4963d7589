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
    import pyarrow as pa
    import pyarrow.types as is_type

    is_flag = is_type.is_boolean(column.type)
    parts = [plain_numbers(part.cast(pa.uint8()) if is_flag else part) for part in column.chunks if len(part)]
    if not parts:
        return np.empty(0, dtype=np.bool_ if is_flag else column.type.to_pandas_dtype())
    joined = np.concatenate(parts)
    return joined.astype(np.bool_) if is_flag else joined


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
