"""What is kept of the runs of the user's files, for their small pictures."""

from __future__ import annotations

import os

import pytest

from cascade_gui.start_page.kept_courses import FileStamp, KeptCourses
from engine.files.examples import courses


@pytest.fixture
def kept(tmp_path):
    return KeptCourses(tmp_path / "courses")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.cascade"
    path.write_text("content")
    return path


def test_that_a_course_is_found_again_while_its_file_stays_the_same(kept, file):
    course = courses()["contained"]
    kept.keep(file, FileStamp.of(file), course, [])
    assert kept.read(file) == course


def test_that_the_course_of_a_file_that_was_changed_since_is_not_shown(kept, file):
    kept.keep(file, FileStamp.of(file), courses()["contained"], [])
    file.write_text("something else")
    assert kept.read(file) is None


def test_that_a_file_that_is_gone_or_was_never_run_has_none(kept, file):
    assert kept.read(file) is None
    kept.keep(file, FileStamp.of(file), courses()["contained"], [])
    file.unlink()
    assert kept.read(file) is None


def test_that_a_damaged_course_is_none(kept, file, tmp_path):
    kept.keep(file, FileStamp.of(file), courses()["contained"], [])
    (only,) = (tmp_path / "courses").iterdir()
    for damage in (b"", b"{", b"[]", b'{"stamp": [1, 2]}', only.read_bytes()[:-20]):
        only.write_bytes(damage)
        assert kept.read(file) is None


def test_that_courses_of_files_that_stand_in_no_list_are_forgotten(kept, file, tmp_path):
    other = tmp_path / "other.cascade"
    other.write_text("content")
    kept.keep(other, FileStamp.of(other), courses()["runaway"], [])
    kept.keep(file, FileStamp.of(file), courses()["contained"], [other])
    assert kept.read(other) is not None
    kept.keep(file, FileStamp.of(file), courses()["contained"], [])
    assert kept.read(other) is None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_that_a_folder_that_cannot_be_written_is_no_fault(file, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    KeptCourses(closed / "courses").keep(file, FileStamp.of(file), courses()["contained"], [])
