"""What the window is about: a document, its run, the shown round, and whether they still belong together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cascade_gui.document.document import Document
from cascade_gui.playback import Player
from cascade_gui.plots.series import Series
from cascade_gui.running import Runner, RunState
from cascade_gui.window.following import Following, is_complete
from cascade_gui.window.kept_runs import KeptRuns
from cascade_gui.window.same_run import same_run, what_runs
from cascade_gui.working.background import Background
from cascade_gui.working.shown_round import BookView, Viewer
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.plots.run_picture import RoundPicture, RunPicture
    from engine.base.faults import Fault
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

_SETTLE_MS: Final = 120
"""Edits that follow each other more quickly are looked at together."""
_REST_MS: Final = 300
"""A hand that has not moved for so long rests: what was left out of runs that followed it is worked out."""
_TELL_SECONDS: Final = 0.2
"""What was found of losses is shown this often while more is looked for."""
_PATIENCE_MS: Final = 200
"""What shows an older round for longer than this is marked."""


class Session(QObject):
    """Connects document, runner, player and viewer; widgets follow its signals.

    Attributes
    ----------
    look
        Returns what makes of a view of a recording what the plots draw of it, in the background; None where there are
        no plots.
    steps
        Whether the last thing that was asked of the engine was one more round.
    unverified
        The recording that came with a file, while no run here has shown the same figures.
    """

    recording_changed = Signal(object)
    """Another recording, or None."""
    rounds_added = Signal()
    """The recording grew."""
    losses_found = Signal()
    """What the recording's rounds lost, and their prices without liquidations, are worked out of more than before."""
    view_changed = Signal(object, object, object)
    """`RoundView` or None, the `Book` it is of or None, and the `RoundPicture` of it where one was made."""
    behind_changed = Signal(bool)
    """Whether the view that was told of last is not of the shown round, and has not been for a while; told again with
    every round that is asked for meanwhile."""
    stale_changed = Signal(bool)
    """Whether the recording is not of what the document now says."""
    run_started = Signal(object)
    """The recording of a run that has begun, or of one that followed an edit and is complete."""
    run_finished = Signal(object)
    refused = Signal(object)
    """Faults (a tuple) that keep the scenario from running."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document(self)
        self.runner = Runner(self)
        self.player = Player(self)
        self.viewer = Viewer(self)
        self._losses = Background("losses", self)
        self._recording: RecordedRun | None = None
        self.unverified: RecordedRun | None = None
        self._put_away: tuple[RecordedRun, ...] = ()  # complete runs that a reset took away, the newest first
        self._stale = self._told_stale = False
        self._loans_differ = False
        self._complete: RecordedRun | None = None
        self._ahead = self._behind = self._exchanging = self.steps = False
        self._arriving: int | None = None
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._tell_behind)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._rested)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._look)
        self.runner.started.connect(self._begin)
        self.runner.rounds_available.connect(self._grow)
        self.runner.started.connect(self.run_started)
        self.runner.finished.connect(self.run_finished)
        self.runner.refused.connect(self._refuse)
        self.look: Callable[[RecordedRun], Callable[[RoundView], RoundPicture]] | None = None
        self.player.waits = True
        self.player.round_changed.connect(self._show_round)
        self.player.round_awaited.connect(self._prepare_round)
        self.player.playing_changed.connect(self._show_where_it_stopped)
        self.viewer.view_ready.connect(self._tell_view)
        self.viewer.faults_found.connect(self.document.set_loan_faults)
        self.document.replaced.connect(self._forget)
        self.document.parameters_changed.connect(self._edited)
        self.document.loans_changed.connect(self._edited)
        self.following = Following(self)
        self.following.runs.refused.connect(self._note_faults)
        self.following.turned.connect(self._tell_stale)
        self.kept = KeptRuns(self)

    @property
    def recording(self) -> RecordedRun | None:
        """The present run, as far as it came, or None."""
        return self._recording

    @property
    def stale(self) -> bool:
        """Whether the document was changed since the run, so that the recording is of something else."""
        return self._stale

    @property
    def wants_run(self) -> bool:
        """Whether there is no run of what the document says now."""
        return self._recording is None or self._stale

    @property
    def has_next_round(self) -> bool:
        """Whether there is a round after the shown one, or one can be computed."""
        return self.wants_run or self.runner.busy or self.player.round < self.player.last

    @property
    def exchanging(self) -> bool:
        """Whether another finished run takes the place of the present one now; the parts are told of it apart."""
        return self._exchanging

    @property
    def arriving(self) -> bool:
        """Whether the round that is shown now comes with its view, so that all parts of the window can show it."""
        return self._arriving is not None

    @property
    def busy_soon(self) -> bool:
        """Whether an edit waits to be looked at."""
        return self._settle.isActive()

    # --------------------------------------------------------------------------------------- runs

    def run(self) -> None:
        """Run what the document says; go on with a run that pauses."""
        self.steps = False
        if self.runner.state is RunState.PAUSED and not self._stale:
            self.runner.resume()
        elif not self.runner.busy or self._stale:
            self._start(None)

    def step(self) -> None:
        """Compute one more round; a run that has not begun begins and pauses after its first round.

        Of a run that is over the next round is shown: it is thrown away for no step.
        """
        self.steps = True
        if self.runner.busy and not self._stale:
            self.player.to_last()
            self.runner.step()
        elif not self.wants_run:
            self.player.forward()
        else:
            self._start(1)

    def pause(self) -> None:
        """Pause between two rounds."""
        self.runner.pause()

    def stop(self) -> None:
        """Stop between two rounds; what ran so far is kept."""
        self.runner.stop()

    def reset(self) -> None:
        """Show the book before anything happens to it. The next run is compared with the one that was there."""
        before = self.following.before
        runs = (self._recording, self._complete, None if before is None else before.recording, *self._put_away)
        put_away = tuple(dict.fromkeys(run for run in runs if run is not None and is_complete(run)))
        self._forget(put_away)

    def _forget(self, put_away: tuple[RecordedRun, ...] = ()) -> None:
        """Show no run; keep those for the comparison that are given."""
        self._put_away = put_away[:2]
        self._forget_views()
        self.runner.clear()
        self.player.clear()
        self._complete = self.unverified = None
        self.following.keep_before(None)
        self._take_recording(None)
        self._edited()

    def _compare_with_put_away(self) -> None:
        """After a reset, compare with the newest run before it that was of something else."""
        for run in self._put_away:
            if self.differs_from(run):
                self.following.keep_before(run)
                break
        self._put_away = ()

    def show_worst_round(self) -> None:
        """Go to the round in which the price of the asset that the run is told by was worst."""
        if self._recording is not None and self._recording.rounds:
            self.player.pause()
            self.player.show(self.worst_round)

    @property
    def worst_round(self) -> int:
        """The worst round of the run (`engine.reading.ending.worst_round`); 0 without a run."""
        return 0 if self._recording is None else Series(self._recording).worst()[0]

    def adopt(self, recording: RecordedRun, *, is_verified: bool = False) -> None:
        """Show a recording that came with the file; those of bundled examples are verified."""
        self.unverified = None if is_verified else recording
        self.following.runs.forget()
        self._put_away = ()
        self._take_recording(recording)
        self.player.begin(len(recording.rounds), follow=False)
        self._look()

    def exchange(self, picture: RunPicture) -> None:
        """Put a finished run in the place of the present one, at the round of its picture."""
        recording = picture.recording
        self._compare_with_put_away()
        self._settle.stop()
        self._forget_views()
        self._keep_up()
        self._recording = recording
        self._exchanging = True
        self.run_started.emit(recording)
        self.player.exchange(len(recording.rounds), picture.round)
        self._exchanging = False
        self.document.set_loan_faults(())
        self._compare()
        self._rest.start()
        self.run_finished.emit(recording)

    def shut_down(self) -> None:
        """Stop all work and wait for it."""
        self._settle.stop()
        self._rest.stop()
        self._patience.stop()
        self.following.shut_down()
        self.player.pause()
        self.runner.shut_down()
        self.viewer.shut_down()
        self._losses.shut_down()

    def _start(self, steps: int | None) -> None:
        try:
            draft = self.document.draft()
        except BadInput as refusal:
            self.refused.emit(refusal.faults)
            return
        self.following.runs.forget()
        self.runner.start(draft, steps)

    def _begin(self, recording: RecordedRun) -> None:
        self._keep_before(recording)
        self._compare_with_put_away()
        self._take_recording(recording)
        # Rounds that are there already are told of next, and followed like all others.
        self.player.begin(1, follow=True)
        self._look()

    def _keep_before(self, recording: RecordedRun) -> None:
        """Compare a run that begins with the last complete one, unless it is the same run again."""
        last = self._recording
        if last is not None and is_complete(last):
            self._complete = last
        if self._complete is not None and not same_run(self._complete, recording):
            self.following.keep_before(self._complete)
        elif self.following.run_before is not None and same_run(self.following.run_before, recording):
            self.following.keep_before(None)

    def _grow(self, count: int) -> None:
        self.rounds_added.emit()
        self._work_out_losses()
        self.player.grow(count)

    def _refuse(self, refusal: BadInput) -> None:
        faults: tuple[Fault, ...] = refusal.faults
        self.document.set_loan_faults(faults)
        self.refused.emit(faults)

    def _note_faults(self, refusal: BadInput) -> None:
        """Note why an edit does not run; the last good run stays."""
        self.document.set_loan_faults(refusal.faults)

    def _take_recording(self, recording: RecordedRun | None) -> None:
        self._recording = recording
        self.recording_changed.emit(recording)
        self._work_out_losses()
        self._compare()

    def _rested(self) -> None:
        """Work out what was left out while runs followed the hand, unless it still holds what it drags."""
        if self.document.gesture:
            self._rest.start()
        else:
            self._work_out_losses()

    def _work_out_losses(self) -> None:
        recording = self._recording
        if recording is not None:

            def work_out() -> None:
                recording.outside.work_out()
                losses, told = recording.losses, time.monotonic()
                for number in range(losses.known, len(recording.rounds)):
                    losses.insolvent_debt_usd(number)
                    if time.monotonic() - told > _TELL_SECONDS:  # the first rounds take long where nothing is compiled
                        self._losses.tell(self.losses_found.emit)
                        told = time.monotonic()

            self._losses.do(work_out, lambda _: self.losses_found.emit(), key="losses")

    # -------------------------------------------------------------------------------------- views

    def _edited(self) -> None:
        self.runner.expect(self.document.parameters)
        self._compare()
        if not self.following.ask():
            self._settle.start()

    def _compare(self) -> None:
        """Find out whether the recording is of what the document says now."""
        recording = self._recording
        self._loans_differ = recording is not None and self._has_other_loans(recording)
        self._stale = self._loans_differ or (recording is not None and self.differs_from(recording))
        self._tell_stale()

    def differs_from(self, recording: RecordedRun) -> bool:
        """Whether a run is of something else than the document says now."""
        ran, now = recording.scenario.parameters, self.document.parameters
        return what_runs(ran) != what_runs(now) or self._has_other_loans(recording)

    def _has_other_loans(self, recording: RecordedRun) -> bool:
        loans, ran = self.document.loans.to_table(), recording.scenario.loans
        return loans is not ran and not loans.same_as(ran)

    def _tell_stale(self) -> None:
        """Tell whether the run is of older values; one that follows the edits is so only for a moment."""
        stale = self._stale and not self.following.on
        if stale is not self._told_stale:
            self._told_stale = stale
            self.stale_changed.emit(stale)

    def _show_round(self, number: int) -> None:
        """Ask for the view of the shown round, unless it has just come."""
        if self._exchanging or self._arriving == number:
            return
        if self._ahead:  # of a round that was to come, and now is not
            self._forget_views()
        if self._recording is not None and not self._loans_differ:
            self._ask_for(number)

    def _prepare_round(self, number: int) -> None:
        """Ask for the view of the round that is shown next; a book that was edited has one view for all rounds."""
        if self._recording is None or self._loans_differ:
            self.player.arrived(number)
        else:
            self._ahead = True
            self._ask_for(number)

    def _ask_for(self, number: int) -> None:
        recording = self._recording
        if recording is not None:
            look = None if self.look is None else self.look(recording)
            self.viewer.show_round(recording, number, look)
            if self._behind:
                self.behind_changed.emit(True)
            elif not self._ahead and not self._patience.isActive():
                self._patience.start()

    def _show_where_it_stopped(self, playing: bool) -> None:
        """Show no round that was to come when playing was stopped."""
        if not playing and self._ahead:
            self._forget_views()
            if self._behind or self._patience.isActive():
                self._ask_for(self.player.round)

    def _forget_views(self) -> None:
        self._ahead = False
        self.viewer.forget()

    def _look(self) -> None:
        """Ask for the view that belongs beside the book as it is now."""
        if self._recording is not None and not self._loans_differ:
            awaited = self.player.awaited
            if awaited is None:
                self._show_round(self.player.round)
            else:
                self._prepare_round(awaited)
            if self._stale:
                self._check()
            return
        self._ahead = False
        self._keep_up()
        try:
            draft = self.document.draft()
        except BadInput:
            self.viewer.show_right_rows(*self.document.readable())
            return
        self.viewer.show_scenario(draft)

    def _check(self) -> None:
        try:
            self.viewer.check(self.document.draft())
        except BadInput:
            return

    def _tell_view(self, found: BookView | None) -> None:
        awaited = self.player.awaited
        of_edits = found is None or self._loans_differ or self._recording is None
        if found is None:
            self._keep_up()
            self.view_changed.emit(None, None, None)
        else:
            number = found.view.round
            if self._ahead and not of_edits and number not in {awaited, self.player.round}:
                return  # of an older wish that was under way
            if number != self.player.round or of_edits:
                self._ahead = False
            if number == awaited and not of_edits:
                # First, so that all parts of the window change in the same turn of the event loop.
                self._arriving = number
                self.player.arrived(number)
                self._arriving = None
            if of_edits or number == self.player.round:
                self._keep_up()
            self.view_changed.emit(found.view, found.book, found.look)
        if awaited is not None and of_edits:
            self.player.arrived(awaited)

    def _tell_behind(self) -> None:
        self._behind = True
        self.behind_changed.emit(True)

    def _keep_up(self) -> None:
        """Note that what is on the screen is of the shown round, or soon will be of no round at all."""
        self._patience.stop()
        if self._behind:
            self._behind = False
            self.behind_changed.emit(False)
