"""The protocols' cases that come without a kernel: each is put into scenarios by a function of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verification_parts import MORPHO, Draft, one_account

if TYPE_CHECKING:
    from collections.abc import Callable

FULL: dict[str, Any] = {"close": {"kind": "full"}}
Collateral = tuple[str, float, float, float, float]
Debt = tuple[str, float, float]
Case = dict[str, Any]


def position(
    collateral: list[Collateral], debt: list[Debt], rules: dict[str, Any], fee: dict[str, float] | None = None
) -> dict[str, Any]:
    """Return a scenario from rows (asset, amount, price, threshold, bonus) and (asset, amount, price)."""
    kernel = {
        "collateral": [
            {"asset": asset, "amount": amount, "price": price, "lt": threshold, "seize_multiplier": 1 + bonus}
            | (fee or {})
            for asset, amount, price, threshold, bonus in collateral
        ],
        "debt": [{"asset": asset, "amount": amount, "price": price} for asset, amount, price in debt],
    }
    return one_account(kernel, rules, 1)


def fraction(share: float) -> dict[str, Any]:
    """Return rules that close a share of the debt."""
    return {"close": {"kind": "fraction", "close_factor": share}}


def floats(values: dict[str, str]) -> dict[str, float]:
    """Return the numbers of a case, which are written as texts."""
    return {key: float(text) for key, text in values.items()}


def aave_22(draft: Draft, case: Case) -> None:
    """Efficiency mode with prices of its category."""
    collateral = [("DAI", 5000.0, 2.0, 0.985, 0.01), ("WETH", 1.0, 4000.0, 0.825, 0.05)]
    run = draft.run("run", position(collateral, [("USDC", 8100.0, 2.0)], fraction(0.5), {"fee_share_of_bonus": 0.1}))
    expected = case["expected"]
    draft.expect("liquidations", ["count", f"{run}/events"], 1)
    for when in ("before", "after"):
        health = float(expected[f"health_factor_{when}"])
        draft.expect(f"health {when}", f"{run}/events/0/health_{when}", health, relative=2e-4)
    draft.expect("USDC repaid", f"{run}/events/0/repaid", float(case["action"]["repay"]["USDC"]))
    draft.expect("DAI seized", f"{run}/events/0/seized", float(expected["seized_total"]["DAI"]))
    draft.expect("DAI to the protocol", f"{run}/events/0/to_protocol", float(expected["protocol_fee"]["DAI"]))


def aave_24(draft: Draft, case: Case) -> None:
    """Health factors of a table."""
    for number, (row, health) in enumerate(
        zip(case["inputs"]["rows"], [1.0, 1.66666666666666666667, float("inf")], strict=True), 1
    ):
        collateral, debt = float(row["collateral"]) / 1e18, float(row["debt"]) / 1e18
        scenario = position([("A", collateral, 1.0, row["lt_bps"] / 1e4, 0.0)], [("B", debt, 1.0)], fraction(1.0))
        run = draft.run(f"row {number}", scenario)
        draft.expect(f"row {number}: health", f"{run}/health/0", health, relative=1e-15)


def aave_v4_01(draft: Draft, case: Case) -> None:
    """Add the bonus by health."""
    given = case["inputs"]
    incentive = {
        "kind": "health_linear",
        "min_share": float(given["liquidation_bonus_factor"]),
        "health_for_max": float(given["hf_for_max_bonus"]),
    }
    bonus = float(given["max_liquidation_bonus"]) - 1
    healths = {"1-1e-18": 1 - 1e-9, "0.96": 0.96, "<=0.8": 0.7}
    for row in case["expected"]["rows"]:
        health = healths[row["hf"]]
        rules = fraction(0.1) | {"incentive": incentive}
        scenario = position([("A", 1000.0, 1.0, health, bonus)], [("B", 1000.0, 1.0)], rules)
        run = draft.run(f"health {health}", scenario)
        paid = ["divide", f"{run}/events/0/seized_usd", f"{run}/events/0/repaid_usd"]
        draft.expect(f"health {health}: seized over repaid", paid, float(row["bonus"]), absolute=1e-8)


def aave_v4_03(draft: Draft, case: Case) -> None:
    """To the target health, limited by the collateral."""
    rules = {
        "close": {"kind": "target_health", "target": 1.0},
        "incentive": {"kind": "health_linear", "min_share": 0.5, "health_for_max": 0.8},
    }
    for row in case["expected"]["rows"]:
        balance = float(row["collateral_balance"])
        others = 0.8 * 10000 - 0.5 * balance  # the rest of the account, so that its health is 0.8
        rest = [(name, others / 2.5, 1.0, 1.25, 0.2) for name in ("X", "Y")]
        scenario = position(
            [("A", balance, 1.0, 0.5, 0.2), *rest], [("WETH", 5.0, 2000.0)], rules, {"fee_share_of_bonus": 0.1}
        )
        run = draft.run(f"balance {balance:g}", scenario)
        event = f"{run}/events/0"
        draft.expect(f"{run}: collateral taken", f"{event}/collateral_asset", "A")
        draft.expect(f"{run}: A seized", f"{event}/seized", float(row["collateral_to_liquidate"]))
        kept = ["subtract", f"{event}/seized", f"{event}/to_protocol"]
        draft.expect(f"{run}: A to the liquidator", kept, float(row["collateral_to_liquidator"]))
        draft.expect(f"{run}: WETH repaid", f"{event}/repaid", float(row["debt_to_liquidate"]))


def compound_01(draft: Draft, case: Case) -> None:
    """Tokens seized by the formula."""
    for number, (row, expected) in enumerate(zip(case["inputs"]["rows"], case["expected"]["rows"], strict=True), 1):
        values = {key: float(text) / 1e18 for key, text in row.items()}
        price = values["price_collateral"] * values["exchange_rate"]
        seized = float(expected["seize_tokens_formula"]) / 1e18
        scenario = position(
            [("cToken", 3 * seized, price, 0.1, values["liquidation_incentive"] - 1)],
            [("B", 2 * values["repay"], values["price_borrowed"])],
            fraction(0.5),
        )
        run = draft.run(f"row {number}", scenario)
        draft.expect(f"{run}: repaid", f"{run}/events/0/repaid", values["repay"])
        draft.expect(f"{run}: cTokens seized", f"{run}/events/0/seized", seized, relative=1e-12)


def compound_09(draft: Draft, case: Case) -> None:
    """Add the liquidity of an account: what its weighted collateral exceeds its debt by."""
    zrx, eth = ("ZRX", 1250.0, 0.002, 0.4, 0.0), ("ETH", 2.5, 1.0, 0.8, 0.0)

    def expect(what: str, text: str, collateral: list[Collateral], *debt: Debt) -> None:
        # health times debt is the weighted collateral: it needs some debt
        owed = 1 + sum(amount * price for _, amount, price in debt)
        run = draft.run(what, position(collateral, [("ONE", 1.0, 1.0), *debt], fraction(0.5)))
        formula = ["subtract", ["multiply", f"{run}/health/0", owed], owed - 1]
        draft.expect(f"{what}: liquidity", formula, float(text))

    expected = case["expected"]
    after = expected["hypothetical"]
    expect("ZRX", expected["after_ZRX"], [zrx])
    expect("ZRX and ETH", expected["after_ZRX_and_ETH"], [zrx, eth])
    expect("1,000 ZRX redeemed", after["redeem_ZRX_1000"], [("ZRX", 250.0, 0.002, 0.4, 0.0), eth])
    expect("2 ETH redeemed", after["redeem_ETH_2"], [zrx, ("ETH", 0.5, 1.0, 0.8, 0.0)])
    expect("1,000 ZRX borrowed", after["borrow_ZRX_1000"], [zrx, eth], ("ZRX", 1000.0, 0.002))
    expect("2 ETH borrowed", after["borrow_ETH_2"], [zrx, eth], ("ETH", 2.0, 1.0))
    expect("1,000 BAT borrowed", after["borrow_BAT_1000"], [zrx, eth], ("BAT", 1000.0, 0.0015))


def compound_10(draft: Draft, case: Case) -> None:
    """Add the protocol's share of a seizure."""
    share = float(case["inputs"]["protocol_seize_share"])
    run = draft.run(
        "run", position([("A", 2e9, 1.0, 0.1, 0.0)], [("B", 1e9, 1.0)], FULL, {"fee_share_of_seized": share})
    )
    draft.expect("A seized", f"{run}/events/0/seized", float(case["inputs"]["seize"]))
    kept = ["subtract", f"{run}/events/0/seized", f"{run}/events/0/to_protocol"]
    draft.expect("A to the liquidator", kept, float(case["expected"]["liquidator"]))


def morpho_01(draft: Draft, case: Case) -> None:
    """Add the incentive of a threshold."""
    threshold = float(case["inputs"]["lltv"]) / 1e18
    run = draft.run("run", position([("A", 10.0, 1.0, threshold, 0.0)], [("B", 9.0, 1.0)], MORPHO))
    paid = ["divide", f"{run}/events/0/seized_usd", f"{run}/events/0/repaid_usd"]
    draft.expect("seized over repaid", paid, float(case["expected"]["lif"]) / 1e18, relative=1e-15)


def morpho_10(draft: Draft, case: Case) -> None:
    """Add what may still be borrowed."""
    value = floats(case["inputs"])
    collateral = [("A", value["collateral"], value["price"], value["lltv"], 0.0)]
    run = draft.run("run", position(collateral, [("B", value["debt"], 1.0)], MORPHO))
    most = ["multiply", f"{run}/health/0", value["debt"]]
    draft.expect("most that may be owed", most, float(case["expected"]["max_borrow"]))
    more = ["subtract", most, value["debt"]]
    draft.expect("what may be borrowed more", more, float(case["expected"]["max_additional_borrow"]))


def morpho_11(draft: Draft, case: Case) -> None:
    """Pre-liquidation: the close factor at this loan-to-value."""
    value = floats(case["inputs"])
    ltv = value["debt"] / (value["collateral"] * value["price"])
    quotient = (ltv - value["pre_lltv"]) / (value["lltv"] - value["pre_lltv"])
    factor = value["pre_lcf1"] + quotient * (value["pre_lcf2"] - value["pre_lcf1"])
    collateral = [("A", value["collateral"], value["price"], value["pre_lltv"], value["pre_lif1"] - 1)]
    run = draft.run("run", position(collateral, [("B", value["debt"], 1.0)], fraction(factor)))
    seized = float(case["expected"]["seizable_collateral"])
    draft.expect("A seized", f"{run}/events/0/seized", seized, absolute=3.0)


def euler_18(draft: Draft, case: Case) -> None:
    """Add a part of the largest liquidation, which is pro rata."""
    rules = fraction(0.25) | {
        "incentive": {"kind": "health_discount", "base": 0, "max": 0.2},
        "trigger": "at_or_below",
    }
    run = draft.run("run", position([("A", 100.0, 0.4, 0.3, 0.0)], [("B", 5.0, 2.5)], rules))
    expected = case["expected"]
    draft.expect("B repaid", f"{run}/events/0/repaid", float(expected["repay_raw"]) / 1e18)
    draft.expect("A seized", f"{run}/events/0/seized", float(expected["yield_raw"]) / 1e18, relative=1e-15)
    draft.expect("B still owed", f"{run}/accounts/0/debt/B", float(expected["borrower_debt_after"]))


def venus_01(draft: Draft, case: Case) -> None:
    """Add the treasury's share of the bonus."""
    value = floats(case["inputs"])
    bonus = value["liquidation_incentive"] - 1
    scenario = position(
        [("A", 9000.0, 1.0, 0.1, bonus)],
        [("B", value["seized"] / (1 + bonus), 1.0)],
        FULL,
        {"fee_share_of_bonus": value["treasury_percent"]},
    )
    run = draft.run("run", scenario)
    event, expected = f"{run}/events/0", floats(case["expected"])
    draft.expect("A seized", f"{event}/seized", value["seized"])
    part = ["subtract", f"{event}/seized", f"{event}/repaid"]
    draft.expect("bonus", part, expected["bonus_part"], absolute=1.0)
    draft.expect("A to the treasury", f"{event}/to_protocol", expected["treasury"], absolute=1.0)
    kept = ["subtract", f"{event}/seized", f"{event}/to_protocol"]
    draft.expect("A to the liquidator", kept, expected["liquidator"], absolute=1.0)


# Triggers of protocols that settle otherwise.


def liquity_15(draft: Draft, case: Case) -> None:
    """Add the individual collateral ratio."""
    for number, (row, ratio) in enumerate(zip(case["inputs"]["rows"], case["expected"]["icr"], strict=True), 1):
        collateral = [("ETH", float(row["coll"]), float(case["inputs"]["price"]), 1.0, 0.0)]
        scenario = position(collateral, [("LUSD", float(row["debt"]), 1.0)], fraction(0.5))
        run = draft.run(f"row {number}", scenario)
        draft.expect(f"{run}: collateral ratio", f"{run}/health/0", float(ratio), relative=1e-12)


def maker_19(draft: Draft, case: Case) -> None:
    """Safe and unsafe vaults."""
    spot, ink = float(case["inputs"]["spot"]), float(case["inputs"]["ink"])
    for row, unsafe in zip(case["inputs"]["rows"], (True, False), strict=True):
        collateral = [("ETH", ink, spot, 1.0, 0.0)]
        scenario = position(collateral, [("DAI", float(row["art"]), 1.0)], fraction(0.5))
        run = draft.run("unsafe" if unsafe else "safe", scenario)
        draft.expect(f"the {run} vault is unsafe", ["less", f"{run}/health/0", 1], unsafe)


def dydx_01(draft: Draft, case: Case) -> None:
    """Who is below the maintenance margin."""
    for row in case["kernel"]["margin"]:
        if not row["positions"]:
            continue  # nothing to liquidate
        (held,) = row["positions"]
        owed = -float(row["usdc"])
        collateral = [("BTC", float(held["size"]), float(held["price"]), 1 - float(held["mmf"]), 0.0)]
        run = draft.run(f"owes {owed:g}", position(collateral, [("USDC", owed, 1.0)], FULL))
        liquidatable = ["less", 0, ["count", f"{run}/events"]]
        draft.expect(f"{run}: liquidatable", liquidatable, row["liquidatable"])


SINGLE: dict[str, Callable[[Draft, Case], None]] = {
    "aave-22": aave_22,
    "aave-24": aave_24,
    "aavev4-01": aave_v4_01,
    "aavev4-03": aave_v4_03,
    "compv2-01": compound_01,
    "compv2-09": compound_09,
    "compv2-10": compound_10,
    "morpho-01": morpho_01,
    "morpho-10": morpho_10,
    "morpho-11": morpho_11,
    "eulerv2-18": euler_18,
    "venus-01": venus_01,
    "liquity-15": liquity_15,
    "maker-19": maker_19,
    "dydx-01": dydx_01,
}
