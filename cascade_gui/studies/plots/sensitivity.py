"""Parameters by how much they matter: a tornado, or shares of variance and mean effects with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cascade_gui.studies.drawing.axis_writing import from_zero, names_axis, spread_axis, write_of, write_of_path
from cascade_gui.studies.drawing.chart import Axis, Boxes, Chart, Interval, Line, Mark, Texts
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.studies.figure_words import spoken_figure, within
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.studies.outcome import Columns, StudyResult

_MOST: Final = 12
"""So many parameters are drawn, those that matter most; all are in the table."""
_HALF: Final = 0.34
"""Half of the height of a bar, in rows."""
_ASIDE: Final = 0.24
"""So far above and below the middle, in rows, stand the bounds of a parameter that come to the same side."""
_THREE: Final = 3
_LEAST_SHARE: Final = 0.0005
_WIDEST: Final = 1.5
"""Intervals are drawn to so many times the largest value."""
_ROOM: Final = 1.4
"""The axis goes on so far for what the bars come to."""


def draw(result: StudyResult) -> Picture:
    """Return the picture of a study of sensitivity."""
    settings: Any = result.settings
    measure = str(settings.measure)
    effects = result.answer.tables.get("effects") or {}
    if not len(effects.get("parameter", ())):
        return Picture(
            ((Chart("What matters", "", Axis(str, 0.0, 1.0), Axis(str, 0.0, 1.0),
                    empty="Effects need all runs: the study was stopped."),),),
            tables={"rows": "Runs"},
        )  # fmt: skip
    name = next(each for each in effects if each != "parameter")
    chart = _tornado(result, effects, measure) if settings.method == "one" else _bars(result, effects, name)
    names = [spoken_figure(str(each), result.scenario.parameters) for each in effects["parameter"][:_THREE]]
    return Picture(
        ((chart,),),
        _sentence(result, effects, name, measure),
        (Section("What matters most", tuple(
            Large(f"{name}_{place + 1}", label) for place, label in enumerate(names)
        )),),
        {"effects": "Parameters", "rows": "Runs"},
    )  # fmt: skip


def _sentence(result: StudyResult, effects: Columns, name: str, measure: str) -> str:
    parameters = result.scenario.parameters
    sizes = effects[name].astype(np.float64)
    some = [place for place in range(min(_THREE, len(sizes))) if sizes[place] > 0.0]
    if not some:
        return f"None of these parameters moves {within(spoken_figure(measure))}."
    write = _write_share if name == "total_share" else write_of(name, parameters)
    said = [f"{within(spoken_figure(str(effects['parameter'][place]), parameters))} ({write(float(sizes[place]))})"
            for place in some]  # fmt: skip
    return f"For {within(spoken_figure(measure))} it is {', then '.join(said)}."


def _write_share(share: float) -> str:
    """Write a share of variance, whose estimates are good for no more than a tenth of a per cent."""
    return numbers.percent(share) if abs(share) >= _LEAST_SHARE else "0"


def _tornado(result: StudyResult, effects: Columns, measure: str) -> Chart:
    parameters = result.scenario.parameters
    paths = [str(each) for each in effects["parameter"][:_MOST]]
    low, high = (effects[f"{measure}.{end}"][:_MOST].astype(np.float64) for end in ("at_low", "at_high"))
    now = float(effects[f"{measure}.now"][0])
    bounds = [effects[end][:_MOST].astype(np.float64) for end in ("low", "high")]
    # The rows of the runs hold each parameter at its lower and at its upper bound, in the order of their columns.
    order = [each for each in result.answer.rows if each != measure]
    at = np.array([order.index(path) for path in paths], dtype=np.int64)
    middle = np.arange(len(paths), dtype=np.float64)
    # Where both bounds come to the same side each has half of the row: one bar and its text would cover the other.
    both = (low - now) * (high - now) > 0.0
    marks: list[Mark] = []
    for values, colour, rows, bound, half in (
        (low, "accent", 1 + 2 * at, bounds[0], -1.0), (high, "amber", 2 + 2 * at, bounds[1], 1.0),
    ):  # fmt: skip
        ends = np.where(both, 0.0, -half * _HALF), np.full(len(paths), half * _HALF)
        marks.append(Boxes(np.minimum(values, now), np.maximum(values, now), middle + np.minimum(*ends),
                           middle + np.maximum(*ends), (colour,), rows=rows))  # fmt: skip
        moved = np.flatnonzero(values != now)
        marks.append(Texts(
            values[moved], middle[moved] + np.where(both[moved], half * _ASIDE, 0.0),
            tuple(write_of_path(paths[place], parameters)(float(bound[place])) for place in moved.tolist()),
            (colour,), tuple("right" if values[place] > now else "left" for place in moved.tolist()) or ("right",),
        ))  # fmt: skip
    bottom = spread_axis(np.concatenate([low, high, [now]]), write_of(measure, parameters))
    marks.append(Line(np.array([now, now]), np.array([-0.5, len(paths) - 0.5]), "text", 1.5))
    return Chart(
        f"{spoken_figure(measure)}, one parameter at a time",
        f"from {bottom.write(now)} now to what it is at the lower (blue) and at the upper bound (amber) of each",
        bottom, names_axis([spoken_figure(path, parameters) for path in paths]), tuple(marks),
        tip=lambda row: _tip(result, measure, row),
    )  # fmt: skip


def _tip(result: StudyResult, measure: str, row: int) -> str:
    """Say what a run of one parameter at a bound came to."""
    rows, parameters = result.answer.rows, result.scenario.parameters
    path = [each for each in rows if each != measure][(row - 1) // 2]
    value = write_of(measure, parameters)(float(rows[measure][row]))
    bound = write_of_path(path, parameters)(float(rows[path][row]))
    return f"{spoken_figure(path, parameters)} {bound}: {within(spoken_figure(measure))} {value}"


def _bars(result: StudyResult, effects: Columns, name: str) -> Chart:
    """Return bars of indices with their intervals; of shares of variance with what a parameter explains alone."""
    parameters = result.scenario.parameters
    paths = [str(each) for each in effects["parameter"][:_MOST]]
    value, low, high = (effects[f"{name}{end}"][:_MOST].astype(np.float64) for end in ("", ".low", ".high"))
    is_share = name == "total_share"
    write = _write_share if is_share else write_of(name, parameters)
    middle = np.arange(len(paths), dtype=np.float64)
    places = np.arange(len(paths))
    nothing = np.zeros(len(paths))
    marks: list[Mark] = [
        Boxes(np.minimum(nothing, value), value, middle - _HALF, middle + _HALF, ("accent",),
              fill=0.45 if is_share else 0.8, rows=places)
    ]  # fmt: skip
    if is_share:
        first = np.clip(effects["first_share"][:_MOST].astype(np.float64), 0.0, None)
        marks.append(Boxes(nothing, first, middle - _HALF / 2, middle + _HALF / 2, ("accent",), rows=places))
    # Few points make intervals so wide that nothing else could be seen: they are cut where their words begin.
    axis = from_zero(np.concatenate([value, np.minimum(high, _WIDEST * max(float(value.max()), 0.0))]), write)
    end = _ROOM * axis.high
    marks += [
        Interval(min(float(low[place]), axis.high), min(float(high[place]), axis.high), float(place), "text", 4.0)
        for place in places.tolist()
    ]
    said = [f"{write(each)}  [{write(low)}, {write(high)}]" for each, low, high in
            zip(value.tolist(), low.tolist(), high.tolist(), strict=True)]  # fmt: skip
    marks.append(Texts(np.full(len(paths), end), middle, tuple(said), ("secondary",), ("left",)))
    title, subtitle = "Mean size of effects", "of going through the whole range of each, with its 95 % interval"
    if is_share:
        title = "Share of the variance"
        subtitle = "pale: with all that a parameter does together with others, full: alone; with 95 % intervals"
    return Chart(
        title, subtitle, Axis(numbers.percent_short if is_share else write, min(axis.low, 0.0), end),
        names_axis([spoken_figure(path, parameters) for path in paths]), tuple(marks), table="effects",
    )  # fmt: skip
