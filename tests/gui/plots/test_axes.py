"""Ticks are few, round and written our way."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPainter, QPixmap

from cascade_gui.plots.axes import PlainAxis, rounds_title, write_fall, write_money
from cascade_gui.plots.fold import nice_rounds
from cascade_gui.plots.price import PricePlot
from cascade_gui.plots.steps import nice_step, nice_top
from tests.gui.plots.runs import recording


@given(st.floats(1e-9, 1e15), st.integers(1, 20))
def test_that_steps_are_one_two_or_five_and_no_more_than_asked(span, most):
    step = nice_step(span, most)
    assert span / step <= most * (1 + 1e-6)
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in {1, 2, 5, 10}


@given(st.floats(1e-6, 1e15))
def test_that_the_top_of_an_axis_holds_the_largest_value(largest):
    assert nice_top(largest) >= largest * (1 - 1e-8)


def test_that_an_axis_without_values_still_has_a_range():
    assert nice_top(0.0) == 1.0
    assert nice_step(0.0, 5) == 1.0


def test_that_the_axis_of_a_running_cascade_grows_in_steps():
    assert [nice_rounds(count) for count in (0, 10, 11, 21, 51, 101, 300)] == [
        10,
        10,
        20,
        50,
        100,
        200,
        500,
    ]


@pytest.fixture
def axis(qapp):
    return PlainAxis("left", write_money, pixels=50)


def test_that_money_on_an_axis_has_a_unit_and_no_needless_digits(axis):
    ((_, ticks),) = axis.tickValues(0, 30e6, 200)
    assert axis.tickStrings(ticks, 1.0, 0.0) == ["$0", "$10M", "$20M", "$30M"]


def test_that_rounds_have_ticks_at_whole_numbers_only(qapp):
    axis = PlainAxis("bottom", str, whole=True)
    ((_, ticks),) = axis.tickValues(0, 3, 2000)
    assert ticks == [0, 1, 2, 3]


def test_that_fixed_ticks_outside_the_range_are_left_out(axis):
    axis.fixed_ticks = (0.5, 1.0, 9.0)
    assert axis.tickValues(0, 2, 100) == [(1.0, [0.5, 1.0])]


def test_that_the_axis_of_rounds_says_hours_where_rounds_are_hours():
    assert [rounds_title(seconds) for seconds in (3600.0, 86400.0, 60.0, 12.0, 1200.0)] == [
        "hours", "days", "minutes", "rounds of 12 s", "rounds of 20 min",
    ]  # fmt: skip


def test_that_no_number_of_an_axis_runs_into_its_title(qtbot):
    plot = PricePlot()
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.set_recording(recording())
    plot.grab()
    axis = plot.axes["bottom"]
    picture = QPixmap(10, 10)
    painter = QPainter(picture)
    *_, texts = axis.generateDrawSpecs(painter)
    painter.end()
    assert texts[-1][2] == axis.title == "rounds of 12 s"
    assert len(texts) > 2
    assert all(not place.intersects(texts[-1][0]) for place, _, _ in texts[:-1])


@pytest.mark.parametrize("height", [150, 190, 250, 400])
@pytest.mark.parametrize("fall", [0.1, 0.3])
def test_that_no_price_is_below_the_lowest_number_of_its_axis(qtbot, height, fall):
    plot = PricePlot()
    qtbot.addWidget(plot)
    plot.resize(500, height)
    plot.set_recording(recording(fall=fall))
    plot.show_round(len(recording(fall=fall)) - 1)
    plot.grab()
    axis, (low, high) = plot.axes["left"], plot.plot.vb.viewRange()[1]
    ((_, ticks),) = axis.tickValues(low, high, plot.plot.vb.rect().height())
    _, drawn = plot.market.getOriginalDataset()
    assert min(drawn) >= ticks[0]
    apart = np.diff(ticks) / (high - low) * plot.plot.vb.rect().height()
    assert apart.min() >= 12, "numbers stand apart"
    texts = axis.tickStrings(ticks, 1.0, 1.0)
    assert len(set(texts)) == len(texts)
    assert all(len(text) <= 7 for text in texts), texts


def test_that_falls_have_their_numbers_beside_those_of_rises_and_the_title(qtbot):
    axis = PlainAxis("bottom", write_fall, pixels=80)
    view = pg.PlotWidget(axisItems={"bottom": axis})
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.getPlotItem().vb.setRange(xRange=(-1.0, 0.6), yRange=(0, 1), padding=0)
    axis.set_title("price of WETH, all others stay", "change")
    view.grab()
    painter = QPainter(picture := QPixmap(10, 10))
    *_, texts = axis.generateDrawSpecs(painter)
    painter.end()
    assert not picture.isNull()
    written = [text for *_, text in texts]
    assert {"0", "-50 %", "+50 %"} <= set(written), "numbers of both kinds stay, the title is said shorter"
    title = texts[written.index("change")][0]
    assert all(not place.intersects(title) for place, _, text in texts if text != "change")
    assert "price of WETH" in axis.toolTip()


@pytest.mark.parametrize("pixels", [34, 56])
@pytest.mark.parametrize(("low", "high"), [(1401.0, 1899.0), (0.0, 19.0), (1390.0, 1440.0), (0.0, 5.6e7), (-3.0, 4.0)])
def test_that_a_scale_never_has_a_single_number(qtbot, low, high, pixels):
    axis = PlainAxis("left", str, pixels=pixels)
    for size in (40, 61, 90, 140, 300):
        ((_, ticks),) = axis.tickValues(low, high, size)
        assert len(ticks) >= (3 if size >= 60 else 2)
        assert len(ticks) <= max(6, size / 15)
        assert all(low <= tick <= high for tick in ticks)
