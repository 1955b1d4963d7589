"""The editor of a measured curve's points."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QTableWidget

from cascade_gui.scenario_panel.curve_points import CurvePointsDialog
from engine.scenario.schema import CurveLiquidity

POINTS = ((0.02, 1_388_350.0), (0.1, 20_700_000.0))


def dialog(qtbot, multiplier):
    made = CurvePointsDialog("WETH", CurveLiquidity(model="curve", points=POINTS, depth_multiplier=multiplier))
    qtbot.addWidget(made)
    made.show()
    return made


def test_that_points_are_said_to_be_before_the_depth_multiplier(qtbot):
    made = dialog(qtbot, 0.05)
    said = made.findChild(QLabel, "curve_points_scaled")
    assert said.isVisible()
    assert said.text() == "These are points at a depth multiplier of 1. The picture is drawn at 0.05 ×."


def test_that_nothing_is_said_where_the_picture_is_of_the_points_as_they_stand(qtbot):
    made = dialog(qtbot, 1.0)
    assert not made.findChild(QLabel, "curve_points_scaled").isVisible()


@pytest.mark.parametrize("multiplier", [1.0, 0.05])
def test_that_points_are_written_with_separators_and_stay_what_they_are(qtbot, multiplier):
    made = dialog(qtbot, multiplier)
    table = made.findChild(QTableWidget, "curve_points_table")
    assert table.item(0, 1).text() == "1,388,350"
    assert made.points() == POINTS
