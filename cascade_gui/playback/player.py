"""Shows the rounds of a recording one after another."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from cascade_gui.playback.clock import SPEEDS, Clock, faster, slower

_FRAME_MS: Final = 16
_MOST_SECONDS: Final = 0.2
"""Between two rounds no more time passes than this, so that playing gets slower where pictures take long, and does not
jump."""


class Player(QObject):
    """The shown round, and playing through the rounds.

    The only place that knows which round is shown; everything else follows `round_changed`.

    Attributes
    ----------
    waits
        Whether playing, and following a run, go on to a round only when its picture is there: it asks for the picture
        with `round_awaited` and shows the round when told that it has `arrived`. Where the user goes is shown at once.
    exchanging
        Whether another finished recording takes the place of the present one now: what shows it is told of it apart.
    """

    round_changed = Signal(int)
    round_awaited = Signal(int)
    """The round to show next, as soon as it can be shown in all its parts."""
    count_changed = Signal(int)
    playing_changed = Signal(bool)
    pace_changed = Signal()
    """Speed, direction or loop changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = Clock()
        self.waits = self.exchanging = False
        self._round = 0
        self._awaited: int | None = None
        self._follows = self._ends = False
        self._timer = QTimer(self, interval=_FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._elapsed = QElapsedTimer()

    # ----------------------------------------------------------------------------- what is shown

    @property
    def round(self) -> int:
        """The shown round; 0 is the state before the first."""
        return self._round

    @property
    def follows(self) -> bool:
        """Whether the shown round is the newest as more arrive."""
        return self._follows

    @property
    def awaited(self) -> int | None:
        """The round whose picture is awaited, None where none is."""
        return self._awaited

    @property
    def count(self) -> int:
        """The number of rounds, the state before the first included; 0 without a recording."""
        return self._clock.count

    @property
    def last(self) -> int:
        """The number of the last round."""
        return self._clock.last

    def clear(self) -> None:
        """Forget the recording."""
        self.pause()
        self._follows = False
        self._clock.count = 0
        self.count_changed.emit(0)
        self._show(0)

    def begin(self, count: int, *, follow: bool) -> None:
        """Take a new recording of `count` rounds, at round 0.

        Parameters
        ----------
        count
            Rounds that are there already, round 0 included.
        follow
            Whether the shown round is to be the newest as more arrive, until the user goes elsewhere.
        """
        self.pause()
        self._clock.count = count
        self.count_changed.emit(count)
        self._show(0)
        self._follows = follow

    def exchange(self, count: int, number: int) -> None:
        """Take another finished recording of `count` rounds in the place of the present one, at a round of it."""
        self.pause()
        self._follows = False
        self.exchanging = True
        if count != self._clock.count:
            self._clock.count = count
            self.count_changed.emit(count)
        self._show(number)
        self.exchanging = False

    def grow(self, count: int) -> None:
        """Note that the recording now has `count` rounds."""
        if count == self._clock.count:
            return
        self._clock.count = count
        self.count_changed.emit(count)
        self._follow()

    def arrived(self, number: int) -> None:
        """Show the awaited round, now that its picture is there; another one is not shown."""
        if number != self._awaited:
            return
        self._awaited = None
        if self.playing:
            self._round = number
            self._follows = False
            self.round_changed.emit(number)
            if self._ends:
                self.pause()
        else:
            self._show(number)
            self._follow()

    def show(self, number: int) -> None:
        """Show a round, the nearest one if there is no such round. It stays there while a run goes on."""
        self._show(number)
        self._follows = self._follows and self._round == self.last
        self._elapsed.restart()

    def forward(self) -> None:
        """Show the next round."""
        self._step_to(self._round + 1)

    def back(self) -> None:
        """Show the round before."""
        self._step_to(self._round - 1)

    def first(self) -> None:
        """Show the state before the first round."""
        self._step_to(0)

    def to_last(self) -> None:
        """Show the last round; while a run goes on, follow it again."""
        self._step_to(self.last)
        self._follows = True

    def _step_to(self, number: int) -> None:
        self.pause()
        self.show(number)

    def _follow(self) -> None:
        """Go on to the newest round of a run, where it is followed and no other is on its way."""
        if not self._follows or self.playing or self._awaited is not None or self._round == self.last:
            return
        if self.waits:
            self._awaited = self.last
            self.round_awaited.emit(self.last)
        else:
            self._show(self.last)

    def _show(self, number: int) -> None:
        self._awaited = None
        shown = self._clock.show(number)
        if shown != self._round:
            self._round = shown
            self.round_changed.emit(shown)

    # ----------------------------------------------------------------------------------- playing

    @property
    def playing(self) -> bool:
        """Whether rounds are shown one after another."""
        return self._timer.isActive()

    def play(self) -> None:
        """Start; from the other end when there is nothing left to play."""
        if self.playing or self._clock.last == 0:
            return
        self._clock.rewind_if_ended()
        self._show(self._clock.round)
        self._elapsed.start()
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stop at the shown round."""
        if not self.playing:
            return
        self._timer.stop()
        self._awaited = None
        self._clock.show(self._round)
        self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def _tick(self) -> None:
        if self._awaited is not None:
            return
        self._ends = not self._clock.advance(min(self._elapsed.restart() / 1000, _MOST_SECONDS))
        shown = self._clock.round
        if shown == self._round:
            if self._ends:
                self.pause()
            return
        self._awaited = shown
        if self.waits:
            self.round_awaited.emit(shown)
        else:
            self.arrived(shown)

    # -------------------------------------------------------------------------------------- pace

    @property
    def speed(self) -> float:
        """Rounds a second."""
        return self._clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._set_pace(speed, self.direction, self.loop)

    @property
    def dwell(self) -> tuple[float, ...]:
        """How long each round is shown, 1 for as long as the speed says; empty where all are shown alike."""
        return self._clock.dwell

    @dwell.setter
    def dwell(self, dwell: tuple[float, ...]) -> None:
        self._clock.dwell = dwell

    @property
    def direction(self) -> int:
        """1 forward, -1 backward."""
        return self._clock.direction

    @direction.setter
    def direction(self, direction: int) -> None:
        self._set_pace(self.speed, direction, self.loop)

    @property
    def loop(self) -> bool:
        """Whether it starts again at its end."""
        return self._clock.loop

    @loop.setter
    def loop(self, loop: bool) -> None:
        self._set_pace(self.speed, self.direction, loop)

    def faster(self) -> None:
        """Play faster; backward play gets slower and then forward."""
        self._set_pace(*faster(self.speed, self.direction), self.loop)

    def slower(self) -> None:
        """Play slower, then backward."""
        self._set_pace(*slower(self.speed, self.direction), self.loop)

    def set_pace(self, speed: float, direction: int, loop: bool) -> None:
        """Set all three at once."""
        self._set_pace(speed, direction, loop)

    def _set_pace(self, speed: float, direction: int, loop: bool) -> None:
        if (speed, direction, loop) == (self.speed, self.direction, self.loop):
            return
        if direction != self._clock.direction:
            self._awaited = None
            self._clock.show(self._round)
        self._clock.speed = min(SPEEDS[-1], max(SPEEDS[0], speed))
        self._clock.direction = 1 if direction > 0 else -1
        self._clock.loop = loop
        self.pace_changed.emit()
