"""Kernels as plain Python, for as long as their compiled code is not there.

A recording can be looked at before anything is compiled (`engine.base.meanwhile`). What a kernel computes is the same,
but for the last digits of exponentials and logarithms. Kernels that look at every account have a stand-in that does so
by columns (`engine.kernels.by_columns`), as a loop over some thousand loans takes a tenth of a second here.

Plain Python also tells which kernels something needs, and with which types, without compiling any: `rehearsing`.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numba.core.registry import CPUDispatcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    Recorded = Callable[[Any, tuple[Any, ...]], None]

MOST_ELEMENTS = 60_000
"""Of the longest array that a kernel gets; with more it takes seconds in plain Python, and is waited for."""

_WHOLE = (np.uint64, np.int64)
"""What indices are made of there; Python's own numbers are several times as quick here."""

_THREAD = threading.local()
_LOCK = threading.RLock()
_NAMESPACES: dict[int, dict[str, Any]] = {}
_PLAIN: dict[int, FunctionType] = {}


@contextmanager
def rehearsing(record: Recorded) -> Iterator[None]:
    """Run kernels in this thread as plain Python and tell of each with the types of its arguments."""
    _THREAD.record = record
    try:
        yield
    finally:
        del _THREAD.record


def recorder() -> Recorded | None:
    """Return what this thread tells of the kernels that it rehearses, None where it does not."""
    return getattr(_THREAD, "record", None)


def is_small(arguments: tuple[Any, ...]) -> bool:
    """Whether plain Python is quick enough for a kernel's arguments."""
    return _longest(arguments) <= MOST_ELEMENTS


def uncompiled(dispatcher: Any) -> Callable[..., Any]:
    """Return a kernel as plain Python that calls no compiled code, and gives what the compiled kernel gives.

    Numbers come back as Python's own, as they do from compiled code: what is called with them next then gets the same
    types. A division by zero gives inf or NaN, as it does there.
    """
    stand_in = getattr(dispatcher, "stand_in", None)
    if stand_in is not None:
        return _quietly(stand_in)
    function = _plain(dispatcher)

    def call(*arguments: Any) -> Any:
        tables = _Tables()
        with np.errstate(all="ignore"):
            found = _as_python(function(*map(tables.as_read, arguments)))
        tables.write_back()
        return found

    return call


def _quietly(stand_in: Callable[..., None]) -> Callable[..., None]:
    """Return a stand-in that says nothing of what is divided by zero."""

    def call(*arguments: Any) -> None:
        with np.errstate(all="ignore"):
            stand_in(*arguments)

    return call


class _Tables:
    """The tables that a kernel is given, as lists of rows whose columns are attributes, as a kernel reads them.

    NumPy's own rows take several times as long to read.
    """

    def __init__(self) -> None:
        self._read: list[tuple[npt.NDArray[Any] | np.void, list[SimpleNamespace]]] = []

    def as_read(self, value: Any) -> Any:
        """Return an argument as a kernel reads it: numbers that can be divided by zero, rows by name."""
        if type(value) is float:
            return np.float64(value)
        if isinstance(value, np.void):
            return self._rows(value)[0]
        if isinstance(value, np.ndarray) and value.dtype.names is not None:
            return self._rows(value)
        if isinstance(value, tuple):
            return _like(value, [self.as_read(each) for each in value])
        return value

    def write_back(self) -> None:
        """Put into the tables what the kernel has put into their rows."""
        for table, rows in self._read:
            for name in table.dtype.names or ():
                column = [getattr(row, name) for row in rows]
                held: Any = column[0] if isinstance(table, np.void) else column
                if not np.array_equal(table[name], held, equal_nan=True):
                    table[name] = held

    def _rows(self, table: npt.NDArray[Any] | np.void) -> list[SimpleNamespace]:
        names = table.dtype.names or ()
        columns = [_numbers(np.atleast_1d(table[name])) for name in names]
        rows = [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
        self._read.append((table, rows))
        return rows


def _numbers(column: npt.NDArray[Any]) -> list[Any]:
    """Return the values of a column: of NumPy where they may be divided by zero, else Python's own."""
    return list(column) if column.dtype.kind == "f" else cast("list[Any]", column.tolist())


def _plain(dispatcher: Any) -> FunctionType:
    with _LOCK:
        found = _PLAIN.get(id(dispatcher))
        if found is None:
            python = dispatcher.py_func
            namespace = _namespace(python.__globals__)
            found = FunctionType(python.__code__, namespace, python.__name__, python.__defaults__, python.__closure__)
            _PLAIN[id(dispatcher)] = found
        return found


def _namespace(names: dict[str, Any]) -> dict[str, Any]:
    """Return a module's names with plain Python in place of every kernel."""
    found = _NAMESPACES.get(id(names))
    if found is None:
        found = _NAMESPACES[id(names)] = {}  # at once: modules may use each other's kernels
        found.update({name: _plain_value(value) for name, value in names.items()})
    return found


def _plain_value(value: Any) -> Any:
    if isinstance(value, CPUDispatcher):
        return _plain(value)
    return int if any(value is each for each in _WHOLE) else value


def _as_python(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return _like(value, [_as_python(each) for each in value]) if isinstance(value, tuple) else value


def _like(value: tuple[Any, ...], parts: list[Any]) -> tuple[Any, ...]:
    """Return a tuple of the same kind with other parts."""
    return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)


def _longest(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, tuple):
        return max((_longest(each) for each in value), default=0)
    return 0
