"""The right end of the toolbar says what is compiled, how long it takes, and what runs."""

from __future__ import annotations

import pytest

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
    assert text(window) == "Runs as soon as it is compiled · Compiling runs, about 8 s"
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


def test_that_the_seconds_left_only_fall_or_are_left_out(compiling):
    window, preparation = compiling
    preparation.busy = True
    said = []
    for done, left in ((0.0, 12.0), (0.1, 17.0), (0.2, 9.0), (0.3, 40.0), (0.5, 8.0)):
        preparation.left = Progress("run", done, left)
        preparation.changed()
        said.append(text(window))
    about = "Compiling runs, about {} s"
    assert said == ["Compiling runs", about.format(17), about.format(9), "Compiling runs", about.format(8)]
