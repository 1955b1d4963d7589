"""What settlements other than by liquidators did to one account: the facts that explanations tell."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absorbed:
    """The market took the account over.

    Parameters
    ----------
    debt_usd, collateral_usd
        All that it owed and held, at oracle prices.
    penalty
        The part of the collateral's value that was not credited.
    credited_usd
        What was paid out to the account.
    shortfall_usd
        What its credit fell short of its debt by: bad debt, paid by the reserve.
    """

    debt_usd: float
    collateral_usd: float
    penalty: float
    credited_usd: float
    shortfall_usd: float


@dataclass(frozen=True, slots=True)
class InAuction:
    """The account's auction ran in the round, and was not taken.

    Parameters
    ----------
    since
        The round in which it began.
    price_since
        The round from whose oracle prices the asking price falls; later than `since` if it started anew.
    share
        The part of the account that is for sale.
    tab_usd
        What it has to raise.
    asked_usd
        What is asked for what is for sale, at most the tab.
    proceeds_usd
        What selling that would have earned when it was offered.
    gas_usd, min_profit_usd
        What takers ask on top; None if no least profit is given.
    is_paused
        Whether the market was paused.
    """

    since: int
    price_since: int
    share: float
    tab_usd: float
    asked_usd: float
    proceeds_usd: float
    gas_usd: float
    min_profit_usd: float | None
    is_paused: bool

    @property
    def profit_usd(self) -> float:
        """What a taker would have earned."""
        return self.proceeds_usd - self.asked_usd - self.gas_usd

    @property
    def pays(self) -> bool:
        """Whether it was worth taking: then the round's limits did not allow it."""
        return self.profit_usd > 0.0 and self.profit_usd >= (self.min_profit_usd or 0.0)


@dataclass(frozen=True, slots=True)
class Taken:
    """The account's auction was taken.

    Parameters
    ----------
    since
        The round in which it began.
    collateral_usd
        What the taker got, at oracle prices.
    repaid_usd
        Debt repaid.
    penalty_usd
        What the taker paid on top of that; it went to the reserve.
    left_usd
        Collateral that stayed on the account.
    """

    since: int
    collateral_usd: float
    repaid_usd: float
    penalty_usd: float
    left_usd: float


@dataclass(frozen=True, slots=True)
class NoRoom:
    """No auction could begin for the account: others had to raise as much as may be raised at once.

    Parameters
    ----------
    tab_usd
        What its auction would have had to raise.
    running_usd, hole_usd
        What the market's auctions had to raise at the end of the round, and the most that they may.
    """

    tab_usd: float
    running_usd: float
    hole_usd: float


@dataclass(frozen=True, slots=True)
class Pooled:
    """A stability pool and other borrowers took the account over. All USD at oracle prices.

    Parameters
    ----------
    debt_usd, collateral_usd
        All that it owed and held at its turn, with what it had itself taken over in this round.
    paid_usd, to_pool_usd
        Debt that the pool paid, and collateral that it took for it.
    caller_usd
        Collateral that the caller got.
    passed_debt_usd, passed_collateral_usd
        What went to other borrowers.
    left_usd, stays_usd
        Collateral and debt that stayed on the account.
    """

    debt_usd: float
    collateral_usd: float
    paid_usd: float
    to_pool_usd: float
    caller_usd: float
    passed_debt_usd: float
    passed_collateral_usd: float
    left_usd: float
    stays_usd: float


@dataclass(frozen=True, slots=True)
class TookOver:
    """The account got its part of what liquidated borrowers left: debt and collateral, USD at oracle prices."""

    debt_usd: float
    collateral_usd: float


@dataclass(frozen=True, slots=True)
class Closed:
    """A margin engine closed the account.

    Parameters
    ----------
    debt_usd, collateral_usd
        All that it owed and held, at oracle prices.
    at_market_usd
        What it would have had left with every position closed at the market; below 0: what it lacked.
    deleveraged, deleveraged_usd
        How often its positions were closed against others at its bankruptcy price, and what these were worth at
        oracle prices.
    left_usd
        What it had left after both; below 0: what the insurance fund, gains of others and lenders bore.
    unpaid_usd
        Debt that nobody paid: bad debt.
    """

    debt_usd: float
    collateral_usd: float
    at_market_usd: float
    deleveraged: int
    deleveraged_usd: float
    left_usd: float
    unpaid_usd: float

    @property
    def paid_for_usd(self) -> float:
        """What the insurance fund and gains of others paid for it."""
        return max(-self.left_usd - self.unpaid_usd, 0.0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a position stood among those that could be closed against, when that was found out in its round.

    Parameters
    ----------
    ranking
        What the order goes by: `adl_ranking` of the margin engine.
    place, count
        Its place, 1 being closed against first, and how many positions stood there.
    profit_usd, all_profit_usd
        What it had gained since it was entered (the first oracle prices, where that is not known), and what all had.
    margin_usd
        The account's equity at the prices that profits count from.
    size_usd, equity_usd
        All the account's positions, and its equity, at oracle prices.
    """

    ranking: str
    place: int
    count: int
    profit_usd: float
    all_profit_usd: float
    margin_usd: float
    size_usd: float
    equity_usd: float

    @property
    def leverage(self) -> float:
        """Positions over equity."""
        return self.size_usd / self.equity_usd if self.equity_usd > 0.0 else math.inf

    @property
    def score(self) -> float:
        """What profit over margin times leverage comes to."""
        return self.profit_usd / self.margin_usd * self.leverage if self.margin_usd > 0.0 else math.inf


@dataclass(frozen=True, slots=True)
class Closing:
    """A part of a position that was closed against a bankrupt account.

    Parameters
    ----------
    against
        The name of the bankrupt account.
    asset
        Of the position.
    is_short
        Whether the position was short, else long.
    tokens, price
        How much, and at which price in USD: the other's bankruptcy price.
    place
        Where the position stood among those that could be closed against.
    """

    against: str
    asset: str
    is_short: bool
    tokens: float
    price: float
    place: Place


@dataclass(frozen=True, slots=True)
class Deleveraged:
    """The account bore losses of bankrupt ones.

    Parameters
    ----------
    closings
        Its positions that were closed.
    gains_usd
        What was taken of its gains.
    """

    closings: tuple[Closing, ...]
    gains_usd: float


@dataclass(frozen=True, slots=True)
class Spared:
    """The account could have been closed against, but it was not.

    Parameters
    ----------
    asset, is_short, place
        Of the position, as in `Closing`.
    reached
        The last place that was closed against.
    """

    asset: str
    is_short: bool
    place: Place
    reached: int


Settled = Absorbed | InAuction | Taken | NoRoom | Pooled | TookOver | Closed | Deleveraged | Spared
