"""The help pages and About."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMessageBox

from cascade_gui.actions import ACTIONS
from cascade_gui.help.help_commands import keys_page
from tests.gui.window.conftest import make_window, trigger, window

__all__ = ["make_window", "window"]


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("help_method", "Method"),
        ("help_getting_started", "Getting started"),
        ("help_importing", "Importing"),
        ("help_keys", "Keys"),
    ],
)
def test_that_every_help_page_opens(window, action, title):
    trigger(window, action)
    browser = window.help.browser
    assert browser.windowTitle() == title
    assert len(browser.toPlainText()) > 500
    window.help.close()


def test_that_the_keys_page_has_every_key(qapp):
    page = keys_page()
    for spec in ACTIONS:
        if any(spec.keys):
            assert spec.tip in page


def test_that_about_says_the_version(window):
    trigger(window, "help_about")
    box = window.findChild(QMessageBox, "about_message")
    assert "Cascade 1." in box.informativeText()
    box.close()
