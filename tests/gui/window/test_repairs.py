"""What keeps a scenario from running is said in words, with a button for what can be done about it."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QPushButton, QTableView

from cascade_gui.loan_table import totals
from tests.gui.window.conftest import settle, trigger


def buttons(window):
    return {each.text(): each for each in window.banner.findChildren(QPushButton, "repair") if not each.isHidden()}


def write(window, qtbot, row, column, text):
    window.book.editor.type(row, column, text)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: bool(window.document.faults()), timeout=6_000)


def mended(window, qtbot):
    settle(window, qtbot)
    qtbot.waitUntil(lambda: not window.document.faults(), timeout=6_000)
    assert window.banner.isHidden()


@pytest.fixture
def listed(window, qtbot):
    """Return the window on a book one of whose assets is no collateral."""
    data = window.document.parameters.to_dict()
    del data["markets"]["school"]["collateral"]["USD"]
    window.document.replace_parameters(type(window.document.parameters).from_dict(data), "Remove USD")
    write(window, qtbot, 0, "collateral_asset", "USD")
    return window


def test_that_a_fault_of_a_cell_is_said_in_words(window, qtbot):
    write(window, qtbot, 1, "collateral_amount", "many")
    account = window.document.loans.value(1, "account")
    assert f"Loan book, row 2 ({account}), amount of collateral: 'many'" in window.banner.text
    assert "collateral_amount" not in window.banner.text


def test_that_rows_that_are_wrong_otherwise_are_told_beside_cells_that_cannot_be_read(window, qtbot):
    """Of four wrong rows those two were told whose cells hold no number; the others came when these were right."""
    write(window, qtbot, 2, "collateral_amount", "many")
    write(window, qtbot, 0, "debt_amount", "-5")
    qtbot.waitUntil(lambda: "row 1 (" in window.banner.text, timeout=6_000)
    said = window.banner.text.splitlines()
    assert ["row 1 (" in said[1], "row 3 (" in said[2]] == [True, True], "in the order of the rows"
    assert len(said) == 3, "a cell that cannot be read is not told as a blank one too"


def test_that_collateral_can_be_listed_by_a_button_and_undone(listed, qtbot):
    button = buttons(listed)["Add USD as collateral"]
    told = " ".join(button.toolTip().split())
    assert "threshold of 80 % and a bonus of 10 %, the most careful of this market" in told
    button.click()
    mended(listed, qtbot)
    added = listed.document.parameters.markets["school"].collateral["USD"]
    assert (added.liquidation_threshold, added.liquidation_bonus) == (0.8, 0.1)
    assert listed.document.undo_stack.undoText() == "Add USD as collateral"
    trigger(listed, "edit_undo")
    assert "USD" not in listed.document.parameters.markets["school"].collateral


def test_that_per_cent_can_be_meant(window, qtbot):
    for row in (0, 2):
        write(window, qtbot, row, "liquidation_threshold", "83")
    window.book.editor.type(0, "liquidation_bonus", "5%")
    window.book.editor.type(2, "liquidation_bonus", "5%")
    settle(window, qtbot)
    buttons(window)["83 means 83 %"].click()
    mended(window, qtbot)
    assert [window.document.loans.value(row, "liquidation_threshold") for row in (0, 2)] == [0.83, 0.83]


def test_that_the_token_of_a_protocol_can_be_meant(window, qtbot):
    data = window.document.parameters.to_dict()
    data["assets"]["WETH"] = {"price": 100.0}
    window.document.replace_parameters(type(window.document.parameters).from_dict(data), "Add WETH")
    write(window, qtbot, 0, "debt_asset", "variableDebtEthWETH")
    buttons(window)["variableDebtEthWETH means WETH"].click()
    mended(window, qtbot)
    assert window.document.loans.value(0, "debt_asset") == "WETH"


def test_that_nothing_is_offered_where_nothing_is_obvious(window, qtbot):
    write(window, qtbot, 0, "debt_asset", "XYZ123")
    assert buttons(window) == {}
    assert "allowed: one of X, USD" in window.banner.text


def test_that_of_many_names_only_the_first_are_told(window, qtbot):
    data = window.document.parameters.to_dict()
    data["assets"] |= {f"A{number}": {"price": 1.0} for number in range(20)}
    window.document.replace_parameters(type(window.document.parameters).from_dict(data), "Add assets")
    write(window, qtbot, 0, "debt_asset", "XYZ123")
    assert "and 16 others" in window.banner.text


@pytest.mark.parametrize(("column", "text"), [("debt_asset", "XYZ123"), ("collateral_amount", "many")])
def test_that_one_wrong_row_does_not_blank_the_others(window, qtbot, column, text):
    live = window.book.table.loans.live
    settle(window, qtbot)
    before = [live.number(row, "health") for row in range(len(window.document.loans))]
    write(window, qtbot, 2, column, text)
    qtbot.waitUntil(lambda: live.view is not None, timeout=6_000)
    after = [live.number(row, "health") for row in range(len(window.document.loans))]
    assert math.isnan(after[2])
    assert after[:2] + after[3:] == before[:2] + before[3:]
    assert window.plots.health.shown is not None
    assert not window.banner.isHidden()


@pytest.fixture
def unpriced(window, qtbot):
    """Return the window on a book whose first asset has no price yet."""
    data = window.document.parameters.to_dict()
    asset = next(iter(data["assets"]))
    data["assets"][asset]["price"] = None
    window.document.replace_parameters(type(window.document.parameters).from_dict(data), "Import book.csv")
    settle(window, qtbot)
    return window, asset


def price_field(window, asset):
    return window.findChild(QLineEdit, f"field:assets.{asset}.price")


def test_that_a_price_left_open_is_blank_in_its_field_and_marked_in_the_table(unpriced, qtbot):
    window, asset = unpriced
    assert price_field(window, asset).text() == ""
    assert price_field(window, asset).property("state") == "fault"
    assert f"Price of {asset}: blank" in window.banner.text
    row = window.document.loans.to_table().collateral_asset.codes.tolist().index(0)
    view = window.findChild(QTableView, "loan_table")
    model = view.model()
    column = next(
        at for at in range(model.columnCount()) if model.headerData(at, Qt.Orientation.Horizontal) == "Collateral"
    )
    assert "no price yet" in model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
    assert "$0" not in totals.line(totals.totals(model))


def test_that_a_price_left_open_is_asked_for_until_it_is_one(unpriced, qtbot, monkeypatch):
    window, asset = unpriced
    typed = iter(["dear", "-3", "1,900"])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (next(typed), True))
    buttons(window)[f"Price of {asset} …"].click()
    mended(window, qtbot)
    assert window.document.parameters.assets[asset].price == 1900.0
    assert price_field(window, asset).property("state") == ""
    trigger(window, "edit_undo")
    qtbot.waitUntil(lambda: price_field(window, asset).text() == "")


def test_that_leaving_a_blank_price_says_nothing_new_and_typing_it_mends_it(unpriced, qtbot):
    window, asset = unpriced
    field = price_field(window, asset)
    field.editingFinished.emit()
    assert not window.document.pending_fault(f"assets.{asset}.price")
    field.setText("2k")
    field.editingFinished.emit()
    mended(window, qtbot)
    assert window.document.parameters.assets[asset].price == 2000.0


def test_that_a_threshold_that_nothing_tells_is_asked_for(window, qtbot, monkeypatch):
    data = window.document.parameters.to_dict()
    data["markets"]["school"]["collateral"] = {}
    window.document.replace_parameters(type(window.document.parameters).from_dict(data), "Import book.csv")
    settle(window, qtbot)
    asset = window.document.loans.value(0, "collateral_asset")
    qtbot.waitUntil(lambda: f"Threshold of {asset} …" in buttons(window))
    typed = iter(["170", "82.5"])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (next(typed), True))
    buttons(window)[f"Threshold of {asset} …"].click()
    assert window.document.parameters.markets["school"].collateral[asset].liquidation_threshold == 0.825
