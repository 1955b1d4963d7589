"""Settlement `stability_pool`: depositors pay the debt and take the collateral (Method, section 7; Liquity).

For an account with c collateral tokens and debt D at price P, the pool pays O = min(D, pool - 1) and a share O / D of
the account counts as offset. The caller's tokens come off all collateral, or off the offset part. Of the offset lot the
pool takes what its penalty allows; the rest of debt and collateral, what the pool left of its lot included, is spread
over the market's other accounts in proportion to their collateral, as far as their penalty allows; what is then left
stays with the owner. Without other accounts that have debt and collateral nothing is spread.

The engine adds this up for all accounts once a round, in a product and a sum; here everybody gets his part at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.slow_engine import events
from tests.slow_engine.liquidation import Exchange
from tests.slow_engine.settlement import Settlement, is_allowed

if TYPE_CHECKING:
    from tests.slow_engine.book import Account
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.round_book import RoundBook

POOL_KEEPS_USD = 1.0
"""The pool is never emptied below this."""


@dataclass
class Division:
    """Where an account's collateral (tokens) and debt (USD) go; debt that is neither offset nor passed stays."""

    offset_usd: float
    caller: float
    to_pool: float
    passed_usd: float
    passed: float
    left: float


def divide(terms: dict[str, Any], pool_usd: float, tokens: float, debt_usd: float, price: float) -> Division:
    """How an account is divided between pool, caller, other borrowers and its owner, others being there."""
    offset = min(debt_usd, max(pool_usd - POOL_KEEPS_USD, 0.0))
    part = offset / debt_usd
    most = terms["gas_compensation_most"]
    if terms["gas_compensation_of"] == "all":
        caller = at_most(terms["gas_compensation"] * tokens, most)
        offset_lot = (tokens - caller) * part
        passed_lot = (tokens - caller) - offset_lot
    else:
        gross = tokens * part
        caller = at_most(terms["gas_compensation"] * gross, most)
        offset_lot = gross - caller
        passed_lot = tokens - gross
    passed_usd = debt_usd - offset
    to_pool = worth_at_most(offset_lot, offset, terms["pool_penalty"], price)
    offered = passed_lot + (offset_lot - to_pool)
    passed = worth_at_most(offered, passed_usd, terms["redistribution_penalty"], price) if passed_usd > 0 else 0.0
    return Division(offset, caller, to_pool, passed_usd, passed, offered - passed)


def at_most(tokens: float, most: float | None) -> float:
    """Tokens, limited if there is a limit."""
    return tokens if most is None else min(tokens, float(most))


def worth_at_most(lot: float, debt_usd: float, penalty: float | None, price: float) -> float:
    """The part of a lot that is worth the debt and the penalty on top; all of it without a penalty."""
    return lot if penalty is None else min(lot, debt_usd * (1 + penalty) / price)


class PoolMarket(Settlement):
    """The deposits of a market."""

    def __init__(self, run: Run, market: str) -> None:
        super().__init__(run, market)
        self.pool_usd = float(self.terms["pool_usd"])
        collateral = {asset for account in self.accounts() for asset in account.collateral}
        debt = {asset for account in self.accounts() for asset in account.debt}
        if len(collateral) > 1 or len(debt) > 1:
            raise ValueError(f"{market}: a stability pool serves one collateral and one debt asset")

    def settle(self, account: Account, book: RoundBook) -> None:
        """Liquidates the account, unless what others passed on to it in this round has healed it."""
        if not self.run.is_liquidatable(account, book.oracle):
            return
        (k,) = account.collateral
        (j,) = account.debt
        debt_usd = account.debt[j] * book.oracle[j]
        split = divide(self.terms, self.pool_usd, account.collateral[k], debt_usd, book.oracle[k])
        others = [other for other in self.accounts() if other is not account and has_both(other)]
        passes = bool(others) and split.passed_usd > 0
        if self.pool_usd != POOL_KEEPS_USD:
            self.run.ties.watch(self.pool_usd, POOL_KEEPS_USD, "the pool's last USD")
        if split.offset_usd <= 0 and not passes:
            return
        if not is_allowed(self.run, book, split.offset_usd):
            return

        health_before = account.health(book.oracle)
        tokens, debt = account.collateral[k], account.debt[j]
        repaid = debt if split.offset_usd == debt_usd else debt * (split.offset_usd / debt_usd)
        passed_debt = 0.0
        account.collateral[k] = tokens - split.caller - split.to_pool
        account.debt[j] = debt - repaid
        if passes:
            passed_debt = account.debt[j]
            account.debt[j] = 0.0
            account.collateral[k] = split.left
            self.spread(others, k, j, split.passed, passed_debt, book)
            book.redistributed[self.market] += split.passed_usd
        elif split.passed_usd <= 0:
            account.collateral[k] = split.left
        emptied = split.offset_usd == self.pool_usd - POOL_KEEPS_USD
        self.pool_usd = POOL_KEEPS_USD if emptied else self.pool_usd - split.offset_usd

        to_sell = split.to_pool * self.terms["sell_share"]
        book.give_to_depositors(k, to_sell)
        book.give_to_liquidator(k, split.caller)
        seized = split.to_pool + split.caller
        kept = split.to_pool - to_sell
        rows = []
        if split.offset_usd > 0 or split.caller > 0:
            rows.append(events.Row(k, j, seized, repaid, kept))
        if passes:
            rows.append(events.Row(k, j, split.passed, passed_debt, 0.0, events.REDISTRIBUTED))
        exchange = Exchange(split.offset_usd, seized * book.oracle[k], {j: repaid}, {k: seized}, {k: kept})
        book.repaid_by_collateral[k] += split.offset_usd
        self.run.count(account, exchange, book)
        events.write(account, rows, health_before, account.health(book.oracle), book)

    def spread(self, others: list[Account], k: str, j: str, tokens: float, debt: float, book: RoundBook) -> None:
        """Collateral and debt to the other accounts, in proportion to their collateral."""
        held = sum(other.collateral[k] for other in others)
        for other in others:
            share = other.collateral[k] / held
            other.debt[j] += debt * share
            other.collateral[k] += tokens * share
        # For each token that an account held at the start of the round: what it owes more, and what it has become.
        book.debt_per_collateral[self.market] += book.collateral_growth[self.market] * debt / held
        book.collateral_growth[self.market] *= 1 + tokens / held

    def figures(self, book: RoundBook) -> dict[str, float]:
        """The deposits left."""
        return {"pool_usd": self.pool_usd}


def has_both(account: Account) -> bool:
    """Whether an account takes part in what is spread."""
    return any(tokens > 0 for tokens in account.collateral.values()) and any(
        tokens > 0 for tokens in account.debt.values()
    )
