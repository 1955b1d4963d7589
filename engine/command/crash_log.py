"""Keeps the traceback of an unexpected exception in a file that the user can send."""

from __future__ import annotations

import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from engine.base.user_folders import log_folder

LOG_NAME = "cascade.log"


def write_crash(error: BaseException) -> Path:
    """Append an exception with time, command line, versions and traceback to the log.

    Returns
    -------
    Path
        The log file: in the user's log folder, or in a temporary one where that cannot be written.
    """
    from engine.scenario.provenance import versions

    named = ", ".join(f"{name} {number}" for name, number in versions().items())
    text = "".join(traceback.format_exception(error))
    when = datetime.now(UTC).isoformat(timespec="seconds")
    entry = f"{when}  {' '.join(sys.argv)}\n{named}, {sys.platform}\n{text}\n"
    try:
        return _append(log_folder(), entry)
    except OSError:
        return _append(Path(tempfile.mkdtemp(prefix="cascade-log-")), entry)


def _append(folder: Path, entry: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_NAME
    with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(entry)
    return path
