"""The table beside the engine itself: its book, its views, its states."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

import engine
from cascade_gui.loan_table import live, states
from cascade_gui.loan_table.columns import INDEX
from cascade_gui.loan_table.filter import parse_filter
from engine.reading.round_view import Status, initial_view, round_view


def test_that_the_states_are_those_of_the_engine():
    ours = (
        states.HEALTHY, states.WAITING, states.PARTLY, states.LIQUIDATED, states.BAD_DEBT, states.NO_DEBT,
    )  # fmt: skip
    theirs = (
        Status.HEALTHY,
        Status.LIQUIDATABLE,
        Status.PARTLY,
        Status.LIQUIDATED,
        Status.BAD_DEBT,
        Status.NO_DEBT,
    )
    assert ours == theirs


def test_that_every_round_of_a_run_is_shown(panel, table, document):
    document.set_parameter("shock", {"kind": "instant", "returns": {"WETH": -0.28}})
    scenario = document.scenario()
    recording = engine.run(scenario)
    for number in range(len(recording.rounds)):
        panel.set_view(round_view(recording, number), recording.book)
        head = "At the start" if number == 0 else f"At round {number}"
        assert table.loans.headerData(INDEX["status"], Qt.Orientation.Horizontal) == head
        for row in range(table.loans.rowCount()):
            assert table.loans.index(row, INDEX["status"]).data()
    words = {table.loans.index(row, INDEX["status"]).data() for row in range(table.loans.rowCount())}
    assert any(" r" in state for state in words)
    table.loans.set_filter(parse_filter("round > 0", table.editor.names))
    assert table.loans.rowCount() > 0


def test_that_the_first_view_has_the_tables_totals(panel, document):
    from cascade_gui.loan_table.totals import totals

    scenario = document.scenario()
    view = initial_view(scenario)
    before = totals(panel.table.loans)
    panel.set_view(view, view.book)
    after = totals(panel.table.loans)
    assert np.isclose(before.whole.collateral, after.whole.collateral)
    assert np.isclose(before.whole.debt, after.whole.debt)
    assert (before.whole.count, after.whole.count) == (5, 4)


def test_that_no_rows_are_matched_when_another_document_is_opened(panel, table, document, monkeypatch):
    scenario = document.scenario()
    view = initial_view(scenario)
    panel.set_view(view, view.book)
    assert table.loans.live.number(0, "health") > 0
    matched = []
    monkeypatch.setattr(live, "_matching_rows", lambda store, _: matched.append(1) or np.arange(len(store)))
    document.replace(scenario, None)
    panel.table.viewport().grab()
    assert matched == []
    assert np.isnan(table.loans.live.numbers("health")).all(), "the values of another book"


def test_that_values_are_there_again_where_the_same_rows_come_back(panel, table, document):
    view = initial_view(document.scenario())
    panel.set_view(view, view.book)
    before = table.loans.live.numbers("health")
    document.loans.set_table(document.loans.to_table())
    assert np.array_equal(table.loans.live.numbers("health"), before, equal_nan=True)
