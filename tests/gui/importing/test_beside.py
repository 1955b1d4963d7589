"""A list of real liquidations beside the run that is shown."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QTableView

import engine
from cascade_gui.importing.beside_dialog import BesideRunDialog
from engine.scenario.scenario import Scenario
from tests.engine.command.test_compare import EVENTS, SCENARIO
from tests.gui.importing.driving import part, settled


@pytest.fixture
def opened(qtbot, qapp, tmp_path):
    dialogs = []

    def open_on(text, name="events.csv"):
        path = tmp_path / name
        path.write_text(text)
        dialog = BesideRunDialog(engine.run(Scenario.from_dict(SCENARIO)), path)
        dialogs.append(dialog)
        dialog.show()
        settled(qtbot, dialog)
        return dialog

    yield open_on
    for dialog in dialogs:
        with qtbot.waitSignal(dialog.destroyed):
            dialog.reject()


def lines(dialog):
    return part(dialog, QLabel, "beside_lines").text().splitlines()


def rows(dialog):
    model = part(dialog, QTableView, "beside_accounts").model()
    return {model.index(row, 0).data(): model.index(row, 1).data() for row in range(model.rowCount())}


def test_that_totals_are_said_and_accounts_are_listed_by_difference(opened):
    dialog = opened(EVENTS + "a,keeper,100,6000,6300\nc,keeper,150,500,525\nstranger,keeper,90,70,75\n")
    assert lines(dialog)[0] == "Liquidated: 3 accounts in reality, 3 in the run, 1 in both"
    assert "reality" in lines(dialog)[2]
    assert rows(dialog) == {
        "0x" + "A" * 40: "only in the run",
        "b": "only in the run",
        "a": "both",
        "c": "only in reality",
        "stranger": "not in the book",
    }
    assert part(dialog, QComboBox, "beside_account").currentData() == "borrower"
    assert "not used: liquidator" in part(dialog, QLabel, "beside_said").text()


def test_that_a_column_that_is_not_found_can_be_chosen(qtbot, opened):
    dialog = opened("whose,value\na,5\n")
    assert "none is who was liquidated (whose, value)" in lines(dialog)[0]
    assert not part(dialog, QPushButton, "beside_save").isEnabled()
    for role, column in (("account", "whose"), ("repaid_usd", "value")):
        box = part(dialog, QComboBox, f"beside_{role}")
        box.setCurrentIndex(box.findData(column))
        box.activated.emit(box.currentIndex())
        settled(qtbot, dialog)
    assert lines(dialog)[2].startswith("Debt repaid: 5 USD in reality")


def test_that_the_accounts_are_saved(opened, tmp_path, monkeypatch):
    dialog = opened(EVENTS + "a,keeper,100,6000,6300\n")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out.csv"), ""))
    part(dialog, QPushButton, "beside_save").click()
    assert (tmp_path / "out.csv").read_text().startswith("account,where,real_times")


def test_that_a_file_that_cannot_be_read_says_why(opened):
    assert "events.json" in lines(opened("[1, 2", "events.json"))[0]
