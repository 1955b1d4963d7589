"""One wrong row of a large book leaves the others their health, loan-to-value and liquidation prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cascade_gui.document.loan_store import LoanStore
from cascade_gui.loan_table import live
from cascade_gui.loan_table.live import LiveValues
from cascade_gui.working.shown_round import Viewer
from engine.scenario.loans import CodedColumn
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters
from tests.gui.loan_table.books import large_book
from tests.gui.loan_table.conftest import PARAMETERS

WRONG = 70_000


@pytest.fixture
def viewer(qapp):
    viewer = Viewer()
    yield viewer
    viewer.shut_down()


def test_that_a_wrong_name_in_a_large_book_blanks_its_own_row_alone(viewer, qtbot, monkeypatch):
    loans = large_book(100_001)
    codes = np.array(loans.debt_asset.codes)
    codes[WRONG] = 2
    wrong = replace(loans, debt_asset=CodedColumn(codes, (*loans.debt_asset.names, "DOGE")))
    store = LoanStore(wrong)
    with qtbot.waitSignal(viewer.view_ready, timeout=300_000) as told:
        viewer.show_scenario(Scenario(Parameters.from_dict(PARAMETERS), store.to_table()))
    found = told.args[0]
    assert found is not None
    monkeypatch.setattr(live, "_matching_rows", None)  # it takes a second, in the window's thread
    values = LiveValues(store)
    values.set_view(found.view, found.book, found.view.scenario.loans)
    for key in ("health", "ltv", "liquidation_price"):
        assert np.flatnonzero(np.isnan(values.numbers(key))).tolist() == [WRONG], key
    row = WRONG + 1
    health = loans.collateral_amount[row] * 2000 * 0.8 / loans.debt_amount[row]
    assert values.number(row, "health") == pytest.approx(health)
