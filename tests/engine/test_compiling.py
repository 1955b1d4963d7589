"""Compiled kernels are kept for the very files that they were made of, and for no others."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from engine.base import kept_files
from engine.kernels.kept_code import KeptCode
from tests.shared import ROOT

ENGINE = Path(engine.__file__).parent


@pytest.fixture
def folder_of(tmp_path, monkeypatch):
    """Return a function that gives the folder for some files, as a process that starts now would choose it."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("CASCADE_KERNEL_KEY", str(tmp_path / "key"))
    number = iter(range(10))

    def folder(*texts: str) -> Path:
        place = tmp_path / str(next(number))
        place.mkdir()
        files = []
        for name, text in enumerate(texts):
            files.append(place / f"{name}_kernels.py")
            files[-1].write_text(text)
        monkeypatch.setattr(kept_files, "kernel_files", lambda: files)
        return kept_files.kept.__wrapped__().folder

    return folder


def test_that_a_change_of_any_kernel_file_means_another_folder(folder_of):
    first = folder_of("a", "b")
    assert first.is_dir()
    assert folder_of("a", "b") == first
    assert folder_of("a", "c") != first
    assert folder_of("ab", "") != first


def test_that_folders_of_older_kernels_are_removed_and_nothing_else(folder_of, tmp_path):
    others = tmp_path / "cache" / "somebody-elses"
    others.mkdir(parents=True)
    folders = [folder_of(text) for text in "abcd"]
    for age, folder in enumerate(reversed(folders)):
        if folder.is_dir():
            os.utime(folder, (1e9 - age, 1e9 - age))
    newest = folder_of("e")
    left = [folder for folder in folders if folder.is_dir()]
    assert len(left) == kept_files.KEPT_FOLDERS - 1
    assert left[0] == folders[-1]
    assert newest.is_dir()
    assert others.is_dir()


def test_that_what_another_key_signed_is_in_another_folder(folder_of, tmp_path, monkeypatch):
    first = folder_of("a")
    monkeypatch.setenv("CASCADE_KERNEL_KEY", str(tmp_path / "another"))
    assert folder_of("a") != first


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")
def test_that_a_folder_that_others_can_write_is_not_read_and_that_is_said(folder_of, tmp_path, monkeypatch):
    folder = folder_of("a")
    assert kept_files.kept.__wrapped__().problem == ""
    folder.chmod(0o777)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = kept_files.kept.__wrapped__()
    assert found.folder != folder
    assert found.folder.parent.parent == tmp_path
    assert found.folder.stat().st_mode & 0o777 == 0o700
    assert found.problem == (
        f"Compiled code is not kept: the folder {folder} can be written by others. It is compiled anew at each start."
    )


def test_that_a_file_in_the_folders_place_is_said_and_left_alone(folder_of, tmp_path, monkeypatch):
    folder = folder_of("a")
    folder.rmdir()
    folder.write_text("mine")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = kept_files.kept.__wrapped__()
    assert found.folder.is_dir()
    assert str(folder) in found.problem
    assert folder.read_text() == "mine"


def test_that_every_kernel_stands_in_a_file_that_counts():
    counted = set(kept_files.kernel_files())
    decorated = re.compile(r"^@(njit|jit|_?kernel\b|_?inlined\b|_?kernel_with_arrays\b)", re.MULTILINE)
    found = {file for file in ENGINE.rglob("*.py") if decorated.search(file.read_text(encoding="utf-8"))}
    assert any(file.parent == ENGINE / "kernels" for file in found)
    assert found <= counted, f"compiled code of {found - counted} could be stale"


def test_that_numbas_own_setting_is_as_it_was_for_other_programs_that_use_it(tmp_path):
    program = (
        "import numba; before = numba.config.CACHE_DIR; import engine.kernels; print(before == numba.config.CACHE_DIR)"
    )
    settings = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert [path.name.split("-")[0] for path in tmp_path.iterdir()] == ["cascade"]


def test_that_no_kernel_is_kept_as_numba_keeps_functions():
    from numba.core.dispatcher import Dispatcher

    from engine import kernels

    found = [each for each in vars(kernels).values() if isinstance(each, Dispatcher)]
    assert len(found) > 30
    assert {type(each._cache) for each in found} == {KeptCode}


def test_that_parts_of_kernels_are_called_by_kernels_only():
    """Numba writes no way in from Python for them: a call would end the process."""
    files = kept_files.kernel_files()
    kernels = {file for file in files if file.stem.endswith("_kernels") or file.parent.name == "kernels"}
    parts = {
        node.name
        for file in kernels
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(each, ast.Name) and each.id in ("part", "inlined") for each in node.decorator_list)
    }
    assert len(parts) > 20
    others = {file for folder in ("engine", "cascade_gui", "tests") for file in (ROOT / folder).rglob("*.py")} - kernels
    called = {
        (str(file.relative_to(ROOT)), name)
        for file in others
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in parts
    }
    assert not called
