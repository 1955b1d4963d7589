"""Writing a file so that at every moment either the whole old or the whole new one is there."""

from __future__ import annotations

import os
import re
import secrets
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = re.compile(r"\.cascade-[0-9a-f]{12}\.tmp")
_YOUNG_SECONDS = 2.0
"""Between its making and its locking a temporary file looks abandoned."""


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written; it appears under its name only when all went well.

    The bytes go to a temporary file in the same folder, where they can be read back, are forced to the disk, and then
    take the old file's place in one step. The old file's permissions are kept. A symbolic link is followed: the file
    it points to is replaced, the link stays. If anything fails, the temporary file is removed and the old file stays
    as it was.

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


def remove_abandoned(folder: Path) -> list[Path]:
    """Remove temporary files in a folder that killed programs of ours left there, and return which.

    What is written now by another of our programs is locked, or too young, and stays. So does everything that is not
    named as ours are, is no plain file or belongs to somebody else.

    Parameters
    ----------
    folder
        Where files were saved.
    """
    removed = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if _OURS.fullmatch(entry.name) and _is_abandoned(path):
                with suppress(OSError):
                    path.unlink()
                    removed.append(path)
    return removed


def _is_abandoned(path: Path) -> bool:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or time.time() - found.st_mtime < _YOUNG_SECONDS:
            return False
        if hasattr(os, "getuid") and found.st_uid != os.getuid():
            return False
        with path.open("rb") as stream:
            return _lock(stream.fileno())
    except OSError:
        return False


def _lock(handle: int) -> bool:
    """Lock an open file for as long as it is open, or until the program ends however it does; whether that is so.

    Windows has no need to: there a file that is open cannot be removed.
    """
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another has it, or the file system knows no locks
        return False
    return True


def _beside(path: Path, target: Path, mode: int | None) -> Iterator[BinaryIO]:
    remove_abandoned(target.parent)
    temporary = target.with_name(f".cascade-{secrets.token_hex(6)}.tmp")
    try:
        # os.open, so that a new file gets the permissions that the user's umask gives
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(temporary, flags, 0o666)
        with os.fdopen(handle, "w+b") as stream:
            _lock(handle)
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
