"""The critical shock against depth, and where the asset ends against the shock, with the jump."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.plots.axes import write_money
from cascade_gui.studies.drawing.axis_writing import from_zero, write_number, write_return, write_times
from cascade_gui.studies.drawing.chart import Axis, Chart, Line, Mark, Named, Points
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.wording import numbers
from engine.studies.attack import ALONE, BREAK_EVEN, HALF_WAY, LAST, TODAY

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.studies.outcome import StudyResult

_RETURNS: Final = "shock.returns."
_ENOUGH: Final = {
    "amplification": " for the cascade to double it",
    "loss": " to cost lenders so much",
    "reproduction": " for the cascade to grow by itself",
}
_HOLDS: Final = {"amplification": "doubles itself", "loss": "costs lenders", "reproduction": "feeds itself"}
_BEYOND: Final = 1.02
_MOST_DOTS: Final = 60
"""More hollow dots would be a line."""
_HIGHEST: Final = 4.0
"""The axis of reproduction numbers ends here: what is above is cut and says its number."""
_BEYOND_SALE: Final = 1.25
"""So many times the smallest sale that starts a cascade is drawn."""
_HALF: Final = 0.5
_MOST_IN_ROW: Final = 2
_BUYS_BACK: Final = {LAST: "where it ends", TODAY: "it recovers", ALONE: "his sale alone", HALF_WAY: "half-way down"}
"""What the points of the seller's account are called beside them, the most important first."""
_APART: Final = 0.005
"""Shocks that differ by no more are one line."""


def draw(result: StudyResult) -> Picture:
    """Return the picture of a search for the critical shock."""
    asset = _lead(result)
    to = write_return(float(getattr(result.settings, "to", -0.9)))
    nowhere = "" if result.figures.get("critical_shock") is not None else f"nowhere down to {to}"
    no_jump = "" if result.figures.get("runaway_shock") is not None else f"nowhere down to {to}"
    held = result.figures.get("holding_depth") is not None
    holds = f"no fall down to {to} is enough" if held else "none of the depths that were asked for"
    charts = [_ending(result, asset)]
    if len((result.answer.tables.get("curve") or {}).get("depth", ())):
        charts.insert(0, _against_depth(result, asset))
    charts += [draw(result) for name, draw in (("radius", _radius), ("rounds", _rounds), ("by_sale", _by_sale),
                                         ("account", _account))
               if len(next(iter((result.answer.tables.get(name) or {}).values()), ()))]  # fmt: skip
    above = -(-len(charts) // 2)
    return Picture(
        (tuple(charts[:above]), tuple(charts[above:])) if len(charts) > _MOST_IN_ROW else (tuple(charts),),
        _sentence(result, asset),
        (
            Section("Distance", (
                Large("critical_shock", f"Critical shock of {asset}", nowhere or _falls_with(result, asset), "warning"),
                Large("runaway_shock", f"{asset} runs away at", no_jump, "loss"),
                Large("runaway_account_debt_usd", "What sets that off: one account, which owes", _who(result)),
                Large("holding_depth", "Market that would hold, times the depth", holds, "good"),
                Large("spectral_radius", "Spectral radius of the book", "above 1 a small fall feeds itself"),
            )),
            Section("By a sale", (
                Large("critical_sale_usd", f"Smallest sale of {asset} that starts it", _tokens(result, asset), "loss"),
                Large("attack_cost_usd", "What it costs the seller", _slippage(result)),
                Large("attack_profit_usd", "What he gains, if every bonus is his and the price recovers"),
                Large("attack_break_even_price", "It pays if he buys back below", _without_bonuses(result), "loss"),
            )),
        ),
        {"rows": "Shocks", "curve": "Depths", "radius": "Radius", "rounds": "Rounds", "by_sale": "Sales",
         "jump": "Jump", "account": "Seller"},
    )  # fmt: skip


def _lead(result: StudyResult) -> str:
    """Return the asset that falls most."""
    falls = {name: float(np.abs(column[-1])) for name, column in result.answer.rows.items()
             if name.startswith(_RETURNS) and len(column)}  # fmt: skip
    if falls:
        return max(falls, key=falls.__getitem__).removeprefix(_RETURNS)
    return str(getattr(result.settings, "asset", None) or "")


def _around_jump(result: StudyResult, asset: str) -> tuple[float, float] | None:
    """Return where the asset ends with the shocks before and beyond the jump."""
    jump = result.figures.get("runaway_shock")
    sizes, falls = result.answer.rows.get("size", np.zeros(0)), result.answer.rows.get(f"fall.{asset}")
    if jump is None or falls is None:
        return None
    beyond = np.flatnonzero(sizes <= jump)
    if not len(beyond):
        return None
    before = float(falls[beyond[0] - 1]) if beyond[0] else 0.0
    return before, float(falls[beyond[0]])


def _sentence(result: StudyResult, asset: str) -> str:
    critical, jump = result.figures.get("critical_shock"), _around_jump(result, asset)
    runaway = result.figures.get("runaway_shock")
    to = float(getattr(result.settings, "to", -0.9))
    ends = ""
    if jump is not None and runaway is not None:
        ends = (
            f"Beyond {numbers.percent_short(round(runaway, 4))} {asset} ends {numbers.percent(jump[1], 0)} down, just "
            f"before it {numbers.percent(jump[0], 0)}."
        )
    sale = result.figures.get("critical_sale_usd")
    if sale is not None:
        ends = f"{ends} {_of_the_sale(result, asset, sale)}".strip()
    enough = _ENOUGH.get(str(getattr(result.settings, "criterion", "")), "")
    if critical is None:
        none = "" if result.stopped else f"No fall of {asset} down to {write_return(to)} is enough{enough}."
        return f"{none} {ends}".strip()
    return f"A fall of {asset} of {numbers.percent_short(round(-critical, 4))} is enough{enough}. {ends}".strip()


def _of_the_sale(result: StudyResult, asset: str, sale: float) -> str:
    """Say what the smallest sale does, against what it is measured, and where it pays.

    A fall stays where a sale recovers: the same criterion can hold for a sale and for no fall.
    """
    told = f"A sale of {numbers.money(sale)} of {asset} sets it off"
    if str(getattr(result.settings, "criterion", "")) == "amplification":
        level = getattr(result.settings, "level", None) or 2.0
        told += f": it ends {numbers.significant(float(level))} times as far down as the sale alone would leave it"
    even = result.figures.get("attack_break_even_price")
    if even is None:
        return f"{told}."
    return f"{told}. The seller earns where he buys back below ${numbers.price_short(float(even))}."


def _ending(result: StudyResult, asset: str) -> Chart:
    rows, figures = result.answer.rows, result.figures
    sizes = rows.get("size", np.zeros(0))
    falls = rows.get(f"fall.{asset}", np.zeros(0)).astype(np.float64)
    to = float(getattr(result.settings, "to", -0.9))
    bottom, left = Axis(write_return, 0.0, to), Axis(lambda fall: write_return(-fall), 0.0, 1.0)
    news = -rows.get(f"{_RETURNS}{asset}", np.zeros(0)).astype(np.float64)
    marks: list[Mark] = [Line(sizes, news, "secondary", 1.2, is_dashed=True)]
    labels: list[Named] = []
    if len(sizes):
        labels.append(Named("the news alone", "secondary", float(sizes[-1]), float(news[-1]), side="above", follows=0))
    runaway, critical, jump = figures.get("runaway_shock"), figures.get("critical_shock"), _around_jump(result, asset)
    numbers_of = np.arange(len(sizes))
    calm = sizes > (-np.inf if runaway is None or jump is None else runaway)
    for chosen, colour in ((calm, "accent"), (~calm, "vermilion")):
        if chosen.any():
            marks.append(Line(sizes[chosen], falls[chosen], colour, 2.5, rows=numbers_of[chosen]))
    if jump is not None and runaway is not None:
        ends = np.array(jump)
        marks.append(Line(np.array([runaway, runaway]), ends, "vermilion", 1.5, is_dashed=True))
        for end, colour in zip(ends.tolist(), ("accent", "vermilion"), strict=True):
            marks.append(Points(np.array([runaway]), np.array([end]), colour, 10.0))
        before, beyond = (f"ends {write_return(-round(each, 3))}" for each in jump)
        labels = [Named(beyond, "vermilion", runaway, jump[1], is_bold=True, side="before"),
                  Named(before, "accent", runaway, jump[0], is_bold=True, side="before"), *labels]  # fmt: skip
    if critical is not None:
        marks.append(Line(np.array([critical, critical]), np.array([0.0, 1.0]), "amber", 1.5))
        labels.append(Named(f"critical {write_return(round(critical, 4))}", "amber", critical, None, is_bold=True))
    return Chart(
        f"Where {asset} ends", "fall in all, against the fall from outside", bottom, left, tuple(marks), tuple(labels),
        tip=lambda row: f"{asset} {write_return(float(sizes[row]))} from outside: ends "
        f"{write_return(-round(float(falls[row]), 4))}",
        empty="" if len(sizes) else "No shock was run to its end.",
    )  # fmt: skip


def _against_depth(result: StudyResult, asset: str) -> Chart:
    curve = result.answer.tables["curve"]
    order = np.argsort(curve["depth"])
    depth, critical, runaway = (curve[name][order].astype(np.float64) for name in
                                ("depth", "critical_shock", "runaway_shock"))  # fmt: skip
    to = float(getattr(result.settings, "to", -0.9))
    known = np.concatenate([critical[np.isfinite(critical)], runaway[np.isfinite(runaway)]])
    deepest = float(known.min()) if len(known) else to
    left = Axis(write_return, max(1.15 * deepest, to), 0.0)
    bottom = _depths(depth)
    marks: list[Mark] = [
        Line(depth, critical, "vermilion", 2.5, fill=0.15),
        Line(depth, runaway, "secondary", 1.5, is_dashed=True),
        Points(depth, critical, "vermilion", 8.0, rows=order),
    ]
    labels = []
    now = result.figures.get("critical_shock")
    if bottom.low <= 1.0 <= bottom.high:
        marks.append(Line(np.array([1.0, 1.0]), np.array([left.low, left.high]), "text", 1.5))
        labels.append(Named("this scenario", "text", 1.0, None, is_bold=True))
        if now is not None:
            marks.append(Points(np.array([1.0]), np.array([now]), "amber", 11.0))
            labels.append(Named(write_return(round(now, 4)), "amber", 1.0, now, is_bold=True))
    found = np.isfinite(critical)
    if found.any():
        middle = float(np.sqrt(depth[found][0] * depth[found][-1]))
        level = float(np.interp(middle, depth[found], critical[found]))
        held = _HOLDS.get(str(getattr(result.settings, "criterion", "")), "")
        labels.append(Named(held, "vermilion", middle, (level + left.low) / 2, side="centre",
                            is_optional=True))  # fmt: skip
    if (np.isfinite(runaway) & (np.abs(runaway - np.where(found, critical, 0.0)) > _APART)).any():
        at = int(np.flatnonzero(np.isfinite(runaway))[-1])
        labels.append(Named("runs away", "secondary", float(depth[at]), float(runaway[at]), is_optional=True))
    if (~found).any():
        none = ", ".join(write_times(each) for each in depth[~found].tolist())
        labels.append(Named(f"at {none}: nothing down to {write_return(to)}", "secondary", float(bottom.high),
                            0.5 * left.low, side="above"))  # fmt: skip
    return Chart(
        "Critical shock", f"fall of {asset}, against the depth of all markets, times what it is", bottom, left,
        tuple(marks), tuple(labels), table="curve",
    )  # fmt: skip


def _depths(depth: Floats) -> Axis:
    low, high = float(depth[0]), float(depth[-1])
    room = 1.1 if high > low else 2.0
    return Axis(write_times, low / room, high * room, is_log=True, ticks=tuple(depth.tolist()))


def _radius(result: StudyResult) -> Chart:
    """Return the spectral radius after falls of growing size."""
    table = result.answer.tables["radius"]
    sizes, radius = table["size"].astype(np.float64), table["spectral_radius"].astype(np.float64)
    left = from_zero(np.append(radius, 1.2), write_number)
    end = _BEYOND * float(sizes[-1]) or -1.0
    return Chart(
        "Spectral radius", "how many times as large a small fall is after one round, after falls of growing size",
        Axis(write_return, 0.0, end), left,
        (_one(0.0, end), Line(sizes, radius, "violet", rows=np.arange(len(sizes))),
         Points(sizes, radius, "violet", 7.0, rows=np.arange(len(sizes)))),
        (Named("above 1 it feeds itself", "vermilion", end, 1.0, side="above"),), table="radius",
    )  # fmt: skip


def _rounds(result: StudyResult) -> Chart:
    """Return the reproduction number of each round at the critical shock; hollow where it is too small to rate."""
    table = result.answer.tables["rounds"]
    numbers_of, rate = table["round"].astype(np.float64), table["reproduction_number"].astype(np.float64)
    moving = np.flatnonzero(table["repaid_usd"] > 0.0)
    last = int(moving[-1]) + 1 if len(moving) else len(rate)
    numbers_of, rate, rows = numbers_of[:last], rate[:last], np.arange(last)
    rated = np.isfinite(rate)
    high = min(float(rate[rated].max()) if rated.any() else 0.0, _HIGHEST)
    left = from_zero(np.array([1.2, high]), write_number)
    cut = np.minimum(rate, left.high)
    stalks = tuple(
        Line(np.array([x, x]), np.array([0.0, y]), "violet", 1.5)
        for x, y in zip(numbers_of[rated].tolist(), cut[rated].tolist(), strict=True)
    )
    above = np.flatnonzero(rated & (rate > left.high))
    labels = [
        Named(_rate(rate[place]), "violet", float(numbers_of[place]), left.high, is_bold=True)
        for place in above.tolist()
    ]
    small = np.flatnonzero(~rated) if last <= _MOST_DOTS else np.zeros(0, dtype=np.int64)
    return Chart(
        "Reproduction number", "by round at the critical shock; hollow: too small to rate, under 1 % of the debt",
        Axis(numbers.count, 0.0, max(float(last), 2.0) + 0.5), left,
        (_one(0.0, max(float(last), 2.0) + 0.5), *stalks,
         Points(numbers_of[small], np.zeros(len(small)), "secondary", 6.0, is_hollow=True, rows=rows[small]),
         Points(numbers_of[rated], cut[rated], "violet", 8.0, rows=rows[rated])),
        (Named("above 1 it feeds itself", "vermilion", float(last), 1.0, side="above"), *labels), table="rounds",
        tip=lambda row: f"round {numbers.count(float(table['round'][row]))}: "
        f"{numbers.money_in_full(float(table['repaid_usd'][row]))} repaid, reproduction number {_rate(rate[row])}",
        empty="" if rated.any() else "No round repays 1 % of the debt: all are too small to rate.",
    )  # fmt: skip


def _by_sale(result: StudyResult) -> Chart:
    """Return where the price ends by the size of the sale, with the smallest sale that starts the cascade."""
    table, asset = result.answer.tables["by_sale"], _lead(result)
    sold, ends, alone = (table[name].astype(np.float64) for name in ("sale_usd", "last_price", "alone_price"))
    starts, smallest = table["starts_it"].astype(bool), result.figures.get("critical_sale_usd")
    end = float(sold[-1]) if smallest is None else min(_BEYOND_SALE * smallest, float(sold[-1]))
    shown = sold <= end
    sold, ends, alone, starts = sold[shown], ends[shown], alone[shown], starts[shown]
    start = float(result.scenario.parameters.assets[asset].price)
    rows = np.arange(len(sold))
    lowest = min(float(ends.min(initial=start)), float(alone.min(initial=start)))
    # A price that hardly falls would be a line along the top of an axis from 0.
    bottom = 0.0 if lowest < _HALF * start else lowest - 0.25 * (start - lowest)
    left = Axis(lambda price: f"${numbers.price_short(price)}", bottom, start + 0.05 * (start - bottom))
    first = np.zeros(1)
    marks: list[Mark] = [
        Line(np.append(first, sold), np.append(start, alone), "secondary", 1.2, is_dashed=True),
        Line(np.append(first, sold), np.append(start, np.where(starts, np.nan, ends)), "accent", 2.5,
             rows=np.append(-1, rows)),
        Line(sold, np.where(starts, ends, np.nan), "vermilion", 2.5, rows=rows),
    ]  # fmt: skip
    labels = []
    if smallest is not None and starts.any():
        place = int(starts.argmax())
        before = float(ends[place - 1]) if place else start
        marks += [
            Line(np.full(2, smallest), np.array([before, ends[place]]), "vermilion", 1.5, is_dashed=True),
            Points(np.array([smallest]), np.array([before]), "accent", 9.0),
            Points(np.array([smallest]), ends[place : place + 1], "vermilion", 9.0, rows=rows[place : place + 1]),
        ]
        labels.append(Named(
            f"{numbers.money(smallest)} is enough: {asset} ends at ${numbers.price_short(float(ends[place]))}",
            "vermilion", smallest, float(ends[place]), is_bold=True, side="before", short=numbers.money(smallest),
        ))  # fmt: skip
    labels.append(Named("the sale alone", "secondary", end, float(alone[-1]), side="above", follows=0))
    return Chart(
        "Smallest sale that starts it", f"where {asset} ends, USD, against the sale", Axis(write_money, 0.0, end), left,
        tuple(marks), tuple(labels), table="by_sale",
        tip=lambda row: f"{numbers.money_in_full(float(sold[row]))} sold: {asset} ends at "
        f"${numbers.price(float(ends[row]))}, after the sale alone at ${numbers.price(float(alone[row]))}",
    )  # fmt: skip


def _account(result: StudyResult) -> Chart:
    """Return what the seller earns or loses by the price at which he buys back."""
    table = result.answer.tables["account"]
    prices, comes_to = (table[name].astype(np.float64) for name in ("buy_back_price", "comes_to_usd"))
    words, rows = table["buys_back_at"], np.arange(len(prices))
    even = result.figures.get("attack_break_even_price")
    room = 0.03 * float(prices.max() - prices.min()) or 1.0
    bottom = Axis(
        lambda price: f"${numbers.price_short(price)}", float(prices.min()) - room, float(prices.max()) + room
    )
    left = Axis(write_money, *_around_zero(comes_to))
    pays = comes_to > 0.0
    marks: list[Mark] = [
        Line(np.array([bottom.low, bottom.high]), np.zeros(2), "secondary", 1.2, is_dashed=True),
        Line(prices, comes_to, "text", 2.0, rows=rows),
        Points(prices[pays], comes_to[pays], "vermilion", 8.0, rows=rows[pays]),
        Points(prices[~pays], comes_to[~pays], "green", 8.0, rows=rows[~pays]),
    ]
    labels: list[Named] = []
    for word, text in _BUYS_BACK.items():
        for price, usd in zip(prices[words == word].tolist(), comes_to[words == word].tolist(), strict=True):
            if all(abs(price - other.x) > room for other in labels):  # of two points in one place one is named
                labels.append(Named(text, "secondary", price, usd, is_optional=True))
    if even is not None and bottom.low <= even <= bottom.high:
        at = np.flatnonzero(words == BREAK_EVEN)
        marks.append(Points(np.array([even]), np.zeros(1), "amber", 11.0, rows=at))
        # Where the price ends is often near: its words need the place beside it more.
        labels.insert(1, Named(f"pays below ${numbers.price(even)}", "amber", even, 0.0, is_bold=True))
    return Chart(
        "The seller's account", "by the price at which he buys back, if every bonus is his", bottom, left,
        tuple(marks), tuple(labels), table="account",
        tip=lambda row: f"${numbers.price(float(prices[row]))}, {words[row]}: "
        f"{numbers.money_in_full(float(comes_to[row]))}",
    )  # fmt: skip


def _around_zero(values: Floats) -> tuple[float, float]:
    """Return the ends of an axis that holds values and 0, with room for words at both."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    room = 0.15 * (high - low) or 1.0
    return low - room, high + room


def _falls_with(result: StudyResult, asset: str) -> str:
    """Return how narrow the critical shock was made, and what else falls."""
    weights = {name.removeprefix(_RETURNS): float(column[-1]) for name, column in result.answer.rows.items()
               if name.startswith(_RETURNS) and len(column)}  # fmt: skip
    lead = weights.get(asset) or 1.0
    others = [f"{name} falls by {numbers.significant(weight / lead)} of it" for name, weight in weights.items()
              if name != asset and weight]  # fmt: skip
    return "; ".join(["told to 0.01 %", *others])


def _who(result: StudyResult) -> str:
    """Return the name of the account that makes the jump."""
    return ", ".join((result.answer.tables.get("jump") or {}).get("account", ()))


def _tokens(result: StudyResult, asset: str) -> str:
    """Return how many tokens the smallest sale is."""
    sale = result.figures.get("critical_sale_usd")
    if sale is None:
        return ""
    tokens = sale / float(result.scenario.parameters.assets[asset].price)
    return f"{numbers.tokens(tokens, asset)} in one round"


def _slippage(result: StudyResult) -> str:
    """Return how far below today's price he sells on average."""
    sale, cost = result.figures.get("critical_sale_usd"), result.figures.get("attack_cost_usd")
    return "" if not sale or cost is None else f"slippage of {numbers.percent(cost / sale)} on average"


def _without_bonuses(result: StudyResult) -> str:
    """Return below which price it pays him if no bonus is his."""
    price = result.figures.get("attack_break_even_price.without_bonuses")
    return "" if price is None else f"if he earns all bonuses; without them below ${numbers.price(price)}"


def _one(low: float, high: float) -> Line:
    return Line(np.array([low, high]), np.array([1.0, 1.0]), "vermilion", 1.2, is_dashed=True)


def _rate(number: float) -> str:
    return numbers.NOTHING if np.isnan(number) else numbers.reproduction(float(number))
