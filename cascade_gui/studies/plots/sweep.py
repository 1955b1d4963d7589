"""A grid of two parameters as a heat map with numbers, or one parameter as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cascade_gui.studies.drawing.axis_writing import around, from_zero, indexed_axis, write_of, write_of_path
from cascade_gui.studies.drawing.chart import Boxes, Chart, Line, Named, Points
from cascade_gui.studies.drawing.heat_colours import cell_colours
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.studies.figure_words import spoken_figure, within
from cascade_gui.wording import numbers
from engine.studies.outcome import cell

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.studies.outcome import StudyResult

_MOST_CHARTS = 2
"""So many measures are drawn side by side; all are in the table."""
_MOST_CELLS = 20_000
"""More would be smaller than a pixel."""


def draw(result: StudyResult) -> Picture:
    """Return the picture of a grid."""
    settings: Any = result.settings
    measures = [name for name in settings.measure if name in result.answer.rows][:_MOST_CHARTS]
    one = len(settings.axis) == 1
    charts = tuple(_line(result, name) if one else _grid(result, name) for name in measures)
    return Picture(
        (charts,) if charts else (),
        _sentence(result, measures[0]) if measures else "",
        tuple(
            Section(spoken_figure(name), (Large(f"{name}.min", "Least"), Large(f"{name}.max", "Largest")))
            for name in settings.measure
        ),
        {"rows": "Cells"},
    )


def _sentence(result: StudyResult, measure: str) -> str:
    """Say where the figure is largest."""
    rows, parameters = result.answer.rows, result.scenario.parameters
    values = rows[measure].astype(np.float64)
    if not np.isfinite(values).any():
        return ""
    most = int(np.nanargmax(values))
    if float(np.nanmin(values)) == float(values[most]):
        return f"{spoken_figure(measure)} is {write_of(measure, parameters)(float(values[most]))} everywhere."
    settings: Any = result.settings
    where = ", ".join(
        f"{within(spoken_figure(path, parameters))} {_written(result, path, rows[path][most])}"
        for path in settings.axis
    )
    return f"{spoken_figure(measure)} is largest, {write_of(measure, parameters)(float(values[most]))}, at {where}."


def _written(result: StudyResult, path: str, value: Any) -> str:
    if isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.bool_)):
        return write_of_path(path, result.scenario.parameters)(float(value))
    return str(value)


def _tip(result: StudyResult, measure: str, row: int) -> str:
    settings: Any = result.settings
    rows, parameters = result.answer.rows, result.scenario.parameters
    said = [f"{spoken_figure(path, parameters)} {_written(result, path, rows[path][row])}" for path in settings.axis]
    value = write_of(measure, parameters)(float(rows[measure][row]))
    return f"{spoken_figure(measure)} {value} at " + ", ".join(said)


def _grid(result: StudyResult, measure: str) -> Chart:
    settings: Any = result.settings
    rows, parameters = result.answer.rows, result.scenario.parameters
    first, second, *others = settings.axis
    ups, acrosses = list(settings.axis[first]), list(settings.axis[second])
    held = {path: settings.axis[path][0] for path in others}
    shown = np.ones(len(rows[first]), dtype=bool)
    for path, value in held.items():
        shown &= np.array([each == value for each in rows[path].tolist()], dtype=bool)
    too_many = len(ups) * len(acrosses) > _MOST_CELLS
    chosen = np.flatnonzero(shown & (not too_many))
    # Values may be groups of parameters, which are told apart by how they are written.
    places = ({_key(value): float(place) for place, value in enumerate(values)} for values in (acrosses, ups))
    x, y = (
        np.array([known[_key(cell(rows[path], row))] for row in chosen.tolist()], dtype=np.float64)
        for known, path in zip(places, (second, first), strict=True)
    )
    values = rows[measure][chosen].astype(np.float64)
    colours, on_them = cell_colours(values)
    write = write_of(measure, parameters)
    subtitle = f"down: {within(spoken_figure(first, parameters))}, across: {within(spoken_figure(second, parameters))}"
    if held:
        at = ", ".join(f"{spoken_figure(path, parameters)} {_written(result, path, held[path])}" for path in held)
        subtitle += f"; at {at}"
    return Chart(
        spoken_figure(measure), subtitle,
        indexed_axis([_written(result, second, each) for each in acrosses]),
        indexed_axis([_written(result, first, each) for each in ups], is_falling=True),
        (Boxes(x - 0.5, x + 0.5, y - 0.5, y + 0.5, colours, texts=tuple(write(each) for each in values.tolist()),
               text_colours=on_them, rows=chosen),),
        tip=lambda row: _tip(result, measure, row),
        empty="" if len(chosen) else _no_cells(too_many),
    )  # fmt: skip


def _key(value: Any) -> Any:
    """Return what tells values of an axis apart: a column of whole and broken numbers holds broken ones only."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else repr(value)


def _no_cells(too_many: bool) -> str:
    if too_many:
        return f"More than {numbers.count(_MOST_CELLS)} cells are not drawn: the table has them."
    return "No cell was run to its end."


def _line(result: StudyResult, measure: str) -> Chart:
    settings: Any = result.settings
    rows, parameters = result.answer.rows, result.scenario.parameters
    (path,) = settings.axis
    values: Floats = rows[measure].astype(np.float64)
    given = rows[path]
    if given.dtype == object:
        bottom = indexed_axis([str(each) for each in given.tolist()])
        x = np.arange(len(given), dtype=np.float64)
    else:
        x = given.astype(np.float64)
        bottom = around(x, write_of_path(path, parameters))
        if path.startswith("shock.returns."):  # falls grow to the right
            bottom = type(bottom)(bottom.write, bottom.high, bottom.low)
    order = np.argsort(bottom.places(x), kind="stable")
    write = write_of(measure, parameters)
    line = Line(x[order], values[order], "accent", rows=order)
    marks = (line, Points(x, values, "accent", 6.0, rows=np.arange(len(x))))
    most = int(np.nanargmax(values)) if np.isfinite(values).any() else None
    labels = (Named(write(float(values[most])), "text", float(x[most]), float(values[most]), is_bold=True),) if (
        most is not None
    ) else ()  # fmt: skip
    return Chart(
        spoken_figure(measure), f"against {within(spoken_figure(path, parameters))}", bottom,
        from_zero(values, write), marks, labels, tip=lambda row: _tip(result, measure, row),
        empty="" if len(x) else "No cell was run to its end.",
    )  # fmt: skip
