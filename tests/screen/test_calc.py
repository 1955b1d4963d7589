"""What goes from the loan table into the real LibreOffice Calc comes back as it was, where Calc is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtGui import QGuiApplication

from cascade_gui.loan_table.columns import INDEX
from engine.scenario.loans import LoanTable
from tests.screen.table_window import document, window

__all__ = ["document", "window"]

pytestmark = pytest.mark.screen

BRIDGE = Path(__file__).with_name("calc_bridge.py")
PATIENCE = 90_000
TOUGH = (
    ("007", 0.1 + 0.2, 2.2250738585072014e-7),
    ("3-4", 1234567890123.4567, 1e21),
    ("1e5", 12345.678901234567, 100.0),
    ("TRUE", 1 / 3, 5e-324),
    ("0x00000000000000000000000000000000000000Ab", 80.0, 0.05),
)


def python_with_uno() -> str | None:
    """Return a Python that can talk to Calc; the one of the tests seldom can."""
    for candidate in (shutil.which("python3", path="/usr/bin"), sys.executable):
        if (
            candidate
            and not subprocess.run([candidate, "-c", "import uno"], capture_output=True, check=False).returncode
        ):
            return candidate
    return None


class Calc:
    """Calc with an empty sheet; Qt goes on meanwhile, which gives it the clipboard."""

    def __init__(self, qtbot, profile, python):
        self.qtbot, self.said = qtbot, b""
        profile.mkdir()
        environment = {**os.environ, "SAL_USE_VCLPLUGIN": "gen", "TMPDIR": str(profile)}  # what it leaves is its own
        name = f"cascade-{os.getpid()}"
        self.office = subprocess.Popen(
            ["soffice", "--norestore", "--nologo", "--nodefault", f"-env:UserInstallation={profile.as_uri()}",
             f"--accept=pipe,name={name};urp;"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.bridge = QProcess()
        self.bridge.readyReadStandardOutput.connect(self.hear)
        self.bridge.start(python, [str(BRIDGE), name])
        assert self.answer() == "ready"

    def hear(self):
        self.said += self.bridge.readAllStandardOutput().data()

    def answer(self):
        self.qtbot.waitUntil(lambda: b"\n" in self.said, timeout=PATIENCE)
        line, _, self.said = self.said.partition(b"\n")
        return line.decode()

    def do(self, command):
        self.bridge.write(f"{command}\n".encode())
        return self.answer()

    def end(self):
        self.bridge.write(b"end\n")
        self.bridge.waitForFinished(PATIENCE)  # the window of the test is closing: it is not to be deleted before
        self.bridge.deleteLater()
        self.office.terminate()
        self.office.wait()


@pytest.fixture
def calc(qtbot, tmp_path, qapp):
    python = python_with_uno() if shutil.which("soffice") else None
    if python is None:
        pytest.skip("LibreOffice Calc with its Python bridge is not installed here")
    calc = Calc(qtbot, tmp_path / "office", python)
    yield calc
    calc.end()


def tough(table: LoanTable) -> LoanTable:
    """Return the book with names that look like numbers and dates, and numbers of sixteen digits."""
    rows = table.to_records()
    for row, (account, collateral, debt) in zip(rows, TOUGH, strict=False):
        row |= {"account": account, "collateral_amount": collateral, "debt_amount": debt}
    return LoanTable.from_records(rows)


def test_that_a_book_copied_into_calc_and_back_is_the_same_book(window, document, calc, qtbot):
    document.replace_draft(document.parameters, tough(document.loans.to_table()), None)
    before = document.loans.to_table()
    table = window.panel.table
    table.selectAll()
    table.copy()
    held = json.loads(calc.do("paste"))
    assert [row[INDEX["account"]] for row in held[: len(TOUGH)]] == [each[0] for each in TOUGH]
    assert calc.do("copy") == "copied"
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().mimeData().hasHtml(), timeout=PATIENCE)
    table.select_cells(0, 0, [INDEX["account"]])
    table.paste()
    assert document.loans.to_table().same_as(before)
