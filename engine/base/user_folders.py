"""Where the program keeps what belongs to the user but not to a document: caches and logs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

APPLICATION = "cascade-liquidations"
_NUMBA_VARIABLE = "NUMBA_CACHE_DIR"


def cache_folder() -> Path:
    """Return the folder for what can be made again at any time. It need not exist yet."""
    return Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False))


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
        wanted = Path(tempfile.mkdtemp(prefix="cascade-kernels-"))
    os.environ[_NUMBA_VARIABLE] = str(wanted)
    return wanted
