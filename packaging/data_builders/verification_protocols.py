"""The protocols' own test cases as verification data: each a scenario of one account.

Most come as a `kernel`: a position at given prices, what the liquidator does, and what the contract answered. Here they
get the protocol's rules in the names of the scenario file.
"""

from __future__ import annotations

from typing import Any

from verification_auctions import ABSORBED_AND_AUCTIONED
from verification_parts import MORPHO, Draft, one_account, read_reference, titled
from verification_pools import POOLED_AND_MARGINED
from verification_single import SINGLE

OWN_SCENARIOS = SINGLE | ABSORBED_AND_AUCTIONED | POOLED_AND_MARGINED

WRITE_OFF, STAY = {"bad_debt": "write_off"}, {"bad_debt": "stay"}
AAVE_3_0 = STAY | {"close": {"kind": "fraction", "close_factor": 0.5, "full_close_health": 0.95}}
AAVE_3_3 = WRITE_OFF | {
    "close": {
        "kind": "fraction",
        "close_factor": 0.5,
        "scope": "account",
        "full_close_health": 0.95,
        "full_close_usd": 2000,
        "min_leftover_usd": 1000,
    }
}
VERSIONS = {
    "v3.0 to 3.2": ("aave_v3_0", AAVE_3_0),
    "v3.3": ("aave_v3_3", AAVE_3_3),
    "v3.7": ("aave_v3_7", AAVE_3_3),
}

KERNELS = {
    "aave": (1, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19, 21),
    "compv2": (3, 4, 6, 7),
    "morpho": (5, 6, 8),
    "eulerv2": (1, 3, 4, 6, 7, 13, 15, 19),
    "eulerv1": (1,),
}
NOT_IN_VERSION = {("aave-06", "v3.0 to 3.2")}
"""Efficiency modes by category bitmap came with 3.2."""
ANOTHER_REQUEST = {("aave-12", "v3.3"), ("aave-12", "v3.7"), ("aave-13", "v3.0 to 3.2")}
"""The liquidator of the case asks for an amount that the contract rejects or clamps; here he asks for what is allowed,
which is the case's twin."""
SPLIT = {"aave-10": "USDX"}
"""Collateral held as two halves under two names, so that the leg that the case's liquidator picks is the largest."""

PARTIAL_BIDS = "bidders who choose how much they take; in the method one takes what pays the tab, or all"
KEEPERS = "what the protocol pays keepers for calling; the method has gas that they pay"
RECOVERY = "the protocol's recovery mode, in which others can be liquidated; the method has one trigger"
FILLABLE = "a limit on the price of a closing; the method closes at the market, whatever it pays"
WINDOWS = "closings in parts, so much in each window of seconds; the method closes positions whole"
INTEGERS = "about integer rounding; the method computes in float64"
SMALLER_LEG = "the liquidator picks a leg that is not the largest; the method picks the largest or all"
OUTSIDE = {
    SMALLER_LEG: ("aave-03", "aave-04", "eulerv2-16"),
    PARTIAL_BIDS: ("maker-10",),
    KEEPERS: ("maker-15",),
    RECOVERY: ("liquity-13",),
    FILLABLE: ("dydx-03",),
    WINDOWS: ("snx-03",),
    INTEGERS: ("morpho-02", "morpho-03", "eulerv2-09", "eulerv2-10", "eulerv2-12"),
}
GROUPS = {
    "aave": "Aave v3",
    "aavev4": "Aave v4",
    "compv2": "Compound v2",
    "comet": "Compound III",
    "morpho": "Morpho Blue",
    "eulerv2": "Euler v2",
    "eulerv1": "Euler v1",
    "venus": "Venus",
    "maker": "Maker Liquidations 2.0",
    "liquity": "Liquity v1",
    "bold": "Liquity v2",
    "dydx": "dYdX v4",
    "snx": "Synthetix v3",
    "gmx": "GMX v2",
}
BASIS = {
    "A": "inputs and figures of the authors' test",
    "B": "the authors' expression, evaluated exactly",
    "C": "the authors' inputs, run through their unmodified contract",
    "D": "our inputs, run through their unmodified contract",
    "E": "follows from a line of their source",
}


def protocol_cases() -> list[Draft]:
    """Return every case of protocol_cases.json."""
    kernels = {f"{protocol}-{number:02}" for protocol, numbers in KERNELS.items() for number in numbers}
    drafts = []
    for name, case in read_reference("protocol_cases.json").items():
        source, protocol = case["source"], name.partition("-")[0]
        draft = Draft(
            name,
            GROUPS[protocol],
            titled(case["name"]),
            {
                "name": source["repo"],
                "path": source["path"],
                "commit": source["commit"],
                "test": source["test"].removeprefix(source["path"] + "::"),
                "basis": BASIS[case["evidence"]],
            },
        )
        if name in OWN_SCENARIOS:
            OWN_SCENARIOS[name](draft, case)
        elif name in kernels:
            _add_kernel(draft, case)
        else:
            (draft.outside,) = (reason for reason, names in OUTSIDE.items() if name in names)
        drafts.append(draft)
    return drafts


def _add_kernel(draft: Draft, case: dict[str, Any]) -> None:
    kernel = case["kernel"]
    if draft.name.startswith("aave"):
        for version, (key, rules) in VERSIONS.items():
            if (draft.name, version) not in NOT_IN_VERSION | ANOTHER_REQUEST:
                _add_run(draft, kernel, version, rules, kernel["expect_by_rule"][key])
    else:
        _add_run(draft, kernel, "run", _rules(draft.name, kernel), kernel["expect"])


def _rules(name: str, kernel: dict[str, Any]) -> dict[str, Any]:
    if name.startswith("compv2"):
        share = float(kernel["steps"][0]["repay_requested"]) / float(kernel["debt"][0]["amount"])
        return STAY | {"close": {"kind": "fraction", "close_factor": share}}
    if name.startswith("morpho"):
        return MORPHO
    discount = kernel["incentive"]
    incentive = {
        "kind": "health_discount",
        "base": float(discount.get("fee", 0)),
        "max": float(discount["max_discount"]),
    }
    if name.startswith("eulerv1"):
        return STAY | {
            "incentive": incentive,
            "close": {"kind": "target_health", "target": float(kernel["close"]["target"])},
        }
    return WRITE_OFF | {"trigger": "at_or_below", "incentive": incentive, "close": {"kind": "full"}}


def _add_run(
    draft: Draft, kernel: dict[str, Any], name: str, rules: dict[str, Any], answers: list[dict[str, Any]]
) -> None:
    split = SPLIT.get(draft.name)
    run = draft.run(name, one_account(kernel, rules, len(kernel["steps"]), split))
    said = "" if name == "run" else f"{name}: "
    relative, units, of_health = _tolerances(draft.name)
    last_digit = _rounding(kernel, units)
    steps = [(step, answer) for step, answer in zip(kernel["steps"], answers, strict=False) if answer["liquidatable"]]
    draft.expect(f"{said}liquidations", ["count", f"{run}/events"], len(steps))
    if not steps and "hf_before" in answers[0]:
        draft.expect(f"{said}health", f"{run}/health/0", float(answers[0]["hf_before"]), relative=of_health)
    for number, (step, answer) in enumerate(steps):
        at = f"{run}/events/{number}"
        call = said if len(steps) == 1 else f"{said}call {number + 1}, "
        for key, figure, asset in (
            ("repay", "repaid", step["debt"]),
            ("seized_total", "seized", step["collateral"]),
            ("protocol_fee", "to_protocol", step["collateral"]),
        ):
            if key in answer:
                shown = "to the protocol" if figure == "to_protocol" else figure
                close = {"relative": relative, "absolute": max(last_digit[asset], 1e-15)}
                draft.expect(f"{call}{asset} {shown}", f"{at}/{figure}", float(answer[key]), **close)
        for key in ("hf_before", "hf_after"):
            if answer.get(key) not in {None, "0"}:
                when = key.removeprefix("hf_")
                draft.expect(f"{call}health {when}", f"{at}/health_{when}", float(answer[key]), relative=of_health)
    if steps:
        _add_end(draft, run, said, kernel, steps[-1][1], split, lambda asset: (relative, last_digit.get(asset, 0.0)))


def _add_end(
    draft: Draft, run: str, said: str, kernel: dict[str, Any], last: dict[str, Any], split: str | None, close: Any
) -> None:
    """Add what the account holds and owes at the end, and what the lenders lost."""

    def expect(what: str, formula: Any, text: str, asset: str) -> None:
        relative, absolute = close(asset)
        draft.expect(f"{said}{what}", formula, float(text), relative=relative, absolute=max(absolute, 1e-9))

    for side, left in (("collateral", "left"), ("debt", "still owed")):
        for leg in kernel[side]:
            asset = leg["asset"]
            if asset in last.get(f"{side}_after", {}) and asset != split:
                expect(f"{asset} {left}", f"{run}/accounts/0/{side}/{asset}", last[f"{side}_after"][asset], asset)
    if "bad_debt" in last and len(kernel["debt"]) == 1:
        (asset,) = (leg["asset"] for leg in kernel["debt"])
        if last["bad_debt"][asset] != "0":
            expect("bad debt in USD", f"{run}/summary/bad_debt_usd", last["bad_debt"][asset], asset)
    if "lenders_assets_after" in last:
        formula = ["subtract", 100000, f"{run}/summary/lender_loss_usd"]
        draft.expect(f"{said}left to lenders of 100,000", formula, float(last["lenders_assets_after"]))


def _tolerances(name: str) -> tuple[float, float, float]:
    """Relative and in last decimals of the token for amounts, and relative for health, as the cases ask."""
    if name.startswith("aave"):
        return 1e-9, 2.5, 1e-6
    if name.startswith("compv2"):
        return 1e-8, 2, 1e-8
    if name.startswith("eulerv1"):
        return 1e-9, 0, 1e-8
    return 1e-12, 0, 1e-12


def _rounding(kernel: dict[str, Any], units: float) -> dict[str, float]:
    """Return the contract's rounding by asset in tokens: its own last decimal, or the other leg's carried by price."""
    legs = {leg["asset"]: leg for leg in kernel["debt"]} | {leg["asset"]: leg for leg in kernel["collateral"]}
    usd = {name: units * 10.0 ** -leg.get("decimals", 18) * float(leg["price"]) for name, leg in legs.items()}
    return {name: max(usd.values()) / float(leg["price"]) for name, leg in legs.items()}
