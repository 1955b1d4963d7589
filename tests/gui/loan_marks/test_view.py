"""The widget with the marks: it moves to the next round, stands at once elsewhere, and fades from run to run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from cascade_gui.loan_marks.scene import run_scene, scene_of_round
from cascade_gui.loan_marks.view import MarksView
from engine.files.examples import find_example
from engine.reading.round_view import round_view


@pytest.fixture(scope="module")
def run():
    return run_scene(round_view(find_example("teaching-book").read().recording, 0), "X")


@pytest.fixture
def view(qtbot, run):
    made = MarksView()
    qtbot.addWidget(made)
    made.resize(640, 320)
    with qtbot.waitExposed(made):
        made.show()
    made.set_run(run)
    made.show_scene(scene_of_round(run, 0))
    return made


def test_that_it_moves_to_the_next_round_and_stands_at_once_in_any_other(view, run, qtbot):
    with qtbot.waitSignal(view.arrived):
        view.show_scene(scene_of_round(run, 1))
        assert view.is_moving
    view.show_scene(scene_of_round(run, 3))
    assert not view.is_moving
    view.moves = False
    view.show_scene(scene_of_round(run, 0))
    view.show_scene(scene_of_round(run, 1))
    assert not view.is_moving


def test_that_at_rest_a_round_looks_the_same_however_one_came_to_it(view, run, qtbot):
    with qtbot.waitSignal(view.arrived):
        view.show_scene(scene_of_round(run, 1))
    moved = view.grab().toImage()
    view.show_scene(scene_of_round(run, 3))
    view.show_scene(scene_of_round(run, 1))
    assert view.grab().toImage() == moved


def test_that_another_run_fades_in_where_that_is_asked_for(view, run, qtbot):
    view.set_run(run)
    view.show_scene(scene_of_round(run, 2))
    assert not view.is_moving
    view.fades = True
    view.set_run(run)
    with qtbot.waitSignal(view.arrived):
        view.show_scene(scene_of_round(run, 2))
        assert view.is_moving


def test_that_a_mark_is_found_where_it_stands(view, run):
    for mark in range(run.marks.count):
        place, radius = view.place_of(mark)
        inside = radius < place.y() < view.height() - radius  # shorts far above the price are not drawn
        assert not inside or view.mark_at(place) == mark


def test_that_the_middle_of_a_large_mark_is_its_own_though_a_small_one_lies_on_it(view, run, monkeypatch):
    here = view._placed()
    xs, ys, radii = (np.array(each) for each in (here.xs, here.ys, here.radii))
    xs[:2], ys[:2], radii[:2] = (200.0, 201.5), (100.0, 100.0), (40.0, 4.0)
    moved = replace(here, xs=xs, ys=ys, radii=radii, safe=np.array([0, 1], dtype=np.int32))
    monkeypatch.setattr(view, "_placed", lambda: moved)
    assert view.mark_at(QPointF(200.0, 100.0)) == 0
    assert view.mark_at(QPointF(201.5, 100.0)) in {0, 1}
    assert view.mark_at(QPointF(222.0, 100.0)) == 0


def test_that_nothing_is_drawn_of_no_run(view):
    view.set_run(None)
    picture = view.grab().toImage()
    assert {picture.pixelColor(x, 100).name() for x in range(0, 640, 40)} == {view._tokens.background}
