"""The assets of an import: what is missing, typed, pasted, assumed; what is beside the book."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTableView,
)

from cascade_gui.document.document import blank_parameters
from cascade_gui.importing.asset_model import FIELDS, STATE
from engine.files import save_scenario
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.depths import proposed_depth
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from engine.scenario.unpriced import unpriced
from tests.gui.importing.driving import accept, answer, asked, faults, part, settled, status
from tests.gui.importing.test_dialog import GOOD

NEW = GOOD.replace("WBTC", "LINK").replace("DAI", "CRV").replace("aave", "market")


@pytest.fixture
def blank(document):
    document.replace_draft(blank_parameters(), LoanTable.empty(), None)
    return document


def view(dialog):
    return part(dialog, QTableView, "import_assets_view")


def cell(dialog, asset, field):
    model = view(dialog).model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == asset)
    return model.index(row, 1 + FIELDS.index(field))


def missing(dialog):
    model = view(dialog).model()
    return {
        (model.index(row, 0).data(), field)
        for row in range(model.rowCount())
        for field in FIELDS
        if cell(dialog, model.index(row, 0).data(), field).data(STATE) == "missing"
    }


def type_into(qtbot, dialog, asset, field, text):
    """Type as a hand does: a key opens the cell, Enter takes what was typed."""
    table = view(dialog)
    table.setCurrentIndex(cell(dialog, asset, field))
    table.edit(cell(dialog, asset, field))
    editor = table.findChildren(QLineEdit)[-1]
    editor.setText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settled(qtbot, dialog)


def test_that_a_key_replaces_a_cell_also_where_cells_change_while_it_is_open(qtbot, blank, dialog_on):
    dialog = dialog_on(NEW)
    type_into(qtbot, dialog, "WETH", "threshold", "80")
    table, at = view(dialog), cell(dialog, "WETH", "bonus")
    table.setCurrentIndex(at)
    table.edit(at)
    editor = table.findChildren(QLineEdit)[-1]
    table.model().dataChanged.emit(at, at)
    qtbot.keyClicks(editor, "5")
    assert editor.text() == "5"
    table.model().dataChanged.emit(at, at)
    assert editor.text() == "5"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settled(qtbot, dialog)
    assert cell(dialog, "WETH", "bonus").data() == "5 %"


def paste(qtbot, dialog, text):
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(view(dialog), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, dialog)


def note(dialog):
    return part(dialog, QLabel, "import_assets_note").text()


def can_import(dialog):
    return part(dialog, QPushButton, "import_accept").isEnabled()


def test_that_import_waits_for_what_is_missing_and_takes_what_is_typed(qtbot, blank, dialog_on):
    dialog = dialog_on(NEW)
    assert missing(dialog) == {
        *((asset, "price") for asset in ("WETH", "LINK", "USDC", "CRV")),
        ("WETH", "threshold"),
        ("LINK", "threshold"),
    }, "the made-up prices of a new scenario are not taken for the book's"
    assert "6 values are missing" in note(dialog)
    assert not can_import(dialog)
    for asset, price in {"WETH": "2,000", "LINK": "7.5", "USDC": "1", "CRV": "0.4"}.items():
        type_into(qtbot, dialog, asset, "price", price)
    type_into(qtbot, dialog, "WETH", "threshold", "82.5")
    assert not can_import(dialog)
    type_into(qtbot, dialog, "LINK", "threshold", "70%")
    type_into(qtbot, dialog, "LINK", "bonus", "7")
    type_into(qtbot, dialog, "LINK", "depth", "3M")
    type_into(qtbot, dialog, "CRV", "depth", "")
    assert missing(dialog) == set()
    accept(qtbot, dialog)
    parameters = blank.parameters
    assert {name: asset.price for name, asset in parameters.assets.items()} == {
        "WETH": 2000.0, "LINK": 7.5, "USDC": 1.0, "CRV": 0.4,
    }  # fmt: skip
    collateral = parameters.markets["market"].collateral
    assert collateral["WETH"].liquidation_threshold == pytest.approx(0.825)
    assert collateral["LINK"].liquidation_threshold == pytest.approx(0.7)
    assert collateral["LINK"].liquidation_bonus == pytest.approx(0.07)
    assert parameters.assets["LINK"].liquidity.depth_2pct_usd == 3e6
    assert parameters.assets["CRV"].liquidity.model == "infinite"
    assert parameters.assets["WETH"].liquidity.depth_2pct_usd == proposed_depth("WETH").depth_2pct_usd
    assert parameters.shock == blank_parameters().shock, "a new scenario keeps its shock where the book has its asset"
    blank.undo_stack.undo()
    assert blank.parameters == blank_parameters()
    assert len(blank.loans) == 0


def test_that_a_proposed_depth_is_marked_as_an_assumption(qtbot, blank, dialog_on):
    dialog = dialog_on(NEW)
    depth = cell(dialog, "LINK", "depth")
    assert depth.data(STATE) == "assumed"
    assert "An assumption" in depth.data(Qt.ItemDataRole.ToolTipRole)
    assert float(depth.data(Qt.ItemDataRole.EditRole)) == proposed_depth("LINK").depth_2pct_usd
    type_into(qtbot, dialog, "LINK", "depth", "2M")
    assert cell(dialog, "LINK", "depth").data(STATE) == "typed"


def test_that_a_text_that_is_no_value_is_marked_with_what_is_allowed(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD)
    assert can_import(dialog)
    for text, reason in (("a lot", "not a number"), ("0", "A price is above 0.")):
        type_into(qtbot, dialog, "WETH", "price", text)
        at = cell(dialog, "WETH", "price")
        assert (at.data(), at.data(STATE)) == (text, "wrong")
        assert reason in at.data(Qt.ItemDataRole.ToolTipRole)
        assert not can_import(dialog)
    type_into(qtbot, dialog, "WETH", "price", "2000")
    assert can_import(dialog)


@pytest.mark.parametrize(
    "block",
    [
        "WETH\t2,000\t82.5%\t5%\t24M\nlink\t7.5\t70%\t7%\nUSDC\t1\nCRV\t0.4\n",
        "Bonus\tSymbol\tLT\tPrice USD\n1.05\tWETH\t0.825\t2000\n1.07\tLINK\t0.7\t7.5\n\tUSDC\t\t1\n\tCRV\t\t0.4\n",
    ],
    ids=["by the names of assets", "with a header row"],
)
def test_that_a_block_from_a_spreadsheet_goes_where_its_names_say(qtbot, blank, dialog_on, block):
    dialog = dialog_on(NEW)
    paste(qtbot, dialog, block)
    assert missing(dialog) == set()
    assert cell(dialog, "LINK", "threshold").data() == "70 %"
    assert cell(dialog, "LINK", "bonus").data() == "7 %"
    assert cell(dialog, "WETH", "price").data() == "2,000"
    accept(qtbot, dialog)
    assert blank.parameters.markets["market"].collateral["WETH"].liquidation_bonus == pytest.approx(0.05)


def test_that_the_menu_of_the_assets_copies_pastes_and_clears(qtbot, blank, dialog_on):
    dialog = dialog_on(NEW)
    table = view(dialog)
    QGuiApplication.clipboard().setText("WETH\t2000\n")

    def choose_in_menu(text):
        menu = table.menu()
        next(action for action in menu.actions() if action.text() == text).trigger()
        menu.deleteLater()
        settled(qtbot, dialog)

    choose_in_menu("Paste")
    assert cell(dialog, "WETH", "price").data() == "2,000"
    table.setCurrentIndex(cell(dialog, "WETH", "price"))
    choose_in_menu("Copy")
    assert QGuiApplication.clipboard().text() == "2000\n"
    choose_in_menu("Clear")
    assert ("WETH", "price") in missing(dialog)


def test_that_pasted_names_of_no_asset_and_pasted_nonsense_are_said(qtbot, blank, dialog_on):
    dialog = dialog_on(NEW)
    paste(qtbot, dialog, "WETH\t2000\nUNI\t5\n")
    assert "1 value pasted." in note(dialog)
    assert "no asset of the book is called UNI" in note(dialog)
    paste(qtbot, dialog, "WETH\tdear\n")
    assert "Nothing was pasted: pasted cells, row 1, column price: 'dear'" in note(dialog)
    assert cell(dialog, "WETH", "price").data() == "2,000"


def test_that_a_block_without_names_goes_from_the_current_cell_on(qtbot, blank, dialog_on):
    dialog = dialog_on(NEW)
    view(dialog).setCurrentIndex(cell(dialog, "WETH", "price"))
    paste(qtbot, dialog, "2000\t82.5\n7.5\t70\n")
    assert missing(dialog) == {("USDC", "price"), ("CRV", "price")}
    assert cell(dialog, "LINK", "threshold").data() == "70 %"


def test_that_what_is_missing_may_be_left_to_the_loan_table(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("WBTC", "LINK"))
    assert not can_import(dialog)
    part(dialog, QCheckBox, "import_leave_missing").click()
    accept(qtbot, dialog)
    assert unpriced(document.parameters) == ("LINK",)
    assert document.loans.value(1, "collateral_asset") == "LINK"


def test_that_a_price_left_open_in_a_new_book_is_blank_and_all_else_is_what_was_announced(qtbot, blank, dialog_on):
    dialog = dialog_on(NEW)
    part(dialog, QCheckBox, "import_leave_missing").click()
    accept(qtbot, dialog)
    assert blank.name == "book"
    assert unpriced(blank.parameters) == ("WETH", "LINK", "USDC", "CRV")
    assert blank.parameters.assets["WETH"].liquidity.depth_2pct_usd == 23.9e6
    assert "assets.WETH.price" in {fault.where for fault in blank.faults()}
    blank.set_parameter("assets.WETH.price", 1900.0)
    assert "assets.WETH.price" not in {fault.where for fault in blank.faults()}
    blank.undo_stack.undo()
    assert "assets.WETH.price" in {fault.where for fault in blank.faults()}


def choose_file(qtbot, dialog, monkeypatch, name, path):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    part(dialog, QPushButton, f"import_{name}").click()
    settled(qtbot, dialog)


@pytest.fixture
def tables(tmp_path):
    params, quotes = tmp_path / "params.csv", tmp_path / "quotes.csv"
    params.write_text(
        "asset,price,lt,bonus,depth_2pct_usd,close\nWETH,2000,82.5%,1.05,5M,\nLINK,7.5,0.7,1.07,,\nUSDC,1,,,,\nCRV,0.4,,,"
        ",\n"
    )
    quotes.write_text("asset,size_usd,slippage\nLINK,1M,0.01\nLINK,5M,0.06\n")
    return params, quotes


def test_that_tables_of_parameters_and_liquidity_give_all_that_the_command_takes(
    qtbot, blank, dialog_on, monkeypatch, tables, tmp_path
):
    params, quotes = tables
    dialog = dialog_on(NEW)
    choose_file(qtbot, dialog, monkeypatch, "params", params)
    choose_file(qtbot, dialog, monkeypatch, "liquidity", quotes)
    preset = part(dialog, QComboBox, "import_preset")
    preset.setCurrentIndex(preset.findData("aave-v3-3"))
    preset.activated.emit(preset.currentIndex())
    settled(qtbot, dialog)
    assert cell(dialog, "LINK", "depth").data() == "a curve"
    accept(qtbot, dialog)
    choices = ImportChoices(params=str(params), liquidity=str(quotes), preset="aave-v3-3")
    expected = import_book(tmp_path / "book.csv", choices).scenario
    assert blank.parameters.markets == expected.parameters.markets
    assert blank.parameters.assets == expected.parameters.assets


def test_that_a_file_beside_the_book_can_be_taken_back(qtbot, blank, dialog_on, monkeypatch, tables):
    dialog = dialog_on(NEW)
    choose_file(qtbot, dialog, monkeypatch, "params", tables[0])
    assert missing(dialog) == set()
    assert part(dialog, QPushButton, "import_params").text() == "params.csv"
    dialog._page.beside._clear["params"].click()
    settled(qtbot, dialog)
    assert ("WETH", "price") in missing(dialog)


def test_that_a_damaged_file_beside_the_book_says_what_is_wrong_and_can_be_taken_back(
    qtbot, document, dialog_on, monkeypatch, tmp_path
):
    dialog = dialog_on(GOOD)
    (tmp_path / "bad.csv").write_text("asset,price\nWETH,dear\n")
    choose_file(qtbot, dialog, monkeypatch, "params", tmp_path / "bad.csv")
    assert faults(dialog) == ["bad.csv, row 2, column price: 'dear'; allowed: a number above 0"]
    assert not can_import(dialog)
    dialog._page.beside._clear["params"].click()
    settled(qtbot, dialog)
    assert can_import(dialog)


def test_that_a_template_scenario_gives_everything_else(qtbot, document, dialog_on, monkeypatch, tmp_path):
    template = Scenario(document.parameters, LoanTable.empty()).with_values({"assets.WETH.price": 1234.0})
    save_scenario(template, tmp_path / "template.cascade")
    dialog = dialog_on(GOOD)
    choose_file(qtbot, dialog, monkeypatch, "template", tmp_path / "template.cascade")
    assert not part(dialog, QRadioButton, "import_append").isEnabled()
    assert cell(dialog, "WETH", "price").data() == "1,234"
    accept(qtbot, dialog)
    assert document.parameters.assets["WETH"].price == 1234


def test_that_a_mapping_is_saved_and_opened_and_is_the_commands(qtbot, blank, dialog_on, monkeypatch, tables, tmp_path):
    text = NEW.replace("account", "whose")
    mapping = tmp_path / "mapping.json"
    first = dialog_on(text)
    first._answer({"columns": {"account": "whose"}})
    settled(qtbot, first)
    choose_file(qtbot, first, monkeypatch, "params", tables[0])
    type_into(qtbot, first, "CRV", "depth", "2M")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(mapping), ""))
    part(first, QPushButton, "import_save_mapping").click()
    assert "mapping.json" in status(first)
    kept = json.loads(mapping.read_text())
    assert kept["columns"] == {"account": "whose"}
    assert kept["depths"] == {"CRV": 2e6}
    second = dialog_on(text)
    assert missing(second) == set()
    choose_file(qtbot, second, monkeypatch, "open_mapping", mapping)
    assert can_import(second)
    expected = import_book(tmp_path / "book.csv", ImportChoices.load(mapping)).scenario
    accept(qtbot, second)
    assert blank.parameters.assets == expected.parameters.assets
    assert blank.loans.to_table().same_as(expected.loans)


def test_that_a_file_that_is_no_mapping_is_refused_in_a_line(qtbot, document, dialog_on, monkeypatch, tmp_path):
    dialog = dialog_on(GOOD)
    (tmp_path / "other.json").write_text('{"format": "cascade-scenario/1"}')
    choose_file(qtbot, dialog, monkeypatch, "open_mapping", tmp_path / "other.json")
    assert "other.json: format 'cascade-scenario/1'; allowed: a mapping file" in status(dialog)
    assert can_import(dialog)


def test_that_which_list_of_a_file_beside_the_book_is_asked_and_answered_by_a_press(
    qtbot, blank, dialog_on, monkeypatch, tmp_path
):
    reserves = [{"symbol": "WETH", "price": 2000, "lt": 0.8}, {"symbol": "LINK", "price": 7, "lt": 0.7}]
    others = [{"symbol": "USDC", "price": 1}, {"symbol": "CRV", "price": 0.5}]
    path = tmp_path / "lists.json"
    path.write_text(json.dumps({"reserves": reserves, "others": others}))
    dialog = dialog_on(NEW)
    choose_file(qtbot, dialog, monkeypatch, "params", path)
    assert any("Which list is the table" in text for text in asked(dialog))
    answer(qtbot, dialog, "reserves")
    assert asked(dialog) == []
    assert missing(dialog) == {("USDC", "price"), ("CRV", "price")}
    assert dialog._choices.list is None, "the book's own list is another matter"
