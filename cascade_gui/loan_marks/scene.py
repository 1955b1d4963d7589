"""What is drawn of a run on the axis of one price: the price, what moved it, and the marks, round by round."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.loan_marks.marks import Marks, MarksAtRound, marks_at_round, marks_of
from engine.reading.loan_levels import moving_together
from engine.reading.loans_at_round import loans_at_round
from engine.reading.round_view import round_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.base.types import Floats, Wholes
    from engine.book.book import Book
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

_LEFT_OUT: Final = 0.005
"""The share of the debt that may stand beyond an end of the axis."""
_HIGHEST: Final = 1.2
_HIGHEST_SHORT: Final = 2.0
"""How far above the first price the axis reaches at most, for loans that are past it at once and for shorts."""
_WORTH_SHOWING: Final = 0.25
"""The axis reaches up to shorts where they owe more than this share of all."""
_MARGIN: Final = 0.06


@dataclass(frozen=True, slots=True)
class RoundScene:
    """One round as it is drawn.

    Parameters
    ----------
    round
        Its number.
    marks
        The marks in it.
    line_before, line
        The oracle price in the round before and in this one, USD: the line that reaches the marks.
    market_before, market_moved, market
        The market price at the end of the round before, before what is sold in this one, and after it, USD.
    trace
        (round + 1,) the oracle price of every round up to here.
    """

    round: int
    marks: MarksAtRound
    line_before: float
    line: float
    market_before: float
    market_moved: float
    market: float
    trace: Floats

    @property
    def from_outside(self) -> float:
        """What the market price changed by before anything was sold, USD: news, sales from outside, recovery."""
        return self.market_moved - self.market_before

    @property
    def from_sales(self) -> float:
        """What the liquidations of the round changed the market price by, USD."""
        return self.market - self.market_moved


@dataclass(frozen=True, slots=True)
class RunScene:
    """A run on the axis of one asset's price.

    Parameters
    ----------
    recording
        The run; None for a book that has not run.
    book
        The book that it begins with.
    asset
        The asset.
    together
        The assets that move with it in this run, itself among them: a loan of another one stands where the shown
        price would be if they all moved alike.
    market
        Whose loans they are; None for those of all markets.
    marks
        The marks of the book.
    low, high
        The ends of the axis, USD. They hold the price of every round there is, and nearly all debt.
    below, above
        USD owed by marks that stand beyond the ends, which are not drawn.
    """

    recording: RecordedRun | None
    book: Book
    asset: str
    together: tuple[str, ...]
    market: str | None
    marks: Marks
    low: float
    high: float
    below: float
    above: float

    def at_round(self, view: RoundView) -> RoundScene:
        """Return one round of it, given its view."""
        at = view.book.asset_names.index(self.asset)
        found = marks_at_round(self.marks, loans_at_round(view, self.asset, self.together))
        if self.recording is None:
            price = float(view.prices[at])
            return RoundScene(0, found, price, price, price, price, price, np.array([price]))
        rounds = self.recording.rounds
        step, before = rounds[view.round], rounds[max(0, view.round - 1)]
        moved = float(step.market_before[at]) if view.round else float(step.market[at])
        trace = np.array([rounds[number].oracle[at] for number in range(view.round + 1)])
        return RoundScene(
            view.round, found, float(before.oracle[at]), float(step.oracle[at]), float(before.market[at]), moved,
            float(step.market[at]), trace,
        )  # fmt: skip


def run_scene(view: RoundView, asset: str, market: str | None = None, beside: Sequence[RecordedRun] = ()) -> RunScene:
    """Return what is drawn of a run, given the view of its round 0 or of a book that has not run.

    Parameters
    ----------
    view
        The view.
    asset
        The asset on whose price the loans stand.
    market
        Whose loans, None for those of all markets.
    beside
        Other runs of the book whose prices the axis is to hold, too.

    Raises
    ------
    ValueError
        If the book has no such asset or market.
    """
    recording = view.recording
    together = moving_together(recording, view.scenario, asset)
    loans = loans_at_round(view, asset, together)
    if market is not None:
        elsewhere = view.book.market != view.book.market_names.index(market)
        loans = replace(loans, owed=np.where(elsewhere, 0.0, loans.owed))
    marks = marks_of(loans)
    at = view.book.asset_names.index(asset)
    runs = (*(() if recording is None else (recording,)), *beside)
    prices = np.array(
        [view.prices[at], *(each[at] for run in runs for step in run.rounds for each in (step.oracle, step.market))]
    )
    low, high = _ends(marks, prices, float(view.prices[at]))
    below, above = (float(marks.owed[part].sum()) for part in (marks.level < low, marks.level > high))
    return RunScene(recording, view.book, asset, together, market, marks, low, high, below, above)


def scene_of_round(scene: RunScene, number: int, cursor: Cursor | None = None) -> RoundScene:
    """Return a round of a run by its number; for a background thread, or for a film.

    Raises
    ------
    IndexError
        If there is no such round yet.
    """
    assert scene.recording is not None
    return scene.at_round(round_view(scene.recording, number, cursor))


def _ends(marks: Marks, prices: Floats, now: float) -> tuple[float, float]:
    """Return the ends of the axis: all prices, nearly all debt that falls reach, and what of the rest is near."""
    low, high = float(prices.min()), float(prices.max())
    falls, rises = np.flatnonzero(~marks.rises), np.flatnonzero(marks.rises)
    if len(falls):
        low = min(low, _level_below_which(marks, falls, _LEFT_OUT))
        high = max(high, min(float(marks.level[falls].max()), _HIGHEST * now))
    if marks.owed[rises].sum() > _WORTH_SHOWING * marks.owed.sum():
        high = max(high, min(_level_below_which(marks, rises, 1 - _LEFT_OUT), _HIGHEST_SHORT * now))
    room = _MARGIN * (high - low) if high > low else 0.1 * now
    return max(0.0, low - room), high + room


def _level_below_which(marks: Marks, among: Wholes, share: float) -> float:
    """Return the level below which this share of the debt of some marks stands."""
    order = among[np.argsort(marks.level[among], kind="stable")]
    shares = np.cumsum(marks.owed[order]) / marks.owed[order].sum()
    return float(marks.level[order[np.searchsorted(shares, share)]])
