"""The liquidation prices of one account with their working (see `engine.reading.explanation.explanation`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine import kernels
from engine.market.cash_assets import cash_assets
from engine.reading.explanation.explanation import HealthWorking, LiquidationPrice, Term

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters


def liquidation_prices(parameters: Parameters, market: str, working: HealthWorking) -> tuple[LiquidationPrice, ...]:
    """Return the liquidation price of each collateral asset, with its working.

    Where the collateral is cash (`engine.market.cash_assets`) and something is owed that is not, the account is short:
    the prices are those of what it owes, not of the cash. In a margin engine's market they are those of each position,
    long or short, but not of the asset that margin is paid in.
    """
    owed = {term.asset: term for term in working.debt}
    paid_in = parameters.markets[market].rules.settlement.cash_asset(parameters.assets)
    prices = []
    for term in _priced(parameters, market, working):
        own_debt = owed.get(term.asset)
        owed_amount = 0.0 if own_debt is None else own_debt.amount
        threshold = 0.0 if term.threshold is None else term.threshold
        slope = term.amount * threshold - owed_amount
        other_debt = working.debt_usd - (0.0 if own_debt is None else own_debt.value)
        other_backing = working.backing - term.weighted
        missing = other_debt - other_backing
        if abs(missing) <= kernels.ROUNDING * (working.debt_usd + working.backing):
            missing = 0.0
        price = missing / slope if slope != 0.0 and working.debt_usd > 0.0 else 0.0
        prices.append(
            LiquidationPrice(
                asset=term.asset,
                price_now=term.price,
                amount=term.amount,
                threshold=threshold,
                owed_amount=owed_amount,
                other_debt_usd=other_debt,
                other_backing_usd=other_backing,
                price=price if price > 0.0 else None,
                by_position=None if paid_in is None else _by_position(working, paid_in, term.asset),
            )
        )
    return tuple(prices)


def _by_position(working: HealthWorking, paid_in: str, asset: str) -> float | None:
    """Return the price of an asset at which the account has left what its positions ask for, each on its own value.

    None where that is the price at which its health is 1: without shorts, or with one position alone.
    """
    cash = next((term for term in working.collateral if term.asset == paid_in), None)
    longs = [term for term in working.collateral if term.asset != paid_in and term.amount > 0.0]
    shorts = [term for term in working.debt if term.asset != paid_in and term.amount > 0.0]
    if cash is None or not cash.threshold or not shorts or len(longs) + len(shorts) < 2:
        return None
    kept = 1.0 / cash.threshold  # 1 and a short's maintenance margin
    rest = cash.value - sum(term.value for term in working.debt if term.asset == paid_in)
    slope = 0.0
    for term, sign, share in (
        *((each, 1.0, each.threshold or 0.0) for each in longs),
        *((each, -1.0, kept) for each in shorts),
    ):
        if term.asset == asset:
            slope += sign * term.amount * share
        else:
            rest += sign * term.value * share
    price = -rest / slope if slope else 0.0
    return price if price > 0.0 else None


def _priced(parameters: Parameters, market: str, working: HealthWorking) -> list[Term]:
    """Return the terms whose prices are asked for: collateral, and what is owed only with an amount of 0."""
    terms = list(working.collateral)
    held = {term.asset for term in terms}
    shorts = [replace(term, amount=0.0, value=0.0) for term in working.debt if term.asset not in held]
    paid_in = parameters.markets[market].rules.settlement.cash_asset(parameters.assets)
    if paid_in is not None:
        return [term for term in terms + shorts if term.asset != paid_in]
    is_cash = cash_assets(parameters)[list(parameters.markets).index(market)]
    cash = {name for name, counts in zip(parameters.assets, is_cash, strict=True) if counts}
    owes = any(term.value > 0.0 and term.asset not in cash for term in working.debt)
    if not owes or held.isdisjoint(cash):
        return terms
    return [term for term in terms + shorts if term.asset not in cash]
