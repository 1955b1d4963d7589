"""Why an account was, or was not, liquidated: the working with its own numbers (Method, sections 2, 6 and 7).

Everything is derived from the recording. What happened in a round is found by running the round's liquidations once
more with the kernel that ran them, on the accounts that were served and the one that is asked about: those that were
passed over changed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.reading.explanation.marked_prices import MarkedPrice
    from engine.settlement.happened import Settled


class Outcome(StrEnum):
    """What became of an account in a round."""

    START = "start"
    """Round 0: nothing happens before the first round."""
    NO_DEBT = "no debt"
    """No debt above dust."""
    HEALTHY = "healthy"
    """Its health did not allow a liquidation."""
    WAITING = "waiting"
    """Liquidatable, but not for long enough: liquidators take `latency_rounds` to come."""
    PAUSED = "paused"
    """Liquidatable, but its market's liquidations were paused."""
    LEFT_ALONE = "left alone"
    """Liquidatable, but it owes less than liquidators come for."""
    COUNT_USED_UP = "count used up"
    """The round's number of liquidations was used up before its turn."""
    OVER_CAPACITY = "over capacity"
    """What would have been repaid did not fit into what was left of the round's capacity."""
    UNPROFITABLE = "unprofitable"
    """It would have earned less than the least profit."""
    LEFTOVER_TOO_SMALL = "leftover too small"
    """Any liquidation would have left less than the market's rules allow."""
    NOTHING_TO_REPAY = "nothing to repay"
    """The rules allow nothing to be repaid."""
    NO_ROOM = "no room"
    """Auctions had to raise as much as may be raised at once: its own could not begin."""
    IN_AUCTION = "in auction"
    """Its auction ran, and nobody took it."""
    TAKEN = "taken"
    """Its auction was taken."""
    ABSORBED = "absorbed"
    """The market took it over."""
    POOLED = "pooled"
    """A stability pool and other borrowers took it over."""
    TOOK_OVER = "took over"
    """It was not liquidatable, or not any more, and took over a part of what liquidated borrowers left."""
    NOBODY_TO_TAKE = "nobody to take"
    """The pool was empty and there was no other borrower."""
    CLOSED = "closed"
    """A margin engine closed it at the market, perhaps partly against others."""
    DELEVERAGED = "deleveraged"
    """It bore losses of bankrupt accounts: positions were closed against theirs, or gains were taken."""
    LIQUIDATED = "liquidated"
    """It was liquidated, perhaps more than once."""
    WRITTEN_OFF = "written off"
    """Without collateral, its debt became bad debt and was written off in this round."""
    BAD_DEBT_STAYS = "bad debt stays"
    """Debt without collateral that stays on the account."""


@dataclass(frozen=True, slots=True)
class Term:
    """One leg in the sums of the health factor.

    Parameters
    ----------
    asset
        Its name.
    amount, price, value
        Tokens, oracle price, and their product in USD.
    threshold
        For collateral: the liquidation threshold; None for debt.
    category
        The market's category that gives the threshold; None where the market or the loan itself gives it.
    """

    asset: str
    amount: float
    price: float
    value: float
    threshold: float | None
    category: str | None = None

    @property
    def weighted(self) -> float:
        """The value as it counts in the health factor."""
        return self.value if self.threshold is None else self.value * self.threshold


@dataclass(frozen=True, slots=True)
class HealthWorking:
    """The terms of an account's health factor: `health` = `backing` / `debt_usd`, infinite without debt."""

    collateral: tuple[Term, ...]
    debt: tuple[Term, ...]
    backing: float
    collateral_usd: float
    debt_usd: float
    health: float

    @property
    def ltv(self) -> float:
        """Debt over collateral; infinite for debt without collateral."""
        if self.debt_usd == 0.0:
            return 0.0
        return self.debt_usd / self.collateral_usd if self.collateral_usd > 0.0 else np.inf


@dataclass(frozen=True, slots=True)
class LiquidationPrice:
    """The price of one asset at which health is 1, every other price held.

    price = (`other_debt_usd` - `other_backing_usd`) / (`amount` * `threshold` - `owed_amount`)

    Parameters
    ----------
    asset
        Its name.
    price_now
        Its oracle price.
    amount, threshold
        Of the collateral leg.
    owed_amount
        Tokens of the same asset that the account owes.
    other_debt_usd, other_backing_usd
        Debt, and collateral times threshold, in all other assets.
    price
        None if no positive one exists.
    by_position
        In a margin engine the price at which what is left of the account is what its positions ask for together, each
        short its maintenance margin on its own value, as venues count it. Health takes that margin off the margin asset
        held instead (Method, section 1). None where both are the same, and in other markets.
    """

    asset: str
    price_now: float
    amount: float
    threshold: float
    owed_amount: float
    other_debt_usd: float
    other_backing_usd: float
    price: float | None
    by_position: float | None = None

    @property
    def is_short(self) -> bool:
        """Whether more of the asset is owed than its own collateral counts for: a rise of its price is the danger."""
        return self.amount * self.threshold < self.owed_amount

    @property
    def distance(self) -> float | None:
        """How far the asset must fall (rise, of a short) to get there, as a share of its price; negative when past."""
        if self.price is None:
            return None
        change = self.price / self.price_now - 1.0
        return change if self.is_short else -change


@dataclass(frozen=True, slots=True)
class Sized:
    """How much a liquidator repaid, or would have, where he may choose.

    Parameters
    ----------
    sizing
        By which rule: ``best`` or ``largest``.
    whole_usd, whole_profit_usd
        All that may be repaid, at oracle prices, and what repaying it would have earned, gas paid.
    first_profit
        What the first dollar repaid would have earned.
    before
        Liquidations of the round that came before the call: their sales have lowered what it would earn.
    """

    sizing: str
    whole_usd: float
    whole_profit_usd: float
    first_profit: float
    before: int


@dataclass(frozen=True, slots=True)
class Congested:
    """How many liquidatable accounts made gas dearer, or liquidators slower, in a round.

    Parameters
    ----------
    accounts
        That were liquidatable in the round before in markets that were not paused.
    gas_usd, usual_gas_usd
        Of the round, and without congestion.
    latency_rounds, usual_latency_rounds
        The same for how long liquidators take to come.
    """

    accounts: int
    gas_usd: float
    usual_gas_usd: float
    latency_rounds: int
    usual_latency_rounds: int


@dataclass(frozen=True, slots=True)
class Call:
    """One liquidation that was done, or the one that was refused.

    Parameters
    ----------
    outcome
        `Outcome.LIQUIDATED`, or why not.
    collateral_asset, debt_asset
        The legs; None under proportional legs: all of them.
    repaid_usd, seized_usd
        At oracle prices; of a refused one, what it would have been.
    bonus
        The incentive b.
    to_protocol_usd
        What of the seized the protocol keeps.
    health_before, health_after
        The same for a refused one.
    capacity_left_usd
        What was left of the round's capacity, infinite if unlimited.
    proceeds_usd, repaid_at_market_usd, gas_usd
        The profit that was tested: what selling all would have earned at that moment, what the debt was worth on the
        market, and gas. None where no least profit is asked.
    sized
        How its size was chosen; None where it is all or nothing.
    """

    outcome: Outcome
    collateral_asset: str | None
    debt_asset: str | None
    repaid_usd: float
    seized_usd: float
    bonus: float
    to_protocol_usd: float
    health_before: float
    health_after: float
    capacity_left_usd: float
    proceeds_usd: float | None
    repaid_at_market_usd: float | None
    gas_usd: float
    sized: Sized | None = None

    @property
    def is_slice(self) -> bool:
        """Whether less than all was repaid that may be."""
        return self.sized is not None and self.repaid_usd < self.sized.whole_usd

    @property
    def profit_usd(self) -> float | None:
        """The profit that was tested against the least profit; None where none is asked."""
        if self.proceeds_usd is None or self.repaid_at_market_usd is None:
            return None
        return self.proceeds_usd - self.repaid_at_market_usd - self.gas_usd


@dataclass(frozen=True, slots=True)
class RoundOutcome:
    """What happened to the account in the round, and why.

    Parameters
    ----------
    outcome
        In one word.
    waited_rounds, latency_rounds
        Rounds in a row that it has been liquidatable, this one included (0: it is not); it is taken when they are more
        than the latency.
    calls
        The liquidations that were done.
    refused
        The liquidation that was not done, if one was tried.
    min_profit_usd
        The least profit asked, None if none.
    bad_debt_usd
        Debt that became bad in this round.
    settled
        The facts, where the market does not leave it to liquidators.
    congested
        Where gas or latency are not the usual ones.
    min_debt_usd
        The least debt that liquidators come for, None if any.
    """

    outcome: Outcome
    waited_rounds: int = 0
    latency_rounds: int = 0
    calls: tuple[Call, ...] = ()
    refused: Call | None = None
    min_profit_usd: float | None = None
    bad_debt_usd: float = 0.0
    settled: Settled | None = None
    congested: Congested | None = None
    min_debt_usd: float | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One liquidation of the account, or its bad debt, in any recorded round.

    Parameters
    ----------
    round
        Its number.
    outcome
        `LIQUIDATED`, `WRITTEN_OFF` or `BAD_DEBT_STAYS`.
    repaid_usd, seized_usd
        At that round's oracle prices; 0 for bad debt.
    bad_debt_usd
        0 for liquidations.
    health_before, health_after
        None for bad debt.
    """

    round: int
    outcome: Outcome
    repaid_usd: float
    seized_usd: float
    bad_debt_usd: float
    health_before: float | None
    health_after: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say of one account at one round.

    Parameters
    ----------
    account, name, market
        Index in the book, name, and its market's name.
    round
        The round that is explained.
    before
        Health at the start of the round, at its oracle prices; what decides whether it is liquidatable.
    after
        Health at the end of the round, at the same prices.
    liquidation_prices
        At the end of the round: of each collateral asset; of what is owed, where cash stands against something else;
        in a margin engine's market of each position.
    happening
        What happened in the round.
    toxic_below
        A liquidation lowers the account's health when it is below this, LT (1 + b) of what would be taken, at the end
        of the round; None without collateral or debt, and where accounts are closed whole.
    full_close_leaves_bad_debt
        Whether its collateral is worth less than its debt and the bonus on it, at the end of the round.
    history
        All liquidations and bad debt recorded so far, later rounds included.
    marked_prices
        The working of the oracle prices among them that are another asset's times a ratio.
    """

    account: int
    name: str
    market: str
    round: int
    before: HealthWorking
    after: HealthWorking
    liquidation_prices: tuple[LiquidationPrice, ...]
    happening: RoundOutcome
    toxic_below: float | None
    full_close_leaves_bad_debt: bool
    history: tuple[HistoryEntry, ...]
    marked_prices: tuple[MarkedPrice, ...] = ()

    @property
    def is_toxic(self) -> bool:
        """Whether a liquidation at the end of the round would lower the account's health."""
        return self.toxic_below is not None and self.after.health < self.toxic_below
