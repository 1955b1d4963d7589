"""The protocols' cases that are settled by absorption and by auctions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verification_parts import EXACT, ONE_ROUND, Draft, loan, settled, small

if TYPE_CHECKING:
    from collections.abc import Callable

Case = dict[str, Any]
Values = dict[str, Any]

NOT_FOR_SALE = -1e30
"""Target reserves below which no reserves fall: nothing is sold."""


# Absorption.


def comet_01(draft: Draft, case: Case) -> None:
    """Add who can be absorbed."""
    for row, liquidatable in zip(case["inputs"]["rows"], case["expected"]["rows"], strict=True):
        owed = max(-float(row["base_principal"]), 0.0)
        held = row["collateral"]
        factor = float(held[0]["liquidate_cf"]) if held else 0.8
        pledged = (float(held[0]["amount"]), "WETH") if held else None
        price = float(held[0]["price"]) if held else 1.0
        market = settled("absorb", factor, penalty=0.0, target_reserves_usd=NOT_FOR_SALE)
        borrower = loan("borrower", pledged, (owed, "USDC"))
        run = draft.run(row["case"], small([borrower], market, assets={"WETH": {"price": price}}, **ONE_ROUND))
        gone = ["subtract", owed, f"{run}/rounds/0/debt_left_usd/lender"]
        draft.expect(f"{run}: taken over", ["less", 0, gone], liquidatable)


def comet_03(draft: Draft, case: Case) -> None:
    """Add two accounts without collateral, which reserves pay for."""
    given, expected = case["inputs"], case["expected"]
    debts = [float(text) for text in given["debts_raw"]]
    rest = float(given["total_borrow_raw"]) - sum(debts)
    book = [loan(f"borrower {number}", None, (debt, "USDC")) for number, debt in enumerate(debts, 1)]
    book.append(loan("others", (100.0, "WETH"), (rest, "USDC")))
    market = settled("absorb", 0.8) | {"safety": {"reserve_usd": float(given["reserves_raw"])}}
    draft.run("run", small(book, market))
    at = "run/rounds/0"
    draft.expect("borrowed after", f"{at}/debt_left_usd/lender", float(expected["total_borrow_raw"]), **EXACT)
    draft.expect("reserves after", f"{at}/cash_reserves_usd/lender", float(expected["reserves_raw"]), **EXACT)


def comet_04(draft: Draft, case: Case) -> None:
    """Add three accounts whose debts reserves pay, however low they are."""
    debts = [float(text) for text in case["inputs"]["debts_raw"]]
    book = [loan(f"borrower {number}", (1e-3, "WETH"), (debt, "USDC")) for number, debt in enumerate(debts, 1)]
    draft.run("run", small(book, settled("absorb", 0.8, target_reserves_usd=NOT_FOR_SALE), **ONE_ROUND))
    before, after = (float(case["expected"][f"reserves_{when}"]) for when in ("before", "after"))
    change = "run/rounds/0/cash_reserves_usd/lender"
    draft.expect("change of the reserves", change, after - before, relative=1e-6)
    draft.expect("debt left", "run/rounds/0/debt_left_usd/lender", 0.0)
    inventory = "run/rounds/0/inventory_usd/lender"
    draft.expect("collateral in the protocol's hands", inventory, 3 * 1e-3 * 100.0, **EXACT)


def comet_06(draft: Draft, case: Case) -> None:
    """Add what buyers get for their money."""
    for number, (row, tokens) in enumerate(zip(case["inputs"]["rows"], case["expected"]["rows"], strict=True), 1):
        value = {key: float(text) for key, text in row.items()}
        discount = value["store_front_price_factor"] * (1 - value["liquidation_factor"])
        held = max(2 * float(tokens), 1.0)
        market = settled(
            "absorb", 0.5, penalty=0.1, storefront_discount=discount, buyers_usd_per_round=value["base_usd"]
        )
        book = [loan("borrower", (held, "WETH"), (0.9 * held * value["price"], "USDC"))]
        run = draft.run(f"row {number}", small(book, market, assets={"WETH": {"price": value["price"]}}, **ONE_ROUND))
        draft.expect(f"{run}: collateral bought", f"{run}/rounds/0/sold/WETH", float(tokens), **EXACT)


def comet_07(draft: Draft, case: Case) -> None:
    """Add a purchase that refills the reserves."""
    value = {key: float(text) for key, text in case["inputs"].items()}
    discount = value["store_front_price_factor"] * (1 - value["liquidation_factor"])
    market = settled(
        "absorb", 0.5, penalty=1 - value["liquidation_factor"], storefront_discount=discount,
        target_reserves_usd=value["target_reserves"], buyers_usd_per_round=value["base_in"],
    )  # fmt: skip
    market["safety"] = {"reserve_usd": 100.0 + value["reserves"]}  # less the 100 that the absorption costs
    book = [loan("borrower", (100.0, "WETH"), (100.0, "USDC"))]
    draft.run("run", small(book, market, assets={"WETH": {"price": value["price"]}}, **ONE_ROUND))
    expected = case["expected"]
    draft.expect("collateral bought", "run/rounds/0/sold/WETH", float(expected["collateral_out"]), **EXACT)
    reserves = "run/rounds/0/cash_reserves_usd/lender"
    draft.expect("reserves after", reserves, float(expected["reserves_after"]), **EXACT)


def comet_09(draft: Draft, case: Case) -> None:
    """Add reserves above their target, which sell nothing."""
    value = {key: float(text) for key, text in case["inputs"].items()}
    market = settled("absorb", 0.5, target_reserves_usd=value["target_reserves"])
    market["safety"] = {"reserve_usd": 100.0 + value["reserves"]}
    draft.run("run", small([loan("borrower", (1.0, "WETH"), (100.0, "USDC"))], market))
    draft.expect("reserves", "run/rounds/0/cash_reserves_usd/lender", value["reserves"], **EXACT)
    draft.expect("collateral sold", "run/rounds/0/sold/WETH", 0.0)
    draft.expect("collateral kept, USD", "run/rounds/-1/inventory_usd/lender", 100.0, **EXACT)


def comet_10(draft: Draft, case: Case) -> None:
    """Add an absorption that costs more than it brings."""
    value = {key: float(text) for key, text in case["inputs"].items()}
    market = settled("absorb", value["liquidate_cf"], penalty=0.0, target_reserves_usd=NOT_FOR_SALE)
    book = [loan("borrower", (value["collateral_value"] / 100, "WETH"), (value["debt"], "USDC"))]
    draft.run("run", small(book, market))
    expected, at = case["expected"], "run/rounds/0"
    draft.expect("liquidatable", ["less", 0, ["count", "run/events"]], expected["liquidatable"])
    change = float(expected["reserves_base_change"])
    draft.expect("change of the reserves", f"{at}/cash_reserves_usd/lender", change, **EXACT)
    kept = float(expected["protocol_gets_collateral_value"])
    draft.expect("collateral taken over, USD", f"{at}/inventory_usd/lender", kept, **EXACT)
    draft.expect("shortfall", f"{at}/bad_debt_usd/lender", float(expected["economic_loss"]), **EXACT)


# Auctions.

STEP = {"kind": "stairstep", "cut": 0.99, "step_rounds": 1}
ROUNDING = 1e-6
"""Where a case is one unit of rounding off a limit, this much, which a float64 can tell."""


def vault(
    held: float, owed: float, price: float, *, market_price: float | None = None, dust: float = 0.0, **auction: Any
) -> Values:
    """Return one vault under the hammer: the oracle says `price` whatever the market says."""
    market = settled("auction", 0.1, **auction)
    market["rules"]["close"] = {"kind": "fraction", "close_factor": 1.0, "min_leftover_usd": dust}
    asset = {"price": market_price or price, "oracle": {"kind": "fixed", "price": price}}
    return small([loan("vault", (held, "WETH"), (owed, "USDC"))], market, assets={"WETH": asset})


def maker_bark(draft: Draft, case: Case) -> None:
    """Add what goes under the hammer, and what stays on the vault."""
    value = {key: float(text) for key, text in case["kernel"]["maker"].items()}
    ((answer),) = case["kernel"]["expect"]
    hole = min(value["hole"], value["Hole"])
    if case["id"] == "maker-03":
        hole += ROUNDING  # the case's 1e-18 above the limit is no float64
    owed = value["art"] * value["rate"]
    scenario = vault(
        value["ink"], owed, value["oracle_price"], dust=value["dust"], penalty=value["chop"] - 1,
        buffer=value.get("buf", 1.0), hole_usd=hole,
    )  # fmt: skip
    draft.run("run", scenario | ONE_ROUND)
    tab = "run/rounds/0/auctions_tab_usd/lender"
    lot = ["divide", "run/rounds/0/auctions_lot_usd/lender", value["oracle_price"]]
    draft.expect("tab", tab, float(answer["tab"]), **EXACT)
    draft.expect("lot", lot, float(answer["lot"]), **EXACT)
    left = ["subtract", owed, ["divide", tab, value["chop"]]]
    draft.expect("debt left on the vault", left, float(answer["debt_left"]) * value["rate"], absolute=1e-9)
    draft.expect("collateral left", ["subtract", value["ink"], lot], float(answer["collateral_left"]), absolute=1e-9)


def maker_18(draft: Draft, case: Case) -> None:
    """Add the boundary at which what would be left is dust."""
    value = {key: float(case["inputs"][key]) for key in ("spot", "ink", "chop", "dust", "hole")}
    at_the_boundary = value["hole"] / value["chop"] + value["dust"]
    for row, off in zip(case["expected"]["rows"], (-ROUNDING, ROUNDING), strict=True):
        owed = at_the_boundary + off
        scenario = vault(
            value["ink"], owed, value["spot"], dust=value["dust"], penalty=value["chop"] - 1, buffer=1.0,
            hole_usd=value["hole"],
        )  # fmt: skip
        run = draft.run("below the boundary" if off < 0 else "above it", scenario | ONE_ROUND)
        tab = f"{run}/rounds/0/auctions_tab_usd/lender"
        draft.expect(f"{run}: tab", tab, float(row["tab"]), absolute=2 * ROUNDING)
        draft.expect(f"{run}: more than the limit", ["less", value["hole"] + ROUNDING, tab], row["exceeds_hole"])
        left = ["subtract", owed, ["divide", tab, value["chop"]]]
        draft.expect(f"{run}: debt left", left, float(row["art_after"]), absolute=2 * ROUNDING)


def maker_take(draft: Draft, case: Case) -> None:
    """Add the last take of a case, by a buyer who finds the price right in that second and not before."""
    given, step = case["inputs"], case["expected"]["steps"][-1]
    seconds = given["takes"][-1]["seconds_since_start"]
    tab, lot = float(given["tab"]), float(given["lot"])
    for earlier in case["expected"]["steps"][:-1]:
        tab, lot = float(earlier["tab_left"]), float(earlier["lot_left"])
    top = float(given["top"])
    asked, before = top * 0.99**seconds, top * 0.99 ** (seconds - 1)
    scenario = vault(
        lot, tab / 1.1, top / float(given["buf"]), market_price=(asked + before) / 2, penalty=0.1,
        buffer=float(given["buf"]), curve=STEP, reset_rounds=int(given["tail"]), reset_price=float(given["cusp"]),
    )  # fmt: skip
    scenario["simulation"] = {"max_rounds": seconds + 1}
    draft.run("run", scenario)
    event, last = "run/events/0", f"run/rounds/{seconds}"
    draft.expect("taken in second", ["subtract", f"{event}/round", 1], seconds)
    draft.expect("bought", f"{event}/seized", float(step["bought"]), **EXACT)
    # What is paid repays the debt first; what is over is the penalty, which goes to the reserve.
    paid = ["add", f"{event}/repaid", f"{last}/reserve_usd/lender"]
    draft.expect("paid", paid, float(step["paid"]), relative=1e-12)
    draft.expect("price", ["divide", paid, f"{event}/seized"], float(step["price"]), relative=1e-12)
    draft.expect("tab left", ["subtract", tab, paid], float(step["tab_left"]), absolute=1e-9)
    returned = "run/accounts/0/collateral/WETH"
    draft.expect("back to the owner", returned, float(step["returned_to_owner"]), absolute=1e-12)


def maker_16(draft: Draft, case: Case) -> None:
    """Add a price that falls in a line."""
    given, slower = case["inputs"], 360  # one round for 360 seconds
    rounds = given["tau"] // slower
    scenario = vault(
        1.0, 500.0, float(given["top"]), market_price=1e-9, buffer=1.0, penalty=0.0,
        curve={"kind": "linear", "rounds": rounds}, reset_rounds=rounds, reset_price=0.0,
    )  # fmt: skip
    # Gas keeps everybody from taking it for nothing at the end.
    draft.run("run", scenario | {"liquidators": {"gas_usd": 1.0}, "simulation": {"max_rounds": rounds + 1}})
    for second, price in zip(given["t"], case["expected"]["price"], strict=True):
        asked = f"run/rounds/{second // slower}/auctions_ask_usd/lender"
        draft.expect(f"price after {second} s", asked, float(price), absolute=1e-9)


def b10(draft: Draft, given: Values, expected: Values) -> None:
    """Add the asking price by the second, and when it reaches the market; a round lasts 30 seconds."""
    lasts = 30
    curve = {"kind": "stairstep", "cut": given["cut"], "step_rounds": given["step_s"] // lasts}
    auction = {"buffer": given["buf"], "curve": curve, "reset_rounds": 1000, "reset_price": 0.0}
    unsold = vault(1.0, 50.0, 100.0, market_price=1e-9, **auction)
    draft.run("nobody buys", unsold | {"simulation": {"max_rounds": max(given["t_s"]) // lasts + 1}})
    for second, factor in zip(given["t_s"], expected["price_factor"], strict=True):
        asked = ["divide", f"nobody buys/rounds/{second // lasts}/auctions_ask_usd/lender", 100]
        draft.expect(f"price factor after {second} s", asked, factor, relative=1e-12)
    draft.run("sold at the market", vault(1.0, 50.0, 100.0, **auction))
    reached = ["multiply", lasts, ["subtract", "sold at the market/events/0/round", 1]]
    draft.expect("seconds until it is at the market", reached, expected["first_time_at_or_below_market_s"])


ABSORBED_AND_AUCTIONED: dict[str, Callable[[Draft, Case], None]] = {
    "comet-01": comet_01,
    "comet-03": comet_03,
    "comet-04": comet_04,
    "comet-06": comet_06,
    "comet-07": comet_07,
    "comet-09": comet_09,
    "comet-10": comet_10,
    "maker-01": maker_bark,
    "maker-03": maker_bark,
    "maker-04": maker_bark,
    "maker-06": maker_bark,
    "maker-07": maker_take,
    "maker-09": maker_take,
    "maker-12": maker_take,
    "maker-13": maker_take,
    "maker-16": maker_16,
    "maker-18": maker_18,
}
