"""The command as a process of its own: statuses, pipes, signals, and what it does not load."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.engine.scenarios import small
from tests.shared import ROOT


def cascade(*words: object, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "engine", *(str(word) for word in words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, **options)


def test_that_statuses_reach_the_shell(book, tmp_path):
    assert cascade("check", book).returncode == 0
    assert cascade("check", tmp_path / "none.json").returncode == 2
    assert cascade("nonsense").returncode == 2


def test_that_commands_work_in_a_pipe(book):
    shown = cascade("convert", book, "-")
    ran = cascade("run", "-", "--json", "-", input=shown.stdout)
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["summary"]["ended"] == "no more liquidations"


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_that_a_reader_who_has_seen_enough_is_no_fault():
    seen_enough, output = os.pipe()
    os.close(seen_enough)
    command = [sys.executable, "-m", "engine", "presets"]
    ended = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.PIPE, check=False)
    os.close(output)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_that_ctrl_c_gives_130_and_partial_results(tmp_path):
    path, out = tmp_path / "long.json", tmp_path / "out.json"
    shock = {"kind": "instant", "returns": {"WETH": -0.3}, "over_rounds": 500_000}
    path.write_text(json.dumps(small(shock=shock, simulation={"max_rounds": 500_000})), encoding="utf-8")
    command = [sys.executable, "-m", "engine", "run", str(path), "-v", "--json", str(out)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        for line in process.stderr:
            if line.startswith(b"running"):
                process.send_signal(signal.SIGINT)
                break
        said = process.stderr.read().decode()
    assert process.returncode == 130
    assert "interrupted after round" in said
    assert json.loads(out.read_text(encoding="utf-8"))["summary"]["ended"] == "stopped"


@pytest.mark.parametrize(
    ("words", "unloaded"),
    [
        (["--help"], {"numpy", "pydantic", "numba", "pandas", "pyarrow", "rich", "scipy"}),
        (["presets"], {"numba", "pandas", "pyarrow", "rich", "scipy"}),
        (["check"], {"numba", "pandas", "pyarrow", "rich", "scipy"}),
        (["run"], {"pandas", "pyarrow", "xlsxwriter"}),
    ],
)
def test_that_a_command_loads_only_what_it_needs(book, words, unloaded):
    if words[0] in {"check", "run"}:
        words = [*words, str(book)]
    script = f"""
import sys
from engine.command.main import main
assert main({words!r}) == 0
loaded = {{name for name in sys.modules if "." not in name}}
assert not any(name.startswith(("PySide6", "pyqtgraph", "shiboken6")) for name in loaded)
found = loaded & {unloaded!r}
assert not found, found
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
