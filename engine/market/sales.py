"""Outstanding sales: what is sold when, what stays and what recovers (Method, sections 3 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.kernels import Sales, Selling
    from engine.scenario.schema import Parameters


def compile_selling(parameters: Parameters) -> Selling:
    """Return what stays of each asset's sales, and how the rest decays."""
    from engine import kernels

    half_life = [asset.liquidity.recovery_half_life_rounds for asset in parameters.assets.values()]
    sellers = [
        {"share": asset.liquidity.permanent_share, "decay": 1.0 if h is None else 2.0 ** (-1.0 / h)}
        for asset, h in zip(parameters.assets.values(), half_life, strict=True)
    ]
    return kernels.table(kernels.Seller, sellers)


def no_sales(parameters: Parameters) -> Sales:
    """Return room for the sales of a run that has sold nothing yet."""
    from engine import kernels

    return kernels.no_sales(len(parameters.assets), instalments(parameters))


def instalments(parameters: Parameters) -> int:
    """Return in how many of the rounds of a run, and of one more, something that is seized can be sold."""
    return int(min(parameters.liquidators.sell_over_rounds, parameters.simulation.max_rounds + 1))
