"""Runs that follow the user's hand: when they are asked for, what is shown of them, and which run was before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from cascade_gui.plots.run_picture import RunPictures
from cascade_gui.running.live import LiveRuns
from cascade_gui.window.run_difference import name_of_difference
from cascade_gui.working.background import Background
from engine.base.faults import BadInput
from engine.recording.records import STOPPED

if TYPE_CHECKING:
    from cascade_gui.plots.run_picture import RunPicture
    from cascade_gui.running.live import LiveRun
    from cascade_gui.window.session import Session
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.schema import Parameters


class Shown(Protocol):
    """What the plots show, which decides what is made for them of every run."""

    @property
    def moving(self) -> str | None:
        """The asset that moves in the liquidation map, None for everything that is not stable."""

    @property
    def shows_losses(self) -> bool:
        """Whether the losses of every round are looked at."""

    @property
    def market(self) -> str | None:
        """The market whose figures are shown, None for those of all."""


class Following(QObject):
    """Runs every edit at once while it is on, and keeps the run before the present step of the history.

    One drag, or one typing into a field, is one step; the run before stays until the next step begins.

    Parameters
    ----------
    session
        Whose document is run, and which gets the runs.

    Attributes
    ----------
    shown_in
        What the plots show, None where there are none.
    runs
        The runs.
    """

    shown = Signal(object, float)
    """The `RunPicture` of a run that was wanted at once, and how many seconds it took from the edit on."""
    before_changed = Signal(object, str)
    """The `RunPicture` of the end of the run before and its name, ``the run before, at 0.3 ×``; None for none."""
    turned = Signal(bool)
    """It was turned on or off."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.shown_in: Shown | None = None
        # In a thread of their own: that of other runs has stepped back, so that beside any other busy program a run
        # would take ten times as long, while the window only waits for it.
        self._running = Background("live runs", self, computes=True, steps_back=False)
        self.runs = LiveRuns(self._running, self)
        self._session = session
        self._on = False
        self._step = self._gesture = self._steps_since = 0
        self._pictures = RunPictures()  # used in the thread of the runs, the others in that of the run before
        self._pictures_before = RunPictures()
        self._looking = Background("run before", self)
        self._end: RunPicture | None = None
        self._before: RecordedRun | None = None
        self._before_picture: RunPicture | None = None
        self._name = ""
        self._pinned: RecordedRun | None = None
        self._pinned_name = ""
        self.runs.finished.connect(self._take)
        session.runner.ready_changed.connect(self.ask)
        session.document.undo_stack.indexChanged.connect(self._step_made)

    @property
    def on(self) -> bool:
        """Whether every edit runs at once."""
        return self._on

    @property
    def before(self) -> RunPicture | None:
        """The end of the run before, None where there is none."""
        return self._before_picture

    @property
    def run_before(self) -> RecordedRun | None:
        """The run before, whose picture may still be made; None where there is none."""
        return self._before

    def set_on(self, on: bool) -> None:
        """Let every edit run at once, or only when the user wants it."""
        self._on = self._session.document.is_followed = on
        if on:
            self.ask()
        else:
            self.runs.forget()
        self.turned.emit(on)

    def ask(self) -> bool:
        """Run what the document says now, if it is on and the present run is of something else; return whether it is.

        What has faults, or no loans, does not run: the last good run stays.
        """
        session = self._session
        if not (self._on and session.wants_run and len(session.document.loans)):
            self.runs.forget()
            return False
        if not session.runner.ready:  # asks again when it is
            session.runner.prepare()
            session.runner.compile_now()
            self.runs.forget()
            return False
        try:
            draft = session.document.draft()
        except BadInput:
            self.runs.forget()
            return False
        if session.runner.busy:
            session.runner.clear()
        every = self.shown_in is not None and self.shown_in.shows_losses
        asset = self._moving_in(draft.parameters)
        look = partial(self._pictures.make, number=self._round(), asset=asset, every_loss=every, market=self._market)
        self.runs.request(draft, look)
        return True

    def _moving_in(self, parameters: Parameters) -> str | None:
        """Return what moves in the map, None where that is no asset of these: it was chosen for another run."""
        moving = None if self.shown_in is None else self.shown_in.moving
        return moving if moving in parameters.assets else None

    @property
    def _market(self) -> str | None:
        return None if self.shown_in is None else self.shown_in.market

    def keep_before(self, recording: RecordedRun | None) -> None:
        """Take a complete run for the one before, or forget it. Until its picture is there no other is shown.

        A run that is pinned stands for every run before.
        """
        if recording is not None and self._pinned is not None:
            recording = self._pinned
        if recording is self._before:
            return
        self._before = recording
        end = self._end
        if end is not None and end.recording is recording and end.of_market(self._market) is end:
            self._found_before(end)
            return
        if self._before_picture is not None:
            self._before_picture = None
            self.before_changed.emit(None, "")
        self._name = ""
        if recording is not None:
            self.look_again()

    def pin(self, recording: RecordedRun | None, name: str = "") -> None:
        """Let a run stand for every run before, under a name; none any more for None."""
        self._pinned, self._pinned_name = recording, name
        present = self._session.recording
        if recording is not None and present is not None and present is not recording:
            self.keep_before(recording)

    @property
    def pinned(self) -> RecordedRun | None:
        """The run that stands for every run before."""
        return self._pinned

    def look_again(self) -> None:
        """Make the picture of the run before, as the plots want it now."""
        if self._before is not None:
            # Not in the thread of the runs: it is busy with the present one until that ends.
            asset = self._moving_in(self._before.scenario.parameters)
            look = partial(self._pictures_before.make, self._before, None, asset, market=self._market)
            self._looking.do(look, self._found_before, key="before")

    def shut_down(self) -> None:
        """Stop, and wait for what is looked at."""
        self.runs.forget()
        self._running.shut_down()
        self._looking.shut_down()

    def _round(self) -> int | None:
        """Return the round that a new run is to show: where the user is, the end where that is an end or the start."""
        player = self._session.player
        return None if player.round in {0, player.last} else player.round

    def _take(self, run: LiveRun) -> None:
        picture: RunPicture = run.look
        self._end = picture if picture.is_end else None
        self.shown.emit(picture, run.seconds)
        self._session.exchange(picture)
        self._name_before()

    def _step_made(self, index: int) -> None:
        """Keep the run that is shown when a step begins; further edits of the same step come with the same index.

        A drag that comes back to where it began has no step any more, and gets one again when it goes on.
        """
        gesture = self._session.document.gesture
        same = index == self._step or (gesture and gesture == self._gesture)
        self._step, self._gesture = index, gesture
        if same:
            return
        self._steps_since += 1
        recording = self._session.recording
        if self._on and recording is not None and is_complete(recording):
            self.keep_before(recording)

    def _found_before(self, picture: RunPicture) -> None:
        if picture.recording is self._before:
            self._before_picture = picture
            self._name, self._steps_since = self._named(), 0
            self.before_changed.emit(picture, self._name)
            if not picture.series.knows_losses:
                self._looking.do(picture.recording.losses.work_out, partial(self._losses_before, picture), key="losses")

    def _losses_before(self, picture: RunPicture, _: None) -> None:
        """Show also the losses of all rounds of the run before, which were left out while runs followed each other."""
        if picture is self._before_picture:
            picture.series.update()
            self.before_changed.emit(picture, self._name)

    def _name_before(self) -> None:
        """Say again what the run before differs by, if steps that did not get a run of their own have added to it."""
        if self._before_picture is not None and self._steps_since and self._name != self._named():
            self._found_before(self._before_picture)

    def _named(self) -> str:
        if self._before is None:
            return ""
        if self._before is self._pinned:
            return QCoreApplication.translate("Following", "pinned: {0}").format(self._pinned_name)
        return name_of_difference(self._before.scenario.parameters, self._session.document.parameters)


def is_complete(recording: RecordedRun) -> bool:
    """Whether a run came to its end; one that was stopped, or cut short by the next, did not."""
    return recording.ended not in {None, STOPPED}
