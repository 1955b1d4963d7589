"""What is remembered, in one folder."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QSettings

from cascade_gui.window.settings import Settings, default_folder


def test_that_the_settings_have_defaults(tmp_path, qapp):
    settings = Settings(tmp_path)
    assert settings.color_scheme == "system"
    assert (settings.playback_speed, settings.playback_direction, settings.playback_loop) == (4.0, 1, False)
    assert settings.recent_files == []
    assert settings.last_file is None
    assert settings.layout() is None


def test_that_what_was_set_is_there_the_next_time(tmp_path, qapp):
    file = tmp_path / "book.json"
    file.write_text("{}")
    settings = Settings(tmp_path / "profile")
    settings.color_scheme = "light"
    settings.playback_speed, settings.playback_direction, settings.playback_loop = 16.0, -1, True
    settings.add_recent(file)
    settings.last_file = file
    settings.set_layout(QByteArray(b"geometry"), QByteArray(b"state"))
    settings.sync()
    again = Settings(tmp_path / "profile")
    assert again.color_scheme == "light"
    assert (again.playback_speed, again.playback_direction, again.playback_loop) == (16.0, -1, True)
    assert again.recent_files == [file]
    assert again.last_file == file
    assert again.layout() == (b"geometry", b"state")


def test_that_recent_files_are_newest_first_each_once_without_those_that_are_gone(tmp_path, qapp):
    settings = Settings(tmp_path / "profile")
    files = [tmp_path / f"{number}.json" for number in range(12)]
    for file in files:
        file.write_text("{}")
        settings.add_recent(file)
    settings.add_recent(files[5])
    files[11].unlink()
    recent = settings.recent_files
    assert recent[0] == files[5]
    assert files[11] not in recent
    assert len(recent) == len(set(recent)) == 9


def test_that_a_profile_holds_everything(tmp_path, qapp, home):
    settings = Settings(tmp_path / "profile")
    settings.color_scheme = "dark"
    settings.sync()
    assert (tmp_path / "profile" / "settings.ini").exists()
    assert settings.recovery_folder.parent == settings.log_file.parent == tmp_path / "profile"
    assert not default_folder().exists()


def test_that_the_layout_of_another_version_is_not_restored(tmp_path, qapp, monkeypatch):
    settings = Settings(tmp_path)
    settings.set_layout(QByteArray(b"geometry"), QByteArray(b"state"))
    monkeypatch.setattr("cascade_gui.window.settings.LAYOUT_VERSION", 99)
    assert settings.layout() is None


def test_that_settings_of_a_newer_version_are_left_alone(tmp_path, qapp):
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    store.setValue("version", 99)
    store.setValue("view/scheme", "sepia")
    store.sync()
    settings = Settings(tmp_path)
    settings.color_scheme = "light"
    settings.sync()
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert store.value("view/scheme") == "sepia"
    assert int(store.value("version")) == 99


@pytest.mark.parametrize(
    "line",
    [
        "version=nan",
        "version=1e999",
        "version=one",
        "version=@ByteArray(\\x0)",
        "playback/speed=nan",
        "playback/speed=inf",
        "playback/speed=1e300",
        "playback/speed=-4",
        "playback/speed=quick",
        "playback/speed=1, 2",
        "playback/direction=nan",
        "playback/direction=1e999",
        "playback/loop=perhaps",
        "view/scheme=3",
        "run/live=nan",
        "layout/version=nan",
        "layout/version=1e999",
        "files/last=a, b",
        "files/recent=@Variant(\\0\\0\\0\\x2\\0\\0\\0\\x1)",
    ],
)
def test_that_a_bad_value_is_its_default_and_is_said_once(tmp_path, qapp, line):
    section, _, entry = line.rpartition("/")
    (tmp_path / "settings.ini").write_text(f"[{section or 'General'}]\n{entry}\n", encoding="utf-8")
    settings = Settings(tmp_path)
    assert (settings.playback_speed, settings.playback_direction, settings.playback_loop) == (4.0, 1, False)
    assert (settings.color_scheme, settings.runs_live, settings.layout()) == ("system", False, None)
    assert (settings.last_file, settings.recent_files) == (None, [])
    (fault,) = settings.faults
    assert line.partition("=")[0] in fault
    settings.sync()
    assert Settings(tmp_path).faults == []


def test_that_the_values_that_are_written_are_good_ones(tmp_path, qapp):
    settings = Settings(tmp_path)
    settings.color_scheme, settings.runs_live, settings.playback_loop = "dark", True, True
    settings.playback_speed, settings.playback_direction, settings.last_folder = 0.25, -1, str(tmp_path)
    settings.last_file = None
    settings.clear_recent()
    settings.set_layout(QByteArray(b"geometry"), QByteArray(b"state"))
    settings.sync()
    assert Settings(tmp_path).faults == []


def test_that_a_file_name_that_no_system_can_have_is_none(tmp_path, qapp):
    settings = Settings(tmp_path)
    settings._store.setValue("files/recent", ["x" * 5000, str(tmp_path)])
    settings._store.setValue("files/last", "x" * 5000)
    assert settings.recent_files == [tmp_path]
    assert settings.last_file is None
