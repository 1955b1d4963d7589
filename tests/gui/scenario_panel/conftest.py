"""A scenario panel on a small document, for the tests here."""

from __future__ import annotations

import pytest

import engine
from cascade_gui.document.document import Document
from cascade_gui.scenario_panel import ScenarioPanel
from cascade_gui.theme import tokens
from tests.engine.scenario.test_parameters import small


@pytest.fixture
def document(qtbot):
    document = Document()
    document.replace(engine.from_dict(small()), None)
    return document


@pytest.fixture
def panel(qtbot, document):
    panel = ScenarioPanel(document)
    qtbot.addWidget(panel)
    panel.apply_theme(tokens(dark=True))
    panel.resize(320, 900)
    panel.show()
    return panel
