"""Fixtures of the tests that use Qt without a screen."""

from __future__ import annotations

import pytest

from engine.warming.parts import PARTS
from engine.warming.preparation import Preparation
from tests.patience import qtbot
from tests.qt_guard import application_as_it_was, no_qt_left, own_qt_settings

__all__ = ["application_as_it_was", "no_qt_left", "own_qt_settings", "qtbot"]


@pytest.fixture(scope="session", autouse=True)
def everything_compiled():
    """Compile once what windows would else begin to compile again and again."""
    preparation = Preparation(lambda: None)
    preparation.start()
    preparation.wait(PARTS)
    preparation.close()
