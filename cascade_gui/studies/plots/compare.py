"""How much total loss differs path by path, value at risk before and after, and one run of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.plots.axes import write_money
from cascade_gui.studies.drawing.axis_writing import from_zero, names_axis, round_edges, write_number
from cascade_gui.studies.drawing.chart import Axis, Boxes, Chart, Interval, Line, Mark, Named, Points
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.studies.outcome import StudyResult

_LOSS: Final = "total_loss_usd"
_BINS: Final = 24
_RISKS: Final = (("var_95", "VaR 95"), ("var_99", "VaR 99"), ("es_95", "ES 95"), ("es_99", "ES 99"))
_WHEN: Final = (("before", "today", "text", 0.16), ("after", "proposal", "accent", -0.16))
"""How figures end, what that is called, its colour, and how far above its name it stands."""

_ROOM_FOR_WORDS: Final = 1.3
"""How far an axis goes on beyond its bars, which are named at their ends."""


def draw(result: StudyResult) -> Picture:
    """Return the picture of a comparison; of several alternatives that of the first, and one run of all."""
    differences = result.answer.tables.get("differences") or {}
    first = _first(result)
    mine = differences["alternative"] == first if differences else np.zeros(0, dtype=np.bool_)
    kinds = dict.fromkeys(differences["class"][mine].tolist()) if differences else {}
    above = tuple(_differences(result, first, kind) for kind in sorted(kinds))
    below = (*((_risks(result),) if kinds else ()), _one_run(result))
    return Picture(
        tuple(row for row in (above, below) if row),
        result.answer.verdict[0] if result.answer.verdict else "",
        (
            Section(
                "Over the paths",
                (
                    Large("better_share", "Total loss is smaller in", tone="good"),
                    Large("worse_share", "Total loss is larger in", tone="loss"),
                    Large("same_share", "The same in"),
                    Large(f"{_LOSS}.mean.difference", "Mean difference of total loss"),
                    Large("repaid_usd.mean.difference", "Mean difference of debt repaid"),
                ),
            ),
            Section("In one run", (Large(_LOSS, "Total loss"), Large("repaid_usd", "Debt repaid"))),
        ),
        {"rows": "Runs", "results": "Results", "parameters": "Parameters", "differences": "Paths"},
    )


def _first(result: StudyResult) -> str:
    named = (result.answer.tables.get("results") or {}).get("alternative")
    return "" if named is None or not len(named) else str(named[0])


def _differences(result: StudyResult, first: str, kind: str) -> Chart:
    """Return in how many paths total loss is by how much smaller or larger."""
    table = result.answer.tables["differences"]
    rows = np.flatnonzero((table["alternative"] == first) & (table["class"] == kind))
    values = table[f"{_LOSS}.difference"][rows].astype(np.float64)
    same = float(getattr(result.settings, "same", 0.0))
    drawn = np.abs(values) > same
    title, told = f"Difference, path by path, {kind}", "paths by total loss, proposal less today, USD"
    alike = int((~drawn).sum())
    if alike:
        told += f"; the same to {numbers.money(same)} in {numbers.count(alike)}: not drawn"
    if not drawn.any():
        axis = Axis(write_money, -1.0, 1.0)
        return Chart(title, told, axis, Axis(write_number, 0.0, 1.0), empty="No path differs by more than that.")
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    edges = round_edges(low, high, _BINS)
    counts = np.histogram(values[drawn], edges)[0].astype(np.float64)
    # A bar stands for the path in it that differs most, so that a click leads to one that can be looked at.
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(counts) - 1)
    order = np.argsort(np.abs(values), kind="stable")
    most = np.full(len(counts), -1)
    most[places[order]] = rows[order]
    shown = np.flatnonzero(counts)
    is_better = edges[shown + 1] <= 1e-9 * (edges[-1] - edges[0])
    height = from_zero(counts, write_number)
    colours = tuple("green" if better else "vermilion" for better in is_better.tolist())
    marks: tuple[Mark, ...] = (
        Boxes(edges[shown], edges[shown + 1], np.zeros(len(shown)), counts[shown], colours, rows=most[shown]),
        Line(np.zeros(2), np.array([0.0, height.high]), "text", 1.0),
    )
    smaller, larger = int((values < -same).sum()), int((values > same).sum())
    labels = [Named(f"better in {numbers.count(smaller)}", "green", 0.0, None, side="before")] if smaller else []
    labels += [Named(f"worse in {numbers.count(larger)}", "vermilion", 0.0, None)] if larger else []
    bottom = Axis(write_money, float(edges[0]), float(edges[-1]))
    return Chart(title, told, bottom, height, marks, tuple(labels), table="differences")


def _risks(result: StudyResult) -> Chart:
    """Return value at risk and expected shortfall before and after, with their intervals."""
    figures = result.figures
    there = [(end, name) for end, name in _RISKS if figures.get(f"{_LOSS}.{end}.before") is not None]
    marks: list[Mark] = []
    values: list[float] = []
    labels: list[Named] = []
    for place, (end, _) in enumerate(there):
        for when, called, colour, above in _WHEN:
            name = f"{_LOSS}.{end}.{when}"
            value, low, high = (figures.get(each) for each in (name, f"{name}.low", f"{name}.high"))
            if value is None:
                continue
            low, high = value if low is None else low, value if high is None else high
            at = place - above
            marks += [Interval(low, high, at, colour), Points(np.array([value]), np.array([at]), colour)]
            labels.append(Named(f"{called} {numbers.money(value)}", colour, high, at, is_optional=place > 0))
            values += [low, high]
    axis = from_zero(np.array(values) * _ROOM_FOR_WORDS, write_money)
    return Chart(
        "VaR and ES of total loss", "USD, with 95 % intervals", axis, names_axis([name for _, name in there]),
        tuple(marks), tuple(labels), empty="" if there else "There are no paths.",
    )  # fmt: skip


def _one_run(result: StudyResult) -> Chart:
    """Return total loss of one run of each, of its own shock."""
    rows = result.answer.rows
    chosen = np.flatnonzero(rows["class"] == "own shock") if "class" in rows else np.zeros(0, dtype=np.int64)
    losses = rows[_LOSS][chosen].astype(np.float64) if len(chosen) else np.zeros(0)
    names = rows["scenario"][chosen].tolist() if len(chosen) else []
    places = np.arange(len(chosen), dtype=np.float64)
    colours = tuple("text" if place == 0 else "accent" for place in range(len(chosen)))
    labels = tuple(
        Named(numbers.money(loss), colour, loss, float(place))
        for place, (loss, colour) in enumerate(zip(losses.tolist(), colours, strict=True))
    )
    return Chart(
        "Total loss in one run", "USD, each with its own shock",
        from_zero(losses * _ROOM_FOR_WORDS, write_money), names_axis(names),
        (Boxes(np.zeros(len(chosen)), losses, places - 0.3, places + 0.3, colours, rows=chosen),), labels,
        empty="" if len(chosen) else "No run came to its end.",
    )  # fmt: skip
