"""How concentrated a book is, and how much debt stands how near to liquidation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.plots.axes import write_money
from cascade_gui.studies.drawing.axis_writing import from_zero, indexed_axis
from cascade_gui.studies.drawing.chart import Axis, Boxes, Chart, Line, Mark, Named, Points, Texts
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.studies.outcome import StudyResult

_HALF: Final = 0.5
_WIDE: Final = 0.42
"""Half of the width of a bar."""
_BELOW_ONE: Final = ("below 1",)
_NEAR: Final = ("1 to 1.05", "1.05 to 1.1")


def draw(result: StudyResult) -> Picture:
    """Return the picture of a loan book."""
    figures = result.figures
    return Picture(
        ((_concentration(result), _health(result)),),
        _sentence(result),
        (
            Section("The book", (
                Large("debt_usd", "Debt", _with(figures.get("accounts"), "accounts owe it")),
                Large("collateral_usd", "Collateral"),
                Large("liquidatable_debt_usd", "Liquidatable now",
                      _with(figures.get("liquidatable_accounts"), "accounts"), "loss"),
            )),
            Section("Concentration", (
                Large("nakamoto", "Accounts with more than half of the debt"),
                Large("top_1_share", "Share of the largest account"),
                Large("top_10_share", "Share of the ten largest"),
            )),
            Section("Within 10 % of liquidation", (
                Large("debt_near_usd", "Debt of those whom a common fall of 10 % reaches",
                      _with(figures.get("accounts_near"), "accounts")),
                Large("nakamoto_near", "Accounts with more than half of that debt"),
                Large("top_1_share_near", "Share of the largest of them"),
            )),
        ),
        {"accounts": "Largest accounts", "rows": "Distributions", "concentration": "Concentration"},
    )  # fmt: skip


def _with(count: float | None, words: str) -> str:
    return "" if count is None else f"{numbers.count(count)} {words}"


def _sentence(result: StudyResult) -> str:
    few, largest = result.figures.get("nakamoto"), result.figures.get("top_1_share")
    if few is None or largest is None:
        return "Nobody owes anything."
    who = "One account owes" if few == 1 else f"{numbers.count(few)} accounts owe"
    return f"{who} more than half of the debt, the largest alone {numbers.percent(largest)}."


def _concentration(result: StudyResult) -> Chart:
    table = result.answer.tables.get("concentration") or {}
    accounts = table.get("accounts", np.zeros(0)).astype(np.float64)
    share = table.get("share", np.zeros(0)).astype(np.float64)
    marks: list[Mark] = [Line(accounts, share, "accent", fill=0.15, rows=np.arange(len(accounts)))]
    labels: list[Named] = []
    few = result.figures.get("nakamoto")
    most = float(accounts[-1]) if len(accounts) else 1.0
    if few is not None and len(accounts):
        at = float(np.interp(few, accounts, share))
        marks += [
            Line(np.array([1.0, max(few, 1.0)]), np.array([_HALF, _HALF]), "amber", 1.2, is_dashed=True),
            Points(np.array([few]), np.array([at]), "amber", 9.0),
        ]
        labels.append(Named(f"more than half: {numbers.count(few)}", "amber", few, at, is_bold=True))
    return Chart(
        "Concentration", "share of all debt that the largest accounts owe, by how many they are",
        Axis(numbers.count, 1.0, max(most, 2.0), is_log=True, ticks=None if most >= 10.0 else (1.0, most)),
        Axis(numbers.percent_short, 0.0, 1.0), tuple(marks), tuple(labels), table="concentration",
        empty="" if len(accounts) else "Nobody owes anything.",
        tip=lambda row: f"the {numbers.count(float(accounts[row]))} largest: {numbers.percent(float(share[row]))}",
    )  # fmt: skip


def _health(result: StudyResult) -> Chart:
    rows = result.answer.rows
    chosen = np.flatnonzero(rows["by"] == "health") if "by" in rows else np.zeros(0, dtype=np.int64)
    parts = [str(each) for each in rows["part"][chosen]] if len(chosen) else []
    debt = rows["debt_usd"][chosen].astype(np.float64) if len(chosen) else np.zeros(0)
    middle = np.arange(len(parts), dtype=np.float64)
    colours = tuple(
        "vermilion" if part in (*_BELOW_ONE, "no collateral") else "amber" if part in _NEAR else "accent"
        for part in parts
    )
    left = from_zero(1.1 * debt, write_money)
    bars = Boxes(middle - _WIDE, middle + _WIDE, np.zeros(len(parts)), debt, colours or ("accent",), rows=chosen)
    owed = Texts(middle, debt, tuple(numbers.money(each) for each in debt.tolist()), ("text",), ("above",))
    return Chart(
        "Debt by health factor", "USD; below 1 it can be liquidated",
        indexed_axis([part.replace(" to ", "–").replace(" and more", "+") for part in parts]),
        left,
        (bars, owed), empty="" if debt.any() else "Nobody owes anything.", share=1.2,
        tip=lambda row: f"health {rows['part'][row]}: {numbers.money_in_full(float(rows['debt_usd'][row]))}, "
        f"{numbers.count(float(rows['accounts'][row]))} accounts",
    )  # fmt: skip
