"""The settings of a study on a real display: a list of names is no obstacle to the next click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit

from cascade_gui.studies.study_form import StudyForm
from engine.studies.known_studies import find_study

pytestmark = pytest.mark.screen


def test_that_the_list_of_names_goes_once_a_name_stands_there(qtbot):
    form = StudyForm(find_study("critical").kind)
    qtbot.addWidget(form)
    form.suggest({"asset": ("WETH", "stETH")})
    form.show()
    field = form.findChild(QLineEdit, "setting_asset")
    form.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "eth")
    popup = field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    field.clear()
    qtbot.keyClicks(field, "WETH")
    qtbot.waitUntil(lambda: not popup.isVisible())
    sale = form.findChild(QCheckBox, "setting_sale")
    qtbot.mouseClick(sale, Qt.MouseButton.LeftButton, pos=sale.rect().center())
    form.hide()
