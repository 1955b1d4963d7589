"""Temporary files that killed programs left beside the user's are removed at the next save; nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from engine.files.atomic import remove_abandoned, writing
from tests.shared import ROOT

OURS = ".cascade-0123456789ab.tmp"
HELD = """
import sys
from pathlib import Path
from engine.files.atomic import writing

with writing(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    print("begun", flush=True)
    sys.stdin.readline()
"""


def old(path, seconds=60.0):
    path.write_bytes(b"half")
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_that_a_save_removes_what_a_killed_one_left(tmp_path):
    left = old(tmp_path / OURS)
    with writing(tmp_path / "a.json") as stream:
        stream.write(b"{}")
        assert not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    "name",
    ["a.json", ".cascade-xyz.tmp", "cascade-0123456789ab.tmp", f"{OURS}.bak", ".cascade-0123456789AB.tmp", "x.tmp"],
)
def test_that_a_file_that_is_not_named_as_ours_stays(tmp_path, name):
    kept = old(tmp_path / name)
    assert remove_abandoned(tmp_path) == []
    assert kept.exists()


def test_that_folders_links_and_young_files_stay(tmp_path):
    (tmp_path / ".cascade-00000000000a.tmp").mkdir()
    target = old(tmp_path / "target")
    (tmp_path / ".cascade-00000000000b.tmp").symlink_to(target)
    (tmp_path / ".cascade-00000000000c.tmp").write_bytes(b"begun a moment ago")
    assert remove_abandoned(tmp_path) == []
    assert target.exists()


def test_that_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert remove_abandoned(tmp_path / "none") == []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files from being removed by itself")
def test_that_what_another_process_writes_stays_until_it_is_killed(tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", HELD, str(tmp_path / "a.json")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert writer.stdout.readline() == b"begun\n"
    (begun,) = tmp_path.iterdir()
    os.utime(begun, (time.time() - 60,) * 2)
    assert remove_abandoned(tmp_path) == []
    writer.kill()
    writer.wait()
    writer.stdin.close()
    writer.stdout.close()
    assert remove_abandoned(tmp_path) == [begun]
    assert list(tmp_path.iterdir()) == []
