"""What settlements other than by liquidators did to one account: the facts that explanations tell."""

from __future__ import annotations

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


Settled = Absorbed | InAuction | Taken | NoRoom
