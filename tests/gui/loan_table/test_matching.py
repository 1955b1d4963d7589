"""Rows of a book that was edited since are matched with the run's in one stroke, save where they were edited."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cascade_gui.document.loan_store import LoanStore
from cascade_gui.loan_table.live import LiveValues
from engine.reading.round_view import initial_view
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters
from tests.gui.loan_table.books import large_book, loan, small_book
from tests.gui.loan_table.conftest import PARAMETERS


class CountedName(str):
    """A name that tells when it is looked up by itself, as a dictionary does."""

    __slots__ = ()
    looked_up = 0

    def __hash__(self):
        CountedName.looked_up += 1
        return super().__hash__()

    __eq__ = str.__eq__


def viewed(loans):
    return initial_view(Scenario(Parameters.from_dict(PARAMETERS), loans))


@pytest.mark.parametrize("edit", ["one went", "one came", "all went"])
def test_that_rows_that_came_or_went_let_no_other_row_be_looked_up_by_name(edit):
    loans = large_book(2_000)
    view = viewed(loans)
    account = np.empty(len(loans), dtype=object)
    account[:] = [CountedName(name) for name in loans.account]
    store = LoanStore(replace(loans, account=account))
    if edit == "one came":
        store.insert(np.array([900]), store.blank_rows(1))
    else:
        store.remove(np.arange(2_000) if edit == "all went" else np.array([900]))
    CountedName.looked_up = 0
    values = LiveValues(store)
    values.set_view(view, view.book)
    assert CountedName.looked_up <= 1
    assert np.flatnonzero(values.accounts == -1).tolist() == ([900] if edit == "one came" else [])


def test_that_an_account_whose_first_row_went_keeps_the_values_of_its_other_rows():
    before = small_book()
    view = viewed(before)
    values = LiveValues(LoanStore(before))
    values.set_view(view, view.book, before)
    whole = values.numbers("liquidation_price")
    store = LoanStore(before)
    store.remove(np.array([1]))
    after = LiveValues(store)
    after.set_view(view, view.book)
    assert np.array_equal(after.numbers("liquidation_price"), whole[[0, 2, 3, 4]], equal_nan=True)


def test_that_rows_between_the_same_are_matched_by_name():
    view = viewed(small_book())
    records = [loan("carol"), loan("bob", market="compound"), loan("nobody"), loan("alice"), loan("alice")]
    values = LiveValues(LoanStore(LoanTable.from_records(records)))
    values.set_view(view, view.book)
    names = [view.book.account_names[account] if account != -1 else None for account in values.accounts]
    assert names == ["carol", "bob", None, "alice", "alice"]
