"""How rounds follow each other: quiet ones narrow and short unless all are to be alike, and what moves between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.playback.dwell import dwell_of

if TYPE_CHECKING:
    from cascade_gui.plots.grid import PlotGrid
    from cascade_gui.window.actions import Actions
    from cascade_gui.window.session import Session
    from cascade_gui.window.settings import Settings
    from engine.reading.recorded_run import RecordedRun


class QuietRounds(QObject):
    """Folds quiet rounds of the session's run away, in the plots and in playback, and lets plots move between rounds.

    Only of a run that is over: before, nobody knows what comes. Stepping by hand goes through every round.

    Parameters
    ----------
    session
        Whose run it is.
    plots
        What draws it.
    settings
        Where it is remembered that all rounds are to be shown, and that nothing is to move.
    actions
        Among which the switches are, ``view_all_rounds`` and ``view_motion``.
    """

    def __init__(self, session: Session, plots: PlotGrid, settings: Settings, actions: Actions) -> None:
        super().__init__(plots)
        self._session = session
        self._plots = plots
        self._settings = settings
        actions["view_all_rounds"].setChecked(settings.all_rounds)
        plots.set_folds(not settings.all_rounds)
        actions["view_motion"].setChecked(settings.motion)
        plots.set_motion(settings.motion)
        session.recording_changed.connect(self._set_dwell)
        session.runner.finished.connect(self._set_dwell)

    def show_all(self, shown: bool) -> None:
        """Show all rounds alike, or fold quiet ones away."""
        self._settings.all_rounds = shown
        self._plots.set_folds(not shown)
        self._set_dwell(self._session.recording)

    def let_move(self, moves: bool) -> None:
        """Let bars, walls and lines move from one round to the next, or stand at once."""
        self._settings.motion = moves
        self._plots.set_motion(moves)

    def _set_dwell(self, recording: RecordedRun | None) -> None:
        dwell: tuple[float, ...] = ()
        if recording is not None and recording.ended is not None and not self._settings.all_rounds:
            dwell = dwell_of(recording)
        self._session.player.dwell = dwell
