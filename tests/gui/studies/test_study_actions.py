"""The menu of studies."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from engine.studies.known_studies import find_study
from tests.gui.window.conftest import make_window, trigger, window

__all__ = ["make_window", "window"]
NAMES = ("book", "threshold", "liquidity", "response", "critical", "sweep", "sensitivity", "montecarlo")


@pytest.mark.parametrize("name", ["montecarlo", "book"])
def test_that_an_action_opens_the_view_with_its_question_chosen(window, name):
    trigger(window, f"study_{name}")
    assert not window.views.studies.isHidden()
    assert window.page.isHidden()
    assert window.views.studies.study.name == name
    trigger(window, "study_sweep")
    assert window.views.studies.study.name == "sweep"


def test_that_every_action_says_the_question_that_it_asks_and_stands_in_the_menu(window):
    menu = window.findChild(QMenu, "studies_menu")
    shown = [action.objectName() for action in menu.actions()]
    letters = [action.text().partition("&")[2][:1].lower() for action in menu.actions() if action.text()]
    assert len(set(letters)) == len(letters)
    for name in NAMES:
        action = window.findChild(QAction, f"study_{name}")
        assert action.objectName() in shown
        assert find_study(name).question.startswith(action.statusTip().removesuffix("?"))
