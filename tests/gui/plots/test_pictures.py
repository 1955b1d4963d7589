"""Plots look the same on every screen and in every picture: lines are as wide as the type is large."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage

from cascade_gui.exporting.pictures import save_picture
from cascade_gui.plots.price import PricePlot
from tests.gui.plots.runs import recording


@pytest.fixture
def plot(qtbot):
    plot = PricePlot()
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.set_recording(recording())
    plot.show_round(4)
    plot.grab()
    return plot


def widths(plot) -> list[float]:
    return [line.opts["pen"].widthF() for line in (plot.market, plot.oracle, plot.undisturbed)]


def test_that_lines_are_wider_on_a_screen_with_more_pixels(plot, monkeypatch):
    before = widths(plot)
    monkeypatch.setattr(plot, "devicePixelRatioF", lambda: 2.0)
    plot.event(QEvent(QEvent.Type.DevicePixelRatioChange))
    assert widths(plot) == [2 * width for width in before]


def test_that_a_picture_of_many_pixels_has_no_thinner_lines(plot, tmp_path):
    before = widths(plot)
    images = {}
    for scale in (1, 4):
        save_picture(plot, tmp_path / f"{scale}.png", "#14171c", scale)
        images[scale] = QImage(str(tmp_path / f"{scale}.png"))
    dark = {scale: share_of(images[scale], plot._tokens.accent) for scale in images}
    assert dark[4] == pytest.approx(dark[1], rel=0.5)
    assert widths(plot) == before


def test_that_a_picture_has_nothing_to_click_on(plot):
    with plot.as_picture(1.0):
        assert plot.lock.icon().isNull()
    assert not plot.lock.icon().isNull()


def share_of(image: QImage, colour: str) -> float:
    """Return which share of a picture has a colour."""
    wanted = int(colour.removeprefix("#"), 16)
    small = image.convertToFormat(QImage.Format.Format_RGB32)
    data = small.constBits().cast("I")
    return sum(pixel & 0xFFFFFF == wanted for pixel in data) / len(data)
