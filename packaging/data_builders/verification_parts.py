"""What the scripts that make the verification data share: a case as it is put together, and small scenarios."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = Path(os.environ.get("CASCADE_SHARED") or ROOT.parent / "shared") / "reference"
DEFAULT_RELATIVE = 1e-6
DEFAULT_ABSOLUTE = 1e-12
EXACT = {"relative": 1e-12, "absolute": 1e-12}
ONE_ROUND = {"simulation": {"max_rounds": 1}}
MORPHO = {"bad_debt": "write_off", "close": {"kind": "full"}, "incentive": {"kind": "lltv"}}


@dataclass
class Draft:
    """A case on its way into the data: its runs and figures, or why it is outside the model.

    Parameters
    ----------
    name, group, title
        How it is called, listed and described.
    source
        Where it was published: the parts of `engine.verification.Source`.
    """

    name: str
    group: str
    title: str
    source: dict[str, str]
    runs: dict[str, Any] = field(default_factory=dict)
    figures: list[dict[str, Any]] = field(default_factory=list)
    outside: str = ""

    def run(self, name: str, scenario: dict[str, Any]) -> str:
        """Add a run and return its name."""
        self.runs[name] = stored(scenario)
        return name

    def expect(self, what: str, formula: Any, expected: float | bool | str, **tolerance: float) -> None:
        """Add a figure; `relative` and `absolute` say how exactly, 1e-6 and 1e-12 where neither is given.

        Counts, answers and names are compared exactly.
        """
        if isinstance(expected, float) and not tolerance:
            tolerance = {"relative": DEFAULT_RELATIVE, "absolute": DEFAULT_ABSOLUTE}
        spelled = "infinite" if expected == float("inf") else expected
        self.figures.append({"what": what, "formula": formula, "expected": spelled, **tolerance})

    def to_dict(self) -> dict[str, Any]:
        """Return the case as it is stored."""
        head = {"id": self.name, "group": self.group, "title": self.title, "source": self.source}
        return head | ({"outside": self.outside} if self.outside else {"runs": self.runs, "figures": self.figures})


def stored(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario with its loans as columns and rows, which are short."""
    loans: list[dict[str, Any]] = scenario["loans"]
    columns = list(dict.fromkeys(key for row in loans for key in row))
    return {**scenario, "loans": {"columns": columns, "rows": [[row.get(key) for key in columns] for row in loans]}}


def read_reference(name: str) -> dict[str, dict[str, Any]]:
    """Return the published cases of one file of the shared reference, by their name."""
    text = (REFERENCE / name).read_text(encoding="utf-8")
    return {case["id"]: case for case in json.loads(text)["cases"]}


def titled(text: str) -> str:
    """Return a title that starts with a capital, unless its first word is a name such as ``eMode`` or ``v3.0``."""
    first = text.partition(" ")[0].replace("-", "").rstrip(":,")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def loan(account: str, collateral: Any = None, debt: Any = None) -> dict[str, Any]:
    """Return one row: `collateral` and `debt` are pairs of amount and asset, or None."""
    row: dict[str, Any] = {"account": account, "market": "lender"}
    for side, pair in (("collateral", collateral), ("debt", debt)):
        if pair is not None:
            row[f"{side}_amount"], row[f"{side}_asset"] = pair
    return row


def lender(rules: dict[str, Any] | None = None, **collateral: tuple[float, float]) -> dict[str, Any]:
    """Return a market; `collateral` gives pairs of threshold and bonus by asset, WETH at 0.8 and 5 % by default."""
    listed = collateral or {"WETH": (0.8, 0.05)}
    return {
        "collateral": {
            asset: {"liquidation_threshold": threshold, "liquidation_bonus": bonus}
            for asset, (threshold, bonus) in listed.items()
        },
        "rules": {"close": {"kind": "full"}} | (rules or {}),
    }


def settled(kind: str, threshold: float, **settings: Any) -> dict[str, Any]:
    """Return a market that takes WETH as collateral and settles in one of the ways of the method's section 7."""
    return lender({"settlement": {"kind": kind, **settings}}, WETH=(threshold, 0.0))


def small(loans: list[dict[str, Any]], market: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """Return a scenario with WETH at 100 and USDC at 1, both infinitely liquid unless `assets` says otherwise."""
    assets: dict[str, Any] = {"USDC": {"price": 1.0}, "WETH": {"price": 100.0}}
    for name, changes in parts.pop("assets", {}).items():
        assets[name] = assets.get(name, {}) | changes
    head = {"format": "cascade-scenario/1", "assets": assets, "markets": {"lender": market or lender()}}
    return head | parts | {"loans": loans}


def one_account(kernel: dict[str, Any], rules: dict[str, Any], steps: int, split: str | None = None) -> dict[str, Any]:
    """Return the scenario in which the kernel's position is liquidated up to `steps` times.

    `split` names a collateral that is held as two halves under two names.
    """
    assets: dict[str, Any] = {}
    listed: dict[str, Any] = {}
    loans: list[dict[str, Any]] = []
    fee: dict[str, Any] = {"share": 0.0, "of": "bonus"}
    for leg in kernel["collateral"]:
        halves = [leg["asset"]] if leg["asset"] != split else [leg["asset"], leg["asset"] + " (other half)"]
        for name in halves:
            assets[name] = {"price": float(leg["price"])}
            listed[name] = {
                "liquidation_threshold": float(leg["lt"]),
                "liquidation_bonus": float(leg.get("seize_multiplier", "1")) - 1,
            }
            loans.append({"collateral_asset": name, "collateral_amount": float(leg["amount"]) / len(halves)})
        for of in ("bonus", "seized"):
            if f"fee_share_of_{of}" in leg:
                fee = {"share": float(leg[f"fee_share_of_{of}"]), "of": of}
    for leg in kernel["debt"]:
        assets.setdefault(leg["asset"], {"price": float(leg["price"])})
        loans.append({"debt_asset": leg["asset"], "debt_amount": float(leg["amount"])})
        if "borrow_factor" in leg:  # it divides the debt: the same as every threshold times it
            for collateral in listed.values():
                collateral["liquidation_threshold"] *= float(leg["borrow_factor"])
    return {
        "format": "cascade-scenario/1",
        "assets": assets,
        "markets": {"protocol": {"collateral": listed, "rules": {"protocol_fee": fee} | rules}},
        "liquidators": {"calls_per_round": steps},
        "simulation": {"max_rounds": 1},
        "loans": [{"account": "borrower", "market": "protocol"} | row for row in loans],
    }
