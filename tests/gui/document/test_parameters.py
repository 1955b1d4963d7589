"""Editing parameters: every change is a named step, wrong values change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from cascade_gui.document import document_commands
from cascade_gui.document.document import Document
from cascade_gui.document.loan_store import ColumnEdit
from engine.base.faults import BadInput, Fault
from engine.scenario.loans import LoanTable
from engine.scenario.schema import Parameters

CLOSE_FACTOR = "markets.market.rules.close.close_factor"


@pytest.fixture
def document(qapp):
    return Document()


def value(document, path=CLOSE_FACTOR):
    found = document.parameters.to_dict()
    for key in path.split("."):
        found = found[key]
    return found


def test_that_a_change_is_a_named_step_that_can_be_undone(document):
    document.set_parameter(CLOSE_FACTOR, 0.7)
    assert value(document) == 0.7
    assert document.undo_stack.undoText() == "Change close factor of market"
    document.undo_stack.undo()
    assert value(document) == 0.5


@pytest.mark.parametrize(
    ("path", "new", "text"),
    [
        ("shock.returns.WETH", -0.4, "Change shock of WETH"),
        ("markets.market.collateral.WETH.liquidation_threshold", 0.7, "Change threshold of WETH in market"),
        ("liquidators.latency_rounds", 2, "Change latency"),
        ("assets.WETH.price", 1800, "Change price of WETH"),
        ("markets.market.collateral.WETH.max_ltv", 0.5, "Change largest LTV of WETH in market"),
    ],
)
def test_that_a_step_says_what_it_changes(document, path, new, text):
    document.set_parameter(path, new)
    assert document.undo_stack.undoText() == text


def test_that_quick_edits_of_one_field_are_one_step(document):
    for number in (0.51, 0.52, 0.53):
        document.set_parameter(CLOSE_FACTOR, number)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert value(document) == 0.5


def test_that_slow_edits_of_one_field_are_steps_of_their_own(document, monkeypatch):
    monkeypatch.setattr(document_commands, "MERGE_MS", -1)
    document.set_parameter(CLOSE_FACTOR, 0.6)
    document.set_parameter(CLOSE_FACTOR, 0.7)
    assert document.undo_stack.count() == 2


def test_that_edits_of_two_fields_are_two_steps(document):
    document.set_parameter(CLOSE_FACTOR, 0.6)
    document.set_parameter("liquidators.latency_rounds", 1)
    document.set_parameter(CLOSE_FACTOR, 0.7)
    assert document.undo_stack.count() == 3


def test_that_an_edit_back_to_the_first_value_is_no_step(document):
    document.set_parameter(CLOSE_FACTOR, 0.6)
    document.set_parameter(CLOSE_FACTOR, 0.5)
    assert document.undo_stack.count() == 0
    assert not document.dirty


def test_that_an_edit_after_a_save_does_not_merge_into_what_was_saved(document, tmp_path):
    document.set_parameter(CLOSE_FACTOR, 0.6)
    document.mark_saved(tmp_path / "a.json")
    document.set_parameter(CLOSE_FACTOR, 0.7)
    assert document.dirty
    document.undo_stack.undo()
    assert value(document) == 0.6
    assert not document.dirty


def test_that_the_same_value_again_is_no_step(document):
    document.set_parameter(CLOSE_FACTOR, 0.5)
    assert document.undo_stack.count() == 0


def test_that_a_wrong_value_changes_nothing_and_is_kept_as_a_fault(document, qtbot):
    with qtbot.waitSignal(document.faults_changed), pytest.raises(BadInput):
        document.set_parameter(CLOSE_FACTOR, 1.5)
    assert value(document) == 0.5
    assert document.undo_stack.count() == 0
    assert [fault.where for fault in document.faults()] == [CLOSE_FACTOR]
    with pytest.raises(BadInput):
        document.scenario()


def test_that_a_right_value_takes_the_fault_away(document):
    with pytest.raises(BadInput):
        document.set_parameter(CLOSE_FACTOR, 1.5)
    document.set_parameter(CLOSE_FACTOR, 0.5)
    assert document.faults() == ()


def test_that_a_field_with_unreadable_text_keeps_a_run_from_starting(document):
    document.set_pending_fault(CLOSE_FACTOR, Fault(CLOSE_FACTOR, "'abc'", "a number"))
    with pytest.raises(BadInput, match="abc"):
        document.draft()
    document.set_pending_fault(CLOSE_FACTOR, None)
    document.draft()


def test_that_a_changed_value_is_marked_and_can_be_reset(document):
    document.set_parameter(CLOSE_FACTOR, 0.7)
    assert document.is_changed(CLOSE_FACTOR)
    assert document.is_changed("markets.market.rules")
    assert not document.is_changed("liquidators.latency_rounds")
    document.reset_parameter(CLOSE_FACTOR)
    assert value(document) == 0.5
    assert not document.is_changed(CLOSE_FACTOR)
    assert document.undo_stack.undoText() == "Reset close factor of market"


def test_that_a_value_which_was_not_there_when_opened_cannot_be_reset(document):
    document.set_parameter("shock.returns.USDC", -0.1)
    assert document.is_changed("shock.returns.USDC")
    with pytest.raises(BadInput, match="as it was opened"):
        document.reset_parameter("shock.returns.USDC")


def test_that_an_asset_with_dots_in_its_name_can_be_changed(document):
    plain = document.parameters.to_dict()
    plain["assets"]["USDC.e"] = {"price": 1.0}
    document.replace(
        document.scenario().with_parameters(Parameters.from_dict(plain)),
        None,
    )
    document.set_parameter("assets.USDC.e.price", 0.99)
    assert document.is_changed("assets.USDC.e.price")
    assert document.undo_stack.undoText() == "Change price of USDC.e"


def test_that_replacing_many_parameters_is_one_named_step(document):
    plain = document.parameters.to_dict()
    plain["liquidators"]["latency_rounds"] = 3
    plain["markets"]["market"]["rules"]["close"]["close_factor"] = 1
    document.replace_parameters(Parameters.from_dict(plain), "Apply preset Aave v3")
    assert document.undo_stack.undoText() == "Apply preset Aave v3"
    document.undo_stack.undo()
    assert value(document) == 0.5


def test_that_the_dirty_mark_follows_the_history(document, qtbot):
    with qtbot.waitSignal(document.dirty_changed, check_params_cb=lambda dirty: dirty):
        document.set_parameter(CLOSE_FACTOR, 0.7)
    with qtbot.waitSignal(document.dirty_changed, check_params_cb=lambda dirty: not dirty):
        document.undo_stack.undo()


def test_that_another_scenario_starts_with_an_empty_history(document, tmp_path, qtbot):
    document.set_parameter(CLOSE_FACTOR, 0.7)
    other = document.scenario()
    with qtbot.waitSignals([document.replaced, document.parameters_changed, document.loans_changed]):
        document.replace(other, tmp_path / "crash.json")
    assert document.undo_stack.count() == 0
    assert not document.dirty
    assert document.baseline == other.parameters
    assert document.name == "crash"


def test_that_a_snapshot_does_not_see_later_edits(document):
    table = LoanTable.from_records(
        [{"account": "a", "market": "market", "collateral_asset": "WETH", "collateral_amount": 1.0}]
    )
    document.replace_draft(document.parameters, table, None)
    snapshot = document.scenario()
    document.set_parameter(CLOSE_FACTOR, 0.7)
    document.loans.set_table(LoanTable.empty())
    assert len(snapshot.loans) == 1
    assert snapshot.parameters.markets["market"].rules.close.close_factor == 0.5


def test_that_a_bad_cell_is_a_fault_with_its_row_and_column(document):
    table = LoanTable.from_records([{"account": "a", "market": "market"}])
    document.replace_draft(document.parameters, table, None, [(0, "debt_amount", "12 apples")])
    assert [str(fault) for fault in document.faults()] == [
        "loans row 1, debt_amount: '12 apples'; allowed: a number such as 1,234.5, or blank"
    ]


def test_that_recovered_work_counts_as_unsaved(document):
    document.replace(document.scenario(), None)
    document.mark_unsaved()
    assert document.dirty


def test_that_faults_are_told_of_only_when_they_are_others(document, qtbot):
    rows = [{"account": name, "market": "market"} for name in ("a", "b")]
    document.replace_draft(document.parameters, LoanTable.from_records(rows), None, [(0, "debt_amount", "12 apples")])
    with qtbot.assertNotEmitted(document.faults_changed):
        write(document, 1, 5.0)
    with qtbot.waitSignal(document.faults_changed):
        write(document, 0, 6.0)
    assert document.faults() == ()
    with qtbot.assertNotEmitted(document.faults_changed):
        document.replace_draft(document.parameters, LoanTable.empty(), None)


def write(document, row, amount):
    """Put an amount into a cell; what stood there that was no number goes."""
    edit = ColumnEdit("debt_amount", np.array([row]), np.array([amount]))
    document.loans.write([edit], {(int(document.loans.ids[row]), "debt_amount"): None})
