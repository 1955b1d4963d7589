"""Published totals of real liquidations as verification data: amounts are tested, not whose they were."""

from __future__ import annotations

from verification_parts import ONE_ROUND, Draft, lender, loan, small

PRICE = 2000.0
"""Of ETH in USD; every figure is in ETH or a share, so that it does not matter."""
LEDGER = {"name": "totals of an incident, in public", "basis": "a published table"}

CAPPED = {
    "seized": 10_938.0, "accounts": 34, "ratio": 1.2285, "cap": 1.1939, "gain": 382.76, "bonus": 129.72, "fee": 13.32,
    "liquidators": 499.0,
}  # fmt: skip
"""wstETH on Aave on 10 March 2026: tokens seized, true and capped ratio, and what was published in ETH."""

DAYS = {"seized": 202.47, "repaid": 193.12, "bonus": 9.34, "fee": 0.98, "bonus_share": 0.0484, "fee_share": 0.105}
"""Aave from 31 January to 2 February 2026, millions of USD, and the two published shares."""


def event_cases() -> list[Draft]:
    """Return the cases of published totals."""
    return [_capped_oracle(), _fees()]


def _capped_oracle() -> Draft:
    """Return the day on which a cap below the true ratio made healthy accounts liquidatable."""
    draft = Draft(
        "E01", "Real events", "A capped oracle on 10 March 2026 (Aave, wstETH): who gained, and how much",
        {**LEDGER, "name": "Aave, wstETH, 10 March 2026: published totals of the incident"},
    )  # fmt: skip
    each = CAPPED["seized"] / CAPPED["accounts"]
    repaid = each * CAPPED["cap"] / 1.01
    # just below a health of 1 at the cap, at a threshold of 95 %, and well above it at the true ratio
    held = repaid / (0.95 * CAPPED["cap"]) * 0.999
    book = [
        loan(f"account {number}", (held, "wstETH"), (repaid, "WETH"))
        for number in range(1, int(CAPPED["accounts"]) + 1)
    ]
    market = lender({"protocol_fee": {"share": 0.1, "of": "bonus"}}, wstETH=(0.95, 0.01))
    for run, cap in (("capped", {"ratio": CAPPED["cap"]}), ("without a cap", None)):
        oracle = {"kind": "model", "base": "WETH", "ratio": CAPPED["ratio"], "cap": cap}
        assets = {"WETH": {"price": PRICE}, "wstETH": {"price": PRICE * CAPPED["ratio"], "oracle": oracle}}
        draft.run(run, small(book, market, assets=assets, **ONE_ROUND))
    seized, kept = ["sum", "capped/events/*/seized"], ["sum", "capped/events/*/to_protocol"]
    paid = ["sum", "capped/events/*/repaid"]
    worth = ["divide", ["sum", "capped/events/*/seized_usd"], PRICE]
    draft.expect("accounts liquidated, as given", "capped/summary/accounts_liquidated", int(CAPPED["accounts"]))
    draft.expect("wstETH seized, as given", seized, CAPPED["seized"], relative=1e-9)
    gain = ["subtract", ["multiply", seized, CAPPED["ratio"]], worth]
    # The published gain implies a cap of 1.1935, which the rounded 1.1939 misses by as much.
    draft.expect("gain from the cap, ETH", gain, CAPPED["gain"], relative=0.012)
    draft.expect("bonus, ETH", ["subtract", worth, paid], CAPPED["bonus"], relative=0.012)
    draft.expect("fees at market prices, ETH", ["multiply", kept, CAPPED["ratio"]], CAPPED["fee"], relative=0.012)
    earned = ["divide", "capped/summary/liquidator_profit_usd", PRICE]
    draft.expect("liquidators in all, ETH", earned, CAPPED["liquidators"], relative=0.012)
    draft.expect("bad debt in USD", "capped/summary/bad_debt_usd", 0.0, absolute=1e-9)
    draft.expect("total loss in USD", "capped/summary/total_loss_usd", 0.0, absolute=1e-9)
    draft.expect("liquidations without a cap", "without a cap/summary/liquidations", 0)
    return draft


def _fees() -> Draft:
    """Return the identities between what was seized, repaid, gained and kept in three days."""
    draft = Draft(
        "E02", "Real events", "Aave, 31 January to 2 February 2026: seized, repaid, bonus and fee agree",
        {**LEDGER, "name": "Aave, 31 January to 2 February 2026: published totals"},
    )  # fmt: skip
    owed = DAYS["repaid"] * 1e6
    book = [loan("all", (owed * 1.1 / PRICE, "WETH"), (owed, "USDC"))]
    market = lender(
        {"protocol_fee": {"share": DAYS["fee_share"], "of": "bonus"}}, WETH=(0.9, DAYS["bonus_share"])
    )  # fmt: skip
    draft.run("run", small(book, market, assets={"WETH": {"price": PRICE}}, **ONE_ROUND))
    repaid, seized = "run/summary/repaid_usd", "run/summary/seized_usd"
    draft.expect("repaid in USD, as given", repaid, owed, relative=1e-9)
    draft.expect("seized, USD", seized, DAYS["seized"] * 1e6, relative=2e-3)
    draft.expect("bonus, USD", ["subtract", seized, repaid], DAYS["bonus"] * 1e6, relative=2e-3)
    fee = ["multiply", ["sum", "run/events/*/to_protocol"], PRICE]
    draft.expect("fee, USD", fee, DAYS["fee"] * 1e6, relative=2e-3)
    share = ["divide", ["subtract", seized, repaid], repaid]
    draft.expect("bonus over repaid, as given", share, DAYS["bonus_share"], relative=1e-9)
    return draft
