"""Texts are laid out once, as they are, and are not kept for ever."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from cascade_gui.plots.axes import PlainAxis, write_money
from cascade_gui.theme import font
from cascade_gui.theme.laid_out import LaidOutTexts


@pytest.fixture
def texts(qapp):
    return LaidOutTexts(font(20))


def test_that_a_text_is_laid_out_once(texts):
    assert texts["market 1,246"] is texts["market 1,246"]


@pytest.mark.parametrize("text", ["market 1,246", "a & b <b>c</b>", "-32.3 %"])
def test_that_a_text_takes_the_room_that_its_font_says(texts, text):
    metrics = QFontMetricsF(texts.font)
    assert texts.size(text).width() == pytest.approx(metrics.horizontalAdvance(text), abs=1)
    assert texts.size(text).height() == pytest.approx(metrics.height(), abs=1)


def test_that_numbers_which_change_with_every_round_are_not_kept_for_ever(texts):
    first = texts["0"]
    for number in range(1, 1_000):
        texts.size(str(number))
    assert texts["0"] is not first


def test_that_a_text_is_seen_after_the_painter_was_stretched(texts):
    def ink(scale):
        image = QImage(400, 80, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.scale(scale, scale)
        painter.setPen(QColor("white"))
        painter.setFont(texts.font)
        painter.drawStaticText(QPointF(2, 2), texts["market"])
        painter.end()
        return max(x for x in range(400) if any(image.pixelColor(x, y).red() > 128 for y in range(80)))

    once = ink(1)
    assert ink(2) == pytest.approx(2 * once, rel=0.06)
    assert ink(1) == once


def test_that_an_axis_draws_other_numbers_once_its_range_is_another(qtbot):
    import pyqtgraph as pg

    axis = PlainAxis("left", write_money)
    plot = pg.PlotWidget(axisItems={"left": axis})
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    shown = []
    for top in (100.0, 1_000_000.0):
        plot.setYRange(0, top, padding=0)
        plot.grab()
        shown.append([text for _, text in axis.picture.texts])
    assert shown[0][0] == shown[1][0] == "$0"
    assert "$100" in shown[0]
    assert "$1M" in shown[1]
