"""Writing a file so that at every moment either the whole old or the whole new one is there."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written; it appears under its name only when all went well.

    The bytes go to a temporary file in the same folder, are forced to the disk, and then take the old
    file's place in one step. The old file's permissions are kept. A symbolic link is followed: the file
    it points to is replaced, the link stays. If anything fails, the temporary file is removed and the
    old file stays as it was.

    Parameters
    ----------
    path
        The file to write. Something that is no plain file (a pipe, ``/dev/stdout``) is written directly.

    Raises
    ------
    BadInput
        If the place cannot be written.
    """
    try:
        target = path.resolve()
        mode = target.stat().st_mode if target.exists() else None
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle; a zero byte in the name
        raise _cannot(path, error) from None
    if mode is not None and stat.S_ISDIR(mode):
        raise BadInput.at(str(path), "is a folder", "the name of a file")
    if not target.parent.is_dir():
        raise BadInput.at(str(path), f"there is no folder {target.parent}", "a folder that exists")
    if mode is not None and not stat.S_ISREG(mode):
        yield from _directly(path)
        return
    if mode is not None and not os.access(target, os.W_OK):
        raise BadInput.at(str(path), "is write-protected", "a file that may be written")
    yield from _beside(path, target, mode)


def _directly(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as stream:
            yield stream
    except OSError as error:
        raise _cannot(path, error) from None


def _beside(path: Path, target: Path, mode: int | None) -> Iterator[BinaryIO]:
    temporary = target.with_name(f".cascade-{secrets.token_hex(6)}.tmp")
    try:
        # os.open, so that a new file gets the permissions that the user's umask gives
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(temporary, flags, 0o666)
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise _cannot(path, error) from None
    finally:
        with suppress(OSError):  # it is gone when all went well
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Force the new name to the disk too. Windows cannot open folders, and has no need to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems refuse; the file itself is on the disk
            os.fsync(handle)
    finally:
        os.close(handle)


def _cannot(path: Path, error: Exception) -> BadInput:
    reason = getattr(error, "strerror", None) or str(error)
    return BadInput.at(str(path), f"cannot be written: {reason}")
