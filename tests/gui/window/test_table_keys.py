"""Who gets a key after a row of the loan table was clicked: the recording, unless a cell is opened on purpose."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from cascade_gui.loan_table.columns import INDEX
from cascade_gui.loan_table.paste_heads import mapped_head

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ACCOUNT, DEBT, AMOUNT = (INDEX[key] for key in ("account", "debt_asset", "collateral_amount"))


@pytest.fixture
def table(ran, qtbot):
    """Return the table with its second row clicked, at round 1 of a run."""
    with qtbot.waitExposed(ran):
        ran.show()
    ran.player.show(1)
    click(ran.book.table, qtbot, 1, DEBT)
    return ran.book.table


def click(table, qtbot, row, column):
    rect = table.visualRect(table.model().index(row, column))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def editors(table):
    return [editor for editor in table.findChildren(QLineEdit) if editor.isVisible()]


def contents(window):
    loans = window.document.loans
    return [
        [str(loans.value(row, column)) for column in ("account", "debt_asset", "debt_amount")]
        for row in range(len(loans))
    ]


def test_that_the_keys_of_rounds_step_after_a_row_was_clicked(ran, table, qtbot):
    before, last = contents(ran), ran.player.last
    for key, there in (
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_End, last),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Period, 1),
        (Qt.Key.Key_Comma, 0),
        (Qt.Key.Key_W, ran.session.worst_round),
    ):
        qtbot.keyClick(table, key)
        assert ran.round == there, key
        assert editors(table) == []
    assert table.currentIndex().row() == 1
    assert table.currentIndex().column() == DEBT
    assert contents(ran) == before


def test_that_space_k_j_and_l_play_after_a_row_was_clicked(ran, table, qtbot):
    ran.player.speed = 0.25
    click(table, qtbot, 1, ACCOUNT)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert ran.player.playing
    qtbot.keyClick(table, Qt.Key.Key_K)
    assert not ran.player.playing
    qtbot.keyClick(table, Qt.Key.Key_L)
    assert ran.player.speed == 0.5
    qtbot.keyClick(table, Qt.Key.Key_J)
    assert ran.player.speed == 0.25
    assert editors(table) == []


@pytest.mark.parametrize("text", ["7", "q", "x"])
def test_that_a_letter_or_digit_changes_no_cell_while_a_recording_is_shown_and_says_what_does(ran, table, qtbot, text):
    said = []
    table.message.connect(said.append)
    before = contents(ran)
    qtbot.keyClicks(table, text)
    assert editors(table) == []
    assert contents(ran) == before
    assert "F2" in said[0]


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_that_f2_and_enter_open_a_cell_and_the_editor_keeps_its_keys(ran, table, qtbot, key):
    click(table, qtbot, 1, AMOUNT)
    qtbot.keyClick(table, key)
    (editor,) = editors(table)
    qtbot.keyClicks(editor, "1.5k")
    qtbot.keyClick(editor, Qt.Key.Key_Left)
    assert ran.round == 1
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editors(table) == [])
    assert ran.document.loans.value(1, "collateral_amount") == 1500.0


def test_that_a_number_is_typed_over_a_recording_whole(ran, table, qtbot):
    """Of "2k" the 2 was lost and the k played the recording."""
    click(table, qtbot, 1, AMOUNT)
    qtbot.keyClick(table, "2")
    (editor,) = editors(table)
    assert editor.text() == "2"
    qtbot.keyClicks(editor, ".5k")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editors(table) == [])
    assert ran.document.loans.value(1, "collateral_amount") == 2500.0
    assert ran.round == 1
    assert not ran.player.playing


def test_that_rows_are_copied_with_the_names_of_their_columns_where_these_are_wanted(ran, table, qtbot):
    click(table, qtbot, 1, DEBT)
    qtbot.keyClick(table, Qt.Key.Key_Space, SHIFT)
    qtbot.keyClick(table, Qt.Key.Key_C, CONTROL | SHIFT)
    head, row = QGuiApplication.clipboard().text().splitlines()
    assert head.split("\t")[:4] == ["account", "collateral_asset", "collateral_amount", "collateral_usd"]
    assert len(row.split("\t")) == len(head.split("\t"))
    assert mapped_head([head.split("\t"), row.split("\t")]) is not None, "pasted again the names say where it goes"


def test_that_a_double_click_opens_a_cell(table, qtbot):
    rect = table.visualRect(table.model().index(1, AMOUNT))
    click(table, qtbot, 1, AMOUNT)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    (editor,) = editors(table)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_that_tab_and_control_with_an_arrow_go_from_cell_to_cell(ran, table, qtbot):
    def at():
        return table.currentIndex().row(), table.currentIndex().column()

    visible = table.visible_columns()
    right = visible[visible.index(DEBT) + 1]
    for key, modifier, there in (
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, (1, right)),
        (Qt.Key.Key_Backtab, SHIFT, (1, DEBT)),
        (Qt.Key.Key_Right, CONTROL, (1, right)),
        (Qt.Key.Key_Left, CONTROL, (1, DEBT)),
        (Qt.Key.Key_Down, CONTROL, (2, DEBT)),
        (Qt.Key.Key_Up, CONTROL, (1, DEBT)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, (2, DEBT)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (1, DEBT)),
    ):
        qtbot.keyClick(table, key, modifier)
        assert at() == there, key
    assert ran.round == 1


def test_that_typing_replaces_a_cell_where_there_is_no_recording(window, qtbot):
    with qtbot.waitExposed(window):
        window.show()
    assert window.recording is None
    table = window.book.table
    click(table, qtbot, 1, AMOUNT)
    qtbot.keyClicks(table, "4")
    (editor,) = editors(table)
    assert editor.text() == "4"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
