"""The numbers of one round that the stage tells, each taken from where the window takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cascade_gui.figures.numbers_of_round import numbers_of_round
from engine.reading.loans_at_round import taken_in_round

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.plots.series import Series
    from engine.base.types import Floats
    from engine.recording.records import Round

_BEFORE: Final = 3
"""What is sold in a round is compared with that of so many rounds before."""


@dataclass(frozen=True, slots=True)
class ToldRound:
    """What is told of a round.

    Parameters
    ----------
    number, last
        The round, and the last one of the run.
    ended
        Whether no round will follow the last one.
    seconds
        How long the rounds up to here took.
    asset
        The asset whose price is told.
    price
        Its market price at the end of the round, USD.
    fall, outside
        How far it has fallen since round 0, and how far what came from outside alone would have let it fall; shares.
    news
        What it changed by in this round before anything was sold, a share of its price in round 0.
    pushed
        What the sales of this round changed its price by, USD.
    accounts, sold
        How many loans were sold of in this round, and for how much (with the bonus), USD at oracle prices.
    sold_before
        The largest of `sold` in the three rounds before.
    sold_so_far
        The sum of `sold` up to here.
    largest
        The share of `sold` that one loan has.
    waiting, waiting_usd
        Loans that are past their price at the end of the round and of which nobody buys, and what they owe.
    bad_debt
        What became bad debt in this round, USD.
    owed
        What all loans owe, USD.
    shorts
        Whether what is closed in this round is bought back, not sold.
    positions
        Whether these are positions of a margin engine, longs and shorts, and not loans.
    farthest
        How far the price had fallen at its lowest up to here, a share; of one that has risen since round 0 its highest,
        negative.
    """

    number: int
    last: int
    ended: bool
    seconds: float
    asset: str
    price: float
    fall: float
    outside: float
    news: float
    pushed: float
    accounts: int
    sold: float
    sold_before: float
    sold_so_far: float
    largest: float
    waiting: int
    waiting_usd: float
    bad_debt: float
    owed: float
    shorts: bool
    positions: bool
    farthest: float


def told_round(series: Series, number: int, asset: int) -> ToldRound:
    """Return what is told of a round of a run.

    Parameters
    ----------
    series
        The rounds of the run; it must have one.
    number
        The round.
    asset
        The index of the asset whose price is told.
    """
    recording = series.recording
    assert recording is not None
    rounds = recording.rounds
    step, before = rounds[number], rounds[max(0, number - 1)]
    figures = numbers_of_round(series, number, asset)
    first = float(rounds[0].market[asset])
    sold = [float(each.seized_usd.sum()) for each in rounds[: number + 1]]
    _, seized = taken_in_round(recording, number)
    bought, sold_on = (float((tokens * step.market).sum()) for tokens in (step.bought, step.sold))
    moved = float(step.market_before[asset]) if number else first
    markets = recording.scenario.parameters.markets.values()
    return ToldRound(
        number=number,
        last=len(rounds) - 1,
        ended=recording.ended is not None,
        seconds=number * recording.scenario.parameters.simulation.round_seconds,
        asset=series.assets[asset],
        price=float(step.market[asset]),
        fall=figures.fall,
        outside=figures.outside,
        news=(moved - float(before.market[asset])) / first if number else 0.0,
        pushed=float(step.market[asset]) - moved,
        accounts=int((seized > 0.0).sum()),
        sold=sold[number],
        sold_before=max(sold[max(0, number - _BEFORE) : number], default=0.0),
        sold_so_far=sum(sold),
        largest=_largest_share(seized),
        waiting=int(step.liquidatable_left),
        waiting_usd=float(step.liquidatable_left_debt_usd),
        bad_debt=float(step.bad_debt_usd.sum()),
        owed=float(step.debt_left_usd.sum()),
        shorts=bought > sold_on,
        positions=any(market.rules.settlement.kind == "margin" for market in markets),
        farthest=_farthest(rounds[: number + 1], asset, figures.fall),
    )


def _largest_share(seized: Floats) -> float:
    total = float(seized.sum())
    return float(seized.max()) / total if total > 0.0 else 0.0


def _farthest(rounds: Sequence[Round], asset: int, fall: float) -> float:
    """Return how far the price went at its farthest on the side of the first price on which it is now, a share."""
    shares = [1.0 - float(each.market[asset]) / float(rounds[0].market[asset]) for each in rounds]
    return min(shares) if fall < 0.0 else max(shares)
