"""Recovery files: written after every edit, gone once all is saved, readable after a crash."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from cascade_gui.document.document import Document, blank_parameters
from cascade_gui.document.recovery import Recovery, RecoveryFolder, Unsaved, read_unsaved, write_unsaved
from engine.base.faults import BadInput
from engine.scenario.loans import CodedColumn, LoanTable

RECORDS = [
    {"account": 'ann, "the" whale\n2', "market": "market", "collateral_asset": "WETH", "collateral_amount": 10.0},
    {"account": "böb", "market": "market", "debt_asset": "USDC", "debt_amount": 1e-7, "liquidation_threshold": 0.7},
]
LATENCY = "liquidators.latency_rounds"


@pytest.fixture
def folder(tmp_path):
    return RecoveryFolder(tmp_path / "recovery")


@pytest.fixture
def document(qapp):
    return Document()


@pytest.fixture
def recovery(document, folder):
    recovery = Recovery(document, folder)
    yield recovery
    recovery.close()


def running_timers(recovery):
    return [timer for timer in recovery.findChildren(QTimer) if timer.isActive()]


def unsaved(records=RECORDS, path=None):
    return Unsaved(
        blank_parameters(),
        LoanTable.from_records(records),
        ((1, "collateral_amount", "12 apples"),) if records else (),
        path,
        "crash",
        datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    )


@pytest.mark.parametrize("records", [RECORDS, []])
@pytest.mark.parametrize("path", [None, Path("/data/book.cascade")])
def test_that_a_recovery_file_gives_back_what_was_written(tmp_path, records, path):
    before = unsaved(records, path)
    write_unsaved(tmp_path / "a.recovery", before)
    after = read_unsaved(tmp_path / "a.recovery")
    assert after.loans.same_as(before.loans)
    assert (after.parameters, after.bad, after.path, after.name, after.when) == (
        before.parameters,
        before.bad,
        before.path,
        before.name,
        before.when,
    )


@pytest.mark.parametrize("spoil", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: data[::-1]])
def test_that_a_damaged_recovery_file_is_said_to_be_damaged(tmp_path, spoil):
    file = tmp_path / "a.recovery"
    write_unsaved(file, unsaved())
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(BadInput, match="damaged"):
        read_unsaved(file)


def test_that_an_edit_is_in_the_recovery_file_within_two_seconds(document, recovery, qtbot):
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 3)
        assert min(timer.remainingTime() for timer in running_timers(recovery)) <= 1000  # a second is left to write
    assert read_unsaved(recovery.file).parameters.liquidators.latency_rounds == 3


def test_that_edits_without_a_break_are_written_meanwhile(document, recovery, qtbot):
    written = []
    recovery.written.connect(lambda: written.append(document.parameters.liquidators.latency_rounds))
    for number in range(1, 30):
        document.set_parameter(LATENCY, number)
        qtbot.wait(60)
    assert written, "nothing was written while edits came faster than the quiet time"


def test_that_loans_and_bad_cells_are_recovered(document, recovery, qtbot):
    document.replace_draft(document.parameters, LoanTable.from_records(RECORDS), None, [(0, "debt_amount", "lots")])
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 1)
    found = read_unsaved(recovery.file)
    assert found.loans.same_as(LoanTable.from_records(RECORDS))
    assert found.bad == ((0, "debt_amount", "lots"),)


def test_that_the_file_goes_when_everything_is_saved(document, recovery, qtbot, tmp_path):
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 1)
    document.mark_saved(tmp_path / "a.json")
    qtbot.waitUntil(lambda: not recovery.file.exists())


def test_that_the_file_goes_when_the_last_edit_is_undone(document, recovery, qtbot):
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 1)
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: not recovery.file.exists())


def test_that_a_window_that_closes_in_good_order_leaves_nothing(document, recovery, folder, qtbot):
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 1)
    recovery.close()
    assert list(recovery.file.parent.iterdir()) == []


def test_that_the_work_of_a_window_that_still_runs_is_not_offered(document, recovery, folder, qtbot):
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 1)
    assert folder.left_behind() == []


def test_that_what_was_left_behind_is_offered_newest_first(folder):
    names = ["20260101-000000-aaaaaaaa.recovery", "20260301-000000-bbbbbbbb.recovery"]
    files = [folder.new_file().with_name(name) for name in names]
    for file in files:
        write_unsaved(file, unsaved())
    assert folder.left_behind() == files[::-1]


def test_that_a_recovered_file_stays_until_its_content_is_written_anew(document, recovery, folder, qtbot):
    old = folder.new_file()
    write_unsaved(old, unsaved())
    recovery.replaces(old, unsaved().when)
    assert old.exists()
    with qtbot.waitSignal(recovery.written):
        document.mark_unsaved()
    assert not old.exists()
    assert recovery.file.exists()


def test_that_a_folder_that_cannot_be_written_is_reported(document, recovery, folder, qtbot):
    recovery.file.mkdir()
    with qtbot.waitSignal(recovery.troubled) as said:
        document.set_parameter(LATENCY, 1)
    assert "is a folder" in said.args[0]
    recovery.file.rmdir()


def test_that_a_large_book_is_written_in_time(document, recovery, qtbot):
    rows = 300_000
    account = np.empty(rows, dtype=object)
    account[:] = [f"account{number}" for number in range(rows)]
    blank = np.full(rows, np.nan)
    zeros = CodedColumn(np.zeros(rows, dtype=np.int32), ("market",))
    assets = CodedColumn(np.zeros(rows, dtype=np.int32), ("WETH",))
    table = LoanTable(account, zeros, assets, np.ones(rows), assets, blank, blank, blank)
    document.replace_draft(document.parameters, table, None)
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 1)
    assert len(read_unsaved(recovery.file).loans) == rows
