"""What a round did to every loan: where it stood on the price's axis, what was sold of it, what it owes since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.base.types import frozen
from engine.reading.loan_levels import loan_levels

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from engine.base.types import Flags, Floats
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView


@dataclass(frozen=True, slots=True)
class LoansAtRound:
    """The accounts of a book in one round. Arrays are read-only, (n,), USD at the round's oracle prices.

    Parameters
    ----------
    round
        The round's number.
    asset
        The asset on whose price they stand.
    reached_at, reached_at_after
        The price at which each is reached (`engine.reading.loan_levels`), with what it had at the beginning of the
        round and at its end.
    rises
        Whether it is reached by a rise, at the beginning of the round.
    backing
        What it may owe at most at the beginning of the round: collateral times thresholds.
    owed, owed_after
        What it owed at the beginning of the round and owes at its end.
    repaid, seized
        What liquidations of the round repaid for it and took from it, bonus included. What a stability pool passed on
        to it and what was closed against it is not counted.
    bad_debt
        What was written off in this round, and what is left on the account without collateral.
    status
        int8, an `engine.reading.round_view.Status`, at the end of the round.

    Examples
    --------
    In round 1 of the `recording` of `engine` half of Ann's loan is closed:

    >>> from engine.reading.loans_at_round import loans_at_round
    >>> from engine.reading.round_view import round_view
    >>> loans = loans_at_round(round_view(recording, 1), "WETH")
    >>> loans.repaid.tolist(), loans.seized.tolist()
    ([65000.0, 0.0], [68250.0, 0.0])
    >>> loans.reached_at.round().tolist(), loans.reached_at_after.round().tolist()
    ([1625.0, 750.0], [1417.0, 750.0])
    """

    round: int
    asset: str
    reached_at: Floats
    reached_at_after: Floats
    rises: Flags
    backing: Floats
    owed: Floats
    owed_after: Floats
    repaid: Floats
    seized: Floats
    bad_debt: Floats
    status: npt.NDArray[np.int8]


def loans_at_round(view: RoundView, asset: str, together: Collection[str] | None = None) -> LoansAtRound:
    """Return what a round did to every loan.

    Parameters
    ----------
    view
        Of the round; before a run there is only round 0.
    asset
        The asset on whose price they stand.
    together
        The assets that move with it, as `engine.reading.loan_levels.loan_levels` takes them.

    Raises
    ------
    ValueError
        If the book has no such asset.
    """
    book, prices, recording = view.book, view.prices, view.recording
    now = loan_levels(view.scenario, book, view.state, prices, asset, together)
    nothing = frozen(np.zeros(len(book)))
    if recording is None or view.round == 0:
        at = now.price, now.price, now.rises, now.backing, view.debt_usd, view.debt_usd
        return LoansAtRound(view.round, asset, *at, nothing, nothing, _left_without_collateral(view), view.status)
    before = recording.cursor().seek(view.round - 1)
    began = loan_levels(view.scenario, book, before, prices, asset, together)
    account = np.repeat(np.arange(len(book)), np.diff(book.debt_start))
    owed = np.bincount(account, before.debt_amount * prices[book.debt_asset], len(book)).astype(np.float64)
    repaid, seized = taken_in_round(recording, view.round)
    bad_debt = _left_without_collateral(view) + _written_off(recording, view.round)
    return LoansAtRound(
        view.round, asset, began.price, now.price, began.rises, began.backing, frozen(owed), view.debt_usd,
        frozen(repaid), frozen(seized), frozen(bad_debt), view.status,
    )  # fmt: skip


def taken_in_round(recording: RecordedRun, number: int) -> tuple[Floats, Floats]:
    """Return (n,) USD that was repaid and seized in a round by liquidations of the account itself.

    What a stability pool passed on to an account, and what was closed against it, is not counted.

    Parameters
    ----------
    recording, number
        The run and the round, 1 for the first in which anything happens.

    Raises
    ------
    IndexError
        If there is no such round yet.

    Examples
    --------
    >>> from engine.reading.loans_at_round import taken_in_round
    >>> [usd.tolist() for usd in taken_in_round(recording, 1)]
    [[65000.0, 0.0], [68250.0, 0.0]]
    """
    book, step = recording.book, recording.rounds[number]
    first, last = step.first_event, step.last_event
    account, collateral_leg, debt_leg, seized, repaid = recording.event_columns.rows(first, last)[:5]
    own = np.ones(last - first, dtype=np.bool_)
    marked = recording.marks.row
    own[marked[(marked >= first) & (marked < last)] - first] = False
    seized = np.where(own, seized * step.oracle[book.collateral_asset[collateral_leg]], 0.0)
    repaid = np.where(own, repaid * step.oracle[book.debt_asset[debt_leg]], 0.0)
    sums = [np.bincount(account, usd, len(book)).astype(np.float64) for usd in (repaid, seized)]
    return sums[0], sums[1]


def _written_off(recording: RecordedRun, number: int) -> Floats:
    """Return (n,) USD of bad debt that left the accounts in a round."""
    book, step, rows = recording.book, recording.rounds[number], recording.bad_debt_columns.arrays
    part = slice(step.first_bad_debt, step.last_bad_debt)
    legs = rows.debt_leg[part]
    usd = (rows.before[part] - rows.after[part]) * step.oracle[book.debt_asset[legs]]
    return np.bincount(rows.account[part], usd, len(book)).astype(np.float64)


def _left_without_collateral(view: RoundView) -> Floats:
    """Return (n,) USD of debt that accounts with bad debt still owe."""
    from engine.reading.round_view import Status

    found: Floats = np.where(view.status == Status.BAD_DEBT, view.debt_usd, 0.0)
    return found
