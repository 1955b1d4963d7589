"""The commands of studies."""

from __future__ import annotations

import json
import struct

import pandas as pd
import pytest

import engine
from engine.files import load_scenario, save_scenario
from tests.engine.studies.books import ladder


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.cascade"
    save_scenario(
        ladder([12_000.0, 13_000.0, 14_500.0], bonus=0.05, shock={"kind": "instant", "returns": {"WETH": -0.1}}), path
    )
    return path


def test_that_a_sweep_writes_what_python_finds(cascade, book, tmp_path):
    out = tmp_path / "sweep.json"
    ended = cascade(
        "sweep", book, "--axis", "shock.returns.WETH=-0.1:-0.3:3", "--axis", "liquidators.gas_usd=0,10",
        "--measure", "repaid_usd", "--measure", "liquidations", "--json", out, "--parquet", tmp_path / "rows.parquet",
    )  # fmt: skip
    assert ended.status == 0, ended.err
    found = json.loads(out.read_text())
    python = engine.sweep(
        load_scenario(book), {"shock.returns.WETH": [-0.1, -0.2, -0.3], "liquidators.gas_usd": [0, 10]},
        measure=["repaid_usd", "liquidations"],
    )  # fmt: skip
    assert found["format"] == "cascade-study/1"
    assert found["study"] == "sweep"
    assert [row["repaid_usd"] for row in found["rows"]] == python.frame()["repaid_usd"].tolist()
    assert found["figures"] == python.figures
    assert found["provenance"]["loans_sha256"]
    rows = pd.read_parquet(tmp_path / "rows.parquet")
    assert rows["liquidations"].tolist() == python.frame()["liquidations"].tolist()
    assert "repaid_usd.max" in ended.out


def test_that_the_rows_go_to_standard_output_alone(cascade, book):
    ended = cascade("response", book, "--direction", "WETH=1", "--to", "-0.5", "--steps", "5", "--csv", "-")
    assert ended.status == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith("size,shock.returns.WETH,rounds,")
    assert len(lines) == 6
    assert "Depth: as given" in ended.err


@pytest.mark.parametrize("rows", [(), ("--parquet", "rows.parquet")], ids=["rows in memory", "rows in a file"])
def test_that_the_plot_is_drawn_into_a_picture(cascade, book, tmp_path, monkeypatch, rows):
    with monkeypatch.context() as elsewhere:
        elsewhere.chdir(tmp_path)
        axes = ("--axis", "shock.returns.WETH=-0.1:-0.3:3", "--axis", "liquidators.gas_usd=0,10")
        ended = cascade("sweep", book, *axes, "--png", "grid.png", *rows)
    assert ended.status == 0, ended.err
    picture = (tmp_path / "grid.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (2560, 1440)
    assert len(picture) > 30_000, "a plot, and no empty sheet"


def test_that_without_the_window_only_the_picture_cannot_be_had(cascade, book, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.command.study_pictures.find_spec", lambda name: None)
    ended = cascade("book", book, "--png", tmp_path / "book.png")
    assert ended.status == 2
    assert "the parts that draw are not installed" in ended.err
    assert cascade("book", book).status == 0


def test_that_worst_paths_are_saved_as_scenarios(cascade, book, tmp_path, monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.chdir(tmp_path)
        ended = cascade(
            "montecarlo", book, "--paths", "30", "--horizon", "10min", "--worst", "2", "--accounts", "accounts.csv",
            "--json", "mc.json",
        )  # fmt: skip
    assert ended.status == 0, ended.err
    rows = json.loads((tmp_path / "mc.json").read_text())["rows"]
    worst = max(row["total_loss_usd"] for row in rows)
    saved = load_scenario(tmp_path / "book-broad-downturn-worst-1.cascade")
    assert engine.run(saved).summary()["total_loss_usd"] == pytest.approx(worst)
    assert (tmp_path / "book-broad-downturn-worst-2.cascade").exists()
    assert "liquidation_probability" in pd.read_csv(tmp_path / "accounts.csv")


def test_that_a_book_is_told_without_running_it(cascade, book):
    ended = cascade("book", book, "--top", "2")
    assert ended.status == 0, ended.err
    assert "top_1_share" in ended.out
    assert "a2" in ended.out
    assert "a0" not in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sweep", "{book}"], "axis: missing"),
        (["sweep", "{book}", "--axis", "shock.returns.WTEH=-0.1"], "shock.returns.WTEH"),
        (["sweep", "{book}", "--axis", "liquidators.gas_usd=0,1", "--csv", "{book}"], "the ending .cascade"),
        (["sweep", "{book}", "--axis", "liquidators.gas_usd=0,1", "--json", "no/such.json"], "no such folder"),
        (["montecarlo", "{book}", "--paths", "0"], "paths"),
        (["montecarlo", "{book}", "--paths", "ten"], "paths"),
        (["montecarlo", "{book}", "--horizon", "1s"], "at least one round"),
        (["response", "{book}", "--threads", "0"], "at least 1"),
        (["book", "{book}", "--top", "-1"], "top"),
    ],
)
def test_that_bad_input_ends_with_one_line_and_writes_nothing(cascade, book, tmp_path, words, said):
    ended = cascade(*(word.format(book=book) for word in words))
    assert ended.status == 2
    assert said in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.cascade"]
