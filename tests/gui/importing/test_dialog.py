"""Importing a book as a user does: a file, a mapping, what is wrong, replace or append."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QListWidget, QPushButton, QRadioButton

from cascade_gui.importing import ImportDialog

GOOD = """account,market,collateral_asset,collateral_amount,debt_asset,debt_amount
x,aave,WETH,1,USDC,1000
y,aave,WBTC,2,DAI,20000
"""
TIDY = "who;token;side;amount\nx;WETH;collateral;1,5\nx;USDC;debt;1.000,0\n"


@pytest.fixture
def dialog_on(qtbot, document, tmp_path):
    dialogs = []

    def open_on(text, name="book.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        dialog = ImportDialog(document, path)
        dialog.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        dialogs.append(dialog)
        dialog.show()
        settled(qtbot, dialog)
        return dialog

    yield open_on
    import shiboken6

    for dialog in dialogs:
        if shiboken6.isValid(dialog):
            with qtbot.waitSignal(dialog.destroyed):
                dialog.reject()


def settled(qtbot, dialog):
    """Wait until nothing is under way."""
    qtbot.waitUntil(lambda: not dialog._background.busy)


def part(dialog, kind, name):
    return dialog.findChild(kind, name)


def accept(qtbot, dialog):
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(part(dialog, QPushButton, "import_accept"), Qt.MouseButton.LeftButton)


def status(dialog):
    return part(dialog, QLabel, "import_status").text()


def faults(dialog):
    found = part(dialog, QListWidget, "import_faults")
    return [found.item(at).text() for at in range(found.count())]


def test_that_a_right_file_replaces_the_book_in_one_step(qtbot, document, dialog_on):
    before = document.loans.to_table()
    dialog = dialog_on(GOOD)
    assert "2 loan rows can be imported; nothing is wrong" in status(dialog)
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist() == ["x", "y"]
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Import book.csv"
    document.undo_stack.undo()
    assert document.loans.to_table().same_as(before)


def test_that_a_file_can_be_appended(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD)
    part(dialog, QRadioButton, "import_append").setChecked(True)
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist()[-3:] == ["alice", "x", "y"]


def test_that_wrong_rows_are_named_and_must_be_left_out_on_purpose(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD + "z,aave,WETH,lots,USDC,1\n")
    assert "1 row is wrong" in status(dialog)
    assert any("row 4" in line and "collateral_amount" in line and "lots" in line for line in faults(dialog))
    button = part(dialog, QPushButton, "import_accept")
    assert not button.isEnabled()
    part(dialog, QCheckBox, "import_skip").setChecked(True)
    assert button.isEnabled()
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist() == ["x", "y"]


def test_that_a_column_of_efficiency_modes_is_read_as_categories(qtbot, document, dialog_on):
    dialog = dialog_on(
        GOOD.replace("debt_amount", "debt_amount,e_mode").replace("1000", "1000,stable").replace("20000", "20000,0")
    )
    assert part(dialog, QComboBox, "import_category").currentData() == "e_mode"
    accept(qtbot, dialog)
    assert [document.loans.value(row, "category") for row in (0, 1)] == ["stable", None]


def test_that_a_column_without_a_guess_is_asked_for(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("account", "whose"))
    assert "Choose a column for: Account" in status(dialog)
    box = part(dialog, QComboBox, "import_account")
    assert box.property("state") == "fault"
    box.setCurrentIndex(box.findData("whose"))
    settled(qtbot, dialog)
    assert "2 loan rows" in status(dialog)


def test_that_a_tidy_file_with_decimal_commas_is_understood(qtbot, document, dialog_on):
    dialog = dialog_on(TIDY)
    assert part(dialog, QComboBox, "import_shape").currentData() == "tidy"
    box = part(dialog, QComboBox, "import_account")
    box.setCurrentIndex(box.findData("who"))
    settled(qtbot, dialog)
    accept(qtbot, dialog)
    records = document.loans.to_table().to_records()
    assert sum(record.get("collateral_amount", 0) for record in records) == 1.5
    assert sum(record.get("debt_amount", 0) for record in records) == 1000
    assert {record["market"] for record in records} == {"aave"}


def test_that_assets_and_markets_the_scenario_lacks_are_added_in_the_same_step(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("WBTC", "LINK").replace("y,aave", "y,spark"))
    assert not part(dialog, QPushButton, "import_accept").isEnabled()  # a price is missing
    part(dialog, QLineEdit, "import_price_LINK").setText("7.5")
    preset = part(dialog, QComboBox, "import_preset")
    preset.setCurrentIndex(preset.findData("aave-v3"))
    accept(qtbot, dialog)
    assert document.parameters.assets["LINK"].price == 7.5
    assert "spark" in document.parameters.markets
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert "LINK" not in document.parameters.assets
    assert len(document.loans) == 5


def test_that_what_is_lacking_may_be_left_to_the_table(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("WBTC", "LINK"))
    part(dialog, QCheckBox, "import_add_lacking").setChecked(False)
    accept(qtbot, dialog)
    assert "LINK" not in document.parameters.assets
    assert document.loans.value(1, "collateral_asset") == "LINK"


def test_that_liquidation_prices_are_turned_into_loans(qtbot, document, dialog_on):
    dialog = dialog_on("owner,liqPrice,collateral,collateralAmount\n0xa,1500,WETH,2\n")
    assert part(dialog, QComboBox, "import_shape").currentData() == "liquidation_price"
    accept(qtbot, dialog)
    record = document.loans.to_table().to_records()[0]
    assert record["account"] == "0xa"
    assert record["debt_amount"] == pytest.approx(2 * 1500 * 0.8)
    assert record["debt_asset"] == "USDC"


def test_that_a_file_that_is_no_table_says_why(qtbot, document, dialog_on):
    dialog = dialog_on("[1, 2", "book.json")
    assert status(dialog) == "This cannot be imported."
    assert faults(dialog)
    assert not part(dialog, QPushButton, "import_accept").isEnabled()


def test_that_cancel_leaves_everything_as_it_was(qtbot, document, tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(GOOD, encoding="utf-8")
    before = document.loans.to_table()
    dialog = ImportDialog(document, path)
    dialog.show()
    with qtbot.waitSignal(dialog.destroyed):  # while the file is being read
        dialog.reject()
    assert document.loans.to_table() is before
    assert document.undo_stack.count() == 0
