"""Rows that go to a Parquet file while a study works."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import engine
from engine.command.main import main
from engine.command.statuses import Status
from engine.studies import rows_file
from engine.studies.known_studies import find_study
from engine.studies.rows_file import RowsFile
from engine.studies.runs import Runs
from tests.engine.studies.books import ladder
from tests.engine.studies.test_saved import ASKED, LIQUIDITY


@pytest.fixture(scope="module")
def book():
    return ladder(
        [8_000.0, 12_000.0, 15_000.0], liquidity=LIQUIDITY, shock={"kind": "instant", "returns": {"WETH": -0.3}}
    )


@pytest.mark.parametrize("name", ["sweep", "sensitivity", "montecarlo"])
@pytest.mark.parametrize("threads", [1, 2])
def test_that_an_answer_is_the_same_whose_rows_are_in_a_file(name, threads, book):
    study = find_study(name)
    settings = study.settings(ASKED[name])
    expected = study.make(book, settings, Runs())
    file = RowsFile(io.BytesIO())
    made = study.make(book, settings, Runs(threads, file=file))
    assert file.rows == len(expected.frame())
    assert made.to_dict() == expected.to_dict()
    for table in ("rows", *expected.answer.tables):
        assert made.frame(table).equals(expected.frame(table))
    for row in range(file.rows):
        assert made.open(row).parameters == expected.open(row).parameters


def test_that_rows_are_written_while_more_of_them_come(monkeypatch):
    monkeypatch.setattr(rows_file, "_ROWS_AT_ONCE", 100)
    stream = io.BytesIO()
    file = RowsFile(stream)
    sizes = []
    for first in range(0, 1_000, 50):
        file.append({"path": np.arange(first, first + 50), "loss": np.random.default_rng(first).random(50)})
        sizes.append(len(stream.getbuffer()))
    assert len(set(sizes)) > 8
    assert file.column("path", 990, 1_000).tolist() == list(range(990, 1_000))
    with pytest.raises(RuntimeError):
        file.append({"path": np.arange(3), "loss": np.zeros(3)})


@pytest.fixture
def scenario_file(book, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    engine.save(book, tmp_path / "book.json")
    return str(tmp_path / "book.json")


def test_that_the_command_writes_the_rows_that_python_has(scenario_file, book, tmp_path, capsys):
    assert (
        main(
            [
                "sweep",
                scenario_file,
                "--axis",
                "shock.returns.WETH=-0.1:-0.5:9",
                "--parquet",
                str(tmp_path / "rows.parquet"),
            ]
        )
        == 0
    )
    expected = engine.sweep(book, {"shock.returns.WETH": np.linspace(-0.1, -0.5, 9)})
    assert pd.read_parquet(tmp_path / "rows.parquet").equals(expected.frame())
    assert f"{expected.figures['total_loss_usd.max']:,.0f}" in capsys.readouterr().out


def test_that_a_study_without_runs_writes_its_rows_too(scenario_file, book, tmp_path):
    assert main(["book", scenario_file, "--parquet", str(tmp_path / "rows.parquet")]) == 0
    assert len(pd.read_parquet(tmp_path / "rows.parquet")) == len(engine.studies.book(book).frame())


def test_that_an_interrupted_study_leaves_rows_that_can_be_read_and_goes_on(
    scenario_file, tmp_path, monkeypatch, capsys
):
    first, second = str(tmp_path / "part.parquet"), str(tmp_path / "whole.parquet")
    asked = ["montecarlo", scenario_file, "--paths", "320", "--horizon", "5min", "--threads", "1"]
    stop_after = 100
    note = Runs._note

    def note_and_stop(runs, batch, figures):
        note(runs, batch, figures)
        if runs.count >= stop_after:
            runs.stop()

    monkeypatch.setattr(Runs, "_note", note_and_stop)
    assert main([*asked, "--parquet", first]) == Status.INTERRUPTED
    assert f"partial results are in {first}; --resume goes on with them" in capsys.readouterr().err
    monkeypatch.setattr(Runs, "_note", note)
    part = pd.read_parquet(first)
    assert 100 <= len(part) < 320
    assert main([*asked, "--parquet", second, "--resume"]) == 0
    whole = pd.read_parquet(second)
    assert len(whole) == 320
    assert whole.head(len(part)).equals(part)


def test_that_a_fault_in_the_settings_writes_nothing(scenario_file, tmp_path):
    before = sorted(path.name for path in tmp_path.iterdir())
    assert (
        main(["montecarlo", scenario_file, "--volatility", "GOLD=1", "--parquet", str(tmp_path / "rows.parquet")])
        == Status.BAD_INPUT
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == before


MEASURED = """
import resource, sys
import numpy as np
from engine.studies.rows_file import RowsFile

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

drawn = np.random.default_rng(0).random(64 * 1024)
with open(sys.argv[1], "w+b") as stream:
    file = RowsFile(stream)
    for batch in range(32):
        rows = {f"c{place}": drawn + batch for place in range(10)}
        file.append(rows)
        if batch == 1:
            few = peak()
    file.finish()
    many = peak()
    assert file.column("c9", 0, 10).tolist() == drawn[:10].tolist()
print(file.rows, many - few)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is counted in other units elsewhere")
def test_that_memory_does_not_grow_with_the_rows(tmp_path):
    """Two million rows of ten columns are 168 MB, of which a tenth is looked at."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", MEASURED, tmp_path / "rows.parquet"]
    found = subprocess.run(command, capture_output=True, check=True, env=environment)
    rows, grown = map(int, found.stdout.split())
    assert rows == 2_097_152
    assert grown < 30_000_000
