"""A grid of plots, for the tests here."""

from __future__ import annotations

import pytest

from cascade_gui.plots.grid import PlotGrid


@pytest.fixture
def grid(qtbot):
    made = PlotGrid()
    qtbot.addWidget(made)
    made.resize(1310, 640)
    made.grab()
    return made
