"""The right end of the toolbar says what is compiled, how long it takes, and what runs."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from cascade_gui.running import runner as running
from engine.warming.parts import PARTS
from engine.warming.preparation import Progress
from tests.gui.running.fake_engine import FakeEngine
from tests.gui.window.conftest import trigger


@pytest.fixture
def fake(monkeypatch):
    fake = FakeEngine()
    fake.compiled = False
    monkeypatch.setattr(running, "Preparation", fake.preparation)
    return fake


@pytest.fixture
def compiling(fake, make_window):
    """Return a window whose run is being compiled, and what compiles it."""
    window = make_window()
    window.session.runner.prepare()
    [preparation] = fake.preparations
    return window, preparation


def text(window):
    return window.findChild(object, "engine_state").text()


def test_that_it_says_what_is_compiled_and_how_long_it_takes(compiling):
    window, preparation = compiling
    preparation.busy, preparation.left = True, Progress("run", 0.4, 7.2)
    preparation.changed()
    assert text(window) == "Compiling runs, about 8 s"


def test_that_a_run_that_waits_says_so_and_is_not_called_running(compiling, qtbot):
    window, preparation = compiling
    preparation.busy, preparation.left = True, Progress("run", 0.4, 7.2)
    trigger(window, "run_start")
    assert text(window) == "Compiling runs, about 8 s · then it runs"
    with qtbot.waitSignal(window.run_finished, timeout=60_000):
        preparation.finish()
    assert text(window) == "Ran to its end"


def test_that_every_part_has_a_name(compiling):
    window, preparation = compiling
    preparation.busy = True
    seen = set()
    for part in PARTS:
        preparation.left = Progress(part, 0.0, 1.0)
        preparation.changed()
        seen.add(text(window))
    assert len(seen) == len(PARTS)


def test_that_nothing_is_said_when_all_is_compiled(compiling):
    window, preparation = compiling
    preparation.finish()
    assert text(window) == ""


def test_that_the_seconds_left_fall_and_rise_only_where_they_were_clearly_too_few(compiling):
    window, preparation = compiling
    preparation.busy = True
    said = []
    for done, left in ((0.0, 12.0), (0.1, 17.0), (0.2, 9.0), (0.3, 11.0), (0.3, 40.0), (0.5, 8.0)):
        preparation.left = Progress("run", done, left)
        preparation.changed()
        said.append(text(window))
    about = "Compiling runs, about {} s"
    assert said == ["Compiling runs", *map(about.format, (17, 9, 9, 40, 8))]


@pytest.mark.parametrize("width", [1366, 1000])
def test_that_a_narrow_toolbar_says_how_long_a_run_still_waits(compiling, width):
    window, preparation = compiling
    window.resize(width, 700)
    window.show()
    preparation.busy, preparation.left = True, Progress("run", 0.4, 49.2)
    trigger(window, "run_start")
    label = window.findChild(QLabel, "engine_state")
    assert label.isVisible()
    shown = label.text()
    assert shown.startswith("Compiling runs, about 50 s")
    assert label.fontMetrics().horizontalAdvance(shown) <= label.width() or width < 1366
    assert label.parent().toolTip() == "Compiling runs, about 50 s · then it runs"
    preparation.finish()


def test_that_the_main_button_has_room_for_both_of_its_words(compiling):
    window, preparation = compiling
    window.show()
    button = window.toolbar.run
    narrow = button.sizeHint().width()
    window.toolbar.show_pause(True)
    assert button.text() == "Pause"
    assert button.width() >= button.sizeHint().width() > narrow
    window.toolbar.show_pause(False)
    assert button.text() == "Run"
    preparation.finish()
