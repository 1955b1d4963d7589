"""Both engines against the protocols' own test cases."""

from __future__ import annotations

import pytest

from tests.reference.both_engines import health_of, on_both_engines
from tests.reference.protocol_cases import RULES, all_cases, expected_steps, one_account, scenario_of
from tests.shared import needs_shared

pytestmark = needs_shared

AAVE = ["aave-01", "aave-06", "aave-07", "aave-09", "aave-10", "aave-12", "aave-13", "aave-15", "aave-16"]
AAVE += ["aave-18", "aave-19", "aave-21"]
COMPOUND = ["compv2-03", "compv2-04", "compv2-06", "compv2-07"]
MORPHO = ["morpho-05", "morpho-06", "morpho-08"]
EULER = ["eulerv2-01", "eulerv2-03", "eulerv2-04", "eulerv2-06", "eulerv2-07", "eulerv2-13", "eulerv2-15", "eulerv2-19"]
EULER += ["eulerv1-01"]

NOT_IN_VERSION = {("aave-06", "aave_v3_0")}
"""eMode by category bitmap came with 3.2."""
ANOTHER_REQUEST = {("aave-12", "aave_v3_3"), ("aave-12", "aave_v3_7"), ("aave-13", "aave_v3_0")}
"""The liquidator of the case asks for an amount that the contract rejects or clamps; here he asks for what is allowed,
which is the case's twin."""

KERNEL_CASES = [
    (case, version)
    for case in AAVE
    for version in ("aave_v3_0", "aave_v3_3", "aave_v3_7")
    if (case, version) not in NOT_IN_VERSION | ANOTHER_REQUEST
] + [(case, None) for case in COMPOUND + MORPHO + EULER]


def tolerances(case_id):
    """(relative, in last decimals of the token) for amounts, and relative for health, as the file asks."""
    if case_id.startswith("aave"):
        return 1e-9, 2.5, 1e-6
    if case_id.startswith("compv2"):
        return 1e-8, 2, 1e-8
    if case_id.startswith("eulerv1"):
        return 1e-9, 0, 1e-8
    return 1e-12, 0, 1e-12


@on_both_engines
@pytest.mark.parametrize(("case_id", "version"), KERNEL_CASES)
def test_that_the_protocols_own_case_comes_out(run, case_id, version):
    scenario = scenario_of(case_id, version)
    result = run(scenario)
    steps = [step for step in expected_steps(case_id, version) if step["liquidatable"]]
    events = result["events"]
    assert len(events) == len(steps)
    kernel = all_cases()[case_id]["kernel"]
    relative, units, health_tolerance = tolerances(case_id)
    last_digit = rounding(kernel, units)
    for event, expected in zip(events, steps, strict=True):
        collateral, debt = event["collateral_asset"], event["debt_asset"]

        def close_to(text, asset):
            return pytest.approx(float(text), rel=relative, abs=max(last_digit[asset], 1e-15))

        assert event["repaid"] == close_to(expected["repay"], debt)
        assert event["seized"] == close_to(expected["seized_total"], collateral)
        if "protocol_fee" in expected:
            assert event["to_protocol"] == close_to(expected["protocol_fee"], collateral)
        if "hf_before" in expected:
            assert event["health_before"] == pytest.approx(float(expected["hf_before"]), rel=health_tolerance)
        if expected.get("hf_after") not in (None, "0"):
            assert event["health_after"] == pytest.approx(float(expected["hf_after"]), rel=health_tolerance)
    if steps:
        check_the_end(result, steps[-1], lambda text, asset: close_to_leg(text, relative, last_digit.get(asset, 0)))


def rounding(kernel, units):
    """The contract's rounding by asset in tokens: of its own last decimal, or the other leg's carried by price."""
    legs = {leg["asset"]: leg for leg in kernel["debt"]} | {leg["asset"]: leg for leg in kernel["collateral"]}
    usd = {name: units * 10.0 ** -leg.get("decimals", 18) * float(leg["price"]) for name, leg in legs.items()}
    return {name: max(usd.values()) / float(leg["price"]) for name, leg in legs.items()}


def close_to_leg(text, relative, absolute):
    return pytest.approx(float(text), rel=relative, abs=max(absolute, 1e-9))


def check_the_end(result, last, close):
    """What the account holds and owes at the end, and what the lenders lost."""
    account = result["accounts"][0]
    if "collateral_after" in last:
        for asset, amount in account["collateral"].items():
            if asset in last["collateral_after"] and f"{asset} (other half)" not in account["collateral"]:
                assert amount == close(last["collateral_after"][asset], asset)
    if "debt_after" in last:
        for asset, amount in account["debt"].items():
            assert amount == close(last["debt_after"][asset], asset)
    if "bad_debt" in last:
        (asset,) = account["debt"] if len(account["debt"]) == 1 else (None,)
        if asset is not None and last["bad_debt"][asset] != "0":
            assert result["summary"]["bad_debt_usd"] == close(last["bad_debt"][asset], asset)
    if "lenders_assets_after" in last:
        assert 100000 - result["summary"]["lender_loss_usd"] == pytest.approx(float(last["lenders_assets_after"]))


# --- cases that come without a kernel ---------------------------------------------------------------------------------


def position(collateral, debt, rules, fee=None, **more):
    """A scenario from rows (asset, amount, price, threshold, bonus) and (asset, amount, price)."""
    kernel = {
        "collateral": [
            {"asset": asset, "amount": amount, "price": price, "lt": lt, "seize_multiplier": 1 + bonus} | (fee or {})
            for asset, amount, price, lt, bonus in collateral
        ],
        "debt": [{"asset": asset, "amount": amount, "price": price} for asset, amount, price in debt],
    }
    return one_account(kernel, rules, 1) | more


def fraction(share, **more):
    return {"close": {"kind": "fraction", "close_factor": share} | more}


@on_both_engines
def test_that_aave_22_liquidates_at_the_prices_of_its_category(run):
    case = all_cases()["aave-22"]
    scenario = position(
        [("DAI", 5000, 2, 0.985, 0.01), ("WETH", 1, 4000, 0.825, 0.05)],
        [("USDC", 8100, 2)],
        fraction(0.5),
        {"fee_share_of_bonus": 0.1},
    )
    (event,) = run(scenario)["events"]
    expected = case["expected"]
    assert event["health_before"] == pytest.approx(float(expected["health_factor_before"]), rel=2e-4)
    assert event["health_after"] == pytest.approx(float(expected["health_factor_after"]), rel=2e-4)
    assert event["repaid"] == pytest.approx(float(case["action"]["repay"]["USDC"]))
    assert event["seized"] == pytest.approx(float(expected["seized_total"]["DAI"]))
    assert event["to_protocol"] == pytest.approx(float(expected["protocol_fee"]["DAI"]))


@on_both_engines
def test_that_aave_24_gives_the_health_factors_of_its_table(run):
    case = all_cases()["aave-24"]
    for row, expected in zip(case["inputs"]["rows"], [1, 1.66666666666666666667, float("inf")], strict=True):
        collateral, debt = float(row["collateral"]) / 1e18, float(row["debt"]) / 1e18
        scenario = position([("A", collateral, 1, row["lt_bps"] / 1e4, 0)], [("B", debt, 1)], fraction(1.0))
        assert health_of(run, scenario) == [pytest.approx(expected, rel=1e-15)]


@on_both_engines
def test_that_aave_v4_01_gives_the_bonus_by_health(run):
    case = all_cases()["aavev4-01"]
    incentive = {
        "kind": "health_linear",
        "min_share": float(case["inputs"]["liquidation_bonus_factor"]),
        "health_for_max": float(case["inputs"]["hf_for_max_bonus"]),
    }
    bonus = float(case["inputs"]["max_liquidation_bonus"]) - 1
    healths = {"1-1e-18": 1 - 1e-9, "0.96": 0.96, "<=0.8": 0.7}
    for row in case["expected"]["rows"]:
        scenario = position(
            [("A", 1000, 1, healths[row["hf"]], bonus)], [("B", 1000, 1)], fraction(0.1) | {"incentive": incentive}
        )
        (event,) = run(scenario)["events"]
        assert event["seized_usd"] / event["repaid_usd"] == pytest.approx(float(row["bonus"]), abs=1e-8)


@on_both_engines
def test_that_aave_v4_03_liquidates_to_its_target_and_is_limited_by_the_collateral(run):
    case = all_cases()["aavev4-03"]
    rules = {
        "close": {"kind": "target_health", "target": 1.0},
        "incentive": {"kind": "health_linear", "min_share": 0.5, "health_for_max": 0.8},
    }
    for row in case["expected"]["rows"]:
        balance = float(row["collateral_balance"])
        others = 0.8 * 10000 - 0.5 * balance  # the rest of the account, so that its health is 0.8
        scenario = position(
            [("A", balance, 1, 0.5, 0.2), ("X", others / 2.5, 1, 1.25, 0.2), ("Y", others / 2.5, 1, 1.25, 0.2)],
            [("WETH", 5, 2000)],
            rules,
            {"fee_share_of_bonus": 0.1},
        )
        (event,) = run(scenario)["events"]
        assert event["collateral_asset"] == "A"
        assert event["seized"] == pytest.approx(float(row["collateral_to_liquidate"]))
        assert event["seized"] - event["to_protocol"] == pytest.approx(float(row["collateral_to_liquidator"]))
        assert event["repaid"] == pytest.approx(float(row["debt_to_liquidate"]))


@on_both_engines
def test_that_compound_01_seizes_what_its_formula_says(run):
    case = all_cases()["compv2-01"]
    for row, expected in zip(case["inputs"]["rows"], case["expected"]["rows"], strict=True):
        values = {key: float(text) / 1e18 for key, text in row.items()}
        price = values["price_collateral"] * values["exchange_rate"]
        seized = float(expected["seize_tokens_formula"]) / 1e18
        scenario = position(
            [("cToken", 3 * seized, price, 0.1, values["liquidation_incentive"] - 1)],
            [("B", 2 * values["repay"], values["price_borrowed"])],
            fraction(0.5),
        )
        (event,) = run(scenario)["events"]
        assert event["repaid"] == pytest.approx(values["repay"])
        assert event["seized"] == pytest.approx(seized, rel=1e-12)


@on_both_engines
def test_that_compound_09_gives_the_liquidity_of_an_account(run):
    expected = all_cases()["compv2-09"]["expected"]
    zrx, eth = ("ZRX", 1250, 0.002, 0.4, 0), ("ETH", 2.5, 1, 0.8, 0)
    unit = ("ONE", 1, 1)  # health times debt is the weighted collateral: it needs some debt

    def liquidity(collateral, *debt):
        owed = 1 + sum(amount * price for _, amount, price in debt)
        (health,) = health_of(run, position(collateral, [unit, *debt], fraction(0.5)))
        return health * owed - (owed - 1)

    close = {key: pytest.approx(float(text)) for key, text in expected["hypothetical"].items()}
    assert liquidity([zrx]) == pytest.approx(float(expected["after_ZRX"]))
    assert liquidity([zrx, eth]) == pytest.approx(float(expected["after_ZRX_and_ETH"]))
    assert liquidity([("ZRX", 250, 0.002, 0.4, 0), eth]) == close["redeem_ZRX_1000"]
    assert liquidity([zrx, ("ETH", 0.5, 1, 0.8, 0)]) == close["redeem_ETH_2"]
    assert liquidity([zrx, eth], ("ZRX", 1000, 0.002)) == close["borrow_ZRX_1000"]
    assert liquidity([zrx, eth], ("ETH", 2, 1)) == close["borrow_ETH_2"]
    assert liquidity([zrx, eth], ("BAT", 1000, 0.0015)) == close["borrow_BAT_1000"]


@on_both_engines
def test_that_compound_10_keeps_its_share_of_the_seizure(run):
    case = all_cases()["compv2-10"]
    share = float(case["inputs"]["protocol_seize_share"])
    scenario = position(
        [("A", 2e9, 1, 0.1, 0)], [("B", 1e9, 1)], {"close": {"kind": "full"}}, {"fee_share_of_seized": share}
    )
    (event,) = run(scenario)["events"]
    assert event["seized"] == pytest.approx(float(case["inputs"]["seize"]))
    assert event["seized"] - event["to_protocol"] == pytest.approx(float(case["expected"]["liquidator"]))


@on_both_engines
def test_that_morpho_01_gives_the_incentive_of_the_threshold(run):
    case = all_cases()["morpho-01"]
    scenario = position([("A", 10, 1, float(case["inputs"]["lltv"]) / 1e18, 0)], [("B", 9, 1)], RULES["morpho"])
    (event,) = run(scenario)["events"]
    expected = float(case["expected"]["lif"]) / 1e18
    assert event["seized_usd"] / event["repaid_usd"] == pytest.approx(expected, rel=1e-15)


@on_both_engines
def test_that_morpho_10_gives_the_risk_of_a_position(run):
    case = all_cases()["morpho-10"]
    value = {key: float(text) for key, text in case["inputs"].items()}
    (health,) = health_of(run, position([("A", value["collateral"], value["price"], value["lltv"], 0)],
                                        [("B", value["debt"], 1)], RULES["morpho"]))  # fmt: skip
    assert health * value["debt"] == pytest.approx(float(case["expected"]["max_borrow"]))
    assert (health - 1) * value["debt"] == pytest.approx(float(case["expected"]["max_additional_borrow"]))
    kept = value["debt"] / value["lltv"]
    assert int(value["collateral"] - kept) == int(case["expected"]["withdrawable_collateral"])


@on_both_engines
def test_that_morpho_11_seizes_by_the_close_factor_at_its_loan_to_value(run):
    case = all_cases()["morpho-11"]
    value = {key: float(text) for key, text in case["inputs"].items()}
    ltv = value["debt"] / (value["collateral"] * value["price"])
    quotient = (ltv - value["pre_lltv"]) / (value["lltv"] - value["pre_lltv"])
    factor = value["pre_lcf1"] + quotient * (value["pre_lcf2"] - value["pre_lcf1"])
    scenario = position(
        [("A", value["collateral"], value["price"], value["pre_lltv"], value["pre_lif1"] - 1)],
        [("B", value["debt"], 1)],
        fraction(factor),
    )
    (event,) = run(scenario)["events"]
    assert event["seized"] == pytest.approx(float(case["expected"]["seizable_collateral"]), abs=3)


@on_both_engines
def test_that_euler_18_liquidates_pro_rata(run):
    case = all_cases()["eulerv2-18"]
    incentive = {"kind": "health_discount", "base": 0, "max": 0.2}
    scenario = position(
        [("A", 100, 0.4, 0.3, 0)], [("B", 5, 2.5)], fraction(0.25) | {"incentive": incentive, "trigger": "at_or_below"}
    )
    result = run(scenario)
    (event,) = result["events"]
    assert event["repaid"] == pytest.approx(float(case["expected"]["repay_raw"]) / 1e18)
    assert event["seized"] == pytest.approx(float(case["expected"]["yield_raw"]) / 1e18, rel=1e-15)
    assert result["accounts"][0]["debt"]["B"] == pytest.approx(float(case["expected"]["borrower_debt_after"]))


@on_both_engines
def test_that_venus_01_takes_its_share_of_the_bonus(run):
    case = all_cases()["venus-01"]
    value = {key: float(text) for key, text in case["inputs"].items()}
    bonus = value["liquidation_incentive"] - 1
    scenario = position(
        [("A", 9000, 1, 0.1, bonus)],
        [("B", value["seized"] / (1 + bonus), 1)],
        {"close": {"kind": "full"}},
        {"fee_share_of_bonus": value["treasury_percent"]},
    )
    (event,) = run(scenario)["events"]
    assert event["seized"] == pytest.approx(value["seized"])
    assert event["seized"] - event["repaid"] == pytest.approx(float(case["expected"]["bonus_part"]), abs=1)
    assert event["to_protocol"] == pytest.approx(float(case["expected"]["treasury"]), abs=1)
    assert event["seized"] - event["to_protocol"] == pytest.approx(float(case["expected"]["liquidator"]), abs=1)


# --- triggers of protocols that settle otherwise ----------------------------------------------------------------------


@on_both_engines
def test_that_liquity_15_gives_the_collateral_ratio(run):
    case = all_cases()["liquity-15"]
    for row, ratio in zip(case["inputs"]["rows"], case["expected"]["icr"], strict=True):
        scenario = position(
            [("ETH", row["coll"], case["inputs"]["price"], 1.0, 0)], [("LUSD", row["debt"], 1)], fraction(0.5)
        )
        assert health_of(run, scenario) == [pytest.approx(float(ratio), rel=1e-12)]


@on_both_engines
def test_that_maker_19_tells_safe_from_unsafe(run):
    case = all_cases()["maker-19"]
    spot, ink = float(case["inputs"]["spot"]), float(case["inputs"]["ink"])
    for row, unsafe in zip(case["inputs"]["rows"], (True, False), strict=True):
        scenario = position([("ETH", ink, spot, 1.0, 0)], [("DAI", row["art"], 1)], fraction(0.5))
        assert (health_of(run, scenario)[0] < 1) is unsafe


@on_both_engines
def test_that_dydx_01_tells_who_is_below_the_maintenance_margin(run):
    for row in all_cases()["dydx-01"]["kernel"]["margin"]:
        if not row["positions"]:
            continue  # nothing to liquidate
        (held,) = row["positions"]
        scenario = position(
            [("BTC", held["size"], held["price"], 1 - float(held["mmf"]), 0)],
            [("USDC", -float(row["usdc"]), 1)],
            {"close": {"kind": "full"}},
        )
        assert (len(run(scenario)["events"]) == 1) is row["liquidatable"]
