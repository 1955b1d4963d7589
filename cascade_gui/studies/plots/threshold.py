"""Debt newly liquidatable against the threshold: today's, the proposed one, and the one that was solved for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cascade_gui.studies.drawing.axis_writing import log_money_axis
from cascade_gui.studies.drawing.chart import Axis, Chart, Line, Mark, Named, Points
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.wording import numbers
from engine.studies.affected_accounts import LIQUIDATABLE, NEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.studies.outcome import Columns, StudyResult

_TITLES = {"touched": "All", "newly": "Newly liquidatable", "near": "Within 5 %", "dust": "Dust"}
"""Lists of accounts; the first holds the others."""
_SHOWN_BELOW = 1.25
"""The axis goes so many times as far below today's threshold as the furthest of what is asked."""
_SAME = 1e-6
"""Losses that differ by less than this share are the same."""
_LEAST_SHOWN = 0.1
"""It shows at least this share of today's threshold."""


def draw(result: StudyResult) -> Picture:
    """Return the picture of a study of a threshold."""
    figures, newly = result.figures, "newly_liquidatable"
    curve = result.answer.tables["curve"]
    return Picture(
        charts=((_chart(result, curve["threshold"], curve["newly_liquidatable_debt_usd"]),),),
        sentence=_sentence(result),
        sections=(
            Section("At once", (
                Large(f"{newly}_accounts", "Newly liquidatable accounts", _owe(figures, newly)),
                Large("within_5_percent_accounts", "Accounts within 5 %", _owe(figures, "within_5_percent")),
                Large("dust_accounts", "Dust, set apart", _owe(figures, "dust")),
                Large("solved_threshold", "Lowest threshold for that debt", tone="good"),
            )),
            Section(_later(result), (
                Large("total_loss_usd.var_99"), Large("total_loss_usd.var_95"),
            )),
            Section("The scenario's own shock", (Large("total_loss_usd"), Large("repaid_usd"))),
        ),
        tables={**_TITLES, "curve": "Curve", "rows": "By asset"},
        hidden=frozenset({"accounts", "within_5_percent"}),
        lists=_lists(result.answer.tables),
    )  # fmt: skip


def _lists(tables: Mapping[str, Columns]) -> dict[str, Columns]:
    """Return the accounts that are touched, all of them and by what becomes of them; dust stands apart."""
    parts = [table for name in ("accounts", "within_5_percent") if (table := tables.get(name) or {})]
    if not all("status" in part for part in parts):  # an answer of an older file
        return {"newly": parts[0]}
    touched: Columns = {name: np.concatenate([part[name] for part in parts]) for name in (parts[0] if parts else ())}
    if not touched:
        return {}
    dust = touched.pop("dust").astype(bool)
    status = touched["status"]
    one_market = len(set(touched["market"].tolist())) == 1
    tags = np.where(dust, status + ", dust", status)
    # What becomes of an account stands beside its name, in sight also where not all columns are.
    shown: Columns = {"account": touched["account"], "status": tags}
    shown |= {
        name: values for name, values in touched.items() if name not in shown and not (name == "market" and one_market)
    }
    chosen = {
        "touched": np.ones(len(dust), dtype=bool), "newly": (status == LIQUIDATABLE) & ~dust,
        "near": (status == NEAR) & ~dust, "dust": dust,
    }  # fmt: skip
    return {
        name: {column: values[which] for column, values in shown.items()}
        for name, which in chosen.items()
        if which.any()
    }


def _later(result: StudyResult) -> str:
    """Return over how many paths, of which class and how long, value at risk is."""
    paths, horizon = (getattr(result.settings, name, 0) for name in ("paths", "horizon"))
    return f"Later, {numbers.count(paths)} paths of {numbers.duration(float(horizon))}, broad downturn"


def _owe(figures: dict[str, float | None], name: str) -> str:
    debt, held = figures.get(f"{name}_debt_usd"), figures.get(f"{name}_collateral_usd")
    if debt is None:
        return ""
    against = f" against {numbers.money(held)}" if held is not None else ""
    return f"owe {numbers.money(debt)}{against}"


def _sentence(result: StudyResult) -> str:
    figures = result.figures
    before, after = figures["threshold.before"], figures["threshold.after"]
    count, debt = figures["newly_liquidatable_accounts"], figures["newly_liquidatable_debt_usd"]
    if before is None or after is None or count is None or debt is None:
        return ""
    if before == after:
        return " ".join([f"The threshold stays at {numbers.percent_short(before)}.", *_verdict(result)])
    who = "Nobody becomes" if not count else f"{numbers.count(count)} {'account' if count == 1 else 'accounts'} become"
    who = who.replace("account become", "account becomes")
    owing = f", with {numbers.money(debt)} of debt" if count else ""
    at_once = f"From {numbers.percent_short(before)} to {numbers.percent_short(after)}: {who} liquidatable at once"
    return " ".join([f"{at_once}{owing}.", *_verdict(result)])


def _verdict(result: StudyResult) -> list[str]:
    """Say whether the proposal is safer: by value at risk and in the scenario's own shock, as far as they are known."""
    return [*_over_paths(result), *_in_own_shock(result.figures.get("total_loss_usd.difference"))]


def _over_paths(result: StudyResult) -> list[str]:
    figures, name = result.figures, "total_loss_usd.var_99"
    before, after = figures.get(f"{name}.before"), figures.get(f"{name}.after")
    if before is None or after is None:
        return []
    amounts = f"{numbers.money(before)} today and {numbers.money(after)} with it"
    if abs(after - before) <= _SAME * max(before, after, 1.0):
        return [f"Neither safer nor riskier later: in 99 of 100 paths no more than {numbers.money(after)} is lost."]
    if _overlap(figures, name):
        paths = numbers.count(getattr(result.settings, "paths", 0))
        return [f"Whether it is safer later {paths} paths do not tell: VaR 99 of total loss is {amounts}."]
    word = "Safer" if after < before else "Riskier"
    return [f"{word} later: in 99 of 100 paths no more is lost than {amounts}."]


def _in_own_shock(difference: float | None) -> list[str]:
    if difference is None:
        return []
    if abs(difference) < 1.0:
        return ["In the scenario's own shock as much is lost as today."]
    word, size = ("Safer", "less") if difference < 0 else ("Riskier", "more")
    return [f"{word} in the scenario's own shock: {numbers.money(abs(difference))} {size} is lost."]


def _overlap(figures: Mapping[str, float | None], name: str) -> bool:
    """Whether the intervals of a figure before and after have anything in common, as far as they are known."""
    ends = [figures.get(f"{name}.{when}.{end}") for when in ("before", "after") for end in ("low", "high")]
    low, high, low_after, high_after = ends
    if low is None or high is None or low_after is None or high_after is None:
        return True
    return low <= high_after and low_after <= high


def _chart(result: StudyResult, threshold: Floats, debt: Floats) -> Chart:
    figures, name = result.figures, getattr(result.settings, "asset", None) or getattr(result.settings, "category", "")
    today, proposed, solved = (
        figures.get(each) for each in ("threshold.before", "threshold.after", "solved_threshold")
    )
    asked = [each for each in (today, proposed, solved) if each is not None]
    top = max([*asked, float(threshold.max())])
    lowest = min([*asked, top * (1.0 - _LEAST_SHOWN)])
    low = max(top - _SHOWN_BELOW * (top - lowest), 0.0)
    seen = threshold >= low
    dust = result.answer.tables["curve"].get("dust_debt_usd", np.zeros(len(debt)))
    money = log_money_axis(np.concatenate([debt[seen], dust[seen]]))
    bottom = Axis(numbers.percent_short, top + 0.03 * (top - low), low)
    order = np.argsort(-threshold)
    x, y = threshold[order], debt[order]
    marks: list[Mark] = [Line(x, y, "accent", fill=0.15, is_stepped=True, rows=np.arange(len(threshold))[order])]
    labels: list[Named] = []
    if dust[seen].any():
        marks.insert(0, Line(x, dust[order], "secondary", 1.0, is_dashed=True, is_stepped=True))
        labels.append(Named("dust", "secondary", low, max(float(dust[seen].max()), money.low), side="above"))
    ends = np.array([money.low, money.high])
    if today is not None:
        marks.append(Line(np.array([today, today]), ends, "text", 1.5))
        labels.append(Named(f"today {numbers.percent_short(today)}", "text", today, None, is_bold=True))
    if proposed is not None and proposed != today:
        owed = float(figures["newly_liquidatable_debt_usd"] or 0.0)
        marks.append(Line(np.array([proposed, proposed]), ends, "amber", 2.0))
        labels.append(Named(f"proposed {numbers.percent_short(proposed)}", "amber", proposed, None, is_bold=True))
        marks.append(Points(np.array([proposed]), np.array([owed]), "amber", 10.0))
        labels.append(Named(numbers.money(owed), "text", proposed, max(owed, money.low), is_bold=True, side="before"))
    most = getattr(result.settings, "solve", None)
    if solved is not None and most is not None:
        level = max(float(most), money.low)
        marks.append(Line(np.array([bottom.low, solved]), np.array([level, level]), "green", 1.5, is_dashed=True))
        marks.append(Line(np.array([solved, solved]), np.array([money.low, level]), "green", 1.5, is_dashed=True))
        marks.append(Points(np.array([solved]), np.array([level]), "green", 9.0))
        text = f"at most {numbers.money(most)}: down to {numbers.percent_short(solved)}"
        labels.append(Named(text, "green", solved, level, side="above"))
    subtitle = f"USD, by the threshold of {name}, at today's prices"
    return Chart(
        "Debt newly liquidatable at once", subtitle, bottom, money, tuple(marks), tuple(labels), table="curve",
        tip=lambda row: f"{numbers.percent_short(float(threshold[row]))}: {numbers.money_in_full(float(debt[row]))}",
    )  # fmt: skip
