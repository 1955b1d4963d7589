"""What came with a file beside its scenario: a recording is unverified until it was run again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.document.saved_content import digest
from cascade_gui.window.following import is_complete
from cascade_gui.window.same_run import same_run
from cascade_gui.wording import messages
from engine.base.faults import BadInput
from engine.reading.agreement import first_difference

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from cascade_gui.window.session import Session
    from engine.files import Contents
    from engine.reading.recorded_run import RecordedRun
    from engine.studies.outcome import StudyResult


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read of a file.

    Parameters
    ----------
    contents
        What the file holds and can be shown.
    left_out
        Why its recording was left out, None if it was not.
    content
        What the file held (`saved_content.digest`), None where there is none.
    studies
        The answers of studies that it holds.
    studies_left_out
        Why others were left out, None if none were.
    """

    contents: Contents
    left_out: BadInput | None = None
    content: str | None = None
    studies: tuple[StudyResult, ...] = ()
    studies_left_out: BadInput | None = None


def read_scenario_anyway(path: Path) -> Opened:
    """Read a file, without a recording or answers of studies that cannot be shown: the book is not lost for them.

    Loans that are wrong come with what is wrong, to be put right.

    Raises
    ------
    BadInput
        If the scenario itself cannot be read.
    """
    from engine.files import read_file
    from engine.studies.saving import read_studies

    content = digest(path) if path.is_file() else None
    left_out: BadInput | None = None
    try:
        contents = read_file(path)
    except BadInput as refusal:
        contents, left_out = _rest(path, refusal)
    if not contents.studies:
        return Opened(contents, left_out, content)
    studies, refused = read_studies(contents, path.name)
    faults = [fault for refusal in refused for fault in refusal.faults]
    return Opened(contents, left_out, content, tuple(studies), BadInput(faults) if faults else None)


def _rest(path: Path, refusal: BadInput) -> tuple[Contents, BadInput | None]:
    """Return what can be shown of a file that was refused as a whole, and why its recording is not shown."""
    from engine.files import keeps_recordings, read_draft, read_file

    if keeps_recordings(path):
        with suppress(BadInput):
            return read_file(path, with_recording=False), refusal
    try:
        return read_draft(path), None
    except BadInput:
        raise refusal from None


class FileRun(QObject):
    """Compares a run with the recording that came with the file, once there is one of the same scenario.

    Parameters
    ----------
    session
        Whose runs are watched.
    window
        Over which it is said that the figures differ.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        session.run_finished.connect(self._compare)

    def _compare(self, run: RecordedRun) -> None:
        kept = self._session.unverified
        if kept is None or kept is run or not is_complete(run) or not same_run(kept, run):
            return
        self._session.unverified = None
        found = first_difference(kept, run)
        if found is not None:
            messages.tell_other_figures(self._window, found)
