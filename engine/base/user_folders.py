"""Where the program keeps what belongs to the user but not to a document: caches, logs, a key."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import platformdirs

from engine.base.own_files import own_key

APPLICATION = "cascade-liquidations"
KEY_NAME = "kernels.key"
_NUMBA_VARIABLE = "NUMBA_CACHE_DIR"
_KEY_VARIABLE = "CASCADE_KERNEL_KEY"
"""The file of the key: set by whoever reads it first, so that every process that it starts uses the same."""
_KERNELS_PREFIX = "cascade-kernels-"
_KEY_PREFIX = "cascade-key-"
_PROFILE_PREFIX = "cascade-profile-"


def cache_folder() -> Path:
    """Return the folder for what can be made again at any time. It need not exist yet."""
    return Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False))


def config_folder() -> Path:
    """Return the folder for settings. It need not exist yet."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))


def log_folder() -> Path:
    """Return the folder for log files. It need not exist yet."""
    return Path(platformdirs.user_log_dir(APPLICATION, appauthor=False))


def prepare_numba_cache(folder: Path | None = None) -> Path:
    """Choose where compiled kernels are kept. Call it before anything imports numba.

    A folder that the user has named in the environment (``NUMBA_CACHE_DIR``) is left as it is.

    Parameters
    ----------
    folder
        The cache folder of a portable profile; the user's own by default.

    Returns
    -------
    Path
        The folder in use. Where the wanted one cannot be written, it is a new temporary one: kernels are
        then compiled once a start, which is slow but works.
    """
    chosen = os.environ.get(_NUMBA_VARIABLE)
    if chosen:
        return Path(chosen)
    wanted = (folder or cache_folder()) / "kernels"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        writable = os.access(wanted, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        return temporary_numba_cache()
    os.environ[_NUMBA_VARIABLE] = str(wanted)
    return wanted


def temporary_numba_cache() -> Path:
    """Keep compiled kernels in a new folder, which is the user's alone and is removed when this process ends."""
    folder = _temporary(_KERNELS_PREFIX)
    os.environ[_NUMBA_VARIABLE] = str(folder)
    return folder


def temporary_profile() -> Path:
    """Return a new folder for settings and unsaved work, which is removed when this process ends."""
    return _temporary(_PROFILE_PREFIX)


def kernel_key() -> bytes:
    """Return the key of the checksums over compiled kernels.

    It is kept with the user's settings and never in a profile: a profile that comes from somebody else brings no
    compiled code that would be run. Where it cannot be kept, it lasts as long as this process.
    """
    path = Path(os.environ.get(_KEY_VARIABLE) or config_folder() / KEY_NAME)
    try:
        key = own_key(path)
    except OSError:
        path = _temporary(_KEY_PREFIX) / KEY_NAME
        key = own_key(path)
    os.environ[_KEY_VARIABLE] = str(path)
    return key


def why_not_kept() -> str:
    """Return why compiled kernels last no longer than this process, as part of a sentence; empty if they do.

    Call it after `prepare_numba_cache` and `kernel_key`.
    """
    if Path(os.environ.get(_NUMBA_VARIABLE, "")).name.startswith(_KERNELS_PREFIX):
        return "its folder cannot be written"
    if Path(os.environ.get(_KEY_VARIABLE, "")).parent.name.startswith(_KEY_PREFIX):
        return f"its key cannot be kept in {config_folder()}"
    return ""


def _temporary(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
