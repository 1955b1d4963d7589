"""Compiled code on disk: read only where it is certain that this user's own program wrote it.

Numba keeps compiled code as pickles, and reading a pickle runs whatever it says. So each file begins with a keyed
checksum over its name and all that follows, which is compared before anything of it is looked at. A file that is cut,
empty, changed or somebody else's is as good as none: its kernel is compiled again and the file replaced.

Each kernel with one set of types is one file, written whole or not at all, so that any number of processes may
compile into one folder at once.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numba.core import compiler as numba_compiler
from numba.core import serialize as numba_serialize
from numba.core import sigutils as numba_sigutils

if TYPE_CHECKING:
    from collections.abc import Callable

compiler: Any = numba_compiler  # they have no types of their own
serialize: Any = numba_serialize
sigutils: Any = numba_sigutils

ENDING = ".kernel"
_CHECKSUM_BYTES = hashlib.sha256().digest_size


def signed(key: bytes, name: str, content: bytes) -> bytes:
    """Return what a file holds: the keyed checksum over its name and content, and the content."""
    return _checksum(key, name, content) + content


def verified(key: bytes, name: str, held: bytes) -> bytes | None:
    """Return the content of a file, None if it is not as this user's program wrote it."""
    checksum, content = held[:_CHECKSUM_BYTES], held[_CHECKSUM_BYTES:]
    return content if hmac.compare_digest(checksum, _checksum(key, name, content)) else None


def read_verified(path: Path, key: bytes) -> bytes | None:
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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(signed(key, path.name, content))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


class KeptCode:
    """The compiled code of one function, as numba's dispatchers ask for it.

    What is written and read is what numba's own cache writes and reads.

    Parameters
    ----------
    function
        What is compiled.
    folder
        Where its files are.
    key
        Of the checksums.

    Attributes
    ----------
    files
        The names of the files that were read or written, in that order.
    """

    def __init__(self, function: Callable[..., Any], folder: Path, key: bytes) -> None:
        self._name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self._code = function.__code__.co_code
        self._folder = folder
        self._key = key
        self.files: list[str] = []

    @property
    def cache_path(self) -> str:
        """The folder, as numba's statistics name it."""
        return os.fspath(self._folder)

    def holds(self, types: tuple[Any, ...], target_context: Any) -> bool:
        """Whether code for these types is there and is the user's own."""
        return read_verified(self._path(types, target_context.codegen()), self._key) is not None

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return the code for a signature, None where there is none that can be used."""
        target_context.refresh()
        types, _ = sigutils.normalize_signature(signature)
        path = self._path(types, target_context.codegen())
        content = read_verified(path, self._key)
        if content is None:
            return None
        try:
            found = compiler.CompileResult._rebuild(target_context, *pickle.loads(content))  # noqa: SLF001
        except Exception:  # noqa: BLE001 - whatever is wrong with it: it is compiled again
            return None
        self._note(path)
        return found

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep the code for a signature; where that is not possible, it is compiled again next time."""
        if compiled.library.has_dynamic_globals or compiled.lifted:
            return
        types, _ = sigutils.normalize_signature(signature)
        path = self._path(types, compiled.codegen)
        with suppress(OSError):
            write_signed(path, self._key, serialize.dumps(compiled._reduce()))  # noqa: SLF001
            self._note(path)

    def flush(self) -> None:
        """Forget nothing: what is kept is compiled from the same source."""

    def _note(self, path: Path) -> None:
        if path.name not in self.files:
            self.files.append(path.name)

    def _path(self, types: tuple[Any, ...], codegen: Any) -> Path:
        """Return the file for some types on this processor."""
        parts = (", ".join(str(each) for each in types), repr(codegen.magic_tuple()))
        digest = hashlib.sha256(b"\0".join((*(part.encode() for part in parts), self._code)))
        return self._folder / f"{self._name}-{digest.hexdigest()[:24]}{ENDING}"


def _checksum(key: bytes, name: str, content: bytes) -> bytes:
    return hmac.digest(key, name.encode() + b"\0" + content, "sha256")
