"""Fixtures of the tests that look, type and copy on a real display."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from tests.patience import qtbot
from tests.qt_guard import application_as_it_was, no_qt_left, own_qt_settings

__all__ = ["application_as_it_was", "no_qt_left", "own_qt_settings", "qtbot"]


@pytest.fixture(autouse=True)
def real_display(request, qapp):
    """Insist on the marker, and skip where Qt has no display."""
    assert request.node.get_closest_marker("screen"), "tests in tests/screen carry pytest.mark.screen"
    if QGuiApplication.platformName() in {"offscreen", "minimal"}:
        pytest.skip("needs a display: python3 packaging/dev.py test gives it a virtual one")
