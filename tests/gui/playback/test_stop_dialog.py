"""A stop's title, notes and changes: mechanisms are switched ready made, wrong changes are said and not taken."""

from __future__ import annotations

import pytest

import engine
from cascade_gui.playback.stop_dialog import StopDialog
from cascade_gui.playback.stops import with_stop
from cascade_gui.playback.switches import read, switches, written
from engine.files.examples import examples, find_example
from engine.scenario.schema import Stop


@pytest.fixture(scope="module")
def scenario():
    return find_example("teaching-book").load()


@pytest.fixture
def dialog(scenario, qtbot):
    made = StopDialog(4, with_stop(scenario.parameters, Stop(round=4, title="Here", notes="Say.")))
    qtbot.addWidget(made)
    return made


def test_that_the_stop_of_the_round_is_edited_and_a_new_one_can_be_added(dialog):
    assert (dialog.title.text(), dialog.notes.toPlainText()) == ("Here", "Say.")
    assert dialog.edited.title == "Here"
    dialog.which.setCurrentIndex(1)
    assert dialog.edited is None
    assert dialog.title.text() == ""


def test_that_a_mechanism_is_switched_by_one_click_and_names_the_stop(dialog):
    dialog.which.setCurrentIndex(1)
    dialog.switch.menu().actions()[0].trigger()
    assert dialog.title.text() == "No feedback"
    assert dialog.stop().changes == {"assets.X.liquidity.model": "infinite"}


def test_that_a_wrong_change_is_said_and_the_dialog_stays(dialog):
    dialog.changes.setPlainText("liquidators.gaz = 50")
    dialog._accept_if_right()
    assert "gaz" in dialog.fault.text()
    assert not dialog.result()
    dialog.changes.setPlainText("liquidators.gas_usd")
    dialog._accept_if_right()
    assert "path = value" in dialog.fault.text()


def test_that_changes_are_written_as_they_are_read():
    changes = {"liquidators.min_profit_usd": None, "assets.X.liquidity.model": "infinite", "liquidators.gas_usd": 5.5}
    assert read(written(changes)) == changes


@pytest.mark.parametrize("name", [example.name for example in examples()])
def test_that_every_switch_runs_on_every_example(name):
    scenario = find_example(name).load()
    for text, changes in switches(scenario.parameters):
        changed = scenario.with_values(changes)
        assert changed.parameters != scenario.parameters, text


def test_that_without_feedback_the_price_falls_by_the_news_alone(scenario):
    _, changes = switches(scenario.parameters)[0]
    summary = engine.run(scenario.with_values(changes)).summary()
    assert summary["amplification"]["X"] == pytest.approx(1.0)
