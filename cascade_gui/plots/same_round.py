"""The debt by health of the run before, at the round that is to be compared with the shown one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cascade_gui.plots.histogram import Histograms, histograms
from cascade_gui.working.latest_job import LatestJob
from engine.reading.round_view import round_view

if TYPE_CHECKING:
    from cascade_gui.plots.run_picture import RunPicture
    from cascade_gui.working.background import Background
    from engine.reading.recorded_run import RecordedRun


class SameRound(QObject):
    """Finds it: at once where it is known, else in the background.

    Parameters
    ----------
    parent
        Its owner.
    background
        Where debt is added up.
    """

    found = Signal()
    """What was not known when it was asked for is known now."""

    def __init__(self, parent: QObject, background: Background) -> None:
        super().__init__(parent)
        self._run: RunPicture | None = None
        self._known: Histograms | None = None
        self._asked: tuple[int, str | None] | None = None
        self._job = LatestJob(self, background)
        self._job.done.connect(self._take)

    @property
    def is_busy(self) -> bool:
        """Whether it is being worked out."""
        return self._job.is_busy

    def set_run(self, run: RunPicture | None) -> None:
        """Compare with another run, or with none."""
        self._run, self._known, self._asked = run, None, None
        self._job.forget()

    def take(self, known: Histograms | None) -> None:
        """Take what came with the picture of the round, if it did."""
        self._known = known or self._known

    def at(self, number: int, market: str | None, *, is_end: bool) -> Histograms | None:
        """Return what to compare with a round; None where there is nothing, or nothing yet.

        Parameters
        ----------
        number
            The round.
        market
            The market whose debt is shown, None for all.
        is_end
            Whether it is the last round of its run.
        """
        run = self._run
        if run is None or run.health.market != market:
            return None
        wanted = run.same_round(number, is_end=is_end)
        for each in (run.health, run.health_before, self._known):
            if each is not None and (each.round, each.market) == (wanted, market):
                return each
        if (wanted, market) != self._asked:
            self._asked = wanted, market
            self._job.submit(health_at, run.recording, wanted, market)
        return None

    def is_last(self, histogram: Histograms) -> bool:
        """Whether it is the end of the run before."""
        return self._run is not None and histogram.round == len(self._run.series) - 1

    def _take(self, known: Histograms) -> None:
        self._known, self._asked = known, None
        self.found.emit()


def health_at(recording: RecordedRun, number: int, market: str | None) -> Histograms:
    """Return the debt by health at a round; for a background thread."""
    return histograms(round_view(recording, number), market)
