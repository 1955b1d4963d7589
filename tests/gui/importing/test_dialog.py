"""Importing a book as a user does: a file, a mapping, what is wrong, replace or append."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
)

from cascade_gui.document.document import blank_parameters
from cascade_gui.importing import ImportDialog
from engine.base.faults import BadInput
from engine.importing.asking import Unanswered
from engine.importing.build import import_book
from engine.importing.depths import proposed_depth
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from tests.shared import SHARED

GOOD = """account,market,collateral_asset,collateral_amount,debt_asset,debt_amount
x,aave,WETH,1,USDC,1000
y,aave,WBTC,2,DAI,20000
"""
CASES = sorted(path for path in SHARED.glob("cases/import/*/*") if path.stem in {"book", "events", "badDebt"})
"""Files that real people had; none where the folder of shared texts is absent."""
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


def choose(box, value):
    """Choose as a hand does."""
    at = box.findData(value)
    assert at >= 0
    box.setCurrentIndex(at)
    box.activated.emit(at)


def asked(dialog):
    return [question.text for question in dialog._questions.questions]


def answer(qtbot, dialog, words):
    """Press the answer that has these words."""
    button = next(button for button in dialog._questions.findChildren(QPushButton) if words in button.text())
    button.click()
    settled(qtbot, dialog)


def test_that_a_column_without_a_guess_is_asked_for(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("account", "whose"))
    assert any("No column is the account" in text for text in asked(dialog))
    assert "1 question is open" in status(dialog)
    assert not part(dialog, QPushButton, "import_accept").isEnabled()
    box = part(dialog, QComboBox, "import_account")
    assert box.property("state") == "fault"
    choose(box, "whose")
    settled(qtbot, dialog)
    assert asked(dialog) == []
    assert "2 loan rows" in status(dialog)


def test_that_a_question_is_answered_by_a_press_and_asked_again_after_starting_over(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD + "y,aave,WBTC,2,DAI,20000\n")
    assert any("repeats another exactly" in text for text in asked(dialog))
    answer(qtbot, dialog, "taken once")
    assert asked(dialog) == []
    assert "2 loan rows" in status(dialog)
    dialog._again.click()
    settled(qtbot, dialog)
    assert any("repeats another exactly" in text for text in asked(dialog))
    answer(qtbot, dialog, "each counts")
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist() == ["x", "y", "y"]


def test_that_an_answer_is_typed(qtbot, document, dialog_on):
    dialog = dialog_on("size,coin,liqPrice\n2,WETH,1500\n4,WETH,1400\n")
    frame = dialog.findChild(QFrame, "import_question_account")
    assert frame is not None, asked(dialog)
    choose(frame.findChildren(QComboBox)[-1], "size")
    settled(qtbot, dialog)
    assert dialog._choices.columns["account"] == "size"


def with_column(name, *values):
    lines = GOOD.split()
    return "\n".join(f"{line},{value}" for line, value in zip(lines, (name, *values), strict=True)) + "\n"


def test_that_what_was_done_without_asking_is_said(qtbot, document, dialog_on):
    dialog = dialog_on(
        GOOD.replace("debt_amount", "debt_amount,colour").replace("1000", "1000,red").replace("20000", "20000,blue")
    )
    assert "not used: colour" in part(dialog, QLabel, "import_said").text()


def test_that_accounts_with_nothing_are_said_to_be_left_out(qtbot, document, dialog_on):
    dialog = dialog_on("user,asset,side,amount\nx,WETH,supply,1\nx,USDC,borrow,5\nz,USDC,borrow,0\n")
    said = part(dialog, QLabel, "import_said").text()
    assert "row 4: 1 account holds nothing that counts and owes nothing, left out: z" in said


def test_that_a_column_can_be_taken_for_nothing(qtbot, document, dialog_on):
    dialog = dialog_on(
        GOOD.replace("debt_amount", "debt_amount,bonus").replace("1000", "1000,0.05").replace("20000", "20000,0.05")
    )
    box = part(dialog, QComboBox, "import_liquidation_bonus")
    assert box.currentData() == "bonus"
    choose(box, None)
    settled(qtbot, dialog)
    assert box.currentData() is None
    accept(qtbot, dialog)
    assert math.isnan(document.loans.value(0, "liquidation_bonus"))


def told_by_the_command(case, template):
    """Return the questions and the faults of the book itself."""
    try:
        reading = import_book(case, template=template).reading
    except Unanswered as refusal:
        return [question.text for question in refusal.questions], []
    except BadInput as refusal:
        return [], [str(fault) for fault in refusal.faults]
    lacking = (": no price", ": no liquidation_threshold")
    wrong = [str(fault) for fault in reading.notes.faults if not any(words in str(fault) for words in lacking)]
    return [question.text for question in reading.notes.questions], wrong


@pytest.mark.parametrize("case", CASES, ids=[case.parent.name for case in CASES])
def test_that_the_dialog_says_and_asks_what_the_command_does(qtbot, document, tmp_path, case):
    empty = Scenario(blank_parameters(), LoanTable.empty())
    document.replace_draft(empty.parameters, empty.loans, None)
    dialog = ImportDialog(document, case)
    dialog.show()
    settled(qtbot, dialog)
    assert (asked(dialog), faults(dialog)) == told_by_the_command(case, empty)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def test_that_a_tidy_file_with_decimal_commas_is_understood(qtbot, document, dialog_on):
    dialog = dialog_on(TIDY)
    assert part(dialog, QComboBox, "import_shape").currentData() == "positions"
    choose(part(dialog, QComboBox, "import_account"), "who")
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


def test_that_a_new_asset_gets_a_depth_that_is_proposed_and_can_be_changed_or_left_out(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("WBTC", "LINK").replace("DAI", "CRV"))
    for name in ("LINK", "CRV"):
        part(dialog, QLineEdit, f"import_price_{name}").setText("7.5")
    depth = part(dialog, QLineEdit, "import_depth_LINK")
    assert float(depth.text().replace(",", "")) == proposed_depth("LINK").depth_2pct_usd
    assert any("assumed" in label.text() for label in dialog.findChildren(QLabel))
    depth.setText("a lot")
    assert not part(dialog, QPushButton, "import_accept").isEnabled()
    depth.setText("3M")
    part(dialog, QLineEdit, "import_depth_CRV").setText("")
    accept(qtbot, dialog)
    assert document.parameters.assets["LINK"].liquidity.depth_2pct_usd == 3e6
    assert document.parameters.assets["CRV"].liquidity.model == "infinite"


def test_that_what_is_lacking_may_be_left_to_the_table(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("WBTC", "LINK"))
    part(dialog, QCheckBox, "import_add_lacking").setChecked(False)
    accept(qtbot, dialog)
    assert "LINK" not in document.parameters.assets
    assert document.loans.value(1, "collateral_asset") == "LINK"


def test_that_liquidation_prices_are_turned_into_loans(qtbot, document, dialog_on):
    dialog = dialog_on("owner,liqPrice,collateral,collateralAmount\n0xa,1500,WETH,2\n")
    assert part(dialog, QComboBox, "import_shape").currentData() == "liquidation_prices"
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
