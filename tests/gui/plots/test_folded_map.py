"""The map over the rounds folds quiet ones away as the other plots do."""

from __future__ import annotations

import numpy as np
import pytest

from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.map_data import MapMode
from tests.gui.plots.test_shown_rounds import example, numbers_along


@pytest.fixture
def over_rounds(grid, qtbot):
    grid.resize(1310, 640)
    grid.set_folds(True)
    grid.set_recording(example())
    grid.show_round(len(example()) - 1)
    grid.map.set_mode(MapMode.ROUNDS)
    qtbot.waitUntil(lambda: not grid.map.is_busy, timeout=60_000)
    return grid.map


def test_that_its_rounds_stand_where_those_of_the_other_plots_do(grid, over_rounds):
    others = {plot.fold.stretches for plot in grid if isinstance(plot, RoundPlot)}
    assert {over_rounds.heat.fold.stretches} == others
    first, last = over_rounds.heat.fold.end
    assert numbers_along(over_rounds)[-2:] == [str(first - 1), str(last)]
    assert [text for _, text in over_rounds.heat.marks.bands()] == [f"{first}–{last}: nothing moves"]
    assert over_rounds.marks.now.value() == over_rounds.heat.fold.place(last)
    line, _ = over_rounds.path.getOriginalDataset()
    assert line.tolist() == over_rounds.heat.fold.places(last + 1).tolist()
    (left, right), _ = over_rounds.plot.vb.viewRange()
    assert (left, right) == (-0.5, over_rounds.heat.fold.place(last) + 0.5)


def test_that_each_of_its_columns_shows_the_round_that_stands_there(over_rounds):
    fold, count = over_rounds.heat.fold, len(example())
    levels = over_rounds._heat.each_round(count, over_rounds.reach)[:, ::-1]
    drawn = over_rounds.image.image
    bounds = over_rounds.image.mapRectToParent(over_rounds.image.boundingRect())
    for number in (0, 1, 7, fold.end[0] - 1, count - 1):
        at = int((fold.place(number) - bounds.left()) / bounds.width() * len(drawn))
        np.testing.assert_array_equal(drawn[min(at, len(drawn) - 1)], levels[number])


def test_that_a_click_goes_to_the_round_that_is_seen_there(over_rounds, qtbot):
    asked = []
    over_rounds.round_clicked.connect(asked.append)
    first, last = over_rounds.heat.fold.end
    for number in (3, first, last):
        over_rounds._clicked_at(over_rounds.heat.fold.place(number), 0.0)
    assert asked == [3, first, last]
    assert f"round {last}," in over_rounds._readout(over_rounds.heat.fold.place(last), 0.0)


def test_that_all_rounds_are_even_where_they_are_asked_for_and_falls_are_never_folded(grid, over_rounds):
    grid.set_folds(False)
    assert over_rounds.heat.fold.is_even
    assert over_rounds.image.image.shape[0] == len(example())
    grid.set_folds(True)
    over_rounds.set_mode(MapMode.CUMULATIVE)
    assert over_rounds.axes["bottom"].fold.is_even
    assert not over_rounds.heat.marks.bands()
