"""Sums that are kept as two float64, so that they do not depend on the order of what is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import inlined, kernel
from engine.kernels.constants import unsigned

if TYPE_CHECKING:
    from engine.kernels.arrays import Flows, Legs, TokensLeft


@inlined
def sum_nb(high: float, low: float, change: float) -> tuple[float, float]:
    """Add to a sum that is kept as two float64 (Knuth's exact addition)."""
    after = high + change
    added = after - high
    return after, low + ((high - (after - added)) + (change - added))


@inlined
def add_nb(sums: Any, k: int, change: float) -> None:
    """Add to row k of (K, 2) sums that are kept as two float64 (Knuth's exact addition)."""
    before = sums[k, 0]
    after = before + change
    added = after - before
    sums[k, 1] += (before - (after - added)) + (change - added)
    sums[k, 0] = after


@inlined
def move_nb(total: Any, rest: Any, m: int, k: int, change: float) -> None:
    """Add to a sum that is kept as two float64 (Knuth's exact addition)."""
    before = total[m, k]
    after = before + change
    added = after - before
    rest[m, k] += (before - (after - added)) + (change - added)
    total[m, k] = after


@inlined
def add_by_market_nb(sums: Any, m: int, k: int, change: float) -> None:
    """Add to (m, k) of (M, K, 2) sums that are kept as two float64 (Knuth's exact addition)."""
    before = sums[m, k, 0]
    after = before + change
    added = after - before
    sums[m, k, 1] += (before - (after - added)) + (change - added)
    sums[m, k, 0] = after


@kernel
def fold_nb(flows: Flows, left: TokensLeft) -> None:
    """Count what was taken off accounts to what liquidators and the protocol got and repaid, and to what is left."""
    for k in range(len(flows.moved_fee)):
        for part in range(2):
            fee = flows.moved_fee[k, part]
            if fee != 0.0:
                add_nb(flows.to_protocol, unsigned(k), fee)
                add_nb(flows.received, unsigned(k), -fee)
                flows.moved_fee[k, part] = 0.0
    for m in range(flows.moved_collateral.shape[0]):
        for k in range(flows.moved_collateral.shape[1]):
            at, market = unsigned(k), unsigned(m)
            for part in range(2):
                seized = flows.moved_collateral[m, k, part]
                if seized != 0.0:
                    add_nb(flows.received, at, seized)
                    move_nb(left.collateral, left.collateral_rest, market, at, -seized)
                    flows.moved_collateral[m, k, part] = 0.0
                repaid = flows.moved_debt[m, k, part]
                if repaid != 0.0:
                    add_nb(flows.repaid, at, repaid)
                    move_nb(left.debt, left.debt_rest, market, at, -repaid)
                    flows.moved_debt[m, k, part] = 0.0


@kernel
def totals_nb(legs: Legs, collateral: Any, debt: Any, left: TokensLeft) -> None:
    """Add up the tokens of the book by (market, asset)."""
    for i in range(len(legs.market)):
        m = unsigned(legs.market[i])
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            move_nb(left.collateral, left.collateral_rest, m, unsigned(legs.collateral_asset[leg]), collateral[leg])
        for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
            move_nb(left.debt, left.debt_rest, m, unsigned(legs.debt_asset[leg]), debt[leg])
