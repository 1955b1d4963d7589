"""What the scripts that make the examples share: paths, readers, and how a scenario is put together."""

from __future__ import annotations

import csv
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CASCADE_SHARED") or ROOT.parent / "shared") / "data"
sys.path.insert(0, str(ROOT))

from engine.scenario.scenario import Scenario  # noqa: E402 - the checkout is put on the path first


@dataclass(frozen=True)
class Made:
    """One example as it is made: how it is listed, and its scenario."""

    file: str
    title: str
    summary: str
    scenario: Scenario


def rows(name: str) -> list[dict[str, str]]:
    """Read a CSV file of the shared data."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scenario(title: str, notes: str, loans: list[dict[str, Any]], **parts: Any) -> Scenario:
    """Put a small scenario together from the parts of its file."""
    data = {"format": "cascade-scenario/1", "name": title, "notes": paragraphs(notes), **parts, "loans": loans}
    return Scenario.from_dict(data)


def paragraphs(text: str) -> str:
    """Join the lines of each paragraph; a blank line ends one."""
    blocks = [" ".join(block.split()) for block in text.strip().split("\n\n")]
    return "\n\n".join(blocks)


def loan(
    account: str, market: str, collateral: tuple[str, float] | None, debt: tuple[str, float] | None
) -> dict[str, Any]:
    """Return one row of a loan book."""
    row: dict[str, Any] = {"account": account, "market": market}
    if collateral is not None:
        row["collateral_asset"], row["collateral_amount"] = collateral
    if debt is not None:
        row["debt_asset"], row["debt_amount"] = debt
    return row
