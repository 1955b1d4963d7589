"""The transport bar: buttons, scrub bar, "round 7 of 59, 1 min 24 s", speed, loop, direction."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from cascade_gui.playback.clock import SPEEDS
from cascade_gui.playback.round_slider import RoundSlider
from cascade_gui.theme import icon
from cascade_gui.theme.steady_labels import SteadyLabel
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QAction, QResizeEvent

    from cascade_gui.playback.player import Player
    from cascade_gui.plots.run_picture import RunPicture
    from cascade_gui.theme import Tokens
    from engine.reading.recorded_run import RecordedRun
    from engine.recording.records import Round
    from engine.scenario.schema import Stop

_BUTTONS_WIDTH: Final = 444
_LEAST_SLIDER: Final = 120
"""Pixels that the buttons take, and that the scrub bar keeps."""
_BUTTONS: Final = ("play_first", "play_back", "play_toggle", "play_forward", "play_last")


class TransportBar(QFrame):
    """Shows and moves a `Player`. Object name ``transport``.

    Parameters
    ----------
    player
        The player.
    actions
        The actions of `_BUTTONS`; the buttons are theirs, so keys, tips and names are the same.
    tokens
        The colours.

    Attributes
    ----------
    last_stop
        Its last control that Tab reaches.
    """

    stop_asked = Signal(int)
    """What to do with a stop at this round?"""

    def __init__(
        self, player: Player, actions: Callable[[str], QAction], tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setProperty("surface", "panel")
        self._player = player
        self._tokens = tokens
        self._recording: RecordedRun | None = None
        self._repaid: list[float] = []
        self._market: str | None = None
        self._before: RunPicture | None = None
        self._stops: Sequence[Stop] = ()
        self.slider = RoundSlider(tokens, self.describe, self)
        self._label = SteadyLabel(self, is_rich=True)
        self._whole = self.fontMetrics().horizontalAdvance("round 888 of 1,000  88 min 88 s")
        self._label.setMinimumWidth(self._whole)
        self._short = False
        self._room: int | None = None
        self._level = 0  # how much of the time is left out
        self._speed = self._tool(self.tr("Speed"))
        self._direction = self._tool(self.tr("Play backward"), checkable=True)
        self._loop = self._tool(self.tr("Start again at the end"), checkable=True)
        self._fill_speeds()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(4)
        buttons = [QToolButton(self) for _ in _BUTTONS]
        for name, button in zip(_BUTTONS, buttons, strict=True):
            button.setDefaultAction(actions(name))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(QSize(24, 24) if name == "play_toggle" else QSize(20, 20))
            button.setAccessibleName(actions(name).text().replace("&", ""))
            button.setAutoRaise(True)
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.slider, 1)
        row.addSpacing(8)
        row.addWidget(self._label)
        for tool in (self._speed, self._direction, self._loop):
            row.addWidget(tool)
        self.last_stop: QWidget = self._loop
        for before, after in pairwise((*buttons, self.slider, self._speed, self._direction, self._loop)):
            QWidget.setTabOrder(before, after)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.slider.valueChanged.connect(player.show)
        self.slider.sliderPressed.connect(player.pause)
        self.slider.stop_asked.connect(self.stop_asked)
        player.round_changed.connect(self._show_round)
        player.count_changed.connect(self._set_count)
        player.pace_changed.connect(self._show_pace)
        self._direction.toggled.connect(self._set_direction)
        self._loop.toggled.connect(self._set_loop)
        self.apply_theme(tokens)
        self._show_pace()
        self._set_count(player.count)

    # ---------------------------------------------------------------------------------- recordings

    def set_recording(self, recording: RecordedRun | None) -> None:
        """Show another recording, or none."""
        self._recording = recording
        self._repaid = []
        self.rounds_added()
        self._show_round(self._player.round)

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another."""
        self._recording = picture.recording
        self._repaid = picture.of_market(self._market).series["repaid_usd"].tolist()
        self.slider.set_repaid(self._repaid)
        self._set_count(self._player.count)

    def set_before(self, before: RunPicture | None) -> None:
        """Say how long another run took, or stop saying it."""
        self._before = before
        self._write_label()

    def rounds_added(self) -> None:
        """Take in the rounds that came since."""
        if self._recording is not None:
            new = self._recording.rounds[len(self._repaid) :]
            self._repaid.extend(self._repaid_in(new))
        self.slider.set_repaid(self._repaid)

    def set_market(self, market: str | None) -> None:
        """Mark how much was repaid in one market in each round; None for all together."""
        self._market = market
        self._repaid = []
        self.rounds_added()

    def _repaid_in(self, rounds: Sequence[Round]) -> list[float]:
        """Return the debt repaid in rounds, USD, in the market that was chosen if the run has it."""
        names = () if self._recording is None else self._recording.book.market_names
        if self._market not in names:
            return [float(each.repaid_usd.sum()) for each in rounds]
        at = list(names).index(self._market)
        return [float(each.repaid_usd[at]) for each in rounds]

    def follow(self, number: int) -> None:
        """Take in the rounds that came since, and show which one is shown."""
        self.rounds_added()
        self._show_round(number)

    def set_stops(self, stops: Sequence[Stop]) -> None:
        """Mark the scenario's stops."""
        if stops != self._stops:
            self._stops = stops
            self.slider.set_stops(stops)

    def describe(self, number: int) -> str:
        """Return what a tool tip says of a round."""
        lines = [self.tr("Round {number}").format(number=numbers.count(number))]
        lines += [stop.title for stop in self._stops if stop.round == number and stop.title]
        if number < len(self._repaid) and number > 0:
            lines.append(self.tr("{usd} repaid").format(usd=numbers.money(self._repaid[number])))
            if self._recording is not None and self._market in self._recording.book.market_names:
                lines[-1] = self.tr("{usd} repaid in {market}").format(
                    usd=numbers.money(self._repaid[number]), market=self._market
                )
        return "\n".join(lines)

    # -------------------------------------------------------------------------------------- looks

    def apply_theme(self, tokens: Tokens) -> None:
        """Draw in other colours."""
        self._tokens = tokens
        self.slider.set_tokens(tokens)
        self._loop.setIcon(icon("loop", tokens, "accent" if self._player.loop else "secondary"))
        self._direction.setIcon(icon("direction", tokens, "accent" if self._player.direction < 0 else "secondary"))
        self._write_label()

    def _tool(self, name: str, *, checkable: bool = False) -> QToolButton:
        tool = QToolButton(self)
        tool.setCheckable(checkable)
        tool.setAutoRaise(True)
        tool.setAccessibleName(name)
        tool.setToolTip(name)
        tool.setIconSize(QSize(18, 18))
        return tool

    def _fill_speeds(self) -> None:
        menu = QMenu(self)
        self._speeds = QActionGroup(menu)
        for speed in SPEEDS:
            action = menu.addAction(self._speed_text(speed))
            action.setCheckable(True)
            action.setData(speed)
            action.setToolTip(self.tr("{number} rounds a second").format(number=numbers.significant(speed)))
            self._speeds.addAction(action)
        self._speeds.triggered.connect(self._set_speed)
        self._speed.setMenu(menu)
        self._speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._speed.setProperty("kind", "selector")

    def _speed_text(self, speed: float) -> str:
        return self.tr("{factor} ×").format(factor=numbers.significant(speed))

    # ------------------------------------------------------------------------------------- player

    def _set_count(self, count: int) -> None:
        if self._player.exchanging:  # the recording comes next, and with it all is drawn once
            return
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, count - 1))
        self.slider.setEnabled(count > 1)
        self._show_round(self._player.round)

    def show_round(self, number: int) -> None:
        """Show which round is shown."""
        self._show_round(number)

    def _show_round(self, number: int) -> None:
        if self._player.exchanging:
            return
        with QSignalBlocker(self.slider):
            self.slider.setValue(number)
        self.slider.update()
        self._write_label()

    def _write_label(self) -> None:
        if self._player.count == 0:
            self._label.setText("")
            return
        here = f"<b>{numbers.count(self._player.round)}</b>"
        text = self.tr("round {here} of {last}").format(here=here, last=numbers.count(self._player.last))
        times = self._times()
        fitting = next((time for time in times if not self._short and self._fits(time)), "")
        self._label.setToolTip(times[0] if times and fitting != times[0] else "")
        level = times.index(fitting) if fitting else len(times)
        if level != self._level:
            self._level = level
            self._label.setFixedWidth(0)  # a label that is wide from before may shrink
            self._label.setText("")  # and takes its width anew, also for the text that it had
        if fitting:
            text = f"{text} &nbsp; <span style='color:{self._tokens.secondary}'>{fitting}</span>"
        self._label.setText(text)

    def _times(self) -> list[str]:
        """Return how long it took to the shown round: with the run before where both are at their end, and alone."""
        if self._recording is None:
            return []
        seconds = self._recording.scenario.parameters.simulation.round_seconds
        time = numbers.duration(self._player.round * seconds)
        at_end = self._recording.ended is not None and self._player.round == self._player.last
        if self._before is None or not at_end:
            return [time]
        return [self.tr("{0} · the run before {1}").format(time, self._duration_before(self._before)), time]

    def _fits(self, time: str) -> bool:
        """Whether a time stands beside the round without running into the buttons."""
        round_of = self.tr("round {here} of {last}").format(
            here=numbers.count(self._player.round), last=numbers.count(self._player.last)
        )
        wanted = self.fontMetrics().horizontalAdvance(f"{round_of}    {time}")
        return self._room is None or max(wanted, self._whole) + _BUTTONS_WIDTH + _LEAST_SLIDER <= self._room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the time to the tip where it would run into what stands beside it."""
        super().resizeEvent(event)
        self._room = event.size().width()
        short = event.size().width() < _BUTTONS_WIDTH + _LEAST_SLIDER + self._whole
        if short is not self._short:
            self._short = short
            self._label.setMinimumWidth(0)
        self._write_label()

    def _duration_before(self, before: RunPicture) -> str:
        seconds = before.recording.scenario.parameters.simulation.round_seconds
        return numbers.duration((len(before.series) - 1) * seconds)

    def _show_pace(self) -> None:
        self._speed.setText(self._speed_text(self._player.speed))
        for action in self._speeds.actions():
            action.setChecked(action.data() == self._player.speed)
        with QSignalBlocker(self._loop), QSignalBlocker(self._direction):
            self._loop.setChecked(self._player.loop)
            self._direction.setChecked(self._player.direction < 0)
        self.apply_theme(self._tokens)

    def _set_speed(self, action: QAction) -> None:
        self._player.speed = action.data()

    def _set_direction(self, backward: bool) -> None:
        self._player.direction = -1 if backward else 1

    def _set_loop(self, loop: bool) -> None:
        self._player.loop = loop
