from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QAbstractItemModelTester

from cascade_gui.document.history import History
from cascade_gui.document.loan_store import LoanStore
from cascade_gui.loan_table import formatting, states
from cascade_gui.loan_table.columns import COLUMNS, FIRST_LIVE, INDEX
from cascade_gui.loan_table.editing import LoanEditor
from cascade_gui.loan_table.filter import parse_filter
from cascade_gui.loan_table.model import LoanTableModel
from cascade_gui.loan_table.roles import FAULT_ROLE, STATUS_ROLE
from tests.gui.loan_table.books import NAMES, large_book, small_book
from tests.gui.loan_table.views import book_of, view_of

ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def make(table):
    store = LoanStore(table)
    editor = LoanEditor(store, History(store))
    model = LoanTableModel(editor, store)
    model.set_names(NAMES)
    return model


@pytest.fixture
def model(qapp):
    QLocale.setDefault(QLocale("en_US"))
    model = make(small_book())
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def shown(model, key="account"):
    return [model.index(row, INDEX[key]).data() for row in range(model.rowCount())]


def show_view(model, **more):
    table = model.store.to_table()
    book = book_of(table)
    model.set_view(view_of(table, book, **more), book)
    return book


def rows(*numbers):
    return np.array(numbers, dtype=np.int64)


def test_that_cells_are_short_and_their_tool_tips_full(model):
    model.setData(model.index(0, INDEX["debt_amount"]), "17,416,234.5")
    index = model.index(0, INDEX["debt_amount"])
    assert index.data() == "17.4M"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "17,416,234.5"
    assert index.data(Qt.ItemDataRole.EditRole) == "17416234.5"
    assert model.index(0, INDEX["debt_usd"]).data(Qt.ItemDataRole.ToolTipRole) == "$17,416,234.5"


def test_that_blank_cells_are_blank(model):
    assert model.index(4, INDEX["debt_amount"]).data() == ""
    assert model.index(4, INDEX["debt_asset"]).data() == ""
    assert model.index(4, INDEX["health"]).data() == ""


def test_that_numbers_stand_right_and_names_left(model):
    right = Qt.AlignmentFlag.AlignRight
    assert right & Qt.AlignmentFlag(model.index(0, INDEX["debt_usd"]).data(Qt.ItemDataRole.TextAlignmentRole))
    assert not right & Qt.AlignmentFlag(model.index(0, INDEX["market"]).data(Qt.ItemDataRole.TextAlignmentRole))


def test_that_only_given_columns_can_be_typed_into(model):
    for at, column in enumerate(COLUMNS):
        assert bool(model.flags(model.index(0, at)) & Qt.ItemFlag.ItemIsEditable) == column.editable
    assert not model.setData(model.index(0, INDEX["health"]), "2")


def test_that_live_columns_show_the_round(model):
    show_view(model, round_number=3, fall=0.3)
    assert model.headerData(INDEX["status"], Qt.Orientation.Horizontal) == "At round 3"
    assert shown(model, "status") == ["liquidated r3", "healthy", "healthy", "liquidated r3", "healthy"]
    assert model.index(0, INDEX["health"]).data() == "0.840"
    assert model.index(0, INDEX["status"]).data(STATUS_ROLE) == 3


def test_that_a_new_round_changes_every_column_of_the_round_and_no_other(model, qtbot):
    with qtbot.waitSignal(model.dataChanged) as told:
        show_view(model)
    assert told.args[0].column() == FIRST_LIVE
    assert not any(column.live for column in COLUMNS[:FIRST_LIVE])


def test_that_sorting_leaves_the_file_order_alone(model):
    before = model.store.to_table()
    model.sort(INDEX["account"], ASCENDING)
    assert shown(model) == ["alice", "alice", "bob", "carol", "dave"]
    assert model.store.to_table() is before
    model.sort(-1)
    assert shown(model) == ["carol", "alice", "dave", "bob", "alice"]


@pytest.mark.parametrize("key", [column.key for column in COLUMNS])
def test_that_every_column_sorts_stably_both_ways(model, key):
    show_view(model, fall=0.2, round_number=2)
    model.sort(INDEX[key], ASCENDING)
    rising = model.order.tolist()
    model.sort(INDEX[key], DESCENDING)
    falling = model.order.tolist()
    keys = model.values.sort_keys(key)
    blank = np.isnan(keys) if keys.dtype.kind == "f" else keys == -1
    filled = int((~blank).sum())
    assert (keys[rising[:filled]] == sorted(keys[~blank].tolist())).all()
    assert (keys[falling[:filled]] == sorted(keys[~blank].tolist(), reverse=True)).all()
    assert blank[rising[filled:]].all()
    assert blank[falling[filled:]].all()
    for order in (rising, falling):
        assert all(a < b for a, b in pairwise(order) if keys[a] == keys[b])


def test_that_rows_do_not_jump_when_a_value_changes_and_the_model_says_so(model, qtbot):
    model.sort(INDEX["debt_amount"], ASCENDING)
    before = shown(model)
    with qtbot.waitSignal(model.order_outdated, check_params_cb=lambda outdated: outdated):
        model.setData(model.index(0, INDEX["debt_amount"]), "1M")
    assert shown(model) == before
    model.refresh_order()
    assert shown(model)[3] == before[0]
    assert not model.is_outdated


def test_that_a_new_round_outdates_a_live_order_only(model):
    model.sort(INDEX["account"], ASCENDING)
    show_view(model, round_number=1)
    assert not model.is_outdated
    model.sort(INDEX["health"], ASCENDING)
    show_view(model, round_number=2)
    assert model.is_outdated


def test_that_a_filter_shows_what_it_lets_through_in_the_sorted_order(model):
    model.sort(INDEX["debt_amount"], DESCENDING)
    model.set_filter(parse_filter("collateral = WETH", NAMES))
    assert shown(model) == ["bob", "carol", "alice"]
    model.set_filter(None)
    assert model.rowCount() == 5


def test_that_an_edit_through_a_filter_reaches_the_right_row(model):
    model.set_filter(parse_filter("account = bob", NAMES))
    model.setData(model.index(0, INDEX["collateral_asset"]), "USDC")
    assert shown(model) == ["bob"]  # it stays until the filter is asked again
    assert model.store.value(3, "collateral_asset") == "USDC"


def test_that_rows_come_in_and_go_under_a_filter(model):
    model.set_filter(parse_filter("collateral = WETH", NAMES))
    assert shown(model) == ["carol", "bob", "alice"]
    model.editor.insert_rows(rows(3, 4))  # before bob
    assert shown(model) == ["carol", "", "", "bob", "alice"]
    assert [model.store_row(row) for row in range(5)] == [0, 3, 4, 5, 6]
    model.editor.undo_stack.undo()
    assert shown(model) == ["carol", "bob", "alice"]
    model.editor.delete_rows(rows(0, 4))
    assert shown(model) == ["bob"]
    model.editor.undo_stack.undo()
    assert shown(model) == ["carol", "bob", "alice"]


def test_that_rows_come_in_and_go_in_the_file_order(model, qtbot):
    with qtbot.waitSignal(model.rowsInserted) as told:
        model.editor.insert_rows(rows(1, 2))
    assert told.args[1:] == [1, 2]
    with qtbot.waitSignal(model.rowsRemoved) as told:
        model.editor.delete_rows(rows(1, 2))
    assert told.args[1:] == [1, 2]
    model.editor.delete_rows(rows(0, 2))
    assert shown(model) == ["alice", "bob", "alice"]


def test_that_live_values_stay_with_their_rows(model):
    show_view(model, fall=0.3, round_number=3)
    health = dict(zip(shown(model), shown(model, "health"), strict=True))
    model.editor.insert_rows(rows(0))
    assert shown(model, "health")[0] == ""
    assert shown(model, "health")[4] == health["bob"]
    model.editor.delete_rows(rows(1, 2))
    assert dict(zip(shown(model), shown(model, "health"), strict=True))["bob"] == health["bob"]


def test_that_rows_find_their_accounts_in_a_book_of_an_earlier_state(model):
    table = model.store.to_table()
    book = book_of(table)
    model.editor.delete_rows(rows(0))
    model.setData(model.index(0, INDEX["account"]), "newcomer")
    model.set_view(view_of(table, book), book)
    assert [model.account(row) for row in range(4)] == [None, 2, 3, 1]
    assert model.index(2, INDEX["liquidation_price"]).data() != ""


def test_that_a_wrong_cell_says_why(model):
    model.setData(model.index(1, INDEX["debt_amount"]), "lots")
    index = model.index(1, INDEX["debt_amount"])
    assert index.data() == "lots"
    assert "lots" in index.data(FAULT_ROLE)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == index.data(FAULT_ROLE)
    assert model.index(0, INDEX["debt_amount"]).data(FAULT_ROLE) is None
    model.setData(index, "5")
    assert index.data(FAULT_ROLE) is None


def test_that_a_market_added_to_the_scenario_heals_its_cells(model):
    model.setData(model.index(1, INDEX["market"]), "euler")
    assert model.index(1, INDEX["market"]).data(FAULT_ROLE) is not None
    model.set_names(NAMES.__class__(NAMES.assets, (*NAMES.markets, "euler"),
                                    {**NAMES.collateral, "euler": frozenset(NAMES.assets)}, NAMES.prices))  # fmt: skip
    assert model.index(1, INDEX["market"]).data(FAULT_ROLE) is None


def test_that_row_heads_are_numbers_in_the_file(model):
    model.sort(INDEX["account"], ASCENDING)
    heads = [model.headerData(row, Qt.Orientation.Vertical) for row in range(5)]
    assert heads == ["2", "5", "4", "1", "3"]


def test_that_other_roles_answer_nothing(model):
    for role in (Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.CheckStateRole, Qt.ItemDataRole.FontRole):
        assert model.data(model.index(0, 0), role) is None


def test_that_accounts_sort_whatever_their_case(model):
    model.setData(model.index(0, INDEX["account"]), "Bella")
    model.sort(INDEX["account"], ASCENDING)
    assert shown(model) == ["alice", "alice", "Bella", "bob", "dave"]


def test_that_a_hundred_thousand_rows_keep_few_texts(qapp):
    model = make(large_book(100_000))
    for row in range(0, 100_000, 7):
        for key in ("account", "market", "debt_amount"):
            model.index(row, INDEX[key]).data()
    assert len(model.cells._texts) <= 40_001


def test_that_a_status_has_a_form_for_a_narrow_column():
    assert formatting.status(states.LIQUIDATED, 1080, 1080) == "liquidated r1,080"
    assert formatting.status(states.LIQUIDATED, 1, 4) == "liquidated r1–r4"
    assert formatting.status(states.PARTLY, 3, 3) == "liquidated (part) r3"
    assert formatting.status(states.PARTLY, 3, 3, short=True) == "part r3"
    assert formatting.status(states.HEALTHY, 0, 0, short=True) == "healthy"


def test_that_every_state_has_its_words_and_its_place_in_the_order():
    words = formatting.status_words()
    assert sorted(words) == list(range(states.COUNT)) == sorted(states.WORST_FIRST)
    assert len(set(words.values())) == states.COUNT
    assert all(formatting.status_sentence(state, 1, 4) for state in words)


def test_that_a_share_of_a_thousand_per_cent_and_more_is_only_said_to_be_more():
    assert formatting.short(formatting.Kind.SHARE, 53.4) == ">999 %"
    assert formatting.short(formatting.Kind.SHARE, -63.7) == "<-999 %"
    assert formatting.short(formatting.Kind.SHARE, 9.5) == "950.0 %"
    assert formatting.full(formatting.Kind.SHARE, 53.4) == "5,340 %"
