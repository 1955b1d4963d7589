"""``cascade run``."""

from __future__ import annotations

import csv
import io
import json
import os
import signal

import pyarrow.parquet as pq
import pytest

import engine
from engine.command import progress as progress_module
from engine.command.commands import run as run_module
from engine.command.console import Console
from engine.command.interruption import Interruption
from engine.files import load_scenario
from engine.reading.ending import ending
from tests.engine.scenarios import SMALL, small
from tests.shared import RESOURCES

EVENT_COLUMNS = [
    "round", "account", "market", "collateral_asset", "seized", "debt_asset", "repaid", "repaid_usd", "seized_usd",
    "to_protocol", "health_before", "health_after",
]  # fmt: skip


def test_that_a_summary_is_printed_and_nothing_else(cascade, book):
    ended = cascade("run", book)
    assert ended.status == 0
    assert "no more liquidations" in ended.out
    assert "Amplification of WETH" in ended.out
    assert ended.err == ""


def test_that_the_summary_tells_the_worst_round_and_who_lost_most_as_the_window_does(cascade, book):
    found = ending(engine.run(load_scenario(book)))
    told = cascade("run", book).out
    assert f"{found.worst_round} ({found.asset} {100 * found.worst_move:+.2f} %)" in told
    [name, usd], *_ = found.most_lost
    assert f"{name}, ${usd:,.2f}" in told
    assert f"in round {found.peak_round}" in told


def test_that_the_summary_of_several_markets_tells_which_of_them_pushed_another(cascade, book):
    example = RESOURCES / "examples" / "two-protocols.json"
    pushed = ending(engine.run(load_scenario(example))).pushed
    told = cascade("run", example).out
    at, by = pushed.strongest
    line = next(line for line in told.splitlines() if f"{pushed.markets[at]} pushed by {pushed.markets[by]}" in line)
    assert f"{100 * pushed.by_market[at, by]:.2f} of {100 * pushed.fall[at]:.2f} points" in line
    assert "pushed by" not in cascade("run", book).out


def test_that_the_json_is_the_recordings_own_result(cascade, book, tmp_path):
    out = tmp_path / "result.json"
    assert cascade("run", book, "--json", out).status == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found == engine.run(load_scenario(book)).to_dict()
    assert list(found) == ["format", "scenario", "provenance", "summary", "rounds"]
    assert found["format"] == "cascade-result/1"
    assert set(found["provenance"]) == {
        "app", "engine", "seed", "loans_sha256", "parameters_sha256", "python", "numpy", "numba",
    }  # fmt: skip


def test_that_tables_are_written_as_csv_and_parquet(cascade, book, tmp_path):
    recording = engine.run(load_scenario(book))
    for suffix in (".csv", ".parquet"):
        rounds, events = tmp_path / f"rounds{suffix}", tmp_path / f"events{suffix}"
        assert cascade("run", book, "--rounds", rounds, "--events", events).status == 0
        if suffix == ".csv":
            rows = list(csv.reader(events.read_text(encoding="utf-8").splitlines()))
            assert rows[0] == EVENT_COLUMNS
            assert [float(row[6]) for row in rows[1:]] == recording.events.repaid.tolist()
            assert len(rounds.read_text(encoding="utf-8").splitlines()) == len(recording.rounds)
        else:
            assert pq.read_table(events).column_names == EVENT_COLUMNS
            assert pq.read_table(rounds).column("round").to_pylist()[0] == 1


def test_that_accounts_are_written_one_row_each(cascade, book, tmp_path):
    recording = engine.run(load_scenario(book))
    assert cascade("run", book, "--accounts", tmp_path / "accounts.csv").status == 0
    rows = list(csv.DictReader((tmp_path / "accounts.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["account"] for row in rows] == recording.book.account_names.tolist()
    assert sum(float(row["repaid_usd"]) for row in rows) == pytest.approx(recording.summary()["repaid_usd"])


@pytest.mark.parametrize("option", ["--json", "--rounds", "--events"])
def test_that_a_dash_writes_to_standard_output_and_the_summary_elsewhere(cascade, book, option):
    ended = cascade("run", book, option, "-")
    assert ended.status == 0
    if option == "--json":
        assert json.loads(ended.out)["format"] == "cascade-result/1"
    else:
        assert next(csv.reader(io.StringIO(ended.out)))[0] == "round"
    assert "Ended" in ended.err


def test_that_a_dash_reads_standard_input_in_both_spellings(cascade, book, tmp_path):
    archive = tmp_path / "book.cascade"
    assert cascade("convert", book, archive).status == 0
    want = cascade("run", book, "--json", "-", "-q").out
    for path in (book, archive):
        assert cascade("run", "-", "--json", "-", "-q", stdin=path.read_bytes()).out == want


def test_that_quiet_prints_nothing(cascade, book):
    for words in (("run", book, "--quiet"), ("-q", "run", book)):
        ended = cascade(*words)
        assert (ended.status, ended.out, ended.err) == (0, "", "")


def test_that_verbose_says_each_step(cascade, book, tmp_path):
    ended = cascade("run", book, "-v", "--json", tmp_path / "out.json")
    assert [line.split()[0] for line in ended.err.splitlines()] == ["read", "running;", "ran", "wrote"]


def test_that_an_end_at_max_rounds_is_said_even_when_quiet(cascade, book):
    ended = cascade("run", book, "-q", "--set", "simulation.max_rounds=2")
    assert ended.status == 0
    assert ended.err.startswith("ended: max_rounds reached")
    assert ended.err.count("\n") == 1


# --set and --seed


def result(cascade, book, *words) -> dict:
    return json.loads(cascade("run", book, "-q", "--json", "-", *words).out)


def test_that_parameters_can_be_set(cascade, book):
    found = result(cascade, book, "--set", "shock.returns.WETH=-0.1", "--set", "shock.over_rounds=3", "--seed", "7")
    assert found["rounds"][-1]["undisturbed"]["WETH"] == pytest.approx(1841.62 * 0.9)
    assert found["provenance"]["seed"] == 7


@pytest.mark.parametrize(
    ("setting", "changes"),
    [
        ("name=12", {"name": "12"}),
        ("name=", {"name": ""}),
        ("notes=null", {"notes": "null"}),
        ("liquidators.priority=book", {}),
        ("liquidators.buy_debt=true", {}),
        ("liquidators.capacity_usd_per_round=null", {}),
        ('markets.compound.rules.close={"kind": "full"}', {}),
        ("markets.compound.rules.close.close_factor=1", {}),
        ("assets.WETH.liquidity.depth_multiplier=0.3", {}),
        ("cross_impact.0.share=0.5", {}),
    ],
)
def test_that_any_kind_of_value_can_be_set(cascade, book, setting, changes):
    found = result(cascade, book, "--set", setting)
    assert found["scenario"] == changes.get("name", SMALL["name"])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--set", "shock.returns.WETH"], "--set: 'shock.returns.WETH'; allowed: PATH=VALUE"),
        (["--set", "=1"], "--set: '=1'; allowed: PATH=VALUE"),
        (["--set", "shok.over_rounds=1"], "there is no 'shok', did you mean shock?"),
        (["--set", "assets.WEHT.price=1"], "there is no 'WEHT', did you mean WETH?"),
        (["--set", "assets.WETH.prise=1"], "unknown key, did you mean price?"),
        (["--set", "assets.WETH.price.x=1"], "assets.WETH.price.x: there is nothing within 'price'"),
        (["--set", "assets.WETH.price=-1"], "assets.WETH.price: -1"),
        (["--set", "assets.WETH.price=cheap"], "assets.WETH.price: 'cheap'"),
        (["--set", "assets.WETH.price=NaN"], "assets.WETH.price: nan"),
        (["--set", "shock.returns.DOGE=-0.1"], "unknown asset 'DOGE'"),
        (["--set", "cross_impact.3.share=1"], "cross_impact.3.share"),
        (["--set", 'shock={"kind": '], "shock line 1, column 10: not JSON"),
        (["--set", 'markets={"m": {}}'], "loans row 1, market: 'compound'; allowed: one of m"),
        (["--seed", "x"], "simulation.seed: 'x'"),
        (["--seed", "-1"], "simulation.seed: -1"),
        (["--seed", "1.5"], "simulation.seed: 1.5"),
    ],
)
def test_that_a_wrong_setting_is_one_clear_line(cascade, book, words, line):
    ended = cascade("run", book, *words)
    assert ended.status == 2
    assert ended.out == ""
    assert line in ended.err.splitlines()[0]
    assert "Traceback" not in ended.err


# what is refused before anything runs


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--rounds", "out.xlsx"], "out.xlsx: the ending .xlsx; allowed: .csv, .parquet"),
        (["--events", "out"], "out: a name without ending"),
        (["--json", "none/out.json"], "--json none/out.json: there is no such folder"),
        (["--json", "-", "--rounds", "-"], "--rounds -: the same place as --json"),
        (["--json", "book.json"], "--json book.json: the same place as the scenario"),
    ],
)
def test_that_a_place_that_cannot_be_is_refused_before_the_run(cascade, book, monkeypatch, words, line):
    before = book.read_bytes()
    monkeypatch.setattr(run_module, "_run", None)
    with monkeypatch.context() as inside:
        inside.chdir(book.parent)
        ended = cascade("run", "book.json", *words)
    assert ended.status == 2
    assert line in ended.err
    assert book.read_bytes() == before
    assert [entry.name for entry in book.parent.iterdir()] == ["book.json"]


# Ctrl-C


def interrupt_in_round(monkeypatch, number: int) -> None:
    plain = progress_module.progress

    def interrupting(console: Console, max_rounds: int):
        class Wrapped:
            def __enter__(self):
                self.inner = plain(console, max_rounds)
                show = self.inner.__enter__()

                def watch(step):
                    show(step)
                    if step.number == number:
                        os.kill(os.getpid(), signal.SIGINT)

                return watch

            def __exit__(self, *details):
                return self.inner.__exit__(*details)

        return Wrapped()

    monkeypatch.setattr(run_module, "progress", interrupting)


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_that_ctrl_c_keeps_and_says_what_ran_so_far(cascade, book, tmp_path, monkeypatch):
    interrupt_in_round(monkeypatch, 2)
    out = tmp_path / "out.json"
    ended = cascade("run", book, "--json", out)
    assert ended.status == 130
    assert f"interrupted after round 2: partial results are in {out}" in ended.err
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["summary"]["ended"] == "stopped"
    assert len(found["rounds"]) == 2
    whole = engine.run(load_scenario(book)).to_dict()
    assert found["rounds"] == whole["rounds"][:2]


def test_that_ctrl_c_before_the_run_writes_nothing(cascade, book, tmp_path, monkeypatch):
    def interrupted(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "read", interrupted)
    ended = cascade("run", book, "--json", tmp_path / "out.json")
    assert (ended.status, ended.err) == (130, "interrupted: nothing was written\n")
    assert not (tmp_path / "out.json").exists()


def test_that_ctrl_c_while_writing_says_what_is_written(cascade, book, tmp_path, monkeypatch):
    def interrupted(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.reading.recorded_run.RecordedRun.rounds_frame", interrupted)
    done, not_done = tmp_path / "out.json", tmp_path / "rounds.csv"
    ended = cascade("run", book, "--json", done, "--rounds", not_done)
    assert ended.status == 130
    assert f"interrupted while writing; written: {done}" in ended.err
    assert done.exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["book.json", "out.json"]


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_that_a_second_ctrl_c_ends_at_once():
    before = signal.getsignal(signal.SIGINT)
    with Interruption() as interruption:
        os.kill(os.getpid(), signal.SIGINT)
        assert interruption.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


# progress


def test_that_a_person_at_a_terminal_sees_progress(cascade, book, monkeypatch):
    monkeypatch.setattr(Console, "shows_progress", True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = cascade("run", book, "--json", "-")
    assert "preparing the engine" in ended.err
    assert json.loads(ended.out)["format"] == "cascade-result/1"


def test_that_quiet_shows_no_progress(monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert not Console(quiet=True).shows_progress


def test_that_a_name_cannot_drive_the_terminal(cascade, tmp_path):
    path = tmp_path / "book.json"
    path.write_text(json.dumps(small(name="\x1b[31mred\x07")), encoding="utf-8")
    ended = cascade("run", path)
    assert ended.status == 0
    assert "\x1b" not in ended.out
    assert "\x07" not in ended.out
    path.write_text(json.dumps(small(**{"\x1b[31mx": 1})), encoding="utf-8")
    ended = cascade("check", path)
    assert "\x1b" not in ended.err
