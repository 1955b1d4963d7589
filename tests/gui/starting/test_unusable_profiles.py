"""A profile that cannot be read or written costs a sentence, never the start."""

from __future__ import annotations

import logging

import pytest

from cascade_gui.app import build
from cascade_gui.document.document import Document
from cascade_gui.document.recovery import Recovery, RecoveryFolder
from cascade_gui.window import settings as settings_module
from cascade_gui.window.faults_dialog import say_in_log, start_log, stop_log
from cascade_gui.window.settings import Settings
from tests.shared import RESOURCES

TEACHING_BOOK = RESOURCES / "examples" / "teaching-book.json"
GARBAGE = bytes(range(256)) * 40


def a_file_in_its_place(profile):
    profile.write_text("no folder", encoding="utf-8")


def a_file_above_it(profile):
    profile.parent.rmdir()
    profile.parent.write_text("no folder", encoding="utf-8")


def settings_are_a_folder(profile):
    (profile / "settings.ini").mkdir(parents=True)


def settings_are_garbage(profile):
    profile.mkdir(parents=True)
    (profile / "settings.ini").write_bytes(GARBAGE)


def everything_is_something_else(profile):
    for name in ("settings.ini", "cascade.log"):
        (profile / name).mkdir(parents=True)
    for name in ("recovery", "cache"):
        (profile / name).write_bytes(GARBAGE)


SPOILED = [
    (a_file_in_its_place, "Settings and unsaved work are not kept"),
    (a_file_above_it, "Settings and unsaved work are not kept"),
    (settings_are_a_folder, "Settings are not kept"),
    (settings_are_garbage, ""),
    (everything_is_something_else, "Settings are not kept"),
]


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Return the folder that is taken for a temporary one: the real one lasts as long as the process."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(settings_module, "temporary_profile", lambda: folder)
    return folder


@pytest.fixture
def profile(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / "profile"


@pytest.mark.parametrize(("spoil", "sentence"), SPOILED)
def test_that_the_window_starts_works_and_says_what_is_not_kept(profile, spoil, sentence, qtbot, monkeypatch):
    spoil(profile)
    _, window = build(["--profile", str(profile), str(TEACHING_BOOK)])
    qtbot.addWidget(window, before_close_func=lambda _: window.document.undo_stack.setClean())
    said = []
    monkeypatch.setattr(window, "say", said.append)
    with qtbot.waitSignal(window.files.opened, timeout=60_000):
        window.show()
    assert [text for text in said if text.startswith("Settings")] == ([window.settings.problem] if sentence else [])
    assert window.settings.problem.startswith(sentence)
    window.document.set_parameter("liquidators.latency_rounds", 3)
    window.settings.color_scheme = "dark"
    window.settings.sync()
    assert window.settings.color_scheme == "dark"


def test_that_damaged_settings_are_said_to_be_and_are_whole_the_next_time(profile, qapp):
    settings_are_garbage(profile)
    settings = Settings(profile)
    assert [fault for fault in settings.faults if "is damaged; defaults are used" in fault]
    settings.color_scheme = "dark"
    settings.sync()
    again = Settings(profile)
    assert again.color_scheme == "dark"
    assert again.problem == ""


def test_that_a_profile_that_cannot_be_written_is_replaced_by_a_temporary_one(profile, temporary, qapp):
    a_file_in_its_place(profile)
    settings = Settings(profile)
    assert settings.folder == settings.recovery_folder.parent == temporary
    assert str(profile) in settings.problem
    assert profile.read_text(encoding="utf-8") == "no folder"


def test_that_unsaved_work_that_cannot_be_kept_is_said_once(tmp_path, qapp, qtbot):
    (tmp_path / "recovery").write_bytes(GARBAGE)
    document = Document()
    recovery = Recovery(document, RecoveryFolder(tmp_path / "recovery"))
    said = []
    recovery.troubled.connect(said.append)
    for number in (1, 2, 3):
        document.set_parameter("liquidators.latency_rounds", number)
        recovery._write()
        qtbot.waitUntil(lambda: not recovery._background.busy)
    recovery.close()
    assert len(said) == 1
    assert "recovery" in said[0]
    assert (tmp_path / "recovery").read_bytes() == GARBAGE
    assert RecoveryFolder(tmp_path / "recovery").left_behind() == []


def test_that_a_log_that_cannot_be_written_is_done_without(tmp_path, capfd):
    (tmp_path / "cascade.log").mkdir()
    handler = start_log(tmp_path / "cascade.log")
    say_in_log(["something"])
    stop_log(handler)
    assert isinstance(handler, logging.NullHandler)
    assert "Logging error" not in capfd.readouterr().err
