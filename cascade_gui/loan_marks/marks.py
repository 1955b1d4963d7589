"""Which marks there are of a book: one for each large loan, and grains of small ones that keep their mass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats, Wholes
    from engine.reading.loans_at_round import LoansAtRound

MOST_SINGLE: Final = 700
"""So many loans are marks of their own at most, the largest."""
_LEAST_SINGLE: Final = 2.5e-5
"""A loan of a smaller share of all that is owed is part of a grain: its own mark would be smaller than a pixel."""
_MOST_GRAINS: Final = 800
_LEAST_GRAIN: Final = 8e-5
"""A grain holds at least this share of all that is owed, unless it is the last."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a book: the same ones in every round of a run.

    Parameters
    ----------
    account
        The accounts of all marks, those of one mark after the other.
    mark
        The mark of each of `account`, ascending.
    count
        How many marks there are.
    owed
        (count,) USD that the accounts of each owed before the first round.
    level
        (count,) the price at which each stood then, USD.
    rises
        (count,) whether it is reached by a rise.
    away
        USD owed then by accounts that stand nowhere, because no price reaches them.
    accounts_away
        How many of these owe anything.
    """

    account: Wholes
    mark: Wholes
    count: int
    owed: Floats
    level: Floats
    rises: Flags
    away: float
    accounts_away: int

    def is_single(self, mark: int) -> bool:
        """Whether a mark is one loan."""
        return int(np.searchsorted(self.mark, mark, "right") - np.searchsorted(self.mark, mark)) == 1

    def members(self, mark: int) -> Wholes:
        """Return the accounts of a mark."""
        members: Wholes = self.account[np.searchsorted(self.mark, mark) : np.searchsorted(self.mark, mark, "right")]
        return members

    def mark_of(self, account: int) -> int | None:
        """Return the mark that an account is part of, None if it stands nowhere."""
        found = np.flatnonzero(self.account == account)
        return int(self.mark[found[0]]) if len(found) else None


@dataclass(frozen=True, slots=True)
class MarksAtRound:
    """The marks in one round, each array (count,).

    Parameters
    ----------
    round
        The round.
    level, level_after
        The price at which each stands, with what its loans had at the beginning of the round and at its end: the mean
        of its loans, weighted by what they owe; NaN where they owe nothing any more.
    owed, owed_after
        USD, as in `engine.reading.loans_at_round.LoansAtRound`.
    seized
        USD that was sold of each in this round.
    waiting
        USD owed at the end of the round by those that are past their price and of which nothing was sold in it.
    bad_debt
        USD that no collateral is left for.
    """

    round: int
    level: Floats
    level_after: Floats
    owed: Floats
    owed_after: Floats
    seized: Floats
    waiting: Floats
    bad_debt: Floats


def marks_of(loans: LoansAtRound) -> Marks:
    """Return the marks of a book, given its loans before the first round.

    The largest loans are marks of their own. The rest are put into the order of their levels and cut into grains of
    about the same debt, so that a million loans are as many marks as a thousand and no dollar is left out.
    """
    stands = np.flatnonzero(np.isfinite(loans.reached_at) & (loans.owed > 0.0))
    owed = loans.owed[stands]
    total = float(owed.sum())
    away = np.isnan(loans.reached_at) & (loans.owed > 0.0)
    order = np.argsort(-owed, kind="stable")
    large = order[:MOST_SINGLE]
    large = large[owed[large] >= _LEAST_SINGLE * total]
    is_small = np.ones(len(stands), dtype=np.bool_)
    is_small[large] = False
    small = np.flatnonzero(is_small)
    small = small[np.lexsort((loans.reached_at[stands[small]], loans.rises[stands[small]]))]
    mass = np.cumsum(owed[small])
    grain = max(_LEAST_GRAIN * total, (float(mass[-1]) if len(small) else 0.0) / _MOST_GRAINS)
    groups = ((mass - owed[small]) // grain).astype(np.int64) if len(small) and grain > 0 else np.zeros(0, np.int64)
    groups = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    account = np.concatenate([stands[large], stands[small]])
    mark = np.concatenate([np.arange(len(large)), len(large) + groups])
    count = int(mark[-1]) + 1 if len(mark) else 0
    weights = loans.owed[account]
    sums = np.bincount(mark, weights, count).astype(np.float64)
    level = np.bincount(mark, weights * loans.reached_at[account], count) / sums
    rises = np.bincount(mark, weights * loans.rises[account], count) > 0.5 * sums
    return Marks(account, mark, count, sums, level, rises, float(loans.owed[away].sum()), int(away.sum()))


def marks_at_round(marks: Marks, loans: LoansAtRound) -> MarksAtRound:
    """Return the marks of a book in a round."""
    from engine.reading.round_view import Status

    def summed(values: Floats) -> Floats:
        return np.bincount(marks.mark, values[marks.account], marks.count).astype(np.float64)

    def mean(level: Floats, owed: Floats) -> Floats:
        weights = np.where(np.isfinite(level), owed, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = summed(weights * np.nan_to_num(level)) / summed(weights)
        return found

    untouched = (loans.status == Status.LIQUIDATABLE) & (loans.seized == 0.0)
    return MarksAtRound(
        loans.round, mean(loans.reached_at, loans.owed), mean(loans.reached_at_after, loans.owed_after),
        summed(loans.owed), summed(loans.owed_after), summed(loans.seized),
        summed(np.where(untouched, loans.owed_after, 0.0)), summed(loans.bad_debt),
    )  # fmt: skip
