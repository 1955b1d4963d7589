"""The veil over what shows an older round."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from cascade_gui.theme import tokens
from cascade_gui.window.veil import Veil


def test_that_it_covers_a_part_that_gets_its_size_before_it_is_shown(qtbot):
    part = QWidget()
    qtbot.addWidget(part)
    veil = Veil(part)
    veil.say("Opening ...")
    part.resize(400, 300)
    part.show()
    assert veil.size() == part.size()


def test_that_its_words_are_not_mixed_with_those_below(qtbot):
    part = QWidget()
    part.setStyleSheet("QWidget { background: white; }")
    part.resize(400, 300)
    qtbot.addWidget(part)
    veil = Veil(part)
    veil.say("Working out round 3 ...")
    picture = part.grab().toImage()
    background = QColor(tokens(dark=True).background)
    assert QColor(picture.pixel(30, 150)) == background
    assert QColor(picture.pixel(30, 20)) != background


def test_that_no_words_take_it_away(qtbot):
    part = QWidget()
    qtbot.addWidget(part)
    veil = Veil(part)
    veil.say("Opening ...")
    veil.say("")
    assert veil.isHidden()
