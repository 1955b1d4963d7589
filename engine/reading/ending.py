"""How a run ended: why, its worst round, when it spread most, who lost how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.reading.contagion import Contagion, Pushed
from engine.reading.lost_by_account import lost_by_account
from engine.reading.measures import added_up, borrower_loss, lender_loss_so_far, max_reproduction_number

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.reading.recorded_run import RecordedRun
    from engine.recording.recording import Recording

ALIKE = 5e-4
"""Prices closer together than this share of the first one are as bad as each other: the first of them counts."""

_MOST_NAMED = 2
"""So many accounts are named among those who lost."""


@dataclass(frozen=True, slots=True)
class MarketEnding:
    """Who lost in one of several markets, in the whole run.

    Attributes
    ----------
    market
        Its name.
    borrower_loss_usd
        What its borrowers lost by liquidations; None where its settlement does not tell it by market.
    lender_loss_usd
        What no reserve of it paid of its bad debt.
    most_lost
        Of its accounts those that lost most by liquidations, with USD, the largest first; at most two.
    total_loss_usd, total_loss_before_usd
        Its total loss at the end, and what of that kind was there in round 0.
    bad_debt_usd
        Its bad debt, which is part of the total loss.
    """

    market: str
    borrower_loss_usd: float | None
    lender_loss_usd: float
    most_lost: tuple[tuple[str, float], ...]
    total_loss_usd: float
    total_loss_before_usd: float
    bad_debt_usd: float


@dataclass(frozen=True, slots=True)
class Ending:
    """What there is to say of a run that is over. Sums are of the whole run, levels of its last round.

    Attributes
    ----------
    ended
        Why, in the words of `engine.recording.records`.
    rounds
        The number of the last round.
    liquidations
        How many there were.
    liquidatable_left, liquidatable_left_debt_usd
        Accounts that are liquidatable at the end, and what they owe.
    asset
        The asset of which most was sold (`main_asset`).
    worst_round, worst_move
        The round in which its market price was worst (`worst_round`), and how far it then was from the first price, a
        fraction, negative for a fall.
    peak_round, peak_reproduction_number
        The first round with the largest reproduction number, and that number; None where no round has one.
    borrower_loss_usd, lender_loss_usd, liquidator_profit_usd
        Who lost and who gained.
    most_lost
        The accounts that lost most by liquidations, with USD, the largest first; at most two.
    total_loss_usd, total_loss_before_usd
        The total loss at the end, and what of that kind was there in round 0, before the shock.
    bad_debt_usd
        How much of the total loss is bad debt; the rest is owed beyond what accounts hold.
    pushed
        Of a run of several markets, the falls at which the loans of each were liquidated, and whose sales they came
        from; None for a single market.
    credited_usd
        What accounts were paid out: it is taken off what borrowers lost, and not off what each of them did.
    by_market
        Of a run of several markets, who lost in each; empty for a single one.
    """

    ended: str
    rounds: int
    liquidations: int
    liquidatable_left: int
    liquidatable_left_debt_usd: float
    asset: str
    worst_round: int
    worst_move: float
    peak_round: int | None
    peak_reproduction_number: float | None
    borrower_loss_usd: float
    lender_loss_usd: float
    liquidator_profit_usd: float
    most_lost: tuple[tuple[str, float], ...]
    total_loss_usd: float
    total_loss_before_usd: float
    bad_debt_usd: float = 0.0
    pushed: Pushed | None = None
    by_market: tuple[MarketEnding, ...] = ()
    credited_usd: float = 0.0


def ending(recording: RecordedRun) -> Ending:
    """Return how a run ended.

    It takes two looks at the book, for the total loss, unless that is worked out already.

    Parameters
    ----------
    recording
        A run with at least round 0. What has not ended is told as far as it came, with an empty `Ending.ended`.
    """
    rounds = recording.rounds[:]
    last = rounds[-1]
    asset = main_asset(np.array([step.market for step in rounds]), np.array([step.proceeds_usd for step in rounds]))
    worst, move = worst_round(recording, asset)
    peak = max_reproduction_number(recording)
    return Ending(
        ended=recording.ended or "",
        rounds=last.number,
        liquidations=sum(int(step.liquidations.sum()) for step in rounds),
        liquidatable_left=last.liquidatable_left,
        liquidatable_left_debt_usd=last.liquidatable_left_debt_usd,
        asset=str(recording.book.asset_names[asset]),
        worst_round=worst,
        worst_move=move,
        peak_round=None if peak is None else next(each.number for each in rounds if each.reproduction_number == peak),
        peak_reproduction_number=peak,
        borrower_loss_usd=borrower_loss(rounds),
        lender_loss_usd=float(added_up(np.array([float(step.lender_loss_usd.sum()) for step in rounds]))[-1]),
        liquidator_profit_usd=float(sum(step.liquidator_profit_usd for step in rounds)),
        most_lost=most_lost(recording, 1, last.number),
        total_loss_usd=float(recording.losses.total_loss_usd(last.number).sum()),
        total_loss_before_usd=float(recording.losses.total_loss_usd(0).sum()),
        bad_debt_usd=float(recording.losses.bad_debt_in_loss_usd(last.number).sum()),
        pushed=Contagion(recording).pushed(last.number) if len(recording.book.market_names) > 1 else None,
        credited_usd=float(sum(step.settlement_figures["credited_usd"].sum() for step in rounds)),
        by_market=_by_market(recording) if len(recording.book.market_names) > 1 else (),
    )


def _by_market(recording: RecordedRun) -> tuple[MarketEnding, ...]:
    book, last = recording.book, len(recording.rounds) - 1
    lost = lost_by_account(recording, 1, last)
    bad = recording.losses.bad_debt_in_loss_usd(last)
    loss, before = recording.losses.total_loss_usd(last), recording.losses.total_loss_usd(0)
    lenders = lender_loss_so_far(recording)[-1]
    settlements = [market.rules.settlement for market in recording.scenario.parameters.markets.values()]
    found = []
    for at, (name, settlement) in enumerate(zip(book.market_names, settlements, strict=True)):
        here = np.where(book.market == at, lost, 0.0)
        found.append(
            MarketEnding(
                market=str(name),
                borrower_loss_usd=float(here.sum()) if settlement.by_liquidators else None,
                lender_loss_usd=float(lenders[at]),
                most_lost=_named(recording, here, _MOST_NAMED),
                total_loss_usd=float(loss[at]),
                total_loss_before_usd=float(before[at]),
                bad_debt_usd=float(bad[at]),
            )
        )
    return tuple(found)


def main_asset(market: Floats, proceeds_usd: Floats) -> int:
    """Return the asset that a run is told by: of those whose price moved the one of which most was sold, in USD.

    If none of those was sold, the one that moved most. Shorts that are closed sell dollars, whose price stays: what
    they buy is what moves.

    Parameters
    ----------
    market
        (R, K) market prices of all rounds, round 0 first.
    proceeds_usd
        (R, K) what the sales of each round earned.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = np.nanmax(np.abs(np.log(market / market[0])), axis=0, initial=0.0)
    sold = np.where(moves > 0.0, proceeds_usd.sum(axis=0), 0.0)
    return int(sold.argmax() if sold.max() > 0 else moves.argmax())


def worst_round(recording: Recording, asset: int) -> tuple[int, float]:
    """Return the round in which an asset's market price was worst, and its move from round 0 until then, a fraction.

    Worst is where liquidations push it: the lowest price, but the highest for an asset of which the run buys more than
    it sells (shorts that are closed). Of an asset that nobody trades it is the price furthest from the first one. Of
    rounds that are alike (`ALIKE`) the first counts: a price that creeps on for hours was at its worst before.

    Parameters
    ----------
    recording
        With at least round 0; it may still be growing.
    asset
        The index of the asset.
    """
    rounds = recording.rounds[:]
    moves = np.array([step.market[asset] for step in rounds]) / rounds[0].market[asset] - 1.0
    bought = sum(float(step.bought[asset] - step.sold[asset]) for step in rounds)
    badness = np.abs(moves) if bought == 0.0 else moves * np.sign(bought)
    number = int(np.argmax(badness >= badness.max() - ALIKE))
    return number, float(moves[number])


def most_lost(recording: RecordedRun, first: int, last: int, most: int = _MOST_NAMED) -> tuple[tuple[str, float], ...]:
    """Return the names of the accounts that lost most in some rounds, with what each lost, USD, the largest first.

    What counts as a loss is what `engine.reading.lost_by_account.lost_by_account` says; who lost nothing is not named.

    Parameters
    ----------
    recording
        The run.
    first, last
        The rounds, both included.
    most
        How many accounts to name at most.
    """
    if recording.rounds[max(first, 1) - 1].last_event >= recording.rounds[last].last_event:
        return ()
    return _named(recording, lost_by_account(recording, first, last), most)


def _named(recording: Recording, lost: Floats, most: int) -> tuple[tuple[str, float], ...]:
    losers = np.flatnonzero(lost > 0.0)  # few of all: no book is sorted for two names
    order = losers[np.argsort(-lost[losers], kind="stable")[:most]].tolist()
    return tuple((str(recording.book.account_names[at]), float(lost[at])) for at in order)
