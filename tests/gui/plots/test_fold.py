"""Quiet rounds are folded away along the axes, and every round can still be found."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from cascade_gui.plots.fold import LEAST, Fold
from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.price import PricePlot
from tests.engine.settlement.lending import account, market, scenario


@cache
def paused():
    """A fall, a pause of a hundred rounds, another fall."""
    path = [-0.3] * 100 + [-0.45, -0.6, -0.6, -0.6]
    loans = [account("first", 100.0, 150.0), account("second", 100.0, 90.0)]
    made = scenario(
        {"m": market(None)}, loans, shock={"kind": "path", "returns": {"TOK": path}}, simulation={"max_rounds": 500}
    )
    return engine.run(made)


@pytest.fixture(params=[PricePlot, LiquidationsPlot])
def plot(qtbot, request):
    made = request.param()
    qtbot.addWidget(made)
    made.resize(700, 320)
    made.set_folds(True)
    made.set_recording(paused())
    made.grab()
    return made


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_that_every_round_has_a_place_of_its_own_and_is_found_there(quiet):
    fold = Fold(np.array(quiet))
    places = fold.places(len(quiet) + 3)
    assert (np.diff(places) > 0).all()
    assert [round(fold.round_at(place)) for place in places.tolist()] == list(range(len(quiet) + 3))


def test_that_only_long_quiet_stretches_are_folded():
    few = Fold(np.array([False] + [True] * (LEAST - 1) + [False]))
    many = Fold(np.array([False] + [True] * 50 + [False]))
    assert few.stretches == ()
    assert few.place(3) == 3.0
    assert many.stretches == ((1, 50),)
    assert many.place(51) == pytest.approx(3.0)


def test_that_a_pause_takes_little_of_the_axis(plot):
    left, right = plot.span()
    assert plot.fold.place(101) - plot.fold.place(1) < 0.5 * (right - left)


def test_that_a_click_after_the_pause_goes_to_the_round_that_is_drawn_there(plot, qtbot):
    with qtbot.waitSignal(plot.round_clicked) as clicked:
        plot._clicked_at(plot.fold.place(102), 0.0)
    assert clicked.args == [102]
    assert plot._readout(plot.fold.place(102), 0.0).startswith("round 102:")


def test_that_the_cursor_stands_where_its_round_is_drawn(plot):
    plot.show_round(101)
    assert plot.round_line.value() == pytest.approx(plot.fold.place(101))


def test_that_numbers_on_the_axis_are_those_of_rounds(plot):
    ((_, ticks),) = plot.axes["bottom"].tickValues(*plot.span(), 600)
    texts = plot.axes["bottom"].tickStrings(ticks, 1.0, 1.0)
    assert "101" in texts
    assert not {"20", "50", "60"} & set(texts), "they are folded away"


def test_that_all_rounds_are_shown_alike_when_they_are_asked_for(plot):
    plot.set_folds(False)
    assert plot.fold.stretches == ()
    plot.show_round(50)
    assert plot.round_line.value() == 50
