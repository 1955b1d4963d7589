"""The compiled code of a kernel on disk, as numba's dispatchers ask for it.

Each kernel with one set of types is one file, so that any number of processes may compile into one folder at once.
Who may have written what is read: `engine.base.kept_files`.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from numba.core import serialize as numba_serialize
from numba.core import sigutils as numba_sigutils
from numba.core.runtime.nrt import rtsys as numba_runtime

from engine.kernels.quick_compiling import rebuilt

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.base.kept_files import Kept

runtime: Any = numba_runtime  # they have no types of their own
serialize: Any = numba_serialize
sigutils: Any = numba_sigutils

ENDING = ".kernel"


class KeptCode:
    """The compiled code of one function. What is written and read is what numba's own cache writes and reads.

    Parameters
    ----------
    function
        What is compiled.
    kept
        Where its files are.
    """

    def __init__(self, function: Callable[..., Any], kept: Kept) -> None:
        self._name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self._code = function.__code__.co_code
        self._kept = kept
        self._names: dict[tuple[Any, ...], str] = {}

    @property
    def cache_path(self) -> str:
        """The folder, as numba's statistics name it."""
        return os.fspath(self._kept.folder)

    def file_name(self, types: tuple[Any, ...], target_context: Any) -> str:
        """Return the name of the file with the code for some types on this processor."""
        return self._file(types, target_context.codegen())

    def holds(self, types: tuple[Any, ...], target_context: Any) -> bool:
        """Whether code for these types is there and is the user's own."""
        return self._kept.read(self.file_name(types, target_context)) is not None

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return the code for a signature, None where there is none that can be used: it is then compiled again."""
        runtime.initialize(target_context)  # all that code in memory needs; the rest is for compiling
        types, _ = sigutils.normalize_signature(signature)
        content = self._kept.read(self.file_name(types, target_context))
        if content is None:
            return None
        try:
            return rebuilt(target_context, pickle.loads(content))
        except Exception:  # noqa: BLE001 - whatever is wrong with it
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep the code for a signature; where that is not possible, it is compiled again next time."""
        if compiled.library.has_dynamic_globals or compiled.lifted:
            return
        types, _ = sigutils.normalize_signature(signature)
        with suppress(OSError):
            content = serialize.dumps(compiled._reduce())  # noqa: SLF001
            self._kept.write(self._file(types, compiled.codegen), content)

    def flush(self) -> None:
        """Forget nothing: what is kept is compiled from the same source."""

    def _file(self, types: tuple[Any, ...], codegen: Any) -> str:
        name = self._names.get(types)
        if name is None:  # asked for at each call, for as long as the code is not there
            parts = (", ".join(str(each) for each in types), repr(codegen.magic_tuple()))
            digest = hashlib.sha256(b"\0".join((*(part.encode() for part in parts), self._code)))
            name = self._names[types] = f"{self._name}-{digest.hexdigest()[:24]}{ENDING}"
        return name
