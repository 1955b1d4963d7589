"""``cascade verify``."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace

import pytest

from engine.command.commands import verify
from engine.verification import find_cases

SOME = ["aave-01", "B02", "maker-15"]


@pytest.fixture
def few(monkeypatch):
    """Let there be three published cases, one of them outside the model."""
    cases = find_cases(SOME)
    monkeypatch.setattr(verify, "load_cases", lambda: cases)
    return cases


@pytest.fixture
def wrong(monkeypatch, few):
    """Expect another figure of the second one."""
    case = few[1]
    changed = replace(case, figures=(replace(case.figures[1], expected=0.98), *case.figures[2:]))
    monkeypatch.setattr(verify, "load_cases", lambda: (few[0], changed, few[2]))


def test_that_the_cases_pass_with_a_row_each_and_a_closing_line(cascade, few):
    ended = cascade("verify")
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0].split() == ["Case", "Source", "Farthest", "off", "Expected", "Got", "Difference", "Verdict"]
    assert "Aave v3" in lines
    assert next(line for line in lines if line.startswith(" aave-01")).endswith("passes")
    assert "  what the protocol pays keepers for calling; the method has gas that they pay: maker-15" in lines
    figures = len(few[0].figures) + len(few[1].figures)
    assert lines[-1] == f"2 passed, 0 failed, 1 outside the model ({figures} figures compared on this machine)"


@pytest.mark.parametrize("columns", ["40", "110", "160", "400"])
def test_that_the_table_is_as_wide_as_the_terminal_within_reason(cascade, few, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    table = cascade("verify").out.split("\n\n")[0].splitlines()
    assert max(map(len, table)) <= max(110, min(int(columns), 160))
    assert all("passes" in line for line in table if line.startswith(" "))


def test_that_a_case_that_fails_ends_with_1_and_is_named(cascade, wrong):
    ended = cascade("verify")
    assert ended.status == 1
    assert ended.err == "not as published: B02\n"
    row = next(line for line in ended.out.splitlines() if line.startswith(" B02"))
    assert row.split()[-4:] == ["0.98", "0.99", "+1.0e-02", "FAILS"]
    assert "1 passed, 1 failed, 1 outside the model" in ended.out


def test_that_a_named_case_shows_each_figure_and_its_source(cascade):
    ended = cascade("verify", "--case", "B02", "--case", "aave-01")
    assert ended.status == 0
    cases = find_cases(["B02", "aave-01"])
    for case in cases:
        assert f"{case.name}, {case.group}: {case.title}" in ended.out
        assert case.source.full in ended.out
        for figure in case.figures:
            assert f" {figure.what} " in ended.out
    assert "2 passed, 0 failed, 0 outside the model" in ended.out


def test_that_an_unknown_case_is_bad_usage(cascade):
    ended = cascade("verify", "--case", "aave-1")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("case: no case 'aave-1'; allowed: one of aave-")


def test_that_quiet_says_only_what_fails(cascade, few):
    ended = cascade("verify", "--quiet")
    assert (ended.status, ended.out, ended.err) == (0, "", "")


def test_that_quiet_still_names_what_fails(cascade, wrong):
    ended = cascade("verify", "--quiet")
    assert (ended.status, ended.out, ended.err) == (1, "", "not as published: B02\n")


def test_that_the_whole_report_is_written_as_json(cascade, few, tmp_path):
    path = tmp_path / "report.json"
    assert cascade("verify", "--json", path).status == 0
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["summary"]["passed"] == 2
    assert [case["case"] for case in report["cases"]] == SOME
    assert {"app", "python", "numpy", "numba"} <= set(report["provenance"])


def test_that_json_on_standard_output_stands_alone(cascade, few):
    ended = cascade("verify", "--json", "-")
    assert json.loads(ended.out)["summary"]["outside"] == 1
    assert "2 passed" in ended.err


def test_that_a_folder_that_is_missing_is_told_before_anything_runs(cascade, tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "check_case", pytest.fail)
    ended = cascade("verify", "--json", tmp_path / "none" / "report.json")
    assert ended.status == 2
    assert "there is no such folder" in ended.err


def test_that_ctrl_c_keeps_what_ran_so_far(cascade, few, monkeypatch, tmp_path):
    true = verify.check_case

    def interrupted(case):
        os.kill(os.getpid(), signal.SIGINT)
        return true(case)

    monkeypatch.setattr(verify, "check_case", interrupted)
    path = tmp_path / "report.json"
    ended = cascade("verify", "--json", path)
    assert ended.status == 130
    assert ended.err == "interrupted after 1 of 3 cases\n"
    assert len(json.loads(path.read_text(encoding="utf-8"))["cases"]) == 1
