"""Compiled code that is not as this user's program wrote it is never run: it is compiled again."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core.registry import CPUDispatcher

from engine.base.kept_files import Kept, read_signed, signed, verified, write_signed
from engine.kernels.kept_code import ENDING, KeptCode
from tests.shared import ROOT

KEY = bytes(range(32))


def twice_nb(number):
    return number * 2


def thrice_nb(number):
    return number * 3


@pytest.fixture
def compiled(tmp_path):
    """Return a function that compiles another as a process that starts now would, and counts what it compiled."""

    def make(function, key=KEY):
        dispatcher = CPUDispatcher(function, targetoptions={"nopython": True, "no_cfunc_wrapper": True})
        dispatcher._cache = KeptCode(function, Kept(tmp_path, key, ""))
        value = dispatcher(4)
        return value, sum(dispatcher.stats.cache_misses.values())

    return make


@pytest.fixture
def file(compiled, tmp_path) -> Path:
    """Return the file of a kernel that was compiled."""
    assert compiled(twice_nb) == (8, 1)
    assert compiled(twice_nb) == (8, 0)
    [path] = tmp_path.iterdir()
    assert path.suffix == ENDING
    return path


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def empty(path):
    path.write_bytes(b"")


def beginning_only(path):
    path.write_bytes(path.read_bytes()[:20])


def change_one_byte(path):
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)


def change_the_checksum(path):
    held = bytearray(path.read_bytes())
    held[0] ^= 1
    path.write_bytes(held)


def put_a_folder_there(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [cut, empty, beginning_only, change_one_byte, change_the_checksum])
def test_that_a_damaged_file_is_compiled_again_and_healed(compiled, file, damage):
    sound = read_signed(file, KEY)
    damage(file)
    assert read_signed(file, KEY) is None
    assert compiled(twice_nb) == (8, 1)
    assert compiled(twice_nb) == (8, 0)
    assert len(read_signed(file, KEY)) == pytest.approx(len(sound), rel=0.1)


def test_that_code_that_cannot_be_kept_is_compiled_and_runs_all_the_same(compiled, file):
    put_a_folder_there(file)
    assert compiled(twice_nb) == (8, 1)
    assert [path for path in file.parent.iterdir() if path != file] == []


class Bomb:
    """A pickle that does something when it is read."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def test_that_a_pickle_of_somebody_elses_is_never_read(compiled, file, tmp_path_factory):
    mark = tmp_path_factory.mktemp("marks") / "it was run"
    bomb = pickle.dumps(Bomb(mark))
    pickle.loads(bomb)
    assert mark.exists()
    mark.unlink()
    for held in (bomb, file.read_bytes()[:32] + bomb, signed(bytes(32), file.name, bomb)):
        file.write_bytes(held)
        assert compiled(twice_nb) == (8, 1)
    assert not mark.exists()


def test_that_the_code_of_one_kernel_is_not_taken_for_that_of_another(compiled, file):
    assert compiled(thrice_nb) == (12, 1)
    [other] = [path for path in file.parent.iterdir() if path != file]
    other.write_bytes(file.read_bytes())
    assert compiled(thrice_nb) == (12, 1)


def test_that_what_another_key_signed_is_not_read(compiled, file):
    assert compiled(twice_nb, bytes(32)) == (8, 1)


def test_that_sound_files_whose_content_numba_cannot_read_are_compiled_again(compiled, file):
    write_signed(file, KEY, pickle.dumps(("another", "version")))
    assert compiled(twice_nb) == (8, 1)
    assert compiled(twice_nb) == (8, 0)


def test_that_a_checksum_holds_for_one_name_and_one_content():
    held = signed(KEY, "a", b"content")
    assert verified(KEY, "a", held) == b"content"
    assert verified(KEY, "b", held) is None
    assert verified(KEY, "a", held + b"!") is None
    assert verified(KEY, "", signed(KEY, "a", b"content")) is None


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from numba.core.registry import CPUDispatcher
from pathlib import Path
from engine.base.kept_files import Kept
from engine.kernels.kept_code import KeptCode
from tests.engine.test_kept_code import KEY, twice_nb, thrice_nb
for function in (twice_nb, thrice_nb):
    for value in (4, 4.0, 4j):
        dispatcher = CPUDispatcher(function, targetoptions={"nopython": True})
        dispatcher._cache = KeptCode(function, Kept(Path(sys.argv[2]), KEY, ""))
        assert dispatcher(value) == function(value)
"""


def test_that_processes_that_compile_into_one_folder_at_once_leave_sound_files(tmp_path):
    command = [sys.executable, "-c", PROGRAM, str(ROOT), str(tmp_path)]
    started = [subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}) for _ in range(3)]
    assert [process.wait(240) for process in started] == [0, 0, 0]
    files = list(tmp_path.iterdir())
    assert len(files) == 6
    assert all(read_signed(path, KEY) is not None for path in files)
