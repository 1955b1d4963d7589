"""A window on its start page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cascade_gui.window.starting import Starting
from tests.gui.window.conftest import make_window, trigger, window

__all__ = ["make_window", "window"]


@pytest.fixture
def empty(make_window):
    """Return a window in which nothing is open, not shown yet."""
    return make_window()


def show_start(window, qtbot, size=(1366, 740)):
    """Show the start page with all its pictures, and return it; the window was used before."""
    window.settings.note_used()
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(*size)
    window.show()
    starting = window.findChild(Starting)
    qtbot.waitUntil(lambda: starting._begun and not starting._later.isActive(), timeout=4_000)
    trigger(window, "view_start")
    page = window.views.start
    qtbot.waitUntil(lambda: not page.busy, timeout=4_000)
    return page
