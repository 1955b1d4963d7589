"""What a recording is made of: a round, liquidations, bad debts, amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.settlement.marks import DELEVERAGED

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints, Wholes
    from engine.settlement.figures import SettlementFigures

NO_MORE_LIQUIDATIONS = "no more liquidations"
MAX_ROUNDS_REACHED = "max_rounds reached"
STOPPED = "stopped"

EVENT_TYPES = (np.int32, np.int32, np.int32, *(np.float64,) * 7)
"""The types of the columns of `Events`."""
BAD_DEBT_TYPES = (np.int32, np.int32, np.float64, np.float64)
"""The types of the columns of `BadDebts`."""
BRIEF_TYPES = (*EVENT_TYPES[:5], *(None,) * 5)
"""Those of them that are kept where only what was taken is."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a run (Method, sections 6 and 9). Arrays are read-only: (K,) by asset, (M,) by market.

    Number 0 is the state before the first round: nothing moved yet.

    Parameters
    ----------
    number
        r.
    undisturbed, market_before, market, oracle
        (K,) prices in USD: f(r), p(r-), p(r), P(r).
    outstanding
        (K,) tokens sold and not yet absorbed at the start of the round, after recovery.
    sold, bought
        (K,) tokens sold and bought on the market in this round.
    proceeds_usd
        (K,) what the sales earned.
    liquidations
        (M,) int64.
    repaid_usd, seized_usd
        (M,) USD at oracle prices.
    bad_debt_usd, lender_loss_usd
        (M,) debt that became bad in this round, and what the lenders' loss grew by: bad debt that no reserve paid,
        and what a reserve that may go below zero fell further below it. Where such a reserve recovers, the loss
        shrinks: summed over the rounds it is what the reserve is below zero then.
    reserve_usd
        (M,) what is left of the reserve at the end of the round.
    debt_left_usd, collateral_left_usd
        (M,) USD at oracle prices at the end of the round.
    paused
        (M,) bool: liquidation was paused in this round.
    repaid_by_collateral_usd
        (K,) USD repaid, by the collateral taken for it.
    accounts_liquidated
        Accounts that were liquidated for the first time.
    liquidator_profit_usd
        Proceeds of what liquidators, takers of auctions and buyers of inventory sold in this round, less what was
        repaid (at market prices, or what buying it cost) or paid, less gas.
    borrower_loss_usd
        Seized less repaid, at oracle prices, less what was credited to accounts.
    liquidatable_left, liquidatable_left_debt_usd
        Accounts that are liquidatable at this round's oracle prices after it, and their debt; without those that are
        left alone for owing less than `liquidators.min_debt_usd`.
    reproduction_number
        USD repaid on accounts that became liquidatable in this round, over USD repaid in the round before; None where
        undefined.
    first_event, last_event
        The events of this round: ``recording.events`` from first to, not including, last.
    first_bad_debt, last_bad_debt
        The same for ``recording.bad_debts``.
    first_mark, last_mark
        The same for ``recording.marks``.
    first_start, last_start
        The same for ``recording.auction_starts``.
    settlement_figures
        (M,) by name what settlements report, every figure of `engine.settlement.figures.every_figure`; zeros where no
        market is settled so.
    collateral_growth, debt_per_collateral
        (M,) what redistribution did to every account of the market with debt and collateral: each of its c tokens of
        collateral became collateral_growth tokens (1: nothing), and brought debt_per_collateral tokens of debt.
    """

    number: int
    undisturbed: Floats
    market_before: Floats
    market: Floats
    oracle: Floats
    outstanding: Floats
    sold: Floats
    bought: Floats
    proceeds_usd: Floats
    liquidations: Wholes
    repaid_usd: Floats
    seized_usd: Floats
    bad_debt_usd: Floats
    lender_loss_usd: Floats
    reserve_usd: Floats
    debt_left_usd: Floats
    collateral_left_usd: Floats
    paused: npt.NDArray[np.bool_]
    repaid_by_collateral_usd: Floats
    accounts_liquidated: int
    liquidator_profit_usd: float
    borrower_loss_usd: float
    liquidatable_left: int
    liquidatable_left_debt_usd: float
    reproduction_number: float | None
    first_event: int
    last_event: int
    first_bad_debt: int
    last_bad_debt: int
    settlement_figures: SettlementFigures
    collateral_growth: Floats
    debt_per_collateral: Floats
    first_mark: int = 0
    last_mark: int = 0
    first_start: int = 0
    last_start: int = 0

    def by_market(self, name: str) -> npt.NDArray[Any]:
        """Return a figure (M,) by its name: a field, or one that settlements report.

        Raises
        ------
        AttributeError
            If neither has that name.
        """
        return self.settlement_figures[name] if name in self.settlement_figures else getattr(self, name)


@dataclass(frozen=True, slots=True)
class BookState:
    """Amounts of a book's legs at the end of a round, tokens."""

    collateral_amount: Floats
    debt_amount: Floats


@dataclass(frozen=True, slots=True)
class Events:
    """The liquidations of a run up to some round: columns of equal length, read-only, one row a pair of legs.

    Parameters
    ----------
    account
        int32, index into the book.
    collateral_leg, debt_leg
        int32, legs of the book.
    seized, repaid, to_protocol
        Tokens taken from the collateral leg (the protocol's part included), repaid on the debt leg, and the part of
        the seized tokens that the protocol keeps.
    collateral_before, debt_before
        Tokens on the legs before.
    health_before, health_after
        Of the account, before and after the whole liquidation.
    """

    account: Ints
    collateral_leg: Ints
    debt_leg: Ints
    seized: Floats
    repaid: Floats
    to_protocol: Floats
    collateral_before: Floats
    debt_before: Floats
    health_before: Floats
    health_after: Floats

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, slots=True)
class BadDebts:
    """Debt legs that became bad debt, read-only columns; `after` equals `before` where it stays on the account."""

    account: Ints
    debt_leg: Ints
    before: Floats
    after: Floats

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, slots=True)
class Marks:
    """Events that are no liquidation of their account, read-only columns in ascending order.

    Parameters
    ----------
    row
        int64, index into ``recording.events``.
    mark
        int8: `engine.settlement.marks.REDISTRIBUTED` or `DELEVERAGED`.
    """

    row: Wholes
    mark: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.row)

    def part(self, first: int, last: int) -> Marks:
        """Return those from one on up to before another."""
        return Marks(self.row[first:last], self.mark[first:last])

    def deleveraged(self, before: int | None = None) -> Wholes:
        """Return the rows of events of deleveraged accounts, ascending; those before a row, or all."""
        rows: Wholes = self.row[self.mark == DELEVERAGED]
        return rows if before is None else rows[: np.searchsorted(rows, before)]


@dataclass(frozen=True, slots=True)
class AuctionStarts:
    """Auctions that started, read-only columns; an auction ends with its account's next event or bad debt.

    Parameters
    ----------
    account
        int32, index into the book.
    share
        float64: the part of the account that is for sale.
    """

    account: Ints
    share: Floats

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, slots=True)
class Keyframe:
    """The amounts of all legs at the end of a round."""

    number: int
    collateral: Floats
    debt: Floats
