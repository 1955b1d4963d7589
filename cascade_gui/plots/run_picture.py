"""What the plots need of a whole run at once, made in the background: for runs that follow the user's hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cascade_gui.plots import map_data
from cascade_gui.plots.histogram import Histograms, histograms
from cascade_gui.plots.series import Series, market_of
from cascade_gui.working.compiled_elsewhere import reading
from engine.reading.round_view import round_view

if TYPE_CHECKING:
    from cascade_gui.loan_marks.scene import RoundScene, RunScene
    from cascade_gui.plots.map_data import MapCurve
    from engine.base.types import Floats
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView


@dataclass(frozen=True, slots=True)
class RunPicture:
    """A finished run, and what is drawn of it at one round.

    Parameters
    ----------
    recording
        The run.
    series
        Its rounds as arrays.
    round
        The shown round.
    view
        The book at that round.
    health, health_before
        Its debt by health at that round and before the first.
    map, map_before
        Its liquidation map at that round and before the first.
    """

    recording: RecordedRun
    series: Series
    round: int
    view: RoundView
    health: Histograms
    health_before: Histograms
    map: MapCurve
    map_before: MapCurve

    @property
    def is_end(self) -> bool:
        """Whether the shown round is the last one."""
        return self.round == len(self.series) - 1

    def same_round(self, number: int, *, is_end: bool) -> int:
        """Return the round to compare with one of another run: with its end this one's, else the same or the last."""
        last = len(self.series) - 1
        return last if is_end else min(number, last)

    def of_market(self, market: str | None) -> RunPicture:
        """Return it with the figures of a market, or of all: itself where it has them.

        What it shows of the book stays as it was made, and says of which market it is.
        """
        if market_of(self.recording, market) == self.series.market:
            return self
        return replace(self, series=Series(self.recording, market))


@dataclass(frozen=True, slots=True)
class RoundPicture:
    """What the plots draw of the book at one round, so that they change together with all else.

    Parameters
    ----------
    health
        The debt by health.
    map
        The liquidation map.
    health_was
        The debt by health of the run before at the same round; None where there is none, or it is known anyway.
    loans
        The loans as marks; None where nobody looks at them.
    """

    health: Histograms
    map: MapCurve
    health_was: Histograms | None = None
    loans: RoundScene | None = None


def round_picture(
    view: RoundView, first: Floats, asset: str | None, market: str | None = None, before: RunPicture | None = None,
    loans: RunScene | None = None,
) -> RoundPicture:  # fmt: skip
    """Return what is drawn of a view; for a background thread.

    Parameters
    ----------
    view
        The book at a round.
    first
        (K,) oracle prices of round 0, USD.
    asset
        What moves in the liquidation map, None for everything that is not stable.
    market
        Whose debt is shown, None for that of all markets.
    before
        The run before, None for none.
    loans
        What the marks of loans are drawn of; None where they are not looked at, or another run is.
    """
    was, run = None, view.recording
    if before is not None and run is not None and before.health.market == market:
        is_end = run.ended is not None and view.round == len(run.rounds) - 1
        number = before.same_round(view.round, is_end=is_end)
        if number not in {before.health.round, before.health_before.round}:
            was = histograms(round_view(before.recording, number), market)
    marks = loans.at_round(view) if loans is not None and loans.recording is run else None
    return RoundPicture(histograms(view, market), map_data.curve(view, first, asset, market), was, marks)


class RunPictures:
    """Makes pictures; what they show of the book before the first round is made once for runs that have it in common.

    One thread uses it.
    """

    def __init__(self) -> None:
        self._book: tuple[Any, ...] = ()
        self._before: tuple[Histograms, MapCurve] | None = None

    def make(
        self,
        recording: RecordedRun,
        number: int | None,
        asset: str | None,
        *,
        every_loss: bool = True,
        market: str | None = None,
    ) -> RunPicture:
        """Look at a finished run; for a background thread.

        Parameters
        ----------
        recording
            The run.
        number
            The round to show, the last one for None or where there is no such round.
        asset
            What moves in the liquidation map, None for everything that is not stable.
        every_loss
            Whether to work out the losses of all rounds, not only of the shown one.
        market
            Whose figures and debt are shown, None for those of all markets, and where the run has no such market.
        """
        with reading():
            last = len(recording.rounds) - 1
            number = last if number is None else min(number, last)
            view = round_view(recording, number)
            recording.outside.work_out()
            if every_loss:
                recording.losses.work_out()
            series = Series(recording, market)
            market = series.market
            series.take_losses(number)
            first = recording.rounds[0].oracle
            health_before, map_before = self._of_book(recording, asset, market)
            return RunPicture(
                recording, series, number, view, histograms(view, market), health_before,
                map_data.curve(view, first, asset, market), map_before,
            )  # fmt: skip

    def _of_book(self, recording: RecordedRun, asset: str | None, market: str | None) -> tuple[Histograms, MapCurve]:
        """Return health and map before the first round; no curve, shock or liquidator has a part in them."""
        scenario = recording.scenario
        parameters = scenario.parameters
        prices = recording.rounds[0].oracle
        book = (
            scenario.loans, tuple(parameters.assets), prices.tobytes(), parameters.markets,
            parameters.simulation.dust_usd, asset, market,
        )  # fmt: skip
        if self._before is None or book[0] is not self._book[0] or book[1:] != self._book[1:]:
            view = round_view(recording, 0)
            self._book = book
            self._before = histograms(view, market), map_data.curve(view, prices, asset, market)
        return self._before
