"""The published totals of 2026 beside what the program computes, for the page on real events."""

from __future__ import annotations

from typing import Any

from verification_events import CAPPED

from engine.verification.cases import find_cases
from engine.verification.running import check_case


def totals_of_2026() -> dict[str, Any]:
    """Return the facts of the page's sections on 2026, from the very cases that ``cascade verify`` runs."""
    got: dict[str, float] = {}
    for case in find_cases(("E01", "E02")):
        got |= {row.figure.what: float(row.got or 0.0) for row in check_case(case).comparisons}
    facts = {
        "fees_seized": f"{got['seized, USD'] / 1e6:.2f}",
        "fees_bonus": f"{got['bonus, USD'] / 1e6:.2f}",
        "fees_fee": f"{got['fee, USD'] / 1e6:.2f}",
    }
    for name, what, published in (
        ("gain", "gain from the cap, ETH", CAPPED["gain"]),
        ("bonus", "bonus, ETH", CAPPED["bonus"]),
        ("fee", "fees at market prices, ETH", CAPPED["fee"]),
        ("earned", "liquidators in all, ETH", CAPPED["liquidators"]),
    ):
        facts[f"capped_{name}"] = f"{got[what]:.2f}"
        facts[f"capped_{name}_off"] = f"{100 * (got[what] / published - 1):+.2f}"
    return facts
