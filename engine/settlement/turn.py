"""The running state of one round while its candidates are settled (Method, section 6, step 7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.settlement.figures import nothing

if TYPE_CHECKING:
    from engine.base.columns import Columns
    from engine.base.types import Floats, Ints
    from engine.book.workspace import Workspace


class Reported(NamedTuple):
    """What settlements other than by liquidators report of a round.

    Parameters
    ----------
    figures
        Every figure that any kind reports, (M,) by its name.
    collateral_growth, debt_per_collateral
        (M,) what redistribution did, as in `engine.recording.records.Round`.
    """

    figures: dict[str, npt.NDArray[Any]]
    collateral_growth: Floats
    debt_per_collateral: Floats

    @classmethod
    def none(cls, markets: int) -> Reported:
        """Return the report of a round in which there is nothing to report."""
        return cls(nothing(markets), np.ones(markets), np.zeros(markets))

    def of_round(self) -> dict[str, Any]:
        """Return it by the names in `engine.recording.records.Round`, read-only."""
        for array in (*self.figures.values(), self.collateral_growth, self.debt_per_collateral):
            array.setflags(write=False)
        return {
            "settlement_figures": MappingProxyType(self.figures),
            "collateral_growth": self.collateral_growth,
            "debt_per_collateral": self.debt_per_collateral,
        }


@dataclass(slots=True)
class RoundSettlement:
    """One round's settlements, as far as they have come.

    Parameters
    ----------
    number
        r.
    oracle, market, undisturbed, cross
        (K,) P(r), p(r-), f(r), and the log factor that each asset takes from the others, as at the start of the
        round.
    running_usd
        (K,) u in USD as it runs through the round's sales and purchases; changed.
    paused
        (M,) bool.
    curves, policy, rules, dust
        Of the scenario.
    legs, places, space
        The book and what of it changes, in the order of the run's index.
    left
        Tokens left by (market, asset); kept up by whoever changes an account's legs.
    trades
        Tokens traded by others than liquidators and takers; added to.
    reserves
        Of the run; what they hold is changed, and what settlements leave to them and to lenders is added.
    columns, mark_columns, start_columns
        Where events, marks and starts of auctions are written.
    flows, progress
        What moved, and how far the kernels have come (`engine.kernels.liquidate_nb`). Limits hold for
        ``flows.totals`` and ``progress[PROGRESS_LIQUIDATIONS]``.
    watch
        Whom liquidations tell that accounts need not be looked at again.
    reported
        What is reported of this round.
    paid_usd
        What takers and buyers paid: their cost.
    without_gas
        How many of the round's liquidations nobody paid gas for.
    marks, starts
        Rows of `mark_columns` and `start_columns` so far.
    emptied
        Accounts that may be left with debt but no collateral.
    some_moved
        Whether accounts changed that are not liquidatable: they must have been made due (see `look_again_at`).
    all_moved
        Whether any account may have changed.
    """

    number: int
    oracle: Floats
    market: Floats
    undisturbed: Floats
    cross: Floats
    running_usd: Floats
    paused: npt.NDArray[np.bool_]
    curves: kernels.Curves
    policy: kernels.Policy
    rules: kernels.Rules
    dust: float
    legs: kernels.Legs
    places: kernels.AccountPlaces
    space: Workspace
    left: kernels.TokensLeft
    trades: kernels.Trades
    reserves: kernels.Reserves
    columns: Columns
    mark_columns: Columns
    start_columns: Columns
    flows: kernels.Flows
    progress: npt.NDArray[np.int64]
    watch: kernels.HealthWatch
    reported: Reported | None = None
    paid_usd: float = 0.0
    without_gas: int = 0
    marks: int = 0
    starts: int = 0
    emptied: list[Ints] = field(default_factory=list)
    some_moved: bool = False
    all_moved: bool = False

    @property
    def events(self) -> int:
        """How many rows of events there are in `columns`, those of earlier rounds included."""
        return int(self.progress[kernels.PROGRESS_EVENTS])

    @property
    def most_pairs(self) -> int:
        """At least as many rows as any one liquidation can take."""
        return len(self.reserves.held) + len(self.oracle) ** 2

    @property
    def liquidations(self) -> int:
        """How many liquidations there have been in this round."""
        return int(self.progress[kernels.PROGRESS_LIQUIDATIONS])

    @property
    def is_count_used_up(self) -> bool:
        """Whether no more liquidations are allowed in this round."""
        return bool(self.liquidations >= self.policy.most_liquidations)

    def room_for(self, rows: int) -> Any:
        """Return the event columns with room for so many more rows."""
        used = self.events
        self.columns.grow(used, used + rows)
        return self.columns.arrays

    def mark(self, rows: npt.NDArray[np.integer[Any]], mark: int) -> None:
        """Mark rows of `columns`, given in ascending order and above all that were marked before."""
        self.mark_columns.grow(self.marks, self.marks + len(rows))
        end = self.marks + len(rows)
        self.mark_columns.arrays.row[self.marks : end] = self.columns.first + rows
        self.mark_columns.arrays.mark[self.marks : end] = mark
        self.marks = end

    def move_marks(self, first_mark: int, first: int, now_at: npt.NDArray[np.int64]) -> None:
        """Let marks from a row on follow their events: the one in row ``first + n`` stands in ``first + now_at[n]``."""
        marks, offset = slice(first_mark, self.marks), self.columns.first + first
        columns = self.mark_columns.arrays
        rows = offset + now_at[columns.row[marks] - offset]
        order = np.argsort(rows)
        columns.row[marks] = rows[order]
        columns.mark[marks] = columns.mark[marks][order]

    def note_starts(self, accounts: Ints, shares: Floats) -> None:
        """Write down auctions that start: of which accounts of the book, and which part of each is for sale."""
        end = self.starts + len(accounts)
        self.start_columns.grow(self.starts, end)
        self.start_columns.arrays.account[self.starts : end] = accounts
        self.start_columns.arrays.share[self.starts : end] = shares
        self.starts = end

    def look_again_at(self, accounts: npt.NDArray[np.integer[Any]]) -> None:
        """Make accounts due whose amounts changed without their being liquidatable."""
        if len(accounts):
            self.space.due[accounts] = 0.0
            self.space.block_due[accounts // kernels.BLOCK] = 0.0
            self.some_moved = True
