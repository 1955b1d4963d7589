"""Several proposals and pinned runs compared with today at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

import engine
from tests.engine.studies.test_cluster import address
from tests.gui.comparing.test_compare_page import GAS, LATENCY, page, press, propose, settle, tick
from tests.gui.window.conftest import make_window, window

__all__ = ["address", "make_window", "page", "window"]


def choose(page, qtbot, *places):
    """Click the first, and the others with Ctrl."""
    for place in places:
        item = page.panel.list.visualItemRect(page.panel.list.item(place)).center()
        held = Qt.KeyboardModifier.NoModifier if place == places[0] else Qt.KeyboardModifier.ControlModifier
        qtbot.mouseClick(page.panel.list.viewport(), Qt.MouseButton.LeftButton, held, item)
    settle(page, qtbot)


@pytest.fixture
def today(page, window, qtbot):
    """Return the scenario that two proposals are compared with, neither of which is in it."""
    today = window.document.scenario()
    propose(page, window, qtbot)
    tick(page, 0, qtbot, on=False)
    propose(page, window, qtbot, LATENCY, 3)
    tick(page, 1, qtbot, on=False)
    for place, name in enumerate(("Dear gas", "Slow")):
        page.alternatives.rename(place, name)
    settle(page, qtbot)
    return today


def texts(model):
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def test_that_those_that_are_chosen_are_compared_at_once_each_by_its_name(page, today, qtbot):
    choose(page, qtbot, 0, 1)
    dear, slow = (page.alternatives[place].proposal for place in (0, 1))
    found = engine.studies.compare(today, proposal=[slow, dear], paths=0)
    assert page.result.figures == found.figures, "the one that was clicked last is in front"
    alone = engine.studies.compare(today, proposal=slow, paths=0).answer.verdict[0]
    assert page.answer.verdict_text.casefold() == f"Slow: {alone}".casefold()
    assert page.answer.more.text().splitlines()[-1].startswith("Dear gas: ")
    assert [line.name.split(",")[0] for line in page.answer.curves.price.lines] == [
        "without liquidations", "Dear gas", "Slow", "today",
    ]  # fmt: skip
    assert len({line.tone for line in page.answer.curves.price.lines}) == 4
    assert page.answer.curves.repaid.lines[0].values[-1] == pytest.approx(
        engine.run(dear.apply_to(today)).summary()["repaid_usd"]
    )
    rows = texts(page.answer.model)
    assert [row[:2] for row in rows[:2]] == [["Total loss", "Slow"], ["Total loss", "Dear gas"]]
    assert page.answer.model.headerData(1, Qt.Orientation.Horizontal) == "Of"
    heads = [page.answer.parameters_model.headerData(place, Qt.Orientation.Horizontal) for place in range(4)]
    assert heads == ["Parameter", "Today", "Slow", "Dear gas"]
    assert [row[1:] for row in texts(page.answer.parameters_model)] == [
        ["0 rounds", "3 rounds", "0 rounds"], ["$0", "$0", "$900"],
    ]  # fmt: skip
    page.grab()
    choose(page, qtbot, 0)
    assert page.answer.model.headerData(1, Qt.Orientation.Horizontal) == "Over"
    assert page.answer.curves.price.lines[1].name.startswith("proposal")


def test_that_an_answer_over_paths_about_several_serves_for_each_of_them_alone(page, today, window, qtbot):
    choose(page, qtbot, 1, 0)
    page.findChild(QLineEdit, "setting_paths").setText("10")
    page.findChild(QLineEdit, "setting_horizon").setText("10min")
    press(page.panel.start, qtbot)
    settle(page, qtbot)
    judged = page.result
    assert len(judged.settings.proposal) == 2
    assert window.document.studies.of("compare") is judged
    assert page.answer.risks_model.columnCount() == 5
    qtbot.waitUntil(page.answer.curves.open_then.isEnabled)
    choose(page, qtbot, 1)
    assert page.result is judged
    alone = engine.studies.compare(today, proposal=page.alternatives[1].proposal, paths=10, horizon="10min")
    assert page.answer.verdict_text == alone.answer.verdict[0]
    assert page._parts[0].figures == alone.figures
    with qtbot.waitSignal(window.run_finished, timeout=120_000):
        qtbot.waitUntil(page.answer.curves.open_then.isEnabled)
        press(page.answer.curves.open_then, qtbot)
    assert window.document.parameters.liquidators.latency_rounds == 3


def test_that_what_is_changed_now_is_compared_alone(page, today, window, qtbot):
    window.document.set_parameter(GAS, 20.0)
    settle(page, qtbot)
    choose(page, qtbot, 0, 1, 2)
    assert [each.name for each in page.panel.compared] == ["What is changed now"]
    choose(page, qtbot, 2, 0)
    assert [each.name for each in page.panel.compared] == ["Dear gas"]


def test_that_one_that_is_taken_out_of_those_chosen_is_no_more_in_front(page, today, qtbot):
    choose(page, qtbot, 0, 1)
    item = page.panel.list.visualItemRect(page.panel.list.item(1)).center()
    qtbot.mouseClick(page.panel.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, item)
    settle(page, qtbot)
    assert [each.name for each in page.panel.compared] == ["Dear gas"]


def test_that_a_cluster_judges_and_one_that_is_not_there_is_said(page, today, qtbot, address):
    choose(page, qtbot, 0)
    page.findChild(QLineEdit, "setting_paths").setText("3")
    page.findChild(QLineEdit, "setting_horizon").setText("1min")
    field = page.findChild(QLineEdit, "compare_scheduler")
    field.setText("tcp://127.0.0.1:9")
    press(page.panel.start, qtbot)
    settle(page, qtbot)
    assert "no Dask scheduler answers" in page.panel.fault.text()
    field.setText(address)
    press(page.panel.start, qtbot)
    settle(page, qtbot)
    proposal = page.alternatives[0].proposal
    assert page.result.figures == engine.studies.compare(today, proposal=proposal, paths=3, horizon="1min").figures
