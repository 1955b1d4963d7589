"""Recovery never goes back behind a newer file, ends with the save it belongs to, and Save asks after it."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import engine
from cascade_gui.document.document import Document, blank_parameters
from cascade_gui.document.recovery import Damaged, Recovery, RecoveryFolder, Unsaved, read_unsaved, write_unsaved
from cascade_gui.document.recovery_dialog import RecoveryDialog
from cascade_gui.document.saved_content import UNREADABLE, FileState, digest, holds_all_of, state_of
from cascade_gui.wording import messages
from engine.base.faults import BadInput
from engine.files import save_draft
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from tests.gui.recovery.test_recovery import RECORDS
from tests.gui.window.conftest import TEACHING_BOOK

LATENCY = "liquidators.latency_rounds"
EDITED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def left_behind(path, based_on, *, when=EDITED, bad=()):
    return Unsaved(blank_parameters(), LoanTable.from_records([]), bad, path, "crash", when, based_on)


def written(path, text, moment):
    path.write_text(text, encoding="utf-8")
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return digest(path)


# ------------------------------------------------------------------------------- what became of the file


def test_that_the_file_of_unsaved_work_is_told_by_its_content_and_then_by_its_time(tmp_path):
    path = tmp_path / "a.json"
    assert state_of(left_behind(None, None)) is FileState.NEVER_SAVED
    assert state_of(left_behind(path, "x")) is FileState.GONE
    later, earlier = EDITED + timedelta(seconds=1), EDITED - timedelta(seconds=1)
    opened = written(path, "opened", later)
    assert state_of(left_behind(path, opened)) is FileState.UNTOUCHED, "a copy that is restored has another time"
    written(path, "saved by others", earlier)
    assert state_of(left_behind(path, opened)) is FileState.CHANGED
    written(path, "saved by others", later)
    assert state_of(left_behind(path, opened)) is FileState.NEWER
    assert state_of(left_behind(path, None)) is FileState.NEWER, "what is not known is no newer than the file"


def test_that_a_file_that_cannot_be_read_has_no_known_content(tmp_path):
    assert digest(tmp_path / "none") is None
    assert digest(None) is None
    assert digest(tmp_path) == UNREADABLE


@pytest.mark.parametrize(
    ("moment", "said", "default"),
    [(EDITED + timedelta(hours=1), "is newer", "Open saved"), (EDITED - timedelta(hours=1), "changed mean", "Recover")],
)
def test_that_the_question_names_the_newer_one_and_proposes_it(tmp_path, qtbot, moment, said, default):
    path = tmp_path / "a.json"
    written(path, "another", moment)
    dialog = RecoveryDialog(left_behind(path, "what was opened"))
    qtbot.addWidget(dialog)
    assert said in dialog.informativeText()
    assert "asks before it overwrites" in dialog.informativeText()
    assert dialog.defaultButton().text() == default
    assert "Open saved discards the unsaved work" in dialog.informativeText()


def test_that_a_file_that_is_gone_cannot_be_opened(tmp_path, qtbot):
    dialog = RecoveryDialog(left_behind(tmp_path / "gone.json", "x"))
    qtbot.addWidget(dialog)
    assert "is gone" in dialog.informativeText()
    assert "discards" not in dialog.informativeText(), "of a button that is off"
    assert [button.text() for button in dialog.buttons() if not button.isEnabled()] == ["Open saved"]


def test_that_work_that_stands_in_the_file_is_known_to_be_saved(tmp_path):
    path = tmp_path / "a.json"
    engine.save(Scenario(blank_parameters(), LoanTable.from_records([])), path)
    assert holds_all_of(path, left_behind(path, None))
    assert not holds_all_of(path, left_behind(path, None, bad=((0, "debt_amount", "lots"),)))
    assert not holds_all_of(path, replace(left_behind(path, None), loans=LoanTable.from_records(RECORDS)))
    draft = replace(left_behind(path, None), loans=LoanTable.from_records(RECORDS), bad=((0, "debt_amount", "lots"),))
    save_draft(Scenario(draft.parameters, draft.loans), draft.bad, path)
    assert holds_all_of(path, draft)
    path.write_text("torn", encoding="utf-8")
    assert not holds_all_of(path, left_behind(path, None))


# ------------------------------------------------------------------------------------ ends with the save


@pytest.fixture
def document(qapp):
    return Document()


@pytest.fixture
def recovery(document, tmp_path):
    recovery = Recovery(document, RecoveryFolder(tmp_path / "recovery"))
    yield recovery
    recovery.close()


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_that_the_recovery_file_is_gone_before_a_save_is_reported(window, tmp_path, qtbot):
    window.document.set_parameter(LATENCY, 2)
    qtbot.waitUntil(window.recovery.file.exists)
    there = []
    window.document.path_changed.connect(lambda: there.append(window.recovery.file.exists()))
    assert window.save(tmp_path / "a.json")
    assert there == [False]
    assert not window.recovery.file.exists()


def test_that_a_recovery_file_that_is_being_written_does_not_appear_after_the_save(document, recovery, tmp_path):
    document.set_parameter(LATENCY, 2)
    recovery._write()
    document.mark_saved(tmp_path / "a.json")
    recovery.end_with_save()
    assert files_in(tmp_path / "recovery") == []
    assert not recovery._background.busy


def test_that_what_was_recovered_goes_with_a_save_that_comes_at_once(document, recovery, tmp_path):
    old = RecoveryFolder(tmp_path / "recovery").new_file()
    write_unsaved(old, left_behind(None, None))
    recovery.replaces(old, EDITED)
    document.mark_unsaved()
    document.mark_saved(tmp_path / "a.json")
    recovery.end_with_save()
    assert files_in(tmp_path / "recovery") == []


def test_that_edits_made_during_a_save_are_in_a_recovery_file_again(document, recovery, qtbot, tmp_path):
    document.set_parameter(LATENCY, 1)
    saved, step = document.parameters, document.undo_stack.index()
    document.set_parameter("simulation.max_rounds", 77)
    recovery.end_with_save()
    document.mark_saved(tmp_path / "a.json", saved, step)
    assert document.dirty
    qtbot.waitUntil(recovery.file.exists, timeout=60_000)
    assert read_unsaved(recovery.file).parameters.simulation.max_rounds == 77


def test_that_the_time_of_the_last_edit_survives_recovering_and_goes_on_with_the_next_edit(
    document, recovery, qtbot, tmp_path
):
    old = tmp_path / "recovery" / "old.recovery"
    write_unsaved(old, left_behind(None, None))
    document.replace_draft(document.parameters, LoanTable.from_records(RECORDS), None)
    with qtbot.waitSignal(recovery.written):
        document.mark_unsaved()
        recovery.replaces(old, EDITED)
    assert read_unsaved(recovery.file).when == EDITED
    with qtbot.waitSignal(recovery.written):
        document.set_parameter(LATENCY, 7)
    assert read_unsaved(recovery.file).when > EDITED


def test_that_a_save_after_recovery_asks_where_the_file_is_another_now(window, tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    assert window.save(path)
    opened = window.document.file_content
    assert opened == digest(path)
    path.write_text(TEACHING_BOOK.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    document = window.document
    document.replace_draft(document.parameters, document.loans.to_table(), path)
    document.mark_unsaved()
    window.files.note_recovered(opened)
    asked = []
    monkeypatch.setattr(messages, "ask_overwrite", lambda *_: asked.append(1))
    assert not window.save(path)
    assert asked == [1]


def test_that_a_change_that_keeps_time_and_size_is_noticed_and_a_copy_of_the_same_is_none(
    window, tmp_path, monkeypatch
):
    path = tmp_path / "a.json"
    assert window.save(path)
    before, found = path.stat(), path.read_bytes()
    path.write_bytes(found)
    window.document.set_parameter(LATENCY, 2)
    assert window.save(path), "the same content, written anew, is no change"
    before, found = path.stat(), path.read_bytes()
    path.write_bytes(found.replace(b"Teaching", b"teaching"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    asked = []
    monkeypatch.setattr(messages, "ask_overwrite", lambda *_: asked.append(1))
    assert not window.save(path)
    assert asked == [1]


def test_that_of_two_windows_on_a_file_the_second_save_asks(make_window, tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(TEACHING_BOOK.read_bytes())
    one, other = make_window(profile="one"), make_window(profile="other")
    for window, rounds in ((one, 1), (other, 2)):
        assert window.open(path)
        window.document.set_parameter(LATENCY, rounds)
    assert one.save(path)
    asked = []
    monkeypatch.setattr(messages, "ask_overwrite", lambda *_: asked.append(1))
    assert not other.save(path)
    assert asked == [1]
    assert engine.load(path).parameters.liquidators.latency_rounds == 1


def test_that_the_recovery_file_says_what_the_users_file_held(window, tmp_path, qtbot):
    path = tmp_path / "a.json"
    assert window.save(path)
    window.document.set_parameter(LATENCY, 2)
    qtbot.waitUntil(window.recovery.file.exists)
    found = read_unsaved(window.recovery.file)
    assert (found.path, found.based_on) == (path, digest(path))


# ----------------------------------------------------------------------------------------- damaged files


def test_that_no_damage_of_a_recovery_file_is_a_fault_of_ours(tmp_path):
    """Bytes changed, cut and doubled at random; what is read all the same fits together."""
    file = tmp_path / "a.recovery"
    write_unsaved(file, replace(left_behind(None, None), loans=LoanTable.from_records(RECORDS)))
    whole, chance = file.read_bytes(), random.Random(9)
    for _ in range(400):
        spoiled = bytearray(whole)
        for _ in range(chance.choice([1, 1, 3, 20])):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        if chance.random() < 0.2:
            del spoiled[chance.randrange(len(spoiled)) :]
        file.write_bytes(spoiled)
        try:
            found = read_unsaved(file)
        except BadInput:
            continue
        assert len(found.loans.market.values()) == len(found.loans.account)


def test_that_a_file_of_a_newer_version_is_not_called_damaged(tmp_path, monkeypatch):
    file = tmp_path / "a.recovery"
    monkeypatch.setattr("cascade_gui.document.recovery.VERSION", 99)
    write_unsaved(file, left_behind(None, None))
    monkeypatch.undo()
    with pytest.raises(BadInput, match="recovery version 99") as caught:
        read_unsaved(file)
    assert not isinstance(caught.value, Damaged)


def test_that_a_damaged_file_is_offered_once_and_kept(tmp_path):
    folder = RecoveryFolder(tmp_path / "recovery")
    file = folder.new_file()
    file.write_bytes(b"torn")
    assert folder.left_behind() == [file]
    folder.put_aside(file)
    assert folder.left_behind() == []
    assert file.with_suffix(".damaged").read_bytes() == b"torn"
