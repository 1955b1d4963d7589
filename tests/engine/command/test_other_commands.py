"""``cascade check``, ``convert``, ``import``, ``presets``, ``examples``, and what all commands share."""

from __future__ import annotations

import json
import sys
import tempfile

import openpyxl
import pytest

from engine.base.user_folders import log_folder
from engine.command.commands import check as check_module
from engine.command.crash_log import write_crash
from engine.files import load_recording, load_scenario, save_scenario
from engine.files.examples import examples
from engine.scenario.presets import preset_names
from engine.studies.known_studies import study_names
from tests.engine.scenarios import SMALL, small

COMMANDS = ("run", "check", "compare", "import", "convert", "presets", "examples", "verify")


def test_that_a_file_in_order_is_ok(cascade, book):
    ended = cascade("check", book)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "ok: 20 loans, 20 accounts, 1 market, 3 assets\n"


def test_that_check_names_every_fault_on_a_line(cascade, book):
    row = SMALL["loans"][0]
    rows = [{**row, "debt_amount": -1}, {**row, "collateral_asset": "DOGE"}]
    book.write_text(json.dumps(small(loans=rows)), encoding="utf-8")
    ended = cascade("check", book)
    assert ended.status == 2
    assert ended.out == ""
    assert ended.err.splitlines() == [
        "loans row 1, debt_amount: -1; allowed: a number of at least 0",
        "loans row 2, collateral_asset: 'DOGE'; allowed: one of USDC, WETH, stETH",
    ]


def test_that_check_reads_standard_input(cascade, book):
    assert cascade("check", "-", stdin=book.read_bytes()).status == 0
    ended = cascade("check", "-", stdin=b"")
    assert ended.status == 2
    assert ended.err.startswith("standard input line 1, column 1: not JSON")


def test_that_check_looks_into_the_recording(cascade, book, tmp_path):
    import engine

    path = tmp_path / "run.cascade"
    recording = engine.run(load_scenario(book))
    save_scenario(recording.scenario, path, recording)
    assert cascade("check", path).status == 0


def test_that_a_missing_file_that_is_an_examples_name_gives_its_path(cascade):
    first = examples()[0]
    ended = cascade("run", first.name)
    assert ended.status == 2
    assert str(first.path) in ended.err


def test_that_converting_there_and_back_changes_nothing(cascade, book, tmp_path):
    archive, back = tmp_path / "book.cascade", tmp_path / "back.json"
    assert cascade("convert", book, archive).status == 0
    assert cascade("convert", archive, back).status == 0
    one, other = load_scenario(book), load_scenario(back)
    assert one.parameters == other.parameters
    assert one.loans.same_as(other.loans)
    assert cascade("convert", archive, "-").out == back.read_text(encoding="utf-8")


def test_that_converting_keeps_a_recording_or_says_that_it_cannot(cascade, book, tmp_path):
    import engine

    recording = engine.run(load_scenario(book))
    first, second, third = (tmp_path / name for name in ("a.cascade", "b.cascade", "c.json"))
    save_scenario(recording.scenario, first, recording)
    assert cascade("convert", first, second).err == ""
    assert load_recording(second).to_dict() == recording.to_dict()
    assert "the recording is left out" in cascade("convert", first, third).err


def test_that_converting_a_bad_file_writes_nothing(cascade, tmp_path):
    source, target = tmp_path / "bad.json", tmp_path / "out.cascade"
    source.write_text("{", encoding="utf-8")
    target.write_bytes(b"old")
    assert cascade("convert", source, target).status == 2
    assert target.read_bytes() == b"old"


# import

CSV = "account,market,collateral_asset,collateral_amount,debt_asset,debt_amount\na1,compound,WETH,10,USDC,12000\n"


@pytest.fixture
def loans(tmp_path):
    path = tmp_path / "loans.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_that_a_book_becomes_a_scenario(cascade, loans, book, tmp_path):
    out = tmp_path / "out.cascade"
    ended = cascade("import", loans, "-o", out, "--template", book, "--preset", "compound-v2")
    assert ended.status == 0
    assert [line.split(";")[0] for line in ended.err.splitlines()] == [
        "loans.csv: infinite liquidity, their sale moves no price: USDC",
        "loans.csv: 1 account, 1 with debt",
    ]
    assert ended.out.startswith(f"ok: {out}: 1 loan, 1 account")
    found = load_scenario(out)
    assert found.loans.debt_amount.tolist() == [12000]
    assert found.parameters.markets["compound"].rules.protocol_fee.share == 0.028


def test_that_a_book_is_read_from_standard_input(cascade, book, tmp_path):
    ended = cascade("import", "-", "-o", "-", "--template", book, stdin=CSV.encode())
    assert ended.status == 0
    assert json.loads(ended.out)["loans"][0]["account"] == "a1"
    sheet = tmp_path / "loans.xlsx"
    workbook = openpyxl.Workbook()
    for line in CSV.splitlines():
        workbook.active.append([float(cell) if cell.isdigit() else cell for cell in line.split(",")])
    workbook.save(sheet)
    ended = cascade("import", "-", "-o", "-", "--template", book, stdin=sheet.read_bytes())
    assert ended.status == 0
    assert json.loads(ended.out)["loans"][0]["debt_amount"] == 12000


def test_that_a_bad_book_is_refused_and_nothing_written(cascade, loans, book, tmp_path):
    loans.write_text(CSV.replace("12000", "-3"), encoding="utf-8")
    out = tmp_path / "out.json"
    ended = cascade("import", loans, "-o", out, "--template", book)
    assert ended.status == 2
    assert "row" in ended.err
    assert not out.exists()


def test_that_an_unknown_preset_is_told_with_those_that_exist(cascade, loans, tmp_path):
    ended = cascade("import", loans, "-o", tmp_path / "out.json", "--preset", "compound")
    assert ended.status == 2
    assert "compound-v2" in ended.err


def test_that_the_output_is_checked_before_the_book_is_read(cascade, tmp_path):
    ended = cascade("import", tmp_path / "none.csv", "-o", "out.txt")
    assert ended.status == 2
    assert "out.txt: the ending .txt; allowed: .cascade or .json" in ended.err


# bundled


def test_that_presets_are_listed_and_shown(cascade):
    listed = cascade("presets")
    assert listed.status == 0
    assert [line for line in listed.out.splitlines() if not line.startswith(" ")] == preset_names()
    assert "Not among them: crvUSD" in listed.err
    shown = json.loads(cascade("presets", "--show", "compound-v2").out)
    assert shown["rules"]["close"]["close_factor"] == 0.5


def test_that_examples_are_listed_with_their_paths_and_shown(cascade):
    listed = cascade("examples")
    assert listed.status == 0
    for example in examples():
        assert example.name in listed.out
        assert str(example.path) in listed.out
    first = examples()[-1]
    shown = cascade("examples", "--show", first.name)
    assert shown.status == 0
    assert cascade("check", "-", stdin=shown.out.encode()).status == 0


@pytest.mark.parametrize("command", ["presets", "examples"])
def test_that_an_unknown_name_is_told(cascade, command):
    ended = cascade(command, "--show", "nothing-like-it")
    assert ended.status == 2
    assert ended.err.count("\n") == 1


# what all commands share


@pytest.mark.parametrize("words", ["", "sweep", "run", "run a b", "run x --jso y", "-q -v examples", "import a.csv"])
def test_that_wrong_usage_is_one_line_and_status_2(cascade, words):
    ended = cascade(*words.split())
    assert ended.status == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert "--help" in ended.err


def test_that_help_and_version_are_status_0(cascade):
    assert cascade("--version").out.startswith("cascade ")
    whole = cascade("--help")
    assert whole.status == 0
    for command in (*COMMANDS, *study_names()):
        assert command in whole.out
        assert cascade(command, "--help").status == 0, command


def test_that_a_fault_of_ours_is_one_line_and_its_traceback_is_in_the_named_log(cascade, book, monkeypatch):
    def broken(*arguments, **keywords):
        message = "a bug"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(check_module, "read", broken)
    ended = cascade("check", book)
    log = log_folder() / "cascade.log"
    assert ended.status == 1
    assert ended.err == f"a fault in Cascade: ZeroDivisionError: a bug; its traceback is in {log}\n"
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "in broken" in text
    assert cascade("check", book).status == 1
    assert log.read_text(encoding="utf-8").count("Traceback") == 2


def test_that_a_log_that_cannot_be_written_goes_elsewhere(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr("engine.command.crash_log.log_folder", lambda: blocked)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["cascade", "\udcff"])
    path = write_crash(ValueError("x"))
    assert path.parent.parent == tmp_path
    assert "ValueError: x" in path.read_text(encoding="utf-8")
