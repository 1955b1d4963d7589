"""Labels keep inside the plot and out of each other's way."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF

from cascade_gui.plots.labels import Label, LabelLayer
from cascade_gui.theme import tokens

WHITE = "#ffffff"


@pytest.fixture
def layer(qtbot):
    view = pg.PlotWidget()
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.grab()
    plot = view.getPlotItem()
    plot.vb.setRange(xRange=(0, 10), yRange=(0, 100), padding=0)
    layer = LabelLayer(plot)
    layer.apply(tokens(dark=True), 1.0)
    yield layer
    assert view.isHidden()  # and kept until here


def overlaps(layer) -> bool:
    places = [place for _, place in layer.placed]
    return any(a.intersects(b) for at, a in enumerate(places) for b in places[at + 1 :])


def test_that_labels_of_lines_that_meet_do_not_overlap(layer):
    layer.set_labels([Label(f"line {n}", WHITE, 5, 50) for n in range(6)])
    assert len(layer.placed) == 6
    assert not overlaps(layer)


@pytest.mark.parametrize("x", [5, 10])
def test_that_labels_of_near_lines_stand_in_the_order_of_their_lines(layer, x):
    layer.set_labels(
        [
            Label("market 1,043", WHITE, x, 50, bold=True, below=True),
            Label("without liquidations 1,105", WHITE, x, 53),
            Label("oracle 1,058", WHITE, x, 51),
        ]
    )
    from_top = sorted(layer.placed, key=lambda item: item[1].top())
    assert [label.y for label, _ in from_top] == [53, 51, 50]
    assert not overlaps(layer)


def test_that_a_label_at_the_right_end_moves_to_the_left_of_its_point(layer):
    layer.set_labels([Label("market 701", WHITE, 10, 50)])
    ((_, place),) = layer.placed
    assert place.right() <= layer._plot.vb.geometry().right()


@pytest.mark.parametrize("height", [0, 100])
def test_that_labels_at_the_edges_stay_inside(layer, height):
    layer.set_labels([Label("edge", WHITE, 5, height, bold=True)])
    ((_, place),) = layer.placed
    area = layer._plot.vb.geometry()
    assert area.top() <= place.top()
    assert place.bottom() <= area.bottom()


def test_that_labels_without_any_room_are_left_out_and_not_piled_up(layer):
    layer.set_labels([Label(f"line {n}", WHITE, 5, 50) for n in range(100)])
    assert 0 < len(layer.placed) < 100
    assert not overlaps(layer)


@pytest.mark.parametrize("dark", [True, False])
def test_that_no_line_strikes_a_label_through(layer, dark):
    layer.apply(tokens(dark=dark), 1.0)
    view = layer._plot.getViewWidget()
    view.setAntialiasing(False)
    layer._plot.addItem(pg.InfiniteLine(pos=50, angle=0, pen=pg.mkPen("#ff0000", width=3)))
    layer.set_labels([Label("oracle now", "#00ff00", 5, 50)])
    ((_, place),) = layer.placed
    corner = view.mapFromScene(layer._plot.mapToScene(place.topLeft()))
    image = view.grab().toImage()
    inside = range(corner.x() + 4, corner.x() + int(place.width()) - 4)
    height = range(corner.y() + 2, corner.y() + int(place.height()) - 2)
    assert not any(image.pixelColor(x, y).red() > 200 and image.pixelColor(x, y).green() < 60
                   for x in inside for y in height)  # fmt: skip


def covered(layer, x, y) -> int:
    """Return at how many places a line lies under a label."""
    area = layer._plot.mapRectFromItem(layer._plot.vb, layer._plot.vb.rect())
    fine = np.linspace(x[0], x[-1], 2000)
    heights = np.interp(fine, x, y)
    points = zip(area.left() + fine / 10 * area.width(), area.bottom() - heights / 100 * area.height(), strict=True)
    return sum(place.contains(QPointF(*point)) for point in points for _, place in layer.placed)


@pytest.mark.parametrize("at", [4, 7, 10])
def test_that_labels_keep_off_the_lines_that_they_name(layer, at):
    x = np.arange(11.0)
    lines = [(x[: at + 1], height * (1 - np.exp(-x))[: at + 1]) for height in (20.0, 36.0, 44.0, 80.0)]
    labels = [Label(f"what is lost ${n}M", WHITE, at, float(y[-1]), bold=not n) for n, (_, y) in enumerate(lines)]
    layer.set_labels(labels, lines, float(at))
    assert len(layer.placed) == len(labels)
    assert not overlaps(layer)
    assert not any(covered(layer, *line) for line in lines)
    area = layer._plot.mapRectFromItem(layer._plot.vb, layer._plot.vb.rect())
    upright = area.left() + at / 10 * area.width()
    assert not any(place.left() < upright < place.right() for _, place in layer.placed)


def test_that_a_label_keeps_off_a_line_that_falls_steeply_across_it(layer):
    x, y = np.array([0.0, 6.0, 7.5, 10.0]), np.array([95.0, 95.0, 20.0, 15.0])
    layer.set_labels([Label("without liquidations 1,473", WHITE, 10, 60)], [(x, y)], 10.0)
    assert len(layer.placed) == 1
    assert not covered(layer, x, y)


def test_that_a_label_keeps_off_a_bar_that_is_as_high_as_the_plot(layer):
    left, heights = np.arange(10.0), np.array([0, 0, 10, 100, 30, 20, 10, 10, 5, 0.0])
    layer.set_labels([Label("bad debt of all of them $100M", WHITE, 2, 96)], bars=(left, heights))
    area = layer._plot.mapRectFromItem(layer._plot.vb, layer._plot.vb.rect())
    ((_, place),) = layer.placed
    assert place.left() >= area.left() + 0.4 * area.width()


def test_that_labels_over_bars_stay_at_the_top_and_in_their_order_when_the_scale_grows(layer):
    left, heights = np.arange(10.0), np.array([0, 0, 10, 100, 30, 20, 10, 10, 5, 0.0])
    names = ["liquidatable $1M", "bad debt $2M", "toxic $3M"]
    layer.set_labels([Label(name, WHITE, 2, np.inf) for name in names], bars=(left, heights))
    layer._plot.vb.setRange(yRange=(0, 200), padding=0)
    places = [place for _, place in layer.placed]
    assert [label.text for label, _ in layer.placed] == names
    assert not overlaps(layer)
    area = layer._plot.mapRectFromItem(layer._plot.vb, layer._plot.vb.rect())
    assert places[0].top() < area.top() + 4
    assert places[-1].bottom() < area.top() + 70


@pytest.mark.parametrize("beside", [54.0, 56.0])
def test_that_the_name_of_a_line_does_not_stand_above_another_one_that_is_near(layer, beside):
    x = np.array([0.0, 10.0])
    own, other = np.array([50.0, 50.0]), np.array([beside, beside])
    layer.set_labels([Label("without liquidations 1,473", WHITE, 10, 50, line=0)], [(x, own), (x, other)])
    ((_, place),) = layer.placed
    area = layer._plot.mapRectFromItem(layer._plot.vb, layer._plot.vb.rect())
    assert place.top() > area.bottom() - 0.5 * area.height()
    assert place.top() < area.bottom() - 0.5 * area.height() + 12
