"""What a plot draws of one market, as arrays that grow with the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.reading.recorded_run import RecordedRun


class MarketSeries:
    """Figures of one market over the rounds of a recording, index = number of the round.

    Parameters
    ----------
    recording
        The run, which may still grow.
    market
        The market's index in its book.
    names
        The figures, as `engine.recording.records.Round.by_market` names them.
    """

    def __init__(self, recording: RecordedRun, market: int, names: Sequence[str]) -> None:
        self._recording = recording
        self._market = market
        self._count = 0
        self._columns = {name: np.zeros(64) for name in names}
        self.update()

    def __len__(self) -> int:
        """Return the number of rounds, round 0 included."""
        return self._count

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return one figure, [rounds]."""
        return self._columns[name][: self._count]

    def update(self) -> None:
        """Take in the rounds that were added."""
        rounds = self._recording.rounds
        count = len(rounds)
        new = rounds[self._count : count]
        for name in self._columns:
            if count > len(self._columns[name]):
                larger = np.zeros(max(count, 2 * len(self._columns[name])))
                larger[: self._count] = self[name]
                self._columns[name] = larger
            self._columns[name][self._count : count] = [step.by_market(name)[self._market] for step in new]
        self._count = count
