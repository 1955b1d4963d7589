"""What the tests of answers share."""

from __future__ import annotations

import pytest

from cascade_gui.studies.answer_panel import AnswerPanel
from cascade_gui.studies.known_pictures import picture_of
from engine.studies.known_studies import find_study


@pytest.fixture
def panel(qtbot, result):
    """Show the answer of the module that asks (its fixture ``result``)."""
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    panel.resize(1300, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_result(result, picture_of(result), find_study(result.study).question)
    return panel
