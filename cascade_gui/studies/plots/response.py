"""Losses against the size of the shock, with the accounts that make them jump, and where the asset ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.plots.axes import write_money
from cascade_gui.studies.drawing.axis_writing import from_zero, write_return
from cascade_gui.studies.drawing.chart import Axis, Chart, Line, Mark, Named
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.studies.figure_words import spoken_figure, within
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.studies.outcome import Columns, StudyResult

_RETURNS: Final = "shock.returns."
_SHOWN: Final = (
    ("repaid_usd", "accent", "debt repaid"),
    ("total_loss_usd", "vermilion", "total loss"),
    ("borrower_loss_usd", "amber", "loss of borrowers"),
)


def draw(result: StudyResult) -> Picture:
    """Return the picture of a response to a shock."""
    breaks = result.answer.tables.get("breaks") or {}
    large = tuple(
        Large(f"break_{place + 1}.shock", f"{spoken_figure(str(breaks['figure'][place]))} jumps at",
              _who(breaks, place), "warning" if place == 0 else "")
        for place in range(len(breaks.get("figure", ())))
    )  # fmt: skip
    return Picture(
        ((_losses(result, breaks), _ending(result)),),
        _sentence(result, breaks),
        (
            Section("Largest", (
                Large("total_loss_usd.max", "Total loss", _at(result, "total_loss_usd"), "loss"),
                Large("repaid_usd.max", "Debt repaid", _at(result, "repaid_usd")),
            )),
            Section("Where it breaks", large),
        ),
        {"rows": "Shocks", "breaks": "Breaks"},
    )  # fmt: skip


def _at(result: StudyResult, name: str) -> str:
    place = result.figures.get(f"{name}.max_at")
    return "" if place is None else f"at a shock of {write_return(place)}"


def _who(breaks: Columns, place: int) -> str:
    before, after = float(breaks["before_usd"][place]), float(breaks["after_usd"][place])
    who = str(breaks["account"][place])
    made = f", by {who}, which owes {numbers.money(float(breaks['account_debt_usd'][place]))}" if who else ""
    return f"from {numbers.money(before)} to {numbers.money(after)}{made}"


def _sentence(result: StudyResult, breaks: Columns) -> str:
    if not len(breaks.get("figure", ())):
        return "" if result.stopped else "It breaks nowhere: losses grow with the shock without a jump."
    size = write_return(round(float(breaks["to_size"][0]), 4))
    return f"It breaks at {size}: {within(spoken_figure(str(breaks['figure'][0])))} goes {_who(breaks, 0)}."


def _losses(result: StudyResult, breaks: Columns) -> Chart:
    rows = result.answer.rows
    sizes = rows.get("size", np.zeros(0))
    shown = [(rows[name].astype(np.float64), colour, words) for name, colour, words in _SHOWN if name in rows]
    left = from_zero(np.concatenate([values for values, _, _ in shown]) if shown else np.zeros(0), write_money)
    to = float(getattr(result.settings, "to", -0.9))
    marks: list[Mark] = []
    labels: list[Named] = []
    for values, colour, words in shown:
        marks.append(Line(sizes, values, colour, rows=np.arange(len(sizes))))
        if len(sizes):
            labels.append(Named(words, colour, float(sizes[-1]), float(values[-1]), follows=len(marks) - 1))
    for size in dict.fromkeys(np.asarray(breaks.get("to_size", ()), dtype=np.float64).tolist()):
        place = int(np.flatnonzero(breaks["to_size"] == size)[0])
        marks.append(Line(np.array([size, size]), np.array([left.low, left.high]), "secondary", 1.0, is_dashed=True))
        who = str(breaks["account"][place])
        text = f"{who} {numbers.money(float(breaks['account_debt_usd'][place]))}" if who else write_return(size)
        labels.append(Named(text, "text", size, None, is_optional=True))
    return Chart(
        "Losses and debt repaid", "USD, against the size of the shock; dashed where they jump, with the account",
        Axis(write_return, 0.0, to), left, tuple(marks), tuple(labels), tip=lambda row: _tip(result, row), share=1.3,
        empty="" if len(sizes) else "No shock was run to its end.",
    )  # fmt: skip


def _tip(result: StudyResult, row: int) -> str:
    rows = result.answer.rows
    said = [f"{words} {numbers.money_in_full(float(rows[name][row]))}" for name, _, words in _SHOWN if name in rows]
    return f"{write_return(round(float(rows['size'][row]), 4))}: " + ", ".join(said)


def _ending(result: StudyResult) -> Chart:
    """Return how far each asset that falls from outside falls in all."""
    rows = result.answer.rows
    sizes = rows.get("size", np.zeros(0))
    names = [name.removeprefix(_RETURNS) for name in rows if name.startswith(_RETURNS)]
    names = [name for name in names if f"fall.{name}" in rows]  # none before the first run is through
    marks: list[Mark] = []
    labels: list[Named] = []
    for place, name in enumerate(names):
        colour, falls = f"category_{place}", rows[f"fall.{name}"].astype(np.float64)
        marks.append(Line(sizes, falls, colour, rows=np.arange(len(sizes))))
        follows = len(marks) - 1
        marks.append(Line(sizes, -rows[f"{_RETURNS}{name}"].astype(np.float64), "secondary", 1.2, is_dashed=True))
        if len(sizes):
            labels.append(Named(name, colour, float(sizes[-1]), float(falls[-1]), follows=follows))
            labels.append(Named("the news alone", "secondary", float(sizes[-1]), float(-rows[f"{_RETURNS}{name}"][-1]),
                                side="above", is_optional=True, follows=follows + 1))  # fmt: skip
    return Chart(
        "Where prices end", "fall in all, against the size of the shock",
        Axis(write_return, 0.0, float(getattr(result.settings, "to", -0.9))),
        Axis(lambda fall: write_return(-fall), 0.0, 1.0), tuple(marks), tuple(labels),
        empty="" if len(sizes) else "No shock was run to its end.",
    )  # fmt: skip
