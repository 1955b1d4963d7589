"""How kernels are compiled, and where their compiled code is kept.

Numba keeps compiled code on disk beside the name of the file that a function stands in. It compiles again when that
file has changed, but not when another has, from which a function was written into this one. So the compiled code of
one state of all kernels is kept in a folder of its own, named after what stands in their files: a stale kernel cannot
be used.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from numba import config as numba_config
from numba import njit as numba_njit

from engine.base.user_folders import prepare_numba_cache

if TYPE_CHECKING:
    from collections.abc import Iterator

_Function = TypeVar("_Function")
config: Any = numba_config
njit: Any = numba_njit  # its types do not know all of its options

KEPT_FOLDERS = 2
"""How many states of the kernels are kept: this one and the one before, which another copy may be using."""

_FOLDER = re.compile(r"cascade-[0-9a-f]{16}")
_PATTERNS = ("kernels/*.py", "settlement/*.py")


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
def kernel_folder() -> Path:
    """Return where the compiled code of the kernels is kept; folders of older states are removed."""
    digest = hashlib.sha256()
    for file in kernel_files():
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    base = prepare_numba_cache()
    folder = base / f"cascade-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _remove_old(base, folder)
    return folder


def _remove_old(base: Path, newest: Path) -> None:
    """Remove all but the newest folders; what is in use elsewhere, and cannot be removed, stays."""
    others = [path for path in base.iterdir() if _FOLDER.fullmatch(path.name) and path != newest]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT_FOLDERS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _compiled(function: _Function, **options: Any) -> _Function:
    with _kept_in(kernel_folder()):
        compiled: _Function = njit(nogil=True, cache=True, error_model="numpy", no_cfunc_wrapper=True, **options)(
            function
        )
    return compiled


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    """Tell numba where to keep what is compiled here; other code that uses numba keeps its own place."""
    before = config.CACHE_DIR
    config.CACHE_DIR = os.fspath(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before
