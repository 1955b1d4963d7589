"""Labels over the lower edge of a widget: where they stand, and that they stay there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cascade_gui.working.over_edge import OverEdge

LEFT, MIDDLE, ALL = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignJustify


@pytest.fixture
def window(qtbot):
    window = QWidget()
    window.over = QWidget(window)
    window.over.setGeometry(100, 50, 400, 300)
    window.resize(600, 500)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.mark.parametrize("at", [LEFT, MIDDLE, ALL])
@pytest.mark.parametrize("around", [False, True])
def test_that_a_label_stands_at_the_lower_edge_and_goes_with_it(window, at, around):
    label = OverEdge("said", window.over, above=20, beside=10, at=at, parent=window if around else None)
    label.setText("a few words")
    assert label.isHidden()
    label.appear()
    for width, height in ((400, 300), (250, 120)):
        window.over.resize(width, height)
        begin = window.over.pos() if around else window.over.rect().topLeft()
        assert label.geometry().bottom() + 1 == begin.y() + height - 20
        left, right = label.x() - begin.x(), begin.x() + width - label.geometry().right() - 1
        assert left == 10 or at is MIDDLE
        assert right == 10 or at is not ALL
        assert abs(left - right) <= 1 or at is LEFT


def test_that_a_long_text_takes_more_lines_and_one_that_was_long_takes_one_again(window):
    label = OverEdge("said", window.over, above=20, beside=10)
    label.setText("short")
    label.appear()
    line = label.height()
    label.setText("many words " * 20)
    label.appear()
    assert label.height() > 2 * line
    assert label.width() <= 380
    label.setText("short")
    label.appear()
    assert label.height() == line
