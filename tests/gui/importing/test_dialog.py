"""Importing a book as a user does: a file, a mapping, what is wrong, replace or append."""

from __future__ import annotations

import math

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QRadioButton,
)

from cascade_gui.document.document import blank_parameters
from cascade_gui.importing import ImportDialog
from engine.scenario.loans import LoanTable
from tests.gui.importing.driving import accept, answer, asked, choose, faults, part, read_as, settled, status, use_of

GOOD = """account,market,collateral_asset,collateral_amount,debt_asset,debt_amount
x,aave,WETH,1,USDC,1000
y,aave,WBTC,2,DAI,20000
"""
TIDY = "who;token;side;amount\nx;WETH;collateral;1,5\nx;USDC;debt;1.000,0\n"


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
    assert "1 of 3 rows in the file is wrong" in status(dialog)
    assert "without the accounts of wrong rows 2 loan rows can be imported" in status(dialog)
    assert any("row 4" in line and "collateral_amount" in line and "lots" in line for line in faults(dialog))
    button = part(dialog, QPushButton, "import_accept")
    assert not button.isEnabled()
    part(dialog, QCheckBox, "import_skip").click()
    settled(qtbot, dialog)
    assert any("row 4" in line for line in faults(dialog)), "what is left out stays to be read"
    assert button.isEnabled()
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist() == ["x", "y"]


def test_that_rows_that_come_in_and_wrong_ones_add_up_to_those_of_the_file(qtbot, document, dialog_on):
    """Five rows, a price and an amount that cannot be read: "5 can be imported; 2 are wrong" counted them twice."""
    priced = "account,market,collateral_asset,collateral_amount,collateral_price,debt_asset,debt_amount\n"
    rows = [f"x{n},aave,WETH,1,2000,USDC,1000" for n in range(5)]
    rows[1], rows[3] = rows[1].replace("2000", "dear"), rows[3].replace("WETH,1,2000", "WETH,lots,-3")
    dialog = dialog_on(priced + "\n".join(rows) + "\n")
    assert "2 of 5 rows in the file are wrong" in status(dialog)
    assert "3 loan rows can be imported" in status(dialog)
    part(dialog, QCheckBox, "import_mark").click()
    settled(qtbot, dialog)
    assert "5 loan rows can be imported; 2 of 5 rows in the file come in marked as wrong" in status(dialog)
    part(dialog, QCheckBox, "import_mark").click()
    settled(qtbot, dialog)
    part(dialog, QCheckBox, "import_skip").click()
    settled(qtbot, dialog)
    assert "3 loan rows can be imported; 2 of 5 rows in the file are wrong and stay out" in status(dialog)


def test_that_a_book_without_bonuses_is_not_called_right(qtbot, document, dialog_on):
    document.replace_draft(blank_parameters(), LoanTable.empty(), None)
    text = "account,market,asset,side,amount,price,liquidation_threshold\nx,m,WETH,collateral,1,2000,0.8\n"
    text += "x,m,USDC,debt,9,1,\n"
    dialog = dialog_on(text)
    assert "nothing is wrong" not in status(dialog)
    assert "A bonus of 0 % is assumed for WETH: nobody is paid to liquidate it" in status(dialog)


def test_that_a_column_of_efficiency_modes_is_read_as_categories(qtbot, document, dialog_on):
    dialog = dialog_on(
        GOOD.replace("debt_amount", "debt_amount,e_mode").replace("1000", "1000,stable").replace("20000", "20000,0")
    )
    assert use_of(dialog, "e_mode").role == "category"
    assert any("categories whose thresholds nothing tells" in line for line in faults(dialog))
    part(dialog, QCheckBox, "import_leave_missing").click()
    accept(qtbot, dialog)
    assert [document.loans.value(row, "category") for row in (0, 1)] == ["stable", None]


def test_that_a_column_without_a_guess_is_asked_for(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace("account", "whose"))
    assert any("No column is the account" in text for text in asked(dialog))
    assert "1 question is open" in status(dialog)
    assert not part(dialog, QPushButton, "import_accept").isEnabled()
    assert use_of(dialog, "whose").kind == "none"
    read_as(qtbot, dialog, "whose", "account")
    assert asked(dialog) == []
    assert "2 loan rows" in status(dialog)


def test_that_a_question_is_answered_by_a_press_and_asked_again_after_starting_over(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD + "y,aave,WBTC,2,DAI,20000\n")
    assert any("repeats another exactly" in text for text in asked(dialog))
    answer(qtbot, dialog, "taken once")
    assert asked(dialog) == []
    assert "2 loan rows" in status(dialog)
    part(dialog, QPushButton, "import_again").click()
    settled(qtbot, dialog)
    assert any("repeats another exactly" in text for text in asked(dialog))
    answer(qtbot, dialog, "each counts")
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist() == ["x", "y", "y"]


def test_that_what_each_answer_makes_of_the_book_stands_beside_it_in_numbers(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD.replace(",", ";").replace("1000", "1.000").replace("20000", "2.000"))
    frame = dialog.findChild(QFrame, "import_question_decimal_sign")
    said = [label.text() for label in frame.findChildren(QLabel) if label.isVisible()]
    assert "2 accounts: collateral $62k, debt $3k" in said
    assert "2 accounts: collateral $62k, debt $3" in said


def test_that_questions_of_one_kind_are_weighed_as_answered_alike(qtbot, document, dialog_on):
    large = 10**24
    dialog = dialog_on(GOOD.replace("WETH,1", f"foo,{3 * large}").replace("WBTC,2", f"bar,{large}"))
    assert len(asked(dialog)) == 2
    said = [label.text() for label in dialog._page.questions.findChildren(QLabel) if "accounts" in label.text()]
    assert any("collateral 3M foo" in text for text in said)
    assert any("collateral 3e+24 foo" in text for text in said)


def test_that_questions_of_one_kind_are_answered_alike_by_one_press(qtbot, document, dialog_on):
    large = 10**24
    dialog = dialog_on(GOOD.replace("WETH,1", f"foo,{3 * large}").replace("WBTC,2", f"bar,{large}"))
    assert len(asked(dialog)) == 2
    answer(qtbot, dialog, "the same for 1 more")
    assert asked(dialog) == []
    assert dialog._choices.decimals == {"foo": 18, "bar": 18}


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
    assert "Not used: colour" in part(dialog, QLabel, "import_said").text()


def test_that_accounts_with_nothing_are_said_to_be_left_out(qtbot, document, dialog_on):
    dialog = dialog_on("user,asset,side,amount\nx,WETH,supply,1\nx,USDC,borrow,5\nz,USDC,borrow,0\n")
    said = part(dialog, QLabel, "import_said").text()
    assert "Row 4: 1 account holds nothing that counts and owes nothing, left out: z" in said


def test_that_a_column_can_be_taken_for_nothing(qtbot, document, dialog_on):
    dialog = dialog_on(
        GOOD.replace("debt_amount", "debt_amount,bonus").replace("1000", "1000,0.05").replace("20000", "20000,0.05")
    )
    assert use_of(dialog, "bonus").role == "liquidation_bonus"
    read_as(qtbot, dialog, "bonus", None)
    assert use_of(dialog, "bonus").kind == "none"
    accept(qtbot, dialog)
    assert math.isnan(document.loans.value(0, "liquidation_bonus"))


def test_that_a_tidy_file_with_decimal_commas_is_understood(qtbot, document, dialog_on):
    dialog = dialog_on(TIDY)
    assert part(dialog, QComboBox, "import_shape").currentData() == "positions"
    read_as(qtbot, dialog, "who", "account")
    accept(qtbot, dialog)
    records = document.loans.to_table().to_records()
    assert sum(record.get("collateral_amount", 0) for record in records) == 1.5
    assert sum(record.get("debt_amount", 0) for record in records) == 1000
    assert {record["market"] for record in records} == {"aave"}


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
        dialog.done(0)
    assert document.loans.to_table() is before
    assert document.undo_stack.count() == 0


def test_that_wrong_rows_may_come_in_marked_and_go_with_the_undo(qtbot, document, dialog_on):
    dialog = dialog_on(GOOD + "z,aave,WETH,lots,USDC,1\n")
    assert not part(dialog, QPushButton, "import_accept").isEnabled()
    part(dialog, QCheckBox, "import_mark").click()
    settled(qtbot, dialog)
    assert any("row 4" in line and "lots" in line for line in faults(dialog))
    assert not part(dialog, QCheckBox, "import_skip").isChecked()
    part(dialog, QRadioButton, "import_append").setChecked(True)
    before = len(document.loans)
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist()[before:] == ["x", "y", "z"]
    assert document.loans.bad_cell_positions() == [(before + 2, "collateral_amount", "lots")]
    assert document.faults()[0].where == f"loans row {before + 3}, collateral_amount"
    document.undo_stack.undo()
    assert document.loans.bad_cell_positions() == []
    document.undo_stack.redo()
    assert document.loans.bad_text(before + 2, "collateral_amount") == "lots"


def test_that_a_column_of_formulas_can_be_taken_for_nothing(qtbot, document, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["account", "collateral_asset", "collateral_amount", "debt_asset", "debt_amount", "health"])
    book.active.append(["x", "WETH", 1, "USDC", 1000, "=C2*1.5"])
    book.save(tmp_path / "book.xlsx")
    dialog = ImportDialog(document, tmp_path / "book.xlsx")
    dialog.show()
    settled(qtbot, dialog)
    assert [line for line in faults(dialog) if "cell F2: a formula" in line]
    assert not part(dialog, QPushButton, "import_accept").isEnabled()
    read_as(qtbot, dialog, "health", None)
    assert faults(dialog) == []
    accept(qtbot, dialog)
    assert document.loans.column("account").tolist() == ["x"]


@pytest.mark.parametrize("asked_about", [False, True], ids=["read", "asked"])
def test_that_the_dialog_fits_a_small_screen_whatever_the_names(qtbot, document, dialog_on, asked_about):
    long = "a_name_that_somebody_has_made_up_" * 5
    text = GOOD.replace("WBTC", long.upper()).replace("debt_amount", f"debt_amount,{long}")
    text = text.replace("1000", "1000,z").replace("20000", "20000,z")
    dialog = dialog_on(text.replace("account", f"{long}who") if asked_about else text, f"{long}.csv")
    assert bool(asked(dialog)) == asked_about
    assert dialog.width() <= 1366
    assert dialog.height() <= 728
    assert dialog.minimumSizeHint().width() <= 1366
    for label in dialog.findChildren(QLabel):
        area = label.parentWidget()
        if label.isVisible() and area is not None and label.wordWrap():
            assert label.minimumSizeHint().width() <= area.width(), label.text()


def test_that_a_question_that_follows_another_has_room(qtbot, dialog_on):
    """It comes into a form that is seen already."""
    dialog = dialog_on("foo,bar,baz\nx,y,z\nu,v,w\n")
    assert asked(dialog)
    room = []
    for _ in range(2):
        dialog._check()
        settled(qtbot, dialog)
        QApplication.processEvents()
        room.append(dialog._page.asked.height())
        frames = dialog._page.questions.findChildren(QFrame)
        assert any(frame.isVisible() and frame.height() > 20 for frame in frames)
    assert min(room) > 40


def test_that_nothing_is_called_right_beside_figures_of_the_file_that_differ(qtbot, dialog_on):
    dialog = dialog_on(
        "account,market,collateral_asset,collateral_amount,debt_asset,debt_amount,health\na1,aave,WETH,10,USDC,12000,0\n"
    )
    assert "1 loan row can be imported; figures of the file itself differ" in status(dialog)
    assert part(dialog, QLabel, "import_said").text().startswith("The file's own health is 0 in 1 account")


def test_that_another_sheet_can_be_chosen(qtbot, document, tmp_path):
    import openpyxl

    workbook = openpyxl.Workbook()
    for sheet, amount in ((workbook.active, 10), (workbook.create_sheet("February"), 20)):
        for row in (["Account", "Token", "Side", "Amount"], ["a", "WETH", "Deposit", amount], ["a", "USDC", "Loan", 9]):
            sheet.append(row)
    workbook.active.title = "January"
    workbook.save(tmp_path / "book.xlsx")
    dialog = ImportDialog(document, tmp_path / "book.xlsx")
    dialog.show()
    settled(qtbot, dialog)
    box = part(dialog, QComboBox, "import_sheet")
    assert box.isVisible()
    assert [box.itemText(at) for at in range(box.count())] == ["January", "February"]
    choose(box, "February")
    settled(qtbot, dialog)
    assert box.currentText() == "February"
    accept(qtbot, dialog)
    assert document.loans.column("collateral_amount").tolist() == [20.0]


def test_that_a_file_without_sheets_has_no_choice_of_them(dialog_on):
    assert not part(dialog_on(GOOD), QComboBox, "import_sheet").isVisible()
