from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cascade_gui.document.history import History
from cascade_gui.document.loan_store import LoanStore
from cascade_gui.loan_table.checks import rows_with_faults, wrong_cells
from cascade_gui.loan_table.editing import LoanEditor
from engine.scenario.loans import BLANK, LoanTable
from tests.gui.loan_table.books import NAMES, loan, small_book


def rows(*numbers):
    return np.array(numbers, dtype=np.int64)


@pytest.fixture
def store(qapp):
    return LoanStore(small_book())


@pytest.fixture
def editor(store):
    editor = LoanEditor(store, History(store))
    editor.names = NAMES
    return editor


def test_that_a_snapshot_is_not_touched_by_later_edits(store, editor):
    before = store.to_table()
    editor.type(0, "collateral_amount", "7")
    assert before.collateral_amount[0] == 3
    assert store.to_table().collateral_amount[0] == 7
    assert not before.collateral_amount.flags.writeable


def test_that_a_snapshot_is_the_same_object_until_something_changes(store, editor):
    assert store.to_table() is store.to_table()
    editor.type(0, "account", "zed")
    assert store.to_table().account[0] == "zed"


def test_that_numbers_are_read_as_people_write_them(store, editor):
    editor.paste({"debt_amount": (rows(0, 1, 2), ["1.2M", "$1,500", " "])})
    assert store.column("debt_amount")[:3].tolist()[:2] == [1_200_000, 1500]
    assert np.isnan(store.column("debt_amount")[2])


def test_that_a_number_that_cannot_be_read_keeps_its_text_and_is_a_fault(store, editor):
    editor.type(3, "debt_amount", "12 apples")
    assert store.bad_text(3, "debt_amount") == "12 apples"
    assert np.isnan(store.value(3, "debt_amount"))
    assert [fault.where for fault in store.faults()] == ["loans row 4, debt_amount"]
    assert "apples" in wrong_cells(store, NAMES, slice(None))[3, "debt_amount"]


def test_that_writing_over_a_bad_cell_heals_it_and_undo_brings_it_back(store, editor):
    editor.type(3, "debt_amount", "apples")
    editor.type(3, "debt_amount", "12")
    assert not store.bad_cells
    editor.undo_stack.undo()
    assert store.bad_text(3, "debt_amount") == "apples"
    editor.undo_stack.undo()
    assert not store.bad_cells
    assert store.value(3, "debt_amount") == 15000


def test_that_a_bad_cell_stays_with_its_row_when_rows_move(store, editor):
    editor.type(3, "debt_amount", "apples")
    editor.delete_rows(rows(0, 1))
    assert store.bad_text(1, "debt_amount") == "apples"
    editor.delete_rows(rows(1))
    assert not store.bad_cells
    editor.undo_stack.undo()
    editor.undo_stack.undo()
    assert store.bad_text(3, "debt_amount") == "apples"


def test_that_clearing_a_bad_cell_is_a_step(store, editor):
    editor.type(4, "debt_amount", "apples")
    editor.clear({"debt_amount": rows(4)})
    assert not store.bad_cells
    assert editor.undo_stack.undoText() == "Clear 1 cell"


def test_that_a_new_name_is_kept_and_marked(store, editor):
    editor.type(0, "collateral_asset", "DOGE")
    assert store.value(0, "collateral_asset") == "DOGE"
    assert "No asset has this name" in wrong_cells(store, NAMES, slice(None))[0, "collateral_asset"]


def test_that_case_of_a_known_name_does_not_matter(store, editor):
    editor.type(0, "collateral_asset", "wbtc")
    assert store.value(0, "collateral_asset") == "WBTC"


def test_that_a_paste_is_one_undo_step_named_by_its_size(store, editor):
    before = store.to_table()
    editor.paste(
        {"collateral_amount": (rows(0, 1, 2), ["9", "8", "7"]), "debt_amount": (rows(0, 1, 2), ["1", "2", "3"])}
    )
    assert editor.undo_stack.count() == 1
    assert editor.undo_stack.undoText() == "Paste 6 cells"
    editor.undo_stack.undo()
    assert store.to_table().same_as(before)


def test_that_what_stays_the_same_is_no_step(editor):
    editor.type(0, "account", "carol")
    editor.type(0, "collateral_amount", "3.0")
    assert editor.undo_stack.count() == 0


def test_that_pasting_past_the_end_adds_rows_in_the_same_step(store, editor):
    before = store.to_table()
    where = rows(4, 5, 6)
    editor.paste({"account": (where, ["x", "y", "z"]), "debt_amount": (where, ["1", "2", "three"])}, new_rows=2)
    assert len(store) == 7
    assert store.column("account").tolist()[4:] == ["x", "y", "z"]
    assert store.bad_text(6, "debt_amount") == "three"
    assert editor.undo_stack.undoText() == "Paste 6 cells"
    editor.undo_stack.undo()
    assert store.to_table().same_as(before)
    editor.undo_stack.redo()
    assert store.bad_text(6, "debt_amount") == "three"


def test_that_scattered_rows_come_back_where_they_stood(store, editor):
    before = store.to_table()
    ids = store.ids.copy()
    editor.delete_rows(rows(0, 2, 4))
    assert store.column("account").tolist() == ["alice", "bob"]
    editor.undo_stack.undo()
    assert store.to_table().same_as(before)
    assert store.ids.tolist() == ids.tolist()


def test_that_a_new_row_is_in_the_only_market_there_is(store, editor):
    editor.insert_rows(rows(1))
    assert store.value(1, "market") is None
    editor.names = NAMES.__class__(NAMES.assets, ("aave",), {"aave": frozenset()}, NAMES.prices)
    editor.insert_rows(rows(1))
    assert store.value(1, "market") == "aave"


def test_that_replacing_the_book_can_be_undone_and_redone_with_the_edits_after_it(store, editor):
    before = store.to_table()
    editor.replace(LoanTable.from_records([loan("new")]), "Import book.csv")
    editor.type(0, "collateral_asset", "DOGE")
    editor.type(0, "debt_amount", "apples")
    after = store.to_table()
    for _ in range(3):
        editor.undo_stack.undo()
    assert store.to_table().same_as(before)
    for _ in range(3):
        editor.undo_stack.redo()
    assert store.to_table().same_as(after)
    assert store.bad_text(0, "debt_amount") == "apples"


def test_that_appended_rows_keep_their_names_under_other_codes(store, editor):
    editor.append(LoanTable.from_records([loan("new", "DAI", 1.0, "WBTC", 2.0, market="compound")]), "Import")
    assert store.to_table().to_records()[-1]["debt_asset"] == "WBTC"
    assert store.value(5, "market") == "compound"


def test_that_signals_name_what_changed(store, editor, qtbot):
    with qtbot.waitSignal(store.cells_changed) as told:
        editor.type(2, "debt_amount", "5")
    assert told.args[0].tolist() == [2]
    assert told.args[1] == ("debt_amount",)
    with qtbot.waitSignal(store.rows_removed) as told:
        editor.delete_rows(rows(1, 3))
    assert told.args[0].tolist() == [1, 3]
    with qtbot.waitSignal(store.rows_inserted) as told:
        editor.undo_stack.undo()
    assert told.args[0].tolist() == [1, 3]


def test_that_bad_cells_can_be_kept_beside_a_table(store, editor):
    editor.type(3, "debt_amount", "apples")
    other = LoanStore()
    other.set_table(store.to_table(), store.bad_cell_positions())
    assert other.bad_text(3, "debt_amount") == "apples"


CATEGORIES = {
    "half": {"assets": ["DAI"], "liquidation_threshold": 0.9},
    "both": {"assets": ["DAI", "WETH"], "liquidation_threshold": 0.9, "liquidation_bonus": 0.02},
}
cells = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["", "a", "b"]),
        "market": st.sampled_from(["", "aave", "compound", "nowhere"]),
        "collateral_asset": st.sampled_from(["", "WETH", "DAI", "DOGE"]),
        "collateral_amount": st.sampled_from(["", "0", "1", "-1"]),
        "debt_asset": st.sampled_from(["", "USDC", "DOGE"]),
        "debt_amount": st.sampled_from(["", "3", "-2"]),
        "liquidation_threshold": st.sampled_from(["", "0.5", "1.5", "-1"]),
        "liquidation_bonus": st.sampled_from(["", "0.1", "-0.1"]),
        "category": st.sampled_from(["", "", "half", "both", "none"]),
    }
)


@given(st.lists(cells, min_size=1, max_size=6))
def test_that_the_same_cells_are_marked_as_the_engine_refuses(records):
    from engine.scenario import validation
    from engine.scenario.row_faults import RowFaults
    from engine.scenario.schema import Parameters
    from engine.scenario.validation import loan_faults

    parameters = Parameters.from_dict(
        {
            "assets": {name: {"price": price} for name, price in NAMES.prices.items()},
            "markets": {
                market: {
                    "collateral": {asset: {"liquidation_threshold": 0.8} for asset in listed},
                    "categories": CATEGORIES if market == "aave" else {},
                }
                for market, listed in NAMES.collateral.items()
            },
        }
    )
    store = LoanStore()
    editor = LoanEditor(store, History(store))
    names = editor.names = NAMES.of(parameters)
    where = np.arange(len(records), dtype=np.int64)
    editor.paste({key: (where, [record[key] for record in records]) for key in records[0]}, new_rows=len(records))
    wrong = wrong_cells(store, names, slice(None))
    marked = {f"loans row {row + 1}, {column}" for row, column in wrong}
    table = store.to_table()
    refused = {fault.where for fault in loan_faults(parameters, table)}
    # That rows of one account disagree the engine looks for when all else is well, the cells in any case.
    faults = RowFaults()
    validation.check_categories_of_accounts(table, faults)
    validation.check_overrides_of_accounts(table, faults)
    of_accounts = ("category", *validation.OVERRIDES)
    named = {
        f"loans row {row + 1}, {key}" for row, each in enumerate(records) for key in of_accounts if each["account"]
    }
    unlike = named & {fault.where for fault in faults.listed()}
    assert marked - unlike <= refused <= marked
    assert unlike <= marked
    assert set(np.flatnonzero(rows_with_faults(store, names)).tolist()) == {row for row, _ in wrong}


def test_that_blank_is_a_code_below_every_name(store):
    assert store.column("debt_asset")[4] == BLANK
    assert store.value(4, "debt_asset") is None
