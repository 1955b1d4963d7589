"""What is chosen in the titles of plots."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication

from cascade_gui.plots.chooser import Chooser


def test_that_entries_that_are_replaced_are_gone(qtbot):
    chooser = Chooser("chooser", "Asset")
    qtbot.addWidget(chooser)
    for _ in range(5):
        chooser.set_choices(["WETH", "WBTC", "DAI"])
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert len(chooser.findChildren(QActionGroup)) == 1
    assert len([each for each in chooser.findChildren(QAction) if each.text()]) == 3
    chooser.show_choice(1)
    chooser.set_choices(["WETH", "WBTC"])
    chooser.show_choice(0)
    assert chooser.text() == "WETH"
