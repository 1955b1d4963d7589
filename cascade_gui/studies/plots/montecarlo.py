"""Losses over random paths by class, how sure value at risk is, and how much debt is how likely to be liquidated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.plots.axes import write_money
from cascade_gui.studies.drawing.axis_writing import from_zero, round_edges, round_ends, write_number
from cascade_gui.studies.drawing.chart import Axis, Band, Boxes, Chart, Interval, Line, Mark, Named, Points
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.studies.drawing.price_courses import fan_chart, worst_cards
from cascade_gui.wording import numbers
from engine.studies.price_tables import WORST_TABLES

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.studies.outcome import StudyResult

_LOSS: Final = "total_loss_usd"
_BAD: Final = "bad_debt_usd"
_CLASSES: Final = (
    ("broad downturn", "", "accent", "Broad downturn"),
    ("broken correlation", "broken_correlation.", "violet", "Broken correlation"),
)
"""Name in the rows, how figures begin, colour, title."""
_BINS: Final = 36
_SMALL: Final = 10_000.0
"""Losses of fewer USD are counted in words: they would flatten everything else."""
_SMALL_SHARE: Final = 0.1
"""But never more than this share of a bar is left out."""
_PALE: Final = 0.45
_STALKS: Final = (("var_95", "VaR 95", 0.46), ("var_99", "VaR 99", 0.76))
"""With how high each stands, a share of the axis."""
_OFTEN: Final = 0.5


def draw(result: StudyResult) -> Picture:
    """Return the picture of a study over random paths."""
    rows = result.answer.rows
    classes = rows.get("class", np.zeros(0, dtype=object))
    there = [each for each in _CLASSES if (classes == each[0]).any()]
    losses = rows[_LOSS].astype(np.float64) if there else np.zeros(0)
    edges = round_edges(0.0, max(float(losses.max()) if len(losses) else 0.0, 1.0), _BINS)
    charts = [_distribution(result, name, prefix, colour, title, edges) for name, prefix, colour, title in there]
    fans = [fan_chart(result, name, colour) for name, _, colour, _ in there]
    beside = [_probability(result), _convergence(result)]
    arranged: tuple[tuple[Chart, ...], ...] = ()
    if len(charts) == len(beside):
        arranged = tuple(zip(charts, fans, beside, strict=True))
    elif charts:
        arranged = ((*charts, *fans), tuple(beside))
    worst = {WORST_TABLES[name]: worst_cards(result, name, title) for name, _, _, title in there}
    horizon = numbers.duration(float(getattr(result.settings, "horizon", 0.0)))
    return Picture(
        arranged,
        _sentence(result, horizon),
        tuple(
            Section(f"{title}, {horizon}, {numbers.count(int((classes == name).sum()))} paths", (
                Large(f"{prefix}{_LOSS}.var_99", "VaR 99 of total loss", tone="loss"),
                Large(f"{prefix}{_LOSS}.var_95", "VaR 95 of total loss", tone="loss"),
                Large(f"{prefix}{_LOSS}.es_99", "ES 99 of total loss (worst hundredth)", tone="loss"),
                Large(f"{prefix}{_BAD}.var_99", "VaR 99 of bad debt", tone="loss"),
                Large(f"{prefix}{_BAD}.es_99", "ES 99 of bad debt (worst hundredth)", tone="loss"),
                Large(f"{prefix}repaid_usd.lar_99", "LaR 99, debt repaid"),
                Large(f"{prefix}{_LOSS}.mean", "Mean total loss"),
            ))
            for name, prefix, _, title in there
        ),
        {"worst_broad": "Worst", "worst_broken": "Worst, peg", "rows": "Paths", "accounts": "Accounts",
         "convergence": "Convergence", "fan": "Price fan"},
        {name: cards for name, cards in worst.items() if cards is not None},
        frozenset({"prices"}),
    )  # fmt: skip


def _sentence(result: StudyResult, horizon: str) -> str:
    value = result.figures.get(f"{_LOSS}.var_99")
    if value is None:
        return ""
    said = f"In 99 of 100 paths of {horizon} of a broad downturn no more than {numbers.money(value)} is lost"
    broken = result.figures.get(f"broken_correlation.{_LOSS}.var_99")
    if broken is None:
        return f"{said}."
    return f"{said}; where a peg breaks, no more than {numbers.money(broken)}."


def _distribution(result: StudyResult, name: str, prefix: str, colour: str, title: str, edges: Floats) -> Chart:
    rows, figures = result.answer.rows, result.figures
    numbers_of = np.flatnonzero(rows["class"] == name)
    losses = rows[_LOSS][numbers_of].astype(np.float64)
    small = min(_SMALL, _SMALL_SHARE * float(edges[1]))
    drawn = (losses >= small) & (losses > 0.0)
    anything = f"{numbers.money(small)} or more" if (losses > 0.0).any() else "anything"
    counts, _ = np.histogram(losses[drawn], edges)
    # A bar stands for the worst path in it, so that a click leads to one that can be opened.
    places = np.clip(np.searchsorted(edges, losses, side="right") - 1, 0, len(counts) - 1)
    order = np.argsort(losses, kind="stable")
    worst = np.full(len(counts), -1)
    worst[places[order]] = numbers_of[order]
    shown = np.flatnonzero(counts)
    height = from_zero(counts.astype(np.float64), write_number)
    var = figures.get(f"{prefix}{_LOSS}.var_95")
    tail = edges[shown + 1] > (np.inf if var is None else var)
    marks: list[Mark] = [
        Boxes(edges[shown], edges[shown + 1], np.zeros(len(shown)), counts[shown].astype(np.float64), (colour,),
              fill=np.where(tail, 1.0, _PALE), rows=worst[shown])
    ]  # fmt: skip
    labels: list[Named] = []
    for end, words, share in _STALKS:
        value = figures.get(f"{prefix}{_LOSS}.{end}")
        if value is None or not drawn.any():
            continue
        low, high = (figures.get(f"{prefix}{_LOSS}.{end}.{which}") for which in ("low", "high"))
        at = share * height.high
        marks.append(Line(np.array([value, value]), np.array([0.0, at]), "vermilion", 1.5))
        marks.append(Interval(value if low is None else low, value if high is None else high, at, "vermilion"))
        marks.append(Points(np.array([value]), np.array([at]), "vermilion", 8.0))
        ends = ", ".join(numbers.NOTHING if each is None else numbers.money(each) for each in (low, high))
        short = f"{words} {numbers.money(value)}"
        labels.append(Named(f"{short}  [{ends}]", "vermilion", value, at, is_bold=True, side="above", short=short))
    few = int((~drawn).sum()) if drawn.any() else 0
    said = f"paths by total loss, USD; {numbers.count(few)} of {numbers.count(len(losses))} paths lose less than "

    def tip(row: int) -> str:
        bar = int(places[int(np.flatnonzero(numbers_of == row)[0])])
        return (
            f"{numbers.count(int(counts[bar]))} paths lose {numbers.money(float(edges[bar]))} to "
            f"{numbers.money(float(edges[bar + 1]))}; the worst of them is path {rows['path'][row]} with "
            f"{numbers.money_in_full(float(rows[_LOSS][row]))}"
        )

    return Chart(
        title, f"{said}{numbers.money(small)} and are not drawn" if few else "paths by total loss, USD",
        Axis(write_money, float(edges[0]), float(edges[-1])), height, tuple(marks), tuple(labels), tip=tip, share=1.9,
        empty="" if drawn.any() else f"No path of this class loses {anything}.",
    )  # fmt: skip


def _convergence(result: StudyResult) -> Chart:
    table = result.answer.tables.get("convergence") or {}
    name = f"{_LOSS}.var_99"
    paths = table.get("paths", np.zeros(0)).astype(np.float64)
    value, low, high = (table.get(f"{name}{end}", np.zeros(0)) for end in ("", ".low", ".high"))
    axis = round_ends(np.concatenate([value, low, high]), write_money)
    labels = (
        (Named(numbers.money(float(value[-1])), "vermilion", float(paths[-1]), float(value[-1]), is_bold=True,
               side="above"),) if len(paths) else ()
    )  # fmt: skip
    return Chart(
        "Convergence of VaR 99", "USD, by number of paths, with its 95 % interval",
        Axis(numbers.count, 0.0, float(paths[-1]) if len(paths) else 1.0), axis,
        (Band(paths, low, high, "vermilion"), Line(paths, value, "vermilion", rows=np.arange(len(paths)))),
        labels, table="convergence", empty="" if len(paths) else "No path of a broad downturn was run to its end.",
    )  # fmt: skip


def _probability(result: StudyResult) -> Chart:
    """Return how much debt is liquidated with at least some probability."""
    table = result.answer.tables.get("accounts") or {}
    probability = table.get("liquidation_probability", np.zeros(0)).astype(np.float64)
    debt = table.get("debt_usd", np.zeros(0)).astype(np.float64)
    # Debt by probability, however many accounts; for each stands the one that owes most.
    order = np.lexsort((-debt, probability))
    order = order[probability[order] > 0.0]
    shares, first = np.unique(probability[order], return_index=True)
    at_least = np.cumsum(debt[order][::-1])[::-1][first] if len(order) else np.zeros(0)
    below = np.append(at_least[1:], 0.0) if len(order) else at_least
    steps = np.stack([at_least, below], 1).ravel()
    x = np.concatenate([[0.0], np.repeat(shares, 2), [1.0]])
    y = np.concatenate([at_least[:1], steps, below[-1:]]) if len(order) else np.zeros(2)
    rows = np.concatenate([[-1], np.repeat(order[first], 2), [-1]]).astype(np.int64) if len(order) else order
    often = float(debt[probability >= _OFTEN].sum())
    said = f"{numbers.money(often)} in half of the paths or more"
    return Chart(
        "Debt that is likely liquidated", "USD, of accounts liquidated in at least so many of the paths",
        Axis(numbers.percent_short, 0.0, 1.0), from_zero(y, write_money),
        (Line(x, y, "accent", fill=0.15, rows=rows),),
        (Named(said, "text", _OFTEN, often),) if often > 0.0 else (),
        table="accounts", empty="" if len(order) else "No account is liquidated on any path.",
        tip=lambda row: f"{table['account'][row]}: liquidated in {numbers.percent(float(probability[row]))} of the "
        f"paths, owes {numbers.money_in_full(float(debt[row]))}",
    )  # fmt: skip
