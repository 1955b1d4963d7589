"""How kernels are compiled, and where their compiled code is kept.

Numba compiles a function again when its own file has changed, but not when another has, from which a function was
written into this one. So the compiled code of one state of all kernels is kept in a folder of its own, named after
what stands in their files: a stale kernel cannot be used. Who may have written what is read there: `kept_code`.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np
from numba import config as numba_config
from numba.core.registry import CPUDispatcher

from engine.base.own_files import why_not_own
from engine.base.user_folders import kernel_key, prepare_numba_cache, temporary_numba_cache
from engine.kernels.kept_code import KeptCode

_Function = TypeVar("_Function")
config: Any = numba_config

KEPT_FOLDERS = 2
"""How many states of the kernels are kept: this one and the one before, which another copy may be using."""

_FOLDER = re.compile(r"cascade-[0-9a-f]{16}")
_PATTERNS = ("kernels/*.py", "settlement/*.py")
_PARTS_OF_FILES = ".part-*"
_ABANDONED_SECONDS = 3600


class Kept(NamedTuple):
    """Where compiled kernels are kept.

    Parameters
    ----------
    folder
        Of this state of the kernels, the user's own.
    key
        Of the checksums over its files.
    problem
        A sentence on why it is not the folder it should be; empty if it is.
    """

    folder: Path
    key: bytes
    problem: str


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


def kernel_files() -> list[Path]:
    """Return the files that kernels stand in, in a fixed order; none where the program was packed without them."""
    engine = Path(__file__).parent.parent
    return sorted(file for pattern in _PATTERNS for file in engine.glob(pattern))


@cache
def kept() -> Kept:
    """Return where the compiled code of the kernels is kept; folders of older states are removed."""
    key = kernel_key()
    digest = hashlib.sha256(key)
    versions = (numba.__version__, np.__version__, platform.python_version())
    digest.update("\0".join(versions).encode())
    for file in kernel_files():
        digest.update(b"\0" + file.name.encode() + b"\0" + file.read_bytes())
    name = f"cascade-{digest.hexdigest()[:16]}"
    base = prepare_numba_cache()
    folder, problem = base / name, ""
    try:
        why = _settle_in(folder)
    except OSError as error:
        why = f"cannot be used: {error.strerror or error}"
    if why:
        problem = f"Compiled code is not kept: the folder {folder} {why}. It is compiled anew at each start."
        folder = temporary_numba_cache() / name
        _settle_in(folder)
    _remove_old(folder.parent, folder)
    return Kept(folder, key, problem)


def _settle_in(folder: Path) -> str:
    """Make the folder for this user alone if it does not exist; return why it cannot be trusted, else nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    why = why_not_own(folder)
    if not why and not folder.is_dir():
        why = "is a file"
    if not why:
        os.utime(folder)  # when it was used last
        for left in folder.glob(_PARTS_OF_FILES):
            with suppress(OSError):
                if left.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                    left.unlink()
    return why


def _remove_old(base: Path, newest: Path) -> None:
    """Remove all but the newest folders; what is in use elsewhere, and cannot be removed, stays."""
    others = [path for path in base.iterdir() if _FOLDER.fullmatch(path.name) and path != newest]
    others.sort(key=lambda path: path.lstat().st_mtime, reverse=True)
    for path in others[KEPT_FOLDERS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _compiled(function: _Function, **options: Any) -> _Function:
    if config.DISABLE_JIT:
        return function
    python: Any = function
    targets = {"nopython": True, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, **options}
    compiled: Any = CPUDispatcher(python, targetoptions=targets)
    where = kept()
    compiled._cache = KeptCode(python, where.folder, where.key)  # noqa: SLF001 - numba has no public way to it
    found: _Function = compiled
    return found
