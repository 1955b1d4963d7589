"""Whether a file or folder is the user's alone, and the secret with which he knows his own files again.

Compiled code is kept on disk, and whoever can write it can run what he likes in the program. So it is read only from
a folder that nobody else can write, and only with a checksum that nobody else can make: its key stands in a file that
only the user can read.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from pathlib import Path

KEY_BYTES = 32

_HAS_OWNERS = hasattr(os, "geteuid")
"""Windows keeps others out of the user's own folders by other means."""


def why_not_own(path: Path) -> str:
    """Return why what stands at a path may be somebody else's work, as the end of a sentence; empty if it is not.

    Parameters
    ----------
    path
        A file or folder that exists.

    Raises
    ------
    OSError
        If it cannot be looked at.
    """
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return "is a link"
    if not _HAS_OWNERS:
        return ""
    if found.st_uid != os.geteuid():
        return "belongs to another user"
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "can be written by others"
    return ""


def own_key(path: Path) -> bytes:
    """Return the user's secret key, made on first use.

    A file that others can read, or that is no key at all, is replaced: what was signed with it counts no longer.

    Parameters
    ----------
    path
        Where it is kept; its folder is made if it does not exist.

    Returns
    -------
    bytes
        `KEY_BYTES` random bytes.

    Raises
    ------
    OSError
        If it can be neither read nor kept there.
    """
    for _ in range(3):  # others of the user's processes may do the same at this moment
        found = _read_key(path)
        if found is not None:
            return found
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        _make_key(path)
    message = f"{path} cannot be kept for the user alone"
    raise OSError(message)


def _read_key(path: Path) -> bytes | None:
    try:
        found = path.lstat()
        readable = _HAS_OWNERS and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if not stat.S_ISREG(found.st_mode) or readable or why_not_own(path):
            return None
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    return key if len(key) == KEY_BYTES else None


def _make_key(path: Path) -> None:
    """Write a new key whole or not at all; one that another process has put there meanwhile stays."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # for the user alone, whatever the umask
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        try:
            os.link(name, path)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
