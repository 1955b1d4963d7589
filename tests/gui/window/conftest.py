"""The window on a profile of its own, with the teaching book."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction

from cascade_gui.app import build
from cascade_gui.window.typing_places import take_typed
from cascade_gui.wording import messages
from tests.shared import RESOURCES

TEACHING_BOOK = RESOURCES / "examples" / "teaching-book.json"


@pytest.fixture
def make_window(qtbot, tmp_path, monkeypatch):
    """Return a function that builds a window; a question nobody expects fails the test."""
    monkeypatch.setattr(messages, "ask_unsaved", unexpected)
    monkeypatch.setattr(messages, "ask_overwrite", unexpected)

    def make(*arguments, profile="profile"):
        _, window = build(["--profile", str(tmp_path / profile), *arguments])
        qtbot.addWidget(window, before_close_func=close)
        return window

    return make


@pytest.fixture
def window(make_window):
    """Return a window that is not shown, on the teaching book."""
    window = make_window()
    assert window.open(TEACHING_BOOK)
    return window


@pytest.fixture
def ran(window, qtbot):
    """Return the window after a run."""
    run(window, qtbot)
    return window


def run(window, qtbot):
    with qtbot.waitSignal(window.run_finished, timeout=120_000):
        trigger(window, "run_start")
    settle(window, qtbot)


def settle(window, qtbot):
    """Wait until every view and explanation that was asked for is there."""
    qtbot.waitUntil(lambda: not window.session.viewer.busy and not window.session.busy_soon, timeout=60_000)


def trigger(window, name):
    action = window.findChild(QAction, name)
    assert action is not None, f"there is no action {name}"
    assert action.isEnabled(), f"{name} is switched off"
    action.trigger()


def close(window):
    take_typed()  # what a test leaves in a field would be taken when the window closes, and asked about
    window.document.undo_stack.setClean()
    window.shut_down()  # a window that was never shown gets no close event


def unexpected(*_):
    raise AssertionError("the window asked a question that this test does not expect")
