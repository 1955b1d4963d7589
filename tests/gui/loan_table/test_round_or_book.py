"""The table shows a round, or the book that is edited: never both in one row."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton, QWidget

import engine
from cascade_gui.document.document import Document
from cascade_gui.loan_table.columns import COLUMNS, INDEX
from cascade_gui.loan_table.panel import LoanBookPanel
from engine.files.examples import find_example
from engine.reading.round_view import round_view


@pytest.fixture
def recording():
    return engine.run(find_example("contained").load())


@pytest.fixture
def panel(qtbot, recording):
    document = Document()
    document.replace_draft(recording.scenario.parameters, recording.scenario.loans, None)
    panel = LoanBookPanel(document)
    qtbot.addWidget(panel)
    panel.resize(1400, 400)
    show(panel, recording, 1)
    yield panel
    panel._totals_timer.stop()
    panel._counting.timer.stop()
    document.deleteLater()


def show(panel, recording, number):
    view = round_view(recording, number)
    panel.set_view(view, view.book, view.scenario.loans)


def switch(panel):
    return panel.findChild(QWidget, "loan_round_or_book")


def press(panel, text):
    next(button for button in switch(panel).findChildren(QToolButton) if button.text() == text).click()


def columns(panel):
    return {COLUMNS[at].key for at in panel.table.visible_columns()}


def amounts(panel):
    return panel.table.loans.values.numbers("collateral_amount")


def liquidated(panel, recording):
    """A row that a liquidation has changed."""
    return int((amounts(panel) != recording.scenario.loans.collateral_amount).nonzero()[0][0])


def test_that_the_book_is_shown_as_it_is_edited_and_the_round_comes_back(panel, recording):
    row = liquidated(panel, recording)
    of_round, before = amounts(panel)[row], columns(panel)
    press(panel, "The book")
    values, loans = panel.table.loans.values, recording.scenario.loans
    assert (values.numbers("collateral_amount") == loans.collateral_amount).all()
    assert values.number(row, "collateral_amount") == loans.collateral_amount[row]
    price = recording.scenario.parameters.assets[str(panel.table.loans.store.value(row, "collateral_asset"))].price
    assert values.number(row, "collateral_usd") == loans.collateral_amount[row] * price
    assert panel.table.loans.cells.before(row, INDEX["collateral_amount"]) == ""
    assert {"health", "ltv", "liquidation_price", "status", "lost"}.isdisjoint(columns(panel))
    press(panel, "This round")
    assert amounts(panel)[row] == of_round
    assert columns(panel) == before


def test_that_the_switch_is_there_only_while_a_round_after_the_start_is_shown(panel, recording):
    assert not switch(panel).isHidden()
    press(panel, "The book")
    show(panel, recording, 0)
    assert switch(panel).isHidden()
    assert "health" in columns(panel), "at the start the table is the book with its values"
    assert not panel.table.loans.live.in_book


def test_that_rounds_may_go_on_while_the_book_is_shown(panel, recording):
    press(panel, "The book")
    show(panel, recording, 2)
    assert (amounts(panel) == recording.scenario.loans.collateral_amount).all()
    press(panel, "This round")
    assert panel.table.loans.live.round == 2
    assert (amounts(panel) != recording.scenario.loans.collateral_amount).any()


def test_that_the_line_over_the_book_adds_up_what_the_book_has(panel, recording):
    press(panel, "The book")
    panel._show_totals()
    told = panel._totals.text()
    assert told.startswith("300 accounts")
    assert "worst health" not in told
    press(panel, "This round")
    panel._show_totals()
    assert "worst health" in panel._totals.text()
