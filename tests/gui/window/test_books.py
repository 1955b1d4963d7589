"""Importing and making loan books through the named actions."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFileDialog

from tests.gui.window.conftest import trigger


def test_that_the_import_action_opens_the_dialog_on_the_chosen_file(window, tmp_path, monkeypatch, qtbot):
    book = tmp_path / "book.csv"
    book.write_text("account,market,collateral_asset,collateral_amount,debt_asset,debt_amount\na,m,WETH,1,USDC,900\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(book), ""))
    trigger(window, "file_import")
    dialog = window.findChild(QDialog, "import_dialog")
    assert "book.csv" in dialog.windowTitle()
    dialog.reject()


def test_that_the_generate_action_opens_its_dialog(window):
    trigger(window, "file_generate")
    window.findChild(QDialog, "generator_dialog").reject()


def test_that_rows_are_inserted_and_deleted_as_undoable_steps(window):
    before = len(window.document.loans)
    window.book.table.setCurrentIndex(window.book.table.model().index(0, 0))
    trigger(window, "edit_insert_rows")
    assert len(window.document.loans) == before + 1
    assert "Insert 1 row" in window.findChild(object, "edit_undo").text()
    trigger(window, "edit_undo")
    assert len(window.document.loans) == before
    trigger(window, "edit_redo")
    assert len(window.document.loans) == before + 1


def test_that_an_edited_book_is_looked_at_anew_and_the_plots_keep_the_run(ran, qtbot):
    books = []
    ran.session.view_changed.connect(lambda _, book: books.append(book))
    ran.book.table.setCurrentIndex(ran.book.table.model().index(0, 0))
    trigger(ran, "edit_delete_rows") if ran.actions_table["edit_delete_rows"].isEnabled() else ran.book.delete_rows()
    qtbot.waitUntil(lambda: bool(books) and books[-1] is not ran.recording.book, timeout=60_000)
    assert "Changed since this run" in ran.banner.text
    assert ran.recording is not None
    trigger(ran, "edit_undo")
    qtbot.waitUntil(lambda: books[-1] is ran.recording.book, timeout=60_000)
    assert ran.banner.text == ""


def test_that_real_liquidations_are_laid_beside_the_run_that_is_shown(ran, tmp_path, monkeypatch):
    events = tmp_path / "events.csv"
    events.write_text("borrower,repaid_usd\nsomebody,5\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(events), ""))
    trigger(ran, "file_compare")
    dialog = ran.findChild(QDialog, "beside_dialog")
    assert "events.csv beside the run" in dialog.windowTitle()
    dialog.reject()
