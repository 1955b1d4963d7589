"""How kernels are compiled, and what is done until they are.

Compiled code is kept (`kept_code`); where it is not there, a kernel is compiled when it is first called, unless the
thread that calls it may do without (`uncompiled`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from numba import config as numba_config
from numba.core.registry import CPUDispatcher

from engine.base.kept_files import kept
from engine.base.meanwhile import waiter
from engine.kernels.kept_code import KeptCode
from engine.kernels.quick_compiling import QuickCompiler
from engine.kernels.uncompiled import is_small, recorder, uncompiled

if TYPE_CHECKING:
    from collections.abc import Callable

_Function = TypeVar("_Function")
config: Any = numba_config
Dispatcher: Any = CPUDispatcher


# Numba writes up to two more functions around each that it compiles, one for Python and one for C. Unpacking named
# tuples of arrays in them takes longer to compile than many a kernel: only those are written that are called.


def kernel(function: _Function) -> _Function:
    """Compile a kernel that makes no arrays."""
    return _compiled(function, _nrt=False)


def kernel_with_arrays(function: _Function) -> _Function:
    """Compile a kernel that makes arrays of its own."""
    return _compiled(function)


def part(function: _Function) -> _Function:
    """Compile a part of kernels, which only they call."""
    return _compiled(function, _nrt=False, no_cpython_wrapper=True)


def inlined(function: _Function) -> _Function:
    """Compile a part of kernels that is written into each of them; only they call it."""
    return _compiled(function, _nrt=False, forceinline=True, no_cpython_wrapper=True)


def inlined_kernel(function: _Function) -> _Function:
    """Compile a part of kernels that is written into each of them and that Python calls too."""
    return _compiled(function, _nrt=False, forceinline=True)


def meanwhile(stand_in: Callable[..., None]) -> Callable[[_Function], _Function]:
    """Let NumPy compute what a kernel computes, for as long as its compiled code is not there.

    Parameters
    ----------
    stand_in
        Takes the same arguments, and fills the same arrays with the same numbers.
    """

    def told(found: _Function) -> _Function:
        if isinstance(found, Kernel):
            found.stand_in = stand_in
        return found

    return told


class Kernel(Dispatcher):  # type: ignore[misc]
    """A compiled function that can wait for its compiled code.

    Attributes
    ----------
    stand_in
        What computes the same by columns, None where there is no such thing.
    """

    stand_in: Callable[..., None] | None = None

    def types_of(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return numba's types of a call's arguments."""
        try:
            return tuple(self.typeof_pyval(value) for value in arguments)
        finally:
            self._types_active_call.clear()

    def is_kept(self, types: tuple[Any, ...]) -> bool:
        """Whether compiled code for these types is on disk."""
        return bool(self._cache.holds(types, self.targetctx))

    def file_name(self, types: tuple[Any, ...]) -> str:
        """Return the name of the file that holds the compiled code for these types, or will."""
        return str(self._cache.file_name(types, self.targetctx))

    def _compile_for_args(self, *args: Any, **kws: Any) -> Any:
        """Return what a call runs for which no compiled code is in memory; numba calls this."""
        record, wait = recorder(), waiter()
        if record is not None:
            record(self, self.types_of(args))
            return uncompiled(self)
        if wait is not None:
            types = self.types_of(args)
            if not self.is_kept(types):
                if self.stand_in is not None or is_small(args):
                    return uncompiled(self)
                wait(self.file_name(types))
        return super()._compile_for_args(*args, **kws)


def _compiled(function: _Function, **options: Any) -> _Function:
    if config.DISABLE_JIT:
        return function
    python: Any = function
    targets = {"nopython": True, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, **options}
    dispatcher = Kernel(python, targetoptions=targets)
    dispatcher._cache = KeptCode(python, kept())  # noqa: SLF001 - numba has no public way to it
    whole = dispatcher._compiler  # noqa: SLF001
    dispatcher._compiler = QuickCompiler(  # noqa: SLF001
        python, whole.targetdescr, whole.targetoptions, whole.locals, whole.pipeline_class
    )
    found: _Function = dispatcher
    return found
