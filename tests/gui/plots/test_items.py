"""Items of the plots draw what they are told, and nothing anew that is the same again."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest

from cascade_gui.plots.items import Bars, Dot, ThinnedLine


@pytest.fixture
def plot(qtbot):
    widget = pg.PlotWidget()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.setXRange(0, 10)
    return widget


def test_that_the_same_points_again_leave_a_line_as_it_is(plot):
    line = ThinnedLine()
    plot.addItem(line)
    changes = []
    line.sigPlotChanged.connect(changes.append)
    for y in ([1.0, 2.0], [1.0, 2.0], [1.0, 3.0]):
        line.setData([0.0, 1.0], y)
    assert len(changes) == 2
    assert line.getOriginalDataset()[1].tolist() == [1.0, 3.0]


def test_that_a_line_notices_that_an_array_was_changed_in_its_place(plot):
    line = ThinnedLine()
    plot.addItem(line)
    x, y = np.arange(3.0), np.arange(3.0)
    line.setData(x, y)
    y[2] = 7.0
    line.setData(x, y)
    assert line.dataBounds(1) == (0.0, 7.0)


def test_that_a_filled_line_reaches_down_to_its_level(plot):
    line = ThinnedLine()
    line.setFillLevel(0.0)
    line.setData([0.0, 1.0], [3.0, 5.0])
    assert line.dataBounds(1) == (0.0, 5.0)


def test_that_a_line_is_drawn_with_the_whole_width_of_its_pen(plot):
    line = ThinnedLine()
    plot.addItem(line)
    plot.setYRange(0, 10, padding=0)
    line.setPen(pg.mkPen("w", width=20))
    line.setData([2.0, 8.0], [5.0, 5.0])
    plot.grab()
    pixel = 10 / plot.plotItem.vb.height()
    drawn = line.boundingRect()
    assert drawn.top() <= 5 - 10 * pixel
    assert drawn.bottom() >= 5 + 10 * pixel
    assert drawn.height() < 40 * pixel


def test_that_a_dot_is_round_whatever_the_axes_are_stretched_by(plot):
    dot = Dot()
    plot.addItem(dot)
    plot.setYRange(0, 1000, padding=0)
    dot.set_look("#ff0000", 40)
    dot.setPos(5.0, 500.0)
    picture = plot.grab().toImage()
    red = np.array(
        [
            [picture.pixelColor(x, y).red() > 200 and picture.pixelColor(x, y).blue() < 60 for x in range(400)]
            for y in range(300)
        ]
    )
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    assert np.ptp(rows) == pytest.approx(40, abs=3)
    assert np.ptp(columns) == pytest.approx(40, abs=3)


def test_that_gaps_do_not_hide_the_peaks_of_many_points(plot):
    line = ThinnedLine(gaps=True)
    plot.addItem(line)
    y = np.ones(5_000)
    y[1::2] = np.nan
    y[4_000] = 9.0
    line.setData(np.arange(5_000) / 500, y)
    assert line.dataBounds(1) == (1.0, 9.0)
    assert len(line.xData) < 2_600


def test_that_the_same_bars_again_are_all_shown(plot):
    bars = Bars()
    plot.addItem(bars)
    edges = [np.arange(3.0), np.arange(3.0) + 0.8, np.zeros(3), np.ones(3)]
    bars.set_bars(*edges)
    bars.show_first(1)
    bars.set_bars(*edges)
    assert bars._shown == 3
