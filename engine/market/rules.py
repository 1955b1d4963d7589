"""Liquidation rules and what liquidators do, as numbers for the kernels (Method, sections 6 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.market.congestion import gas_usd, latency_rounds
from engine.scenario.schema import (
    FractionClose,
    HealthDiscountIncentive,
    HealthLinearIncentive,
    LltvIncentive,
    TargetHealthClose,
)

if TYPE_CHECKING:
    from engine.kernels import Policy, Rules
    from engine.scenario.schema import Close, Incentive, Parameters

_UNLIMITED = 2**62
_PRIORITIES = ("largest_debt", "lowest_health", "largest_profit", "book")  # as ``PRIORITY_...`` number them


def compile_rules(parameters: Parameters) -> Rules:
    """Return the markets' rules, in the order of the markets."""
    from engine import kernels

    rows = []
    sizing = _sizing(parameters.liquidators.sizing)
    for market in parameters.markets.values():
        rules = market.rules
        rows.append(
            {
                "at_or_below": rules.trigger == "at_or_below",
                "proportional": rules.legs == "proportional",
                "fee_share": rules.protocol_fee.share,
                "fee_of_seized": rules.protocol_fee.of == "seized",
                "bad_debt_stays": rules.bad_debt == "stay",
                "sizing": sizing if rules.close.partial else _sizing("whole"),
                **_close(rules.close),
                **_incentive(rules.incentive),
            }
        )
    return kernels.table(kernels.Rule, rows)


def compile_policy(parameters: Parameters, waiting: int = 0) -> Policy:
    """Return what the scenario's liquidators do in a round.

    Parameters
    ----------
    parameters
        Of the scenario.
    waiting
        How many accounts congest the chain in it (see `engine.market.congestion`).
    """
    from engine import kernels

    given = parameters.liquidators
    congestion = given.congestion
    most, capacity, profit = given.max_liquidations_per_round, given.capacity_usd_per_round, given.min_profit_usd
    others_settle = not all(market.rules.settlement.by_liquidators for market in parameters.markets.values())
    values = {
        "calls": int(given.calls_per_round),
        "most_liquidations": _UNLIMITED if most is None else int(most),
        "capacity_usd": np.inf if capacity is None else float(capacity),
        "has_min_profit": profit is not None,
        "min_profit_usd": 0.0 if profit is None else float(profit),
        "gas_usd": gas_usd(given, waiting),
        "latency": latency_rounds(given, waiting),
        "congested_beyond": 0 if congestion is None else int(congestion.candidates),
        "gas_exponent": 0.0 if congestion is None else float(congestion.gas_exponent),
        "congested_latency": 0 if congestion is None else int(congestion.latency_rounds),
        "min_debt_usd": 0.0 if given.min_debt_usd is None else float(given.min_debt_usd),
        "sold_now": float(given.sell_share) / given.sell_over_rounds,
        "depositors_sell_now": 1.0 / given.sell_over_rounds,
        "buys_debt": bool(given.buy_debt),
        "follows_sales": profit is not None or given.sizing != "whole" or others_settle,
        "priority": _PRIORITIES.index(given.priority),
        "in_order": others_settle or order_matters(parameters),
    }
    policy: Policy = kernels.one_row(kernels.Policy, values)
    return policy


def order_matters(parameters: Parameters) -> bool:
    """Whether what liquidators do to an account can depend on whom they liquidated before it in the same round."""
    given = parameters.liquidators
    return (
        given.max_liquidations_per_round is not None
        or given.capacity_usd_per_round is not None
        or given.min_profit_usd is not None
        or given.sizing != "whole"
    )


def _sizing(name: str) -> int:
    from engine import kernels

    return {
        "whole": kernels.SIZING_WHOLE, "best": kernels.SIZING_BEST, "largest": kernels.SIZING_LARGEST,
    }[name]  # fmt: skip


def _close(close: Close) -> dict[str, float | int | bool]:
    from engine import kernels

    numbers: dict[str, float | int | bool] = {
        "close_kind": kernels.CLOSE_FULL,
        "close_factor": 1.0,
        "scope_is_account": False,
        "full_close_health": 0.0,
        "full_close_usd": 0.0,
        "target_health": 1.0,
        "min_leftover_usd": 0.0,
    }
    if isinstance(close, FractionClose):
        numbers |= {
            "close_kind": kernels.CLOSE_FRACTION,
            "close_factor": close.close_factor,
            "scope_is_account": close.scope == "account",
            "full_close_health": close.full_close_health,
            "full_close_usd": close.full_close_usd,
            "min_leftover_usd": close.min_leftover_usd,
        }
    elif isinstance(close, TargetHealthClose):
        numbers |= {
            "close_kind": kernels.CLOSE_TARGET_HEALTH,
            "target_health": close.target,
            "min_leftover_usd": close.min_leftover_usd,
        }
    return numbers


def _incentive(incentive: Incentive) -> dict[str, float | int]:
    from engine import kernels

    kind, first, second = kernels.INCENTIVE_FIXED, 0.0, 0.0
    if isinstance(incentive, LltvIncentive):
        kind, first, second = kernels.INCENTIVE_LLTV, incentive.cursor, incentive.max
    elif isinstance(incentive, HealthDiscountIncentive):
        kind, first, second = kernels.INCENTIVE_HEALTH_DISCOUNT, incentive.base, incentive.max
    elif isinstance(incentive, HealthLinearIncentive):
        kind, first, second = kernels.INCENTIVE_HEALTH_LINEAR, incentive.min_share, incentive.health_for_max
    return {"incentive_kind": kind, "incentive_first": first, "incentive_second": second}
