"""Random small scenarios with every feature of the method mixed.

Numbers land on no round value, so that two of them are hardly ever equal: on a cliff of the model two correct
programs may differ (see `tests.slow_engine.near_ties`). Books are
made around the cliff that matters, a health factor of 1, and depths around the size of the book.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.engine.properties.later import add_later_rules
from tests.slow_engine.later_rules import OF_THE_ENGINE

STEPS = 10_000


class Draw:
    """Draws values from hypothesis.

    Hypothesis prefers small whole numbers; each is turned by the golden ratio, and the n-th by n times the root of 2,
    so that numbers spread evenly and no two are the same.
    """

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self._numbers = 0

    def __call__(self, strategy: st.SearchStrategy[Any]) -> Any:
        """Draw from a strategy."""
        return self._draw(strategy)

    def number(self, low: float, high: float) -> float:
        """Draw a number between two positive ones, evenly on a logarithmic scale."""
        self._numbers += 1
        step = self._draw(st.integers(0, STEPS - 1))
        place = (step * 0.6180339887498949 + self._numbers * 1.4142135623730951) % 1.0
        return float(low * (high / low) ** place)


def maybe(draw: Draw, value: Any, chance_in_4: int = 1) -> Any:
    """The value drawn by a function, or None: given in so many of four cases."""
    return value() if draw(st.integers(0, 3)) < chance_in_4 else None


def a_return(draw: Draw) -> float:
    """A price move, more often down than up."""
    if draw(st.integers(0, 4)):
        return -draw.number(0.05, 0.6)
    return draw.number(0.02, 0.6)


@st.composite
def scenarios(
    drawn: Any, most_accounts: int = 12, most_rounds: int = 30, later: frozenset[str] = OF_THE_ENGINE
) -> dict[str, Any]:
    """A scenario in its JSON form; `later` names the later rules that it may have."""
    draw = Draw(drawn)
    names = ["AAA", "BBB", "CCC", "DDD"][: draw(st.integers(2, 4))]
    prices = {name: draw.number(0.01, 50_000) for name in names}
    markets = {name: a_market(draw, names) for name in ["alpha", "beta"][: draw(st.integers(1, 2))]}
    loans, size = a_book(draw, markets, prices, most_accounts)
    assets = {
        name: {"price": prices[name], "liquidity": a_curve(draw, size), "oracle": an_oracle(draw, prices[name])}
        for name in names
    }
    mark_to_model(draw, assets)
    scenario = {
        "format": "cascade-scenario/1",
        "assets": assets,
        "cross_impact": cross_impact(draw, names),
        "markets": markets,
        "shock": a_shock(draw, names, loans, prices),
        "liquidators": liquidators(draw, size),
        "simulation": {
            "max_rounds": draw(st.integers(5, most_rounds)),
            "dust_usd": draw(st.sampled_from([1e-6, 1e-6, 1e-6, 0.0, 131.7])),
        },
        "loans": loans,
    }
    return add_later_rules(draw, scenario, size, later)


def a_curve(draw: Draw, size: float) -> dict[str, Any]:
    """A liquidity curve whose depth suits a book of `size` USD."""
    depth = size * draw.number(0.003, 3)
    curve = draw(
        st.sampled_from(
            ["infinite", "exponential", "constant_usd", "linear", "square_root", "constant_product", "curve"]
        )
    )
    liquidity: dict[str, Any] = {"model": curve}
    if curve in ("exponential", "constant_usd", "linear"):
        liquidity["depth_2pct_usd"] = depth
    if curve == "linear":
        liquidity["floor"] = draw.number(0.01, 0.6)
    if curve == "square_root":
        liquidity |= {
            "coefficient": draw.number(0.3, 2),
            "daily_volatility": draw.number(0.02, 0.2),
            "daily_volume_usd": depth * 3,
        }
    if curve == "constant_product":
        liquidity["reserve_usd"] = depth * 30
    if curve == "curve":
        drop, usd, points = 0.0, 0.0, []
        for _ in range(draw(st.integers(1, 4))):
            drop += (1 - drop) * draw.number(0.01, 0.6)
            usd += depth * draw.number(0.5, 8)
            points.append([drop, usd])
        liquidity["points"] = points
    if draw(st.integers(0, 3)) == 0:
        liquidity["depth_multiplier"] = draw.number(0.3, 3)
    if draw(st.integers(0, 2)) == 0:
        liquidity["permanent_share"] = draw(st.sampled_from([0.0, 0.37, 0.81]))
        liquidity["recovery_half_life_rounds"] = draw.number(0.5, 20)
    return liquidity


def an_oracle(draw: Draw, price: float) -> dict[str, Any]:
    """Any oracle but a `model` one."""
    kind = draw(st.sampled_from(["market", "market", "threshold", "twap", "fixed"]))
    oracle: dict[str, Any] = {"kind": kind}
    if kind in ("market", "threshold"):
        oracle["delay_rounds"] = draw(st.sampled_from([0, 0, 1, 3]))
    if kind == "threshold":
        oracle["deviation"] = draw.number(0.003, 0.1)
        oracle["heartbeat_rounds"] = maybe(draw, lambda: draw(st.integers(1, 9)), 2)
    if kind == "twap":
        oracle["window_rounds"] = draw(st.integers(1, 6))
    if kind == "fixed":
        oracle["price"] = price * draw.number(0.7, 1.2)
    oracle["max_move"] = maybe(draw, lambda: draw.number(0.01, 0.3))
    return oracle


def mark_to_model(draw: Draw, assets: dict[str, Any]) -> None:
    """Sometimes gives one asset the price of another's oracle."""
    names = list(assets)
    if draw(st.integers(0, 2)) == 0:
        name, base = draw(st.permutations(names))[:2]
        ratio = assets[name]["price"] / assets[base]["price"] * draw.number(0.9, 1.1)
        assets[name]["oracle"] = {
            "kind": "model",
            "base": base,
            "ratio": ratio,
            "max_move": maybe(draw, lambda: draw.number(0.01, 0.3)),
        }


def cross_impact(draw: Draw, names: list[str]) -> list[dict[str, Any]]:
    """Some pairs of assets; a share may be negative."""
    pairs = [(a, b) for a in names for b in names if a != b]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True))
    return [
        {"from": a, "to": b, "share": draw.number(0.05, 1.0) * draw(st.sampled_from([1, 1, 1, -0.5]))}
        for a, b in chosen
    ]


def a_market(draw: Draw, names: list[str]) -> dict[str, Any]:
    """A market that lists every asset, with any rules."""
    rules: dict[str, Any] = {
        "trigger": draw(st.sampled_from(["below", "at_or_below"])),
        "legs": draw(st.sampled_from(["largest", "proportional"])),
        "close": a_close_rule(draw),
        "incentive": an_incentive(draw),
        "bad_debt": draw(st.sampled_from(["write_off", "stay"])),
    }
    if draw(st.booleans()):
        rules["protocol_fee"] = {
            "share": draw.number(0.01, 0.5),
            "of": draw(st.sampled_from(["bonus", "seized"])),
        }
    safety: dict[str, Any] = {}
    if draw(st.booleans()):
        safety["reserve_usd"] = draw.number(10, 1e6)
    if draw(st.integers(0, 3)) == 0:
        safety |= {"pause_if_drop": draw.number(0.03, 0.4), "pause_rounds": draw(st.integers(1, 4))}
    return {
        "collateral": {
            name: {
                "liquidation_threshold": draw.number(0.3, 0.97),
                "liquidation_bonus": draw.number(0.005, 0.25),
            }
            for name in names
        },
        "rules": rules,
        "safety": safety,
    }


def a_close_rule(draw: Draw) -> dict[str, Any]:
    """Any close rule."""
    kind = draw(st.sampled_from(["full", "fraction", "target_health"]))
    close: dict[str, Any] = {"kind": kind}
    if kind == "fraction":
        close |= {
            "close_factor": draw.number(0.1, 1.0),
            "scope": draw(st.sampled_from(["debt", "account"])),
            "full_close_health": draw(st.sampled_from([0.0, 0.9371])),
            "full_close_usd": draw(st.sampled_from([0.0, 3071.3])),
        }
    if kind == "target_health":
        close["target"] = draw.number(1.01, 1.4)
    if kind != "full":
        close["min_leftover_usd"] = draw(st.sampled_from([0.0, 0.0, 1013.7]))
    return close


def an_incentive(draw: Draw) -> dict[str, Any]:
    """Any incentive."""
    kind = draw(st.sampled_from(["fixed", "lltv", "health_discount", "health_linear"]))
    incentive: dict[str, Any] = {"kind": kind}
    if kind == "lltv":
        incentive |= {"cursor": draw.number(0.1, 0.6), "max": draw.number(0.03, 0.3)}
    if kind == "health_discount":
        incentive |= {"base": draw(st.sampled_from([0.0, 0.0213])), "max": draw.number(0.03, 0.3)}
    if kind == "health_linear":
        incentive |= {"min_share": draw.number(0.1, 0.9), "health_for_max": draw.number(0.5, 0.97)}
    return incentive


def a_book(
    draw: Draw, markets: dict[str, Any], prices: dict[str, float], most_accounts: int
) -> tuple[list[dict[str, Any]], float]:
    """Rows of accounts near health 1, and the USD of all their collateral. Most debt is in the last asset."""
    quote = list(prices)[-1]
    rows: list[dict[str, Any]] = []
    size = 0.0
    for index in range(draw(st.sampled_from([1, 3, 5, 8, most_accounts]))):
        market = draw(st.sampled_from(list(markets)))
        account = {"account": f"a{index}", "market": market}
        backing = 0.0
        sides: list[list[dict[str, Any]]] = [[], []]
        for asset in draw(st.lists(st.sampled_from(list(prices)), min_size=1, max_size=3)):
            value = draw.number(300, 300_000) * (0.1 if asset == quote else 1)
            listed = markets[market]["collateral"][asset]
            threshold = listed["liquidation_threshold"]
            row = {"collateral_asset": asset, "collateral_amount": value / prices[asset]}
            if index % 5 == 4:  # its own terms, the same for every row of the same asset
                threshold = 0.55 + 0.04 * len(asset) + 0.031 * list(prices).index(asset)
                row |= {"liquidation_threshold": threshold, "liquidation_bonus": 0.0431}
            sides[0].append(row)
            backing += value * threshold
            size += value
        debt = 0.0 if index % 6 == 5 else backing * draw.number(0.75, 1.04)
        owed = draw(st.lists(st.sampled_from([*prices, *[quote] * 4]), min_size=1, max_size=2)) if debt else []
        parts = [draw.number(0.2, 1) for _ in owed]
        for asset, part in zip(owed, parts, strict=True):
            sides[1].append({"debt_asset": asset, "debt_amount": debt * part / sum(parts) / prices[asset]})
        if index % 7 == 6:
            sides[0] = []  # a debt without collateral
        rows += rows_of(account, *sides)
    return rows, max(size, 1.0)


def rows_of(account: dict[str, Any], held: list[dict[str, Any]], owed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Collateral and debt side by side as far as they go."""
    return [
        account | (held[i] if i < len(held) else {}) | (owed[i] if i < len(owed) else {})
        for i in range(max(len(held), len(owed)))
    ]


def a_shock(draw: Draw, names: list[str], loans: list[dict[str, Any]], prices: dict[str, float]) -> dict[str, Any]:
    """Any shock, mostly of what is held most."""
    held = dict.fromkeys(names, 0.0)
    for row in loans:
        if "collateral_asset" in row:
            held[row["collateral_asset"]] += row["collateral_amount"] * prices[row["collateral_asset"]]
    most = max(held, key=lambda name: held[name])
    shocked = sorted(
        {*draw(st.lists(st.sampled_from(names), max_size=2)), *([most] if draw(st.integers(0, 4)) else [])}
    )
    if draw(st.integers(0, 2)):
        return {
            "kind": "instant",
            "returns": {name: a_return(draw) for name in shocked},
            "over_rounds": draw(st.sampled_from([1, 1, 2, 5])),
        }
    shocked = shocked or [names[0]]
    if draw(st.booleans()):
        return a_random_shock(draw, shocked)
    rounds = draw(st.integers(1, 6))
    return {"kind": "path", "returns": {name: [a_return(draw) for _ in range(rounds)] for name in shocked}}


def a_random_shock(draw: Draw, shocked: list[str]) -> dict[str, Any]:
    """A random path of some assets, wild enough to liquidate somebody within a few rounds of 12 s."""
    kind = draw(st.sampled_from(["gbm", "jump_diffusion", "heston", "bootstrap"]))
    process: dict[str, Any] = {"kind": kind}
    correlation = []
    if kind == "bootstrap":
        rounds = draw(st.integers(2, 9))
        process["history"] = {name: [a_return(draw) for _ in range(rounds)] for name in shocked}
        process["block_rounds"] = draw(st.integers(1, rounds))
    else:
        process["volatility"] = {name: draw.number(30, 400) for name in shocked}
        process["drift"] = {shocked[0]: draw.number(1e4, 3e5) * draw(st.sampled_from([1, -1, -1]))}
        if len(shocked) > 1:
            correlation = [{"a": shocked[0], "b": shocked[1], "rho": draw.number(0.01, 1)}]
    if kind == "jump_diffusion":
        process |= {
            "jump_intensity": draw.number(1e4, 9e5),
            "jump_mean": -draw.number(0.01, 0.4),
            "jump_std": draw.number(0.01, 0.2),
            "jumps": draw(st.sampled_from(["common", "own"])),
        }
    if kind == "heston":
        process |= {
            "mean_reversion": draw.number(1, 1e6),
            "long_run_volatility": maybe(draw, lambda: draw.number(30, 400)),
            "vol_of_vol": draw.number(1, 900),
            "leverage": draw.number(0.1, 1.9) - 1,
        }
    return {
        "kind": "random",
        "process": process,
        "correlation": correlation,
        "over_rounds": draw(st.sampled_from([None, 1, 4, 11])),
    }


def liquidators(draw: Draw, size: float) -> dict[str, Any]:
    """Any behaviour of the liquidators."""
    return {
        "latency_rounds": draw(st.sampled_from([0, 0, 0, 1, 2])),
        "priority": draw(st.sampled_from(["largest_debt", "lowest_health", "largest_profit", "book"])),
        "max_liquidations_per_round": maybe(draw, lambda: draw(st.integers(1, 5))),
        "capacity_usd_per_round": maybe(draw, lambda: size * draw.number(0.05, 1)),
        "min_profit_usd": maybe(draw, lambda: draw(st.sampled_from([1, -1, -100])) * draw.number(1, 1000)),
        "gas_usd": draw(st.sampled_from([0.0, 7.13])),
        "calls_per_round": draw(st.sampled_from([1, 1, 2, 4])),
        "sell_share": draw(st.sampled_from([1.0, 1.0, 0.613, 0.0])),
        "sell_over_rounds": draw(st.sampled_from([1, 1, 1, 3])),
        "buy_debt": draw(st.booleans()),
    }
