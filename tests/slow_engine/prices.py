"""Undisturbed prices, market prices and what a sale earns (Method, sections 3 and 4)."""

from __future__ import annotations

import math
from typing import Any

from tests.slow_engine import curves


def undisturbed(scenario: dict[str, Any], asset: str, round_number: int) -> float:
    """f_k(r) of section 4; f_k(0) is the asset's price.

    A random path is drawn by whoever runs this engine, and handed over as the shock `drawn`: for each asset a factor
    a round, and whether the path goes on for ever.
    """
    price: float = scenario["assets"][asset]["price"]
    shock = scenario["shock"]
    if shock["kind"] == "sale":
        return price
    if shock["kind"] == "drawn":
        factors = shock["factors"][asset]
        return float(price * factors[min(round_number, len(factors)) - 1]) if round_number else price
    if round_number == 0 or asset not in shock["returns"]:
        return price
    change = shock["returns"][asset]
    if shock["kind"] == "instant":  # n equal log steps over the rounds 1..n
        n = shock.get("over_rounds", 1)
        return float(price * (1 + change) ** (min(round_number, n) / n))
    if shock["kind"] == "path":  # one return to the first price a round, the last one held on
        return float(price * (1 + change[min(round_number, len(change)) - 1]))
    raise ValueError(f"the slow engine has no {shock['kind']} shock")


def shock_has_ended(scenario: dict[str, Any], round_number: int) -> bool:
    """Whether the undisturbed prices stay as they are after this round."""
    shock = scenario["shock"]
    if shock["kind"] in ("instant", "sale"):
        return bool(round_number >= shock.get("over_rounds", 1))
    if shock["kind"] == "drawn":
        return not shock["endless"] and all(round_number >= len(factors) for factors in shock["factors"].values())
    return all(round_number >= len(path) for path in shock["returns"].values())


def cross_share(scenario: dict[str, Any], of: str, from_: str) -> float:
    """B_kl of section 3: how much of the fall of `from_` asset `of` takes."""
    if of == from_:
        return 1.0
    for entry in scenario["cross_impact"]:
        if entry["from"] == from_ and entry["to"] == of:
            return float(entry["share"])
    return 0.0


def market_price(scenario: dict[str, Any], asset: str, f: dict[str, float], q: dict[str, float]) -> float:
    """p_k of section 3. The log of the whole factor is limited to what float64 holds (decided reading k)."""
    log_fall = 0.0
    for other, of_scenario in scenario["assets"].items():
        share = cross_share(scenario, asset, other)
        if share:
            log_fall += share * curves.impact(of_scenario["liquidity"], q[other] * f[other])
    return f[asset] * math.exp(-curves.limited(log_fall))


def cross_factor(scenario: dict[str, Any], asset: str, u: dict[str, float]) -> float:
    """exp(-sum over the other assets of B_kl G_l(u_l)): the cross term of the proceeds in section 3."""
    log_fall = 0.0
    for other, of_scenario in scenario["assets"].items():
        if other != asset:
            log_fall += cross_share(scenario, asset, other) * curves.impact(of_scenario["liquidity"], u[other])
    return math.exp(-curves.limited(log_fall))


def proceeds(scenario: dict[str, Any], asset: str, cross: float, u: float, du: float) -> float:
    """USD that a sale of du (USD at the undisturbed price) into an outstanding sale of u earns (section 3)."""
    return cross * curves.integral(scenario["assets"][asset]["liquidity"], u, du)
