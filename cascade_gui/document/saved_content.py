"""Whether a file still holds what was opened or saved: by its content, which no clock and no copy changes."""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import TYPE_CHECKING

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from cascade_gui.document.recovery import Unsaved

UNREADABLE = ""
"""The digest of a file that is there and cannot be read: it is no file's."""


def digest(path: Path | None) -> str | None:
    """Return a short text that is another for every other content of a file; None where there is no file."""
    if path is None or not path.exists():
        return None
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "blake2b").hexdigest()
    except OSError:
        return UNREADABLE


class FileState(Enum):
    """What became of the file that unsaved work belongs to."""

    NEVER_SAVED = "never saved"
    GONE = "gone"
    UNTOUCHED = "untouched"
    CHANGED = "changed before the last edit, or nobody knows"
    NEWER = "changed after the last edit"


def state_of(unsaved: Unsaved) -> FileState:
    """Return what became of the file since the work on it began.

    Parameters
    ----------
    unsaved
        Work that was left behind.
    """
    path = unsaved.path
    if path is None:
        return FileState.NEVER_SAVED
    found = digest(path)
    if found is None:
        return FileState.GONE
    if found == unsaved.based_on:
        return FileState.UNTOUCHED
    return FileState.NEWER if path.stat().st_mtime > unsaved.when.timestamp() else FileState.CHANGED


def holds_all_of(path: Path, unsaved: Unsaved) -> bool:
    """Whether a file holds what was left behind, so that nothing is lost with it: it was saved just before the end."""
    from engine.files import read_draft

    try:
        saved = read_draft(path)
    except BadInput:
        return False
    same = saved.scenario.parameters == unsaved.parameters and saved.scenario.loans.same_as(unsaved.loans)
    return same and set(saved.unread) == set(unsaved.bad)
