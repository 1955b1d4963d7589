"""Draws a round of a run on the price's axis, at rest or on its way from the round before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter

from cascade_gui.loan_marks.axis_drawing import Ink, draw_grid, draw_price
from cascade_gui.loan_marks.mark_drawing import (
    draw_bad_debt,
    draw_names,
    draw_no_buyer,
    draw_safe,
    draw_shorts_name,
    draw_sold,
    draw_waiting,
)
from cascade_gui.loan_marks.placed import Placed, placed
from cascade_gui.loan_marks.stream_drawing import draw_streams, streams
from cascade_gui.loan_marks.timeline import AT_REST, Progress

if TYPE_CHECKING:
    from cascade_gui.loan_marks.geometry import Geometry
    from cascade_gui.loan_marks.scene import RoundScene, RunScene
    from engine.base.types import Ints


def draw_round(
    painter: QPainter,
    place: Geometry,
    ink: Ink,
    run: RunScene,
    scene: RoundScene,
    before: RoundScene | None = None,
    step: Progress = AT_REST,
) -> Placed:
    """Draw a round and return where its marks stand.

    Parameters
    ----------
    painter, place, ink
        Where, with which colours and type.
    run, scene
        The run and the round.
    before
        The round that it comes from; None where it comes from nowhere.
    step
        How far it is on its way.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    here = placed(place, run, scene, before, step.fall)
    draw_grid(painter, place, ink)
    draw_safe(painter, here, ink, here.safe)
    draw_over_safe(painter, place, ink, scene, here, step)
    return here


def draw_over_safe(
    painter: QPainter, place: Geometry, ink: Ink, scene: RoundScene, here: Placed, step: Progress
) -> None:
    """Draw all but the axis and the marks that nothing happens to."""
    still: Ints = here.sold if step.burst <= 0.0 else here.sold[:0]
    draw_safe(painter, here, ink, still)
    draw_names(painter, here, ink, here.safe)
    draw_shorts_name(painter, place, here, ink)
    y_line = place.y(scene.line_before) + (place.y(scene.line) - place.y(scene.line_before)) * step.fall
    draw_streams(painter, place, ink, streams(here, scene.marks.seized), y_line, step.stream)
    draw_price(painter, place, ink, scene, step)
    if step.burst > 0.0:
        draw_sold(painter, here, ink, here.sold, step.burst)
    draw_bad_debt(painter, here, ink, here.bad)
    draw_waiting(painter, here, ink, here.waiting)
    if step.fall >= 1.0:
        draw_no_buyer(painter, place, here, ink, here.waiting)
