"""Random small scenarios whose markets settle in every way of the method: absorbed, by auction, by a pool, on margin.

As in `scenarios`, numbers land on no round value, and books are made around a health factor of 1. The last asset is
what most is owed in and what margin is paid in.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.engine.properties.later import add_later_rules
from tests.engine.properties.scenarios import (
    Draw,
    a_book,
    a_curve,
    a_market,
    a_return,
    a_shock,
    an_oracle,
    cross_impact,
    liquidators,
    mark_to_model,
    maybe,
    rows_of,
)
from tests.slow_engine.later_rules import OF_THE_ENGINE

Rows = list[dict[str, Any]]
KINDS = ["absorb", "auction", "stability_pool", "margin"]


@st.composite
def settled_scenarios(
    drawn: Any, most_accounts: int = 12, most_rounds: int = 40, later: frozenset[str] = OF_THE_ENGINE
) -> dict[str, Any]:
    """A scenario in its JSON form, with at least one market that liquidators do not settle.

    `later` names the later rules that it may have.
    """
    draw = Draw(drawn)
    names = ["AAA", "BBB", "CCC", "DDD"][: draw(st.integers(2, 4))]
    quote = names[-1]
    prices = {name: draw.number(0.01, 50_000) for name in names}
    kinds = {"alpha": draw(st.sampled_from(KINDS))}
    for market in ["beta", "gamma"][: draw(st.sampled_from([0, 0, 1, 2]))]:
        kinds[market] = draw(st.sampled_from([*KINDS, "liquidator"]))
    markets = {market: a_market(draw, names) for market in kinds}
    loans, size = the_loans(draw, kinds, markets, prices, max(2, most_accounts // len(kinds)))
    cash = {"model": "infinite"} if draw(st.integers(0, 3)) else a_curve(draw, size)
    assets = {
        name: {
            "price": prices[name],
            "liquidity": cash if name == quote else a_curve(draw, size),
            "oracle": an_oracle(draw, prices[name]),
        }
        for name in names
    }
    mark_to_model(draw, assets)
    for market, kind in kinds.items():
        settle(draw, markets[market], kind, size, assets, quote)
    held = [row for row in loans if row.get("collateral_asset", quote) != quote]
    scenario = {
        "format": "cascade-scenario/1",
        "assets": assets,
        "cross_impact": cross_impact(draw, names),
        "markets": markets,
        "shock": a_fall(draw, names) if draw(st.integers(0, 2)) else a_shock(draw, names, held, prices),
        "liquidators": liquidators(draw, size),
        "simulation": {
            "max_rounds": draw(st.integers(5, most_rounds)),
            "dust_usd": draw(st.sampled_from([1e-6, 1e-6, 1e-6, 1e-6, 0.0, 131.7])),
        },
        "loans": loans,
    }
    return add_later_rules(draw, scenario, size, later)


def a_fall(draw: Draw, names: list[str]) -> dict[str, Any]:
    """A shock that moves the first asset a good deal, sometimes up, and perhaps the others."""
    returns = {names[0]: draw.number(0.1, 0.7) * draw(st.sampled_from([-1, -1, 1]))}
    returns |= {name: a_return(draw) for name in names[1:-1] if draw(st.integers(0, 2))}
    if not draw(st.integers(0, 3)):
        returns[names[-1]] = a_return(draw)
    return {"kind": "instant", "returns": returns, "over_rounds": draw(st.sampled_from([1, 1, 2, 5]))}


# --- books ------------------------------------------------------------------------------------------------------------


def the_loans(
    draw: Draw, kinds: dict[str, str], markets: dict[str, Any], prices: dict[str, float], most: int
) -> tuple[Rows, float]:
    """The rows of all markets, and the USD of what they hold and owe."""
    rows: Rows = []
    free = {market: markets[market] for market, kind in kinds.items() if kind not in ("stability_pool", "margin")}
    if free:
        rows += a_book(draw, free, prices, most * len(free))[0]
    for market, kind in kinds.items():
        if kind == "stability_pool":
            rows += borrowers_of_a_pool(draw, market, markets[market], prices, most)
        if kind == "margin":
            rows += traders(draw, market, markets[market], prices, most)
    size = sum(
        row[f"{side}_amount"] * prices[row[f"{side}_asset"]]
        for row in rows
        for side in ("collateral", "debt")
        if f"{side}_asset" in row
    )
    return rows, size / 2


def borrowers_of_a_pool(draw: Draw, name: str, market: dict[str, Any], prices: dict[str, float], most: int) -> Rows:
    """Accounts with one collateral asset and one debt asset; a few lack a side, or have terms of their own."""
    first, *others = prices
    collateral, debt = (first, others[-1]) if draw(st.integers(0, 2)) else draw(st.permutations(list(prices)))[:2]
    rows: Rows = []
    for index in range(draw(st.integers(2, most))):
        row: dict[str, Any] = {"account": f"p{index}", "market": name}
        value = draw.number(300, 300_000)
        threshold = market["collateral"][collateral]["liquidation_threshold"]
        if index % 5 == 4:
            threshold = draw.number(0.2, 0.95)
            row |= {"liquidation_threshold": threshold, "liquidation_bonus": 0.0431}
        side = draw(st.integers(0, 11))
        if side != 0:
            row |= {"collateral_asset": collateral, "collateral_amount": value / prices[collateral]}
        if side != 1:
            owed = value * threshold * draw.number(0.7, 1.03)
            row |= {"debt_asset": debt, "debt_amount": owed / prices[debt]}
        if side == 0:
            row.pop("liquidation_threshold", None)
            row.pop("liquidation_bonus", None)
        rows.append(row)
    return rows


def traders(draw: Draw, name: str, market: dict[str, Any], prices: dict[str, float], most: int) -> Rows:
    """Longs, shorts, and both at once, with margins around what they must be. Gives the market its thresholds."""
    *positions, quote = prices
    for asset in prices:
        maintenance = 0.002 if asset == quote else draw.number(0.005, 0.1)
        market["collateral"][asset] = {"liquidation_threshold": 1 - maintenance, "liquidation_bonus": 0.0}
    rows: Rows = []
    for index in range(draw(st.integers(2, most))):
        held: Rows = []
        owed: Rows = []
        cash = 0.0
        choice = st.sampled_from([positions[0], *positions])
        others = draw(st.lists(choice, min_size=1, max_size=2, unique=True))
        # The first two trade against each other, so that there is somebody to close positions against.
        for asset in dict.fromkeys([positions[0], *others[1:]] if index < 2 else others):
            value = draw.number(300, 300_000)
            is_long = index == 0 if index < 2 else draw(st.integers(0, 4)) % 2 == 0
            if is_long:
                held.append({"collateral_asset": asset, "collateral_amount": value / prices[asset]})
                cash -= value
            else:
                owed.append({"debt_asset": asset, "debt_amount": value / prices[asset]})
                cash += value
            cash += value * draw.number(0.01 if index != 1 else 0.2, 1.1)
        spare = draw.number(1, 10_000) if draw(st.integers(0, 3)) == 0 else 0.0  # margin beside a quote debt
        if cash + spare > 0:
            held.append({"collateral_asset": quote, "collateral_amount": (cash if cash > 0 else spare) / prices[quote]})
        if cash < 0:
            owed.append({"debt_asset": quote, "debt_amount": (spare - cash) / prices[quote]})
        rows += rows_of({"account": f"t{index}", "market": name}, held, owed)
    if draw(st.integers(0, 2)):
        enter(draw, rows, prices, quote)
    return rows


def enter(draw: Draw, rows: Rows, prices: dict[str, float], quote: str) -> None:
    """Tells what some positions were entered at, where a row has one only."""
    for row in rows:
        positions = {row.get(f"{side}_asset", quote) for side in ("collateral", "debt")} - {quote}
        if len(positions) == 1 and draw(st.integers(0, 2)):
            row["entry_price"] = prices[positions.pop()] * draw.number(0.5, 1.8)


# --- settlements ------------------------------------------------------------------------------------------------------


def settle(draw: Draw, market: dict[str, Any], kind: str, size: float, assets: dict[str, Any], quote: str) -> None:
    """Gives a market its settlement, and its reserve a size that suits the book."""
    terms: dict[str, Any] = {"kind": kind}
    if kind == "absorb":
        terms |= absorption(draw, size)
    if kind == "auction":
        terms |= auctions(draw, size)
    if kind == "stability_pool":
        terms |= a_pool(draw, size)
    if kind == "margin":
        terms |= a_margin_engine(draw, size)
        unlimited = [name for name, asset in assets.items() if asset["liquidity"]["model"] == "infinite"]
        if unlimited[:1] != [quote] or draw(st.booleans()):
            terms["quote_asset"] = quote
        market["safety"]["adl"] = bool(draw(st.integers(0, 2)))
    market["rules"]["settlement"] = terms
    if "reserve_usd" in market["safety"]:
        market["safety"]["reserve_usd"] = size * draw.number(0.0003, 0.3)


def absorption(draw: Draw, size: float) -> dict[str, Any]:
    """A storefront that sells always, below a target, or up to a capacity."""
    return {
        "penalty": draw(st.sampled_from([0.0, 0.0513])) or draw.number(0.005, 0.3),
        "storefront_discount": draw(st.sampled_from([0.0, 0.0257])) or draw.number(0.003, 0.2),
        "target_reserves_usd": maybe(
            draw, lambda: size * draw.number(0.01, 1) * draw(st.sampled_from([1, 1, -0.3])), 2
        ),
        "buyers_usd_per_round": maybe(draw, lambda: size * draw.number(0.003, 0.5), 2),
    }


def auctions(draw: Draw, size: float) -> dict[str, Any]:
    """Auctions quick enough to be seen to their end."""
    kind = draw(st.sampled_from(["stairstep", "linear", "exponential"]))
    curve: dict[str, Any] = {"kind": kind}
    if kind == "stairstep":
        curve |= {"cut": draw.number(0.7, 0.995), "step_rounds": draw(st.integers(1, 3))}
    if kind == "linear":
        curve["rounds"] = draw(st.integers(2, 30))
    if kind == "exponential":
        curve["cut"] = draw.number(0.8, 0.995)
    return {
        "penalty": draw(st.sampled_from([0.0, 0.1313])),
        "buffer": draw.number(0.6, 1.4),
        "curve": curve,
        "reset_rounds": draw(st.integers(1, 20)),
        "reset_price": draw(st.sampled_from([0.0, 0.4513, 0.8717])),
        "hole_usd": maybe(draw, lambda: size * draw.number(0.02, 1), 2),
    }


def a_pool(draw: Draw, size: float) -> dict[str, Any]:
    """A pool that may be empty, and every way of dividing an account."""
    return {
        "pool_usd": draw(st.sampled_from([0.0, 1.0])) * size * draw.number(0.003, 1.5),
        "sell_share": draw(st.sampled_from([0.0, 1.0, 0.413])),
        "pool_penalty": maybe(draw, lambda: draw.number(0.01, 0.3), 2),
        "redistribution_penalty": maybe(draw, lambda: draw.number(0.01, 0.3), 2),
        "gas_compensation": draw(st.sampled_from([0.0, 0.00513, 0.0731])),
        "gas_compensation_of": draw(st.sampled_from(["all", "offset"])),
        "gas_compensation_most": maybe(draw, lambda: draw.number(1e-4, 10)),
    }


def a_margin_engine(draw: Draw, size: float) -> dict[str, Any]:
    """A margin engine whose insurance fund is often too small."""
    return {
        "liquidation_fee": draw(st.sampled_from([0.0, 0.0151])),
        "insurance_usd": draw(st.sampled_from([0.0, 0.0, 1.0])) * size * draw.number(0.0003, 0.1),
        "adl": bool(draw(st.integers(0, 2))),
        "residual": draw(st.sampled_from(["insurance", "trader"])),
    }
