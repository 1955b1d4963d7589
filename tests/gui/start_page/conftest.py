"""A window on its start page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from cascade_gui.document.recovery import RecoveryFolder
from cascade_gui.start_page.kept_courses import KeptCourses
from cascade_gui.start_page.page import StartPage
from cascade_gui.theme import apply
from cascade_gui.theme.tokens import DARK
from cascade_gui.window.actions import ACTIONS
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


NAMES = (
    "file_import", "file_open", "file_new", "help_getting_started", "help_tutorial", "help_keys", "help_real_events",
    "help_method", "help_tour",
)  # fmt: skip
TEXTS = {spec.name: spec.text for spec in ACTIONS}


@pytest.fixture
def make_page(qtbot, qapp, tmp_path):
    """Return a function that shows the page without the window around it, with all its pictures."""
    pages = []

    def make(size=(1366, 640), files=()):
        holder = QWidget()
        qtbot.addWidget(holder)
        actions = {name: QAction(TEXTS[name], holder, objectName=name) for name in NAMES}
        folder, courses = RecoveryFolder(tmp_path / "recovery"), KeptCourses(tmp_path / "courses")
        page = StartPage(actions, folder, courses, holder)
        pages.append((page, holder))  # which Python would let go of
        page.apply_theme(DARK)
        holder.resize(*size)
        page.resize(*size)
        holder.show()
        page.note_shown(list(files))
        qtbot.waitUntil(lambda: not page.busy, timeout=4_000)
        return page

    glyphs = apply(qapp, DARK)
    yield make
    glyphs.remove()
    for page, _ in pages:
        page.shut_down()
