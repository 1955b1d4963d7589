"""Published and closed-form results about this model as verification data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from verification_auctions import b10
from verification_parts import Draft, lender, loan, read_reference, small
from verification_pools import b09, b11

if TYPE_CHECKING:
    from collections.abc import Callable

Values = dict[str, Any]
GROUPS = {"A": "Price impact", "B": "Liquidation", "C": "Cascades", "D": "Time"}
BASIS = {
    "closed_form": "a closed form",
    "published_table": "a published table",
    "published_code": "published code",
    "derived": "derived from the rules",
}

OTHER_MODEL = "another model: "
BANKS = OTHER_MODEL + "banks that return to a target leverage"
OUTSIDE = {
    "A02": OTHER_MODEL + "a pool with a fee",
    "A05": OTHER_MODEL + "concentrated liquidity in one range",
    "A07": OTHER_MODEL + "an order book in steps",
    "A09": OTHER_MODEL + "permanent and temporary impact by participation rate",
    "B06": OTHER_MODEL + "a formula that recommends a loan-to-value",
    "C05": OTHER_MODEL + "a whole sale settles at the price after it",
    "C06": BANKS,
    "C07": BANKS,
    "C08": OTHER_MODEL + "a simultaneous fire-sale equilibrium",
    "C09": BANKS,
    "C11": OTHER_MODEL + "a debt asset priced by its own supply",
    "D02": OTHER_MODEL + "a random branching process",
}


def known_results() -> list[Draft]:
    """Return every case of known_results.json."""
    drafts = []
    for name, case in read_reference("known_results.json").items():
        number = name.partition("_")[0]
        source = {"name": case["source"], "basis": BASIS[case["kind"]]}
        draft = Draft(number, GROUPS[number[0]], case["title"], source)
        if number in OUTSIDE:
            draft.outside = OUTSIDE[number]
        else:
            MAKERS[number](draft, case["inputs"], case["expected"])
        drafts.append(draft)
    return drafts


def sale(tokens: float, price: float, liquidity: Values, rounds: int | None = 1) -> Values:
    """Return the scenario in which one liquidation sells exactly so many tokens at an undisturbed price."""
    book = [loan("seller", (tokens, "WETH"), (tokens * price, "USDC"))]
    assets = {"WETH": {"price": price, "liquidity": liquidity}}
    ends = {} if rounds is None else {"simulation": {"max_rounds": rounds}}
    return small(book, lender(WETH=(0.9, 0.0)), assets=assets, **ends)


# Price impact.


def a01(draft: Draft, given: Values, expected: Values) -> None:
    """Add a pool that pays the constant product."""
    pool = {"model": "constant_product", "reserve_usd": given["reserve_y"]}
    draft.run("run", sale(given["sell_x"], given["reserve_y"] / given["reserve_x"], pool))
    at = "run/rounds/0"
    paid = f"{at}/proceeds_usd/WETH"
    draft.expect("proceeds", paid, expected["out_y"], relative=1e-12)
    draft.expect("average price", ["divide", paid, f"{at}/sold/WETH"], expected["avg_price"], relative=1e-12)
    draft.expect("price before", f"{at}/market_before/WETH", expected["spot_before"], relative=1e-12)
    draft.expect("price after", f"{at}/market/WETH", expected["spot_after"], relative=1e-12)


def a04(draft: Draft, given: Values, expected: Values) -> None:
    """Add a pool calibrated by one quote, which gives the others."""
    pool = {"model": "constant_product", "reserve_usd": 7 * expected["virtual_reserve_x"]}
    for volume, average in (
        (given["v"], given["avg_exec_factor"]),
        (expected["volume_for_5pct"], 0.95),
    ):
        run = f"sell {volume:.6g} for {average:g}"
        draft.run(run, sale(volume, 7.0, pool))
        formula = ["divide", f"{run}/rounds/0/proceeds_usd/WETH", 7 * volume]
        draft.expect(f"{run}: average factor", formula, average, relative=1e-12)
    draft.run("spot", sale(400, 7.0, pool))
    spot = ["divide", "spot/rounds/0/market/WETH", 7]
    draft.expect("price factor after 400", spot, expected["spot_factor_after_400"], relative=1e-12)


def a08(draft: Draft, given: Values, expected: Values) -> None:
    """Square-root impact is that of the whole sale."""
    liquidity = {
        "model": "square_root",
        "coefficient": given["Y"],
        "daily_volatility": given["sigma_daily"],
        "daily_volume_usd": 1e6,
    }
    whole = sale(1.0, 50.0, liquidity)
    ten = [loan(f"seller {i}", (200.0, "WETH"), (10000.0, "USDC")) for i in range(10)]
    runs = [
        (f"{share:.0%} of the volume", sale(share * 1e6 / 50, 50.0, liquidity), impact)
        for share, impact in zip(given["Q_over_V"][1:], expected["impact_frac"][1:], strict=True)
    ]
    runs.append(("ten sales of 1 %", {**whole, "loans": ten}, expected["single_10pct"]))
    for run, scenario, impact in runs:
        draft.run(run, scenario)
        fall = ["log", ["divide", 50, f"{run}/rounds/0/market/WETH"]]
        draft.expect(f"{run}: log fall", fall, impact, relative=1e-12)


def a10(draft: Draft, given: Values, expected: Values) -> None:
    """Impact with a floor starts with its slope and ends at its floor."""
    liquidity = {"model": "linear", "depth_2pct_usd": 0.02 * expected["D"], "floor": given["B"]}
    draft.run("small", sale(1e-3, given["S"], liquidity))
    draft.run("huge", sale(given["q"][-1], given["S"], liquidity))
    slope = ["divide", ["subtract", 1, "small/rounds/0/market/WETH"], 1e-3]
    draft.expect("slope at 0", slope, expected["slope_at_0"], relative=1e-9)
    draft.expect(
        "fall of a huge sale", ["subtract", 1, "huge/rounds/0/market/WETH"], expected["Psi"][-1], relative=1e-9
    )


def a12(draft: Draft, given: Values, expected: Values) -> None:
    """Impact recovers with its half-life."""
    liquidity = {
        "model": "linear",
        "depth_2pct_usd": 100 * 0.02 / (1 - given["f"]),
        "permanent_share": 0.0,
        "recovery_half_life_rounds": given["half_life_min"],
    }
    draft.run("run", sale(1.0, 100.0, liquidity, rounds=None))
    for minutes, factor in expected["factor"].items():
        price = "run/rounds/0/market/WETH" if minutes == "0" else f"run/rounds/{minutes}/market_before/WETH"
        draft.expect(f"price factor after {minutes} min", ["divide", price, 100], factor, relative=1e-9)


# Liquidation.


def b01(draft: Draft, given: Values, expected: Values) -> None:
    """Health and liquidation price."""
    book = [loan("ann", (given["collateral_units"], "WETH"), (given["debt"], "USDC"))]
    market = lender(WETH=(given["LT"], 0.05))
    for run, price in (
        ("now", given["price"]),
        ("just above", expected["liq_price"] * (1 + 1e-12)),
        ("just below", expected["liq_price"] * (1 - 1e-12)),
    ):
        draft.run(run, small(book, market, assets={"WETH": {"price": price}}))
    draft.expect("health", "now/health/0", expected["HF"], relative=1e-12)
    for run, count in (("just above", 0), ("just below", 1)):
        formula = f"{run}/rounds/0/liquidations/lender"
        draft.expect(f"liquidations {run} the liquidation price", formula, count)


def b02(draft: Draft, given: Values, expected: Values) -> None:
    """One partial liquidation."""
    rules = {"close": {"kind": "fraction", "close_factor": given["close_factor"]}}
    book = [loan("ann", (given["collateral_units"], "WETH"), (given["debt"], "USDC"))]
    market = lender(rules, WETH=(given["LT"], given["bonus"]))
    draft.run("run", small(book, market, assets={"WETH": {"price": given["price"]}}))
    draft.expect("liquidations", ["count", "run/events"], 1)
    for what, path, key in (
        ("health before", "events/0/health_before", "HF_before"),
        ("health after", "events/0/health_after", "HF_after"),
        ("USDC repaid", "events/0/repaid", "repaid"),
        ("WETH seized", "events/0/seized", "seized_units"),
        ("USD seized", "events/0/seized_usd", "seized_value"),
        ("WETH left", "accounts/0/collateral/WETH", "collateral_units_after"),
        ("USDC still owed", "accounts/0/debt/USDC", "debt_after"),
    ):
        draft.expect(what, f"run/{path}", expected[key], relative=1e-12)


def b04(draft: Draft, given: Values, expected: Values) -> None:
    """Liquidation raises the loan-to-value exactly in the toxic region."""
    for row in expected["rows"]:
        rules = {"close": {"kind": "fraction", "close_factor": given["close_factor"]}}
        book = [loan("ann", (10.0, "WETH"), (1000 * row["ltv"], "USDC"))]
        run = f"LTV {row['ltv']:.4g}, bonus {row['i']:g}"
        market = lender(rules, WETH=(0.9 * row["ltv"], row["i"]))
        draft.run(run, small(book, market, simulation={"max_rounds": 1}))
        at = f"{run}/rounds/0"
        after = ["divide", f"{at}/debt_left_usd/lender", f"{at}/collateral_left_usd/lender"]
        draft.expect(f"{run}: LTV after", after, row["ltv_after"], relative=1e-9)
        before = ["multiply", f"{run}/events/0/health_before", 1 - 1e-12]
        draft.expect(f"{run}: health falls", ["less", f"{run}/events/0/health_after", before], row["toxic"])


def b07(draft: Draft, given: Values, expected: Values) -> None:
    """Slippage tightens the toxic frontier."""
    pool = {"model": "constant_product", "reserve_usd": given["pool_reserve_x"] * 100}
    frontier = expected["frontier"]
    for run, ltv in (
        ("just below the frontier", frontier - 1e-3),
        ("just above the frontier", frontier + 1e-3),
        ("at the frontier without slippage", expected["naive_frontier"]),
    ):
        market = lender({"close": {"kind": "fraction", "close_factor": 1e-5}}, WETH=(0.5, given["i"]))
        units = given["collateral_units"]
        book = [loan("ann", (units, "WETH"), (units * 100 * ltv, "USDC"))]
        assets = {"WETH": {"liquidity": pool}}
        draft.run(run, small(book, market, assets=assets, simulation={"max_rounds": 1}))
        left = ["multiply", f"{run}/accounts/0/collateral/WETH", f"{run}/rounds/0/market/WETH"]
        after = ["divide", f"{run}/accounts/0/debt/USDC", left]
        draft.expect(f"{run}: LTV rises", ["less", ltv, after], ltv > frontier)


def b13(draft: Draft, given: Values, expected: Values) -> None:
    """No liquidation is done beyond the largest profitable one."""
    bonus, best, largest = given["bonus"], expected["q_opt_nofee"], expected["q_max_nofee"]

    def add(run: str, units: float, least: float | None = None) -> str:
        book = [loan("ann", (1.0, "WETH"), (units * 100 / (1 + bonus), "USDC"))]
        pool = {"model": "constant_product", "reserve_usd": 100 * given["pool_x"]}
        least_profit = {"min_profit_usd": least}
        market = lender(WETH=(1e-3, bonus))
        draft.run(run, small(book, market, assets={"WETH": {"liquidity": pool}}, liquidators=least_profit))
        return f"{run}/rounds/0/liquidator_profit_usd"

    top = add("best", best)
    for run, factor in (("a little less", 0.99), ("a little more", 1.01)):
        draft.expect(f"the best earns more than {run}", ["less", add(run, best * factor), top], expected=True)
    draft.expect("profit of the largest", add("largest", largest), 0.0, absolute=1e-9)
    for run, factor, count in (("below the largest", 0.999, 1), ("beyond the largest", 1.001, 0)):
        add(run, largest * factor, least=0.0)
        draft.expect(f"liquidations {run}", f"{run}/rounds/0/liquidations/lender", count)


# Cascades.


def ladder(positions: list[tuple[float, float]], start: float, slope: float) -> Values:
    """Return long positions (liquidation price, size) that are sold whole, in a market that falls by `slope` a token.

    The debt of a position is its size at its liquidation price: without bonus all collateral is seized below it.
    """
    book = [loan(f"{i}", (size, "WETH"), (size * price, "USDC")) for i, (price, size) in enumerate(positions)]
    liquidity = {"model": "linear", "depth_2pct_usd": 0.02 * start**2 / slope, "floor": 1e-6}
    return small(book, lender(WETH=(1.0, 0.0)), assets={"WETH": {"price": start, "liquidity": liquidity}})


def c01(draft: Draft, given: Values, expected: Values) -> None:
    """Add a ladder of a thousand positions."""
    positions = [(100 - k * 60 / 1000, 480 / 1000) for k in range(1000)]
    draft.run("run", ladder(positions, 100 - given["shock"], given["lam"]))
    of = expected["discrete_1000"]
    draft.expect("price at the end", "run/rounds/-1/market/WETH", of["final_price"], relative=1e-9)
    draft.expect("WETH sold", ["sum", "run/rounds/*/sold/WETH"], of["total"], relative=1e-9)
    draft.expect("rounds that sell", ["subtract", ["count", "run/rounds"], 1], of["rounds"])


def c02(draft: Draft, given: Values, expected: Values) -> None:
    """Three cliffs contain or spread the fall."""
    positions = [(position["liq"], position["size"]) for position in given["positions"]]
    for slope, key in ((given["lam"][0], "lam005"), (given["lam"][1], "lam010")):
        run = f"slope {slope:g}"
        draft.run(run, ladder(positions, given["price_after_shock"], slope))
        trace = expected[f"trace_{key}"]
        for number, at in enumerate(trace):
            (hit,) = at["hit"]
            said = f"{run}, round {number + 1}"
            draft.expect(f"{said}: position hit", f"{run}/events/{number}/account", str(hit))
            draft.expect(f"{said}: sold", f"{run}/rounds/{number}/sold/WETH", at["sold"])
            draft.expect(f"{said}: price", f"{run}/rounds/{number}/market/WETH", at["price"], relative=1e-12)
        draft.expect(f"{run}: liquidations", ["count", f"{run}/events"], len(trace))
        draft.expect(f"{run}: rounds that sell", ["subtract", ["count", f"{run}/rounds"], 1], len(trace))
    draft.run("edge", ladder(positions, given["edge_price"], given["lam"][0]))
    draft.expect("at the edge: liquidations", "edge/summary/liquidations", expected["edge_rounds"])
    price = expected["edge_price_exactly_at_threshold"]
    draft.expect("at the edge: price", "edge/rounds/-1/market/WETH", price, relative=0.0)


def c13(draft: Draft, given: Values, expected: Values) -> None:
    """Two coupled ladders sell what the matrix says."""
    # Everything is linear in log prices: a "dollar" of the case is 1e-4 of log price, a token is sold at f = 1.
    unit, rungs = 1e-4, 500
    impact = given["Lambda"]
    assets = {
        name: {
            "price": 1.0,
            "liquidity": {"model": "exponential", "depth_2pct_usd": -math.log(0.98) / (impact[i][i] * unit)},
        }
        for i, name in enumerate(("X", "Y"))
    }
    cross = [
        {"from": "Y", "to": "X", "share": impact[0][1] / impact[1][1]},
        {"from": "X", "to": "Y", "share": impact[1][0] / impact[0][0]},
    ]
    book = []
    for name, density, depth in (("X", given["rho_diag"][0], 10.0), ("Y", given["rho_diag"][1], 4.0)):
        width = depth / rungs
        for rung in range(rungs):
            threshold = math.exp(-(rung + 0.5) * width * unit)
            book.append(loan(f"{name}{rung}", (density * width, name), (density * width * threshold, "USDC")))
    shock = {"kind": "instant", "returns": {"X": math.expm1(-given["shock"][0] * unit)}}
    # sales are counted in USD at the undisturbed price, which for X has fallen a little
    market = lender(X=(1.0, 0.0), Y=(1.0, 0.0))
    draft.run("run", small(book, market, assets=assets, cross_impact=cross, shock=shock))
    for index, name in enumerate(("X", "Y")):
        drop = ["divide", ["log", ["divide", 1, f"run/rounds/-1/market/{name}"]], unit]
        draft.expect(f"fall of {name}", drop, expected["drops"][index], relative=5e-3)
        sold = ["sum", f"run/rounds/*/sold/{name}"]
        draft.expect(f"{name} sold", sold, expected["sold"][index], relative=5e-3)


# Time.


def falling(rounds: int, pace: float) -> Values:
    """Return a shock: a price that falls by `pace` in its logarithm a round."""
    return {"kind": "path", "returns": {"WETH": [math.expm1(-pace * r) for r in range(1, rounds + 1)]}}


def d03(draft: Draft, given: Values, expected: Values) -> None:
    """Bad debt starts with the latency that the bonus tolerates; a delay liquidates at a lower price."""
    threshold, bonus, pace = given["LT"], given["bonus"], given["log_decline_per_min"]
    book = [loan("ann", (1.0, "WETH"), (100 * threshold, "USDC"))]  # health 1 before the fall
    first = math.ceil(expected["latency_tolerance_min"])
    for latency in (0, first - 3, first - 2, first - 1, first):
        run = f"latency {latency}"
        slow = {"latency_rounds": latency}
        market = lender(WETH=(threshold, bonus))
        draft.run(run, small(book, market, shock=falling(20, pace), liquidators=slow))
        draft.expect(f"{run}: liquidations", ["count", f"{run}/events"], 1)
        draft.expect(f"{run}: round of the liquidation", f"{run}/events/0/round", latency + 1)
        draft.expect(f"{run}: bad debt", ["less", 0, f"{run}/summary/bad_debt_usd"], latency + 1 >= first)
    debt = 80.0
    below = next(r for r in range(1, 40) if 100 * math.exp(-pace * r) * threshold < debt)
    for delay, extra in expected["extra_drop_for_delay"].items():
        run = f"delay {delay}"
        late = {"WETH": {"oracle": {"kind": "market", "delay_rounds": int(delay)}}}
        owed = [loan("ann", (1.0, "WETH"), (debt, "USDC"))]
        draft.run(run, small(owed, lender(WETH=(threshold, 0.0)), shock=falling(40, pace), assets=late))
        number = below + int(delay)
        draft.expect(f"{run}: round of the liquidation", f"{run}/events/0/round", number)
        at = f"{run}/rounds/{number - 1}"
        drop = ["subtract", 1, ["divide", f"{at}/market_before/WETH", f"{at}/oracle/WETH"]]
        draft.expect(f"{run}: extra fall", drop, extra, relative=1e-12, absolute=1e-15)


MAKERS: dict[str, Callable[[Draft, Values, Values], None]] = {
    maker.__name__.upper(): maker
    for maker in (
        *(a01, a04, a08, a10, a12),
        *(b01, b02, b04, b07, b09, b10, b11, b13),
        *(c01, c02, c13),
        d03,
    )
}
