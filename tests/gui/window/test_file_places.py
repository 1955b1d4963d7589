"""File dialogs start in the folder last used for the same purpose, also in the next session."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from cascade_gui.window.settings import PURPOSES, Settings
from cascade_gui.working.file_places import ask_file, ask_where


class Over(QWidget):
    """A window that keeps places, and a panel in it."""

    def __init__(self, settings):
        super().__init__()
        self.file_places = settings
        self.panel = QWidget(self)


@pytest.fixture
def over(qtbot, tmp_path):
    window = Over(Settings(tmp_path / "profile"))
    qtbot.addWidget(window)
    return window


@pytest.fixture
def starts(monkeypatch, tmp_path):
    """Where dialogs start; each is answered with the file in the folder that is named."""
    seen = []

    def answer(parent, title, start, *rest):
        seen.append(start)
        return str(tmp_path / title / "file.csv"), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return seen


def test_that_a_dialog_starts_where_one_of_its_kind_ended(over, starts, tmp_path):
    assert ask_file(over.panel, "prices", "history", "") == tmp_path / "history" / "file.csv"
    ask_where(over.panel, "table", "tables", Path("curve.csv"), "")
    ask_file(over.panel, "prices", "history", "")
    ask_where(over.panel, "table", "tables", Path("curve.csv"), "")
    assert starts[1] == str(tmp_path / "history" / "curve.csv"), (
        "what was never asked for starts where the last one was"
    )
    assert starts[2:] == [str(tmp_path / "history"), str(tmp_path / "tables" / "curve.csv")]


def test_that_folders_are_kept_for_the_next_session(over, starts, tmp_path):
    for purpose in PURPOSES:
        ask_file(over.panel, purpose, purpose, "")
    over.file_places.sync()
    later = Settings(tmp_path / "profile")
    assert [later.folder_of(purpose) for purpose in PURPOSES] == [str(tmp_path / purpose) for purpose in PURPOSES]
    assert later.faults == []


def test_that_a_file_with_a_folder_of_its_own_is_proposed_there(over, starts, tmp_path):
    ask_file(over.panel, "scenario", "elsewhere", "")
    ask_where(over.panel, "scenario", "elsewhere", tmp_path / "own" / "a.cascade", "")
    assert starts[-1] == str(tmp_path / "own" / "a.cascade")


def test_that_a_cancelled_dialog_keeps_nothing(over, monkeypatch, tmp_path):
    before = over.file_places.folder_of("book")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    assert ask_file(over.panel, "book", "Import", "") is None
    assert over.file_places.folder_of("book") == before
