"""Compiled code on disk: which folder, and files that are read only where this user's own program wrote them.

Numba keeps compiled code as pickles, and reading a pickle runs whatever it says. So each file begins with a keyed
checksum over its name and all that follows, which is compared before anything of it is looked at. A file that is cut,
empty, changed or somebody else's is as good as none.

Nothing here needs numba: whether all is compiled is known before it is loaded.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import platform
import re
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from engine.base.own_files import why_not_own
from engine.base.user_folders import kernel_key, prepare_numba_cache, temporary_numba_cache, why_not_kept

KEPT_FOLDERS = 2
"""How many states of the kernels are kept: this one and the one before, which another copy may be using."""

_FOLDER = re.compile(r"cascade-[0-9a-f]{16}")
_PATTERNS = ("kernels/*.py", "settlement/**/*.py")
_CHECKSUM_BYTES = hashlib.sha256().digest_size
_BEGUN = ".begun-"
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

    def read(self, name: str) -> bytes | None:
        """Return what a file holds, None if it is missing or not as this user's program wrote it."""
        return read_signed(self.folder / name, self.key)

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all; another process may do the same.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        write_signed(self.folder / name, self.key, content)


def kernel_files() -> list[Path]:
    """Return the files that kernels stand in, in a fixed order; none where the program was packed without them."""
    engine = Path(__file__).parent.parent
    return sorted(file for pattern in _PATTERNS for file in engine.glob(pattern))


@cache
def kept() -> Kept:
    """Return where the compiled code of the kernels is kept; folders of older states are removed.

    Numba compiles a function again when its own file has changed, but not when another has, from which a function was
    written into this one. So one state of all kernels has a folder of its own, named after what stands in their files.
    """
    key = kernel_key()
    digest = hashlib.sha256(key)
    versions = (metadata.version("numba"), metadata.version("numpy"), platform.python_version())
    digest.update("\0".join(versions).encode())
    for file in kernel_files():
        digest.update(b"\0" + file.name.encode() + b"\0" + file.read_bytes())
    name = f"cascade-{digest.hexdigest()[:16]}"
    folder, problem = prepare_numba_cache() / name, ""
    if reason := why_not_kept():
        problem = f"Compiled code is not kept: {reason}. It is compiled anew at each start."
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


def signed(key: bytes, name: str, content: bytes) -> bytes:
    """Return what a file holds: the keyed checksum over its name and content, and the content."""
    return _checksum(key, name, content) + content


def verified(key: bytes, name: str, held: bytes) -> bytes | None:
    """Return the content of a file, None if it is not as this user's program wrote it."""
    checksum, content = held[:_CHECKSUM_BYTES], held[_CHECKSUM_BYTES:]
    return content if hmac.compare_digest(checksum, _checksum(key, name, content)) else None


def read_signed(path: Path, key: bytes) -> bytes | None:
    """Return the content of a file that `write_signed` wrote, None if it is missing or not what was written."""
    try:
        held = path.read_bytes()
    except OSError:
        return None
    return verified(key, path.name, held)


def write_signed(path: Path, key: bytes, content: bytes) -> None:
    """Write a file with its keyed checksum, whole or not at all; another process may do the same.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_BEGUN)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(signed(key, path.name, content))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _checksum(key: bytes, name: str, content: bytes) -> bytes:
    return hmac.digest(key, name.encode() + b"\0" + content, "sha256")


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
        for left in folder.glob(f"{_BEGUN}*"):
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
