"""Submenus that are filled whenever they open keep nothing of what they showed before."""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from tests.gui.window.conftest import TEACHING_BOOK


def objects(widget):
    """Return how many objects hang below a widget once those to be deleted are gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return len(widget.findChildren(QObject))


def test_that_recent_files_and_examples_leave_nothing_behind(window, tmp_path):
    for number in range(3):
        file = tmp_path / f"book {number}.json"
        file.write_bytes(TEACHING_BOOK.read_bytes())
        assert window.open(file)
    menus = [window.submenus._menus[name] for name in ("recent", "examples")]
    for menu in menus:
        menu.aboutToShow.emit()
    before = objects(window)
    for _ in range(50):
        for menu in menus:
            menu.aboutToShow.emit()
    assert len(menus[0].actions()) >= 3
    assert objects(window) == before
