"""Opening and saving in the window; nothing of the user's is lost."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

import engine
from cascade_gui.wording import messages
from cascade_gui.wording.messages import Unsaved
from engine.base.faults import BadInput
from engine.command.main import main as run_command
from engine.files.talks import talks
from engine.scenario.loans import CodedColumn
from tests.gui.window.conftest import TEACHING_BOOK, trigger

LATENCY = "liquidators.latency_rounds"


def answer(monkeypatch, value):
    asked = []
    monkeypatch.setattr(messages, "ask_unsaved", lambda *_: asked.append(1) or value)
    return asked


def choose_to_save_in(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


@pytest.mark.parametrize("name", ["book.cascade", "book.json"])
def test_that_what_is_saved_opens_again_as_it_was(window, tmp_path, name):
    window.document.set_parameter(LATENCY, 2)
    before = window.document.scenario()
    assert window.save(tmp_path / name)
    assert not window.document.dirty
    assert window.open(tmp_path / name)
    after = window.document.scenario()
    assert after.parameters == before.parameters
    assert after.loans.same_as(before.loans)
    assert window.document.path == tmp_path / name


def test_that_the_run_is_saved_with_its_scenario(ran, tmp_path, make_window):
    assert ran.save(tmp_path / "run.cascade")
    other = make_window()
    assert other.open(tmp_path / "run.cascade")
    assert other.recording is not None
    assert other.recording.summary() == ran.recording.summary()
    assert other.round == 0


def test_that_a_run_of_older_parameters_is_not_saved(ran, tmp_path, make_window):
    ran.document.set_parameter(LATENCY, 2)
    assert ran.save(tmp_path / "run.cascade")
    other = make_window()
    assert other.open(tmp_path / "run.cascade")
    assert other.recording is None


def test_that_the_title_has_a_dirty_mark(window):
    assert not window.isWindowModified()
    window.document.set_parameter(LATENCY, 2)
    assert window.isWindowModified()
    assert "[*]" in window.windowTitle()


def test_that_discarding_opens_the_other_file(window, monkeypatch):
    asked = answer(monkeypatch, Unsaved.DISCARD)
    window.document.set_parameter(LATENCY, 2)
    assert window.open(TEACHING_BOOK)
    assert asked == [1]
    assert window.document.parameters.liquidators.latency_rounds == 0


def test_that_cancelling_keeps_everything(window, monkeypatch):
    answer(monkeypatch, Unsaved.CANCEL)
    window.show()
    window.document.set_parameter(LATENCY, 2)
    assert not window.open(TEACHING_BOOK)
    assert window.document.parameters.liquidators.latency_rounds == 2
    assert not window.close()


def test_that_saving_first_writes_the_file_and_goes_on(window, monkeypatch, tmp_path):
    answer(monkeypatch, Unsaved.SAVE)
    window.save(tmp_path / "a.json")
    window.document.set_parameter(LATENCY, 2)
    trigger(window, "file_new")
    assert engine.load(tmp_path / "a.json").parameters.liquidators.latency_rounds == 2
    assert window.document.path is None
    assert len(window.document.loans) == 0


def test_that_save_asks_for_a_name_the_first_time_and_adds_the_ending(window, monkeypatch, tmp_path):
    trigger(window, "file_new")
    window.document.set_parameter(LATENCY, 2)
    choose_to_save_in(monkeypatch, tmp_path / "fresh")
    trigger(window, "file_save")
    assert window.document.path == tmp_path / "fresh.cascade"
    assert (tmp_path / "fresh.cascade").exists()


def test_that_a_file_changed_by_others_is_noticed_before_it_is_overwritten(window, monkeypatch, tmp_path):
    path = tmp_path / "a.json"
    window.save(path)
    path.write_text(path.read_text() + "\n")
    os.utime(path, ns=(1, 1))
    asked = []
    monkeypatch.setattr(messages, "ask_overwrite", lambda *_: asked.append(1))
    window.document.set_parameter(LATENCY, 2)
    assert not window.save(path)
    assert asked == [1]
    assert window.document.dirty
    monkeypatch.setattr(messages, "ask_overwrite", lambda *_: True)
    assert window.save(path)
    assert window.save(path)


def test_that_a_file_that_cannot_be_read_is_said_in_words_and_changes_nothing(window, tmp_path):
    path = tmp_path / "bad.json"
    plain = json.loads(TEACHING_BOOK.read_text())
    plain["liquidatorz"] = {}
    path.write_text(json.dumps(plain))
    before = window.document.path
    assert not window.open(path)
    box = window.findChild(QMessageBox, "bad_input_message")
    assert "did you mean liquidators" in box.informativeText()
    assert window.document.path == before
    box.close()


@pytest.mark.parametrize("name", ["book.cascade", "book.json"])
def test_that_a_book_with_wrong_cells_is_put_aside_and_opens_with_the_same_marks(window, tmp_path, name, capsys):
    """Whatever computes refuses the file, with a line for each wrong cell."""
    document = window.document
    loans = document.loans.to_table()
    names = (*loans.debt_asset.names, "DOGE")
    codes = loans.debt_asset.codes.copy()
    codes[1] = len(names) - 1
    wrong = replace(loans, debt_asset=CodedColumn(codes, names))
    wrong = replace(wrong, debt_amount=np.where(np.arange(len(loans)) == 0, np.nan, loans.debt_amount))
    document.replace_draft(document.parameters, wrong, None, [(0, "debt_amount", "lots")])
    path = tmp_path / name
    assert window.save(path)
    assert not document.dirty
    window.files.new()
    assert window.open(path)
    assert document.loans.bad_cell_positions() == [(0, "debt_amount", "lots")]
    assert document.loans.to_table().same_as(wrong)
    assert not document.dirty
    assert run_command(["check", str(path)]) == 2
    refusal = capsys.readouterr().err
    assert "loans row 1, debt_amount: 'lots'" in refusal
    assert "Traceback" not in refusal


def test_that_a_wrong_cell_that_would_be_right_as_a_blank_does_not_run(window, tmp_path):
    document = window.document
    document.replace_draft(
        document.parameters, document.loans.to_table(), None, [(0, "liquidation_threshold", "83 or so")]
    )
    for name in ("book.cascade", "book.json"):
        assert window.save(tmp_path / name)
        with pytest.raises(BadInput, match="83 or so"):
            engine.load(tmp_path / name)


def test_that_a_file_that_was_put_right_is_like_any_other(window, tmp_path):
    document = window.document
    before = document.loans.to_table()
    document.replace_draft(document.parameters, before, None, [(0, "liquidation_threshold", "83 or so")])
    assert window.save(tmp_path / "book.cascade")
    document.replace_draft(document.parameters, before, tmp_path / "book.cascade")
    document.mark_unsaved()
    assert window.save(tmp_path / "book.cascade")
    assert engine.load(tmp_path / "book.cascade").loans.same_as(before)


def test_that_a_list_of_loans_in_json_that_is_dropped_is_imported(window, tmp_path, qtbot):
    book = tmp_path / "positions.json"
    row = {"account": "a", "collateral_asset": "X", "collateral_amount": 1, "debt_asset": "USD", "debt_amount": 1}
    book.write_text(json.dumps([row]), encoding="utf-8")
    window.files.open_dropped(book)
    dialog = window.findChild(QDialog, "import_dialog")
    assert "positions.json" in dialog.windowTitle()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def test_that_a_file_dropped_on_the_window_opens(window, tmp_path):
    window.save(tmp_path / "dropped.json")
    window.open(TEACHING_BOOK)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.json"))])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)
    assert window.document.path == tmp_path / "dropped.json"


def test_that_recent_files_are_in_the_menu(window, tmp_path):
    window.save(tmp_path / "recent.json")
    menu = window.submenus._menus["recent"]
    menu.aboutToShow.emit()
    names = [action.text() for action in menu.actions()]
    assert names[0] == "recent.json"
    window.open(TEACHING_BOOK)
    menu.actions()[0].trigger()
    assert window.document.path == tmp_path / "recent.json"


def test_that_every_bundled_example_and_talk_is_in_the_menu_and_opens_without_a_file(window):
    menu = window.submenus._menus["examples"]
    menu.aboutToShow.emit()
    index = json.loads((TEACHING_BOOK.parent / "index.json").read_text())
    titles = [entry["title"] for entry in index] + [talk.title for talk in talks()]
    assert [action.text() for action in menu.actions()] == titles
    next(action for action in menu.actions() if action.data() == "teaching-book").trigger()
    assert window.document.path is None
    assert window.document.name.startswith("Teaching book")
