"""The event rows of a liquidation (Method, section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.slow_engine.book import Account, Prices
    from tests.slow_engine.liquidation import Exchange
    from tests.slow_engine.round_book import RoundBook

REDISTRIBUTED = "redistributed"
"""Marks collateral and debt that went to other accounts of the market."""
DELEVERAGED = "deleveraged"
"""Marks what an account gave up for the loss of another."""


@dataclass
class Row:
    """Tokens taken from one leg, and repaid on another."""

    collateral_asset: str
    debt_asset: str
    seized: float
    repaid: float
    to_protocol: float = 0.0
    mark: str | None = None


def pairs(account: Account, exchange: Exchange, prices: Prices) -> list[Row]:
    """A row a pair of legs, split pro rata to their USD (decided reading l). To be called before the exchange."""
    collateral = account.collateral_usd(prices)
    debt = account.debt_usd(prices)
    total_collateral = sum(collateral[asset] for asset in exchange.seized)
    total_debt = sum(debt[asset] for asset in exchange.repaid)
    rows = []
    for k in exchange.seized:
        share_of_collateral = collateral[k] / total_collateral
        for j in exchange.repaid:
            share_of_debt = debt[j] / total_debt
            if share_of_collateral > 0 and share_of_debt > 0:
                rows.append(
                    Row(
                        k,
                        j,
                        exchange.seized[k] * share_of_debt,
                        exchange.repaid[j] * share_of_collateral,
                        exchange.to_protocol[k] * share_of_debt,
                    )
                )
    return rows


def write(account: Account, rows: list[Row], health_before: float, health_after: float, book: RoundBook) -> None:
    """Adds rows to the run's events."""
    for row in rows:
        event: dict[str, Any] = {
            "round": book.run.number,
            "account": account.name,
            "market": account.market,
            "collateral_asset": row.collateral_asset,
            "seized": row.seized,
            "debt_asset": row.debt_asset,
            "repaid": row.repaid,
            "repaid_usd": row.repaid * book.oracle[row.debt_asset],
            "seized_usd": row.seized * book.oracle[row.collateral_asset],
            "to_protocol": row.to_protocol,
            "health_before": health_before,
            "health_after": health_after,
            "mark": row.mark,
        }
        book.run.events.append(event)
