"""At every moment the old file is whole, or the new one is."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

from engine.base.faults import BadInput
from engine.files import load_scenario, save_scenario
from engine.files.atomic import writing
from engine.scenario.scenario import Scenario
from tests.engine.scenarios import SMALL, small
from tests.shared import ROOT

posix = pytest.mark.skipif(os.name == "nt", reason="permissions, links and signals as POSIX has them")


def names(folder) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def fail_while_writing(path) -> None:
    with writing(path) as stream:
        stream.write(b"half")
        message = "while writing"
        raise RuntimeError(message)


def test_that_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "book.json"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        fail_while_writing(path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["book.json"]


def test_that_a_failure_leaves_no_new_file(tmp_path):
    with pytest.raises(RuntimeError):
        fail_while_writing(tmp_path / "book.json")
    assert names(tmp_path) == []


def test_that_a_full_disk_is_told_and_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "book.json"
    path.write_bytes(b"old")

    def no_space(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(BadInput, match="cannot be written: No space left on device"):
        save_scenario(Scenario.from_dict(SMALL), path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["book.json"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_that_permissions_are_kept(tmp_path, mode):
    path = tmp_path / "book.json"
    path.write_bytes(b"old")
    path.chmod(mode)
    save_scenario(Scenario.from_dict(SMALL), path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_that_a_new_file_has_the_permissions_of_any_other(tmp_path):
    path, other = tmp_path / "book.json", tmp_path / "other"
    save_scenario(Scenario.from_dict(SMALL), path)
    other.write_bytes(b"")
    assert path.stat().st_mode == other.stat().st_mode


@posix
def test_that_a_link_stays_and_its_target_is_written(tmp_path):
    (tmp_path / "kept").mkdir()
    target, link = tmp_path / "kept" / "real.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    link.symlink_to(target)
    save_scenario(Scenario.from_dict(SMALL), link)
    assert link.is_symlink()
    assert load_scenario(target).name == SMALL["name"]
    assert names(target.parent) == ["real.json"]


@posix
def test_that_links_in_a_circle_are_told(tmp_path):
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(BadInput, match="cannot be written"):
        save_scenario(Scenario.from_dict(SMALL), one)


@posix
def test_that_a_pipe_is_written_directly(tmp_path):
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    save_scenario(Scenario.from_dict(SMALL), pipe)
    reader.join()
    assert b"cascade-scenario/1" in read[0]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_that_a_folder_and_a_missing_folder_are_told(tmp_path):
    (tmp_path / "folder.json").mkdir()
    for path, line in [("folder.json", "is a folder"), ("none/book.json", "there is no folder")]:
        with pytest.raises(BadInput, match=line):
            save_scenario(Scenario.from_dict(SMALL), tmp_path / path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everything")
def test_that_a_write_protected_file_is_told(tmp_path):
    path = tmp_path / "book.json"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(BadInput, match="is write-protected"):
        save_scenario(Scenario.from_dict(SMALL), path)
    assert path.read_bytes() == b"old"


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.files import load_scenario, save_scenario

scenario = load_scenario(sys.argv[1])
when = sys.argv[2]

def die(*arguments, **keywords):
    os.kill(os.getpid(), signal.SIGKILL)

if when == "replace":
    Path.replace = die
elif when == "fsync":
    os.fsync = die
else:
    import zipfile
    zipfile.ZipFile.close = die
save_scenario(scenario, sys.argv[1])
"""


@posix
@pytest.mark.parametrize("when", ["writing", "fsync", "replace"])
def test_that_killing_a_save_leaves_the_old_file_whole(tmp_path, when):
    path = tmp_path / "book.cascade"
    rows = [{**SMALL["loans"][0], "account": f"a{number}"} for number in range(1000)]
    save_scenario(Scenario.from_dict(small(loans=rows)), path)
    before = path.read_bytes()
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path), when], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    assert len(load_scenario(path).loans) == 1000
