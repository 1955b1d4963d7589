"""What happens when a run is over: its summary appears, and the cursor goes to the worst round."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from PySide6.QtCore import QObject

from cascade_gui.window.following import is_complete
from cascade_gui.working.background import Background
from engine.reading.ending import ending

if TYPE_CHECKING:
    from cascade_gui.figures.run_summary import RunSummary
    from cascade_gui.window.session import Session
    from engine.reading.ending import Ending
    from engine.reading.recorded_run import RecordedRun


class RunEnding(QObject):
    """Shows the summary of the session's run once it is over.

    Of a recording that came with a file the summary is shown when its last round has been: whoever plays it to others
    tells its end last. While every edit runs at once it waits until the hand rests, so that no step waits for it: until
    then nothing is said. Its place is kept in any case, so that the plots never change their height.

    Parameters
    ----------
    session
        Whose runs they are.
    summary
        Where the summary stands.
    """

    def __init__(self, session: Session, summary: RunSummary) -> None:
        super().__init__(summary)
        self._session = session
        self._summary = summary
        self._background = Background("summary", self)
        self._asked: RecordedRun | None = None
        self._live: RecordedRun | None = None  # the last one that followed the hand
        self._told: WeakSet[RecordedRun] = WeakSet()  # whose end is known: it may be shown again
        summary.round_clicked.connect(session.player.show)
        session.recording_changed.connect(self._begin)
        session.run_started.connect(self._begin)
        session.losses_found.connect(self._rest)
        session.runner.finished.connect(self._finish)
        session.player.round_changed.connect(self._pass)
        session.following.turned.connect(self._turn)

    @property
    def busy(self) -> bool:
        """Whether a summary is being worked out."""
        return self._background.busy

    def shut_down(self) -> None:
        """Wait for what is worked out."""
        self._background.shut_down()

    def _begin(self, recording: RecordedRun | None) -> None:
        """Forget the run before."""
        self._background.forget_all()
        self._asked = None
        if self._session.exchanging:
            self._live = recording
        if self._summary.ending is not None:  # a step of a hand is not to write nothing over nothing
            self._summary.show_ending(None)
        if recording is not None and recording in self._told:
            self._tell(recording)

    def _finish(self, recording: RecordedRun) -> None:
        """Show the worst round of a run that came to its end, unless the user looks at another one.

        A run is also left at its end where that is compared with the end of the run before.
        """
        if recording is not self._session.recording:
            return
        self._tell(recording)
        followed = self._session.player.follows and not self._session.steps
        if followed and is_complete(recording) and self._session.following.run_before is None:
            self._session.player.show(self._session.worst_round)

    def _pass(self, number: int) -> None:
        recording = self._session.recording
        if recording is not None and recording.ended is not None and number == len(recording.rounds) - 1:
            self._tell(recording)

    def _turn(self, follows: bool) -> None:
        recording = self._session.recording
        if not follows and recording is not None and recording.ended is not None:
            self._tell(recording)

    def _rest(self) -> None:
        """Tell of a run that followed the hand once that rests, and all that it lost is known."""
        recording = self._session.recording
        if recording is not None and recording is self._live and is_complete(recording):
            self._tell(recording)

    def _tell(self, recording: RecordedRun) -> None:
        session = self._session
        waits = session.exchanging or session.document.gesture or recording.losses.known < len(recording.rounds)
        if recording is self._asked or (session.following.on and waits):
            return
        self._asked = recording

        def show(found: Ending) -> None:
            self._told.add(recording)
            self._summary.show_ending(found, recording.scenario.parameters.simulation.round_seconds)

        self._background.do(lambda: ending(recording), show, key="summary")
