"""All cells of a row are of one round: what stands in it multiplies out, in every round of random scenarios."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from cascade_gui.document.loan_store import LoanStore
from cascade_gui.loan_table.columns import INDEX
from cascade_gui.loan_table.filter import parse_filter
from cascade_gui.loan_table.live import LiveValues
from cascade_gui.loan_table.values import Values
from engine.reading.explanation.explain import explain
from engine.reading.round_view import round_view
from engine.reading.row_amounts import RowSide
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.gui.loan_table.views import book_of, view_of

FEW = max(5, settings().max_examples // 4)
COLLATERAL, DEBT, USD = (INDEX[key] for key in ("collateral_amount", "debt_amount", "debt_usd"))


def shown(recording):
    """Return the columns of a table that shows a recording, and its live values."""
    store = LoanStore(recording.scenario.loans)
    live = LiveValues(store)
    return Values(store, live), live


def by_account(book, values):
    return np.bincount(book.row_account, np.nan_to_num(values), len(book))


def some_rounds(recording):
    return sorted({*range(min(4, len(recording.rounds))), len(recording.rounds) // 2, len(recording.rounds) - 1})


@pytest.mark.usefixtures("qapp")
@settings(max_examples=FEW)
@given(st.one_of(scenarios(), settled_scenarios()))
def test_that_health_times_debt_is_collateral_times_threshold_from_what_the_table_shows(found):
    recording = engine.run(engine.Scenario.from_dict(found))
    book = recording.book
    values, live = shown(recording)
    threshold = np.append(book.collateral_threshold, 0.0)[book.row_leg]
    for number in some_rounds(recording):
        view = round_view(recording, number)
        live.set_view(view, book, recording.scenario.loans)
        collateral, debt = values.numbers("collateral_usd"), values.numbers("debt_usd")
        assert np.allclose(collateral, values.numbers("collateral_amount") * live.prices("collateral"), equal_nan=True)
        backing, held, owed = (by_account(book, each) for each in (collateral * threshold, collateral, debt))
        health, ltv = values.numbers("health"), values.numbers("ltv")
        for row in range(len(values)):
            at = book.row_account[row]
            if owed[at] > 0:
                assert np.isclose(health[row] * owed[at], backing[at], rtol=1e-9)
                assert np.isinf(ltv[row]) if held[at] == 0 else np.isclose(ltv[row] * held[at], owed[at], rtol=1e-9)
            for key in ("collateral_amount", "collateral_usd", "debt_amount", "debt_usd", "health", "ltv"):
                assert np.isclose(values.number(row, key), values.numbers(key)[row], rtol=1e-12, equal_nan=True)
        assert list(zip(*values.live.statuses(), strict=True)) == [live.status(row) for row in range(len(values))]
        assert np.allclose(by_account(book, collateral), view.collateral_usd)
        assert np.allclose(by_account(book, debt), view.debt_usd)


@pytest.mark.usefixtures("qapp")
@settings(max_examples=FEW)
@given(st.one_of(scenarios(), settled_scenarios()))
def test_that_the_account_panel_says_what_the_table_says(found):
    recording = engine.run(engine.Scenario.from_dict(found))
    values, live = shown(recording)
    for number in some_rounds(recording)[1:4]:
        live.set_view(round_view(recording, number), recording.book, recording.scenario.loans)
        for row in range(0, len(values), 3):
            after = explain(recording, int(recording.book.row_account[row]), number).after
            assert np.isclose(values.number(row, "health"), after.health, rtol=1e-9)
            assert np.isclose(values.number(row, "ltv"), after.ltv, rtol=1e-9)
            rows = recording.book.row_account == recording.book.row_account[row]
            assert np.isclose(np.nansum(values.numbers("debt_usd")[rows]), after.debt_usd, rtol=1e-9, atol=1e-9)
            assert np.isclose(
                np.nansum(values.numbers("collateral_usd")[rows]), after.collateral_usd, rtol=1e-9, atol=1e-9
            )


@pytest.mark.usefixtures("qapp")
@settings(max_examples=FEW)
@given(st.one_of(scenarios(), settled_scenarios()))
def test_that_what_stands_small_is_what_round_0_shows(found):
    recording = engine.run(engine.Scenario.from_dict(found))
    last, first = round_view(recording, len(recording.rounds) - 1), round_view(recording, 0)
    rows = np.arange(len(recording.scenario.loans), dtype=np.int64)[::-1][: max(1, len(recording.scenario.loans) // 2)]
    before = last.rows_before(rows)
    assert np.allclose(before.health, first.health[recording.book.row_account[rows]], rtol=1e-12)
    assert np.allclose(before.liquidation_price, first.row_liquidation_price[rows], rtol=1e-9, equal_nan=True)


def halved(view):
    """Return a view in which every leg has lost half."""
    return replace(view, state=type(view.state)(view.state.collateral_amount / 2, view.state.debt_amount / 2), round=3)


def test_that_a_row_shows_the_round_and_the_books_amount_small_beside_it(panel, table, document):
    loans = document.loans.to_table()
    book = book_of(loans)
    panel.set_view(halved(view_of(loans, book, fall=0.5)), book, loans)
    cells = table.loans.cells
    assert (cells.text(0, COLLATERAL), cells.before(0, COLLATERAL)) == ("1.5", "3")
    assert (cells.text(0, DEBT), cells.before(0, DEBT)) == ("2k", "4k")
    assert cells.text(0, INDEX["collateral_usd"]) == "1.5k"
    assert "In the book: 3" in cells.tool_tip(0, COLLATERAL)
    assert cells.edit_text(0, "collateral_amount") == "3"
    panel.set_view(view_of(loans, book), book, loans)
    assert (cells.text(0, COLLATERAL), cells.before(0, COLLATERAL)) == ("3", "")


def test_that_an_edit_shows_at_once_and_changes_the_book(panel, table, document):
    loans = document.loans.to_table()
    book = book_of(loans)
    panel.set_view(halved(view_of(loans, book)), book, loans)
    table.editor.type(0, "collateral_amount", "7")
    cells = table.loans.cells
    assert (cells.text(0, COLLATERAL), cells.before(0, COLLATERAL)) == ("7", "")
    assert document.loans.value(0, "collateral_amount") == 7
    assert cells.text(1, COLLATERAL) == "0.25", "the other rows stay at the round"
    assert table.loans.values.numbers("collateral_amount")[:2].tolist() == [7, 0.25]
    table.editor.undo_stack.undo()
    assert cells.text(0, COLLATERAL) == "1.5"


def test_that_sorting_and_filters_look_at_the_round_and_at_the_book_where_they_say_so(panel, table, document):
    loans = document.loans.to_table()
    book = book_of(loans)
    panel.set_view(halved(view_of(loans, book)), book, loans)
    values = table.loans.values
    for text, rows in (("debt > 6k", [3]), ("debt in the book > 6k", [1, 3]), ("collateral amount = 1.5", [0])):
        condition = parse_filter(text, table.editor.names)
        assert np.flatnonzero(condition.mask(values)).tolist() == rows, text
    assert parse_filter("debt > 6k", table.editor.names).uses_live
    assert not parse_filter("debt = USDC", table.editor.names).uses_live


def test_that_rows_of_one_leg_share_it_by_what_they_brought():
    side = RowSide(
        *(np.array(values) for values in ([0, 0, -1, 1, 1], [0.25, 0.75, np.nan, 0.5, 0.5])),
        first=np.array([1.0, 3.0, np.nan, 0.0, 0.0]),
        first_of_leg=np.array([4.0, 0.0]),
        asset=np.array([0, 1]),
        blank=np.array([2]),
        shared=np.array([0, 1, 3, 4]),
    )
    assert np.array_equal(side.amounts(np.array([4.0, 0.0])), [1, 3, np.nan, 0, 0], equal_nan=True)
    assert np.array_equal(side.amounts(np.array([2.0, 1.0])), [0.5, 1.5, np.nan, 0.5, 0.5], equal_nan=True)
