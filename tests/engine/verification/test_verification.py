from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from engine.base.faults import BadInput
from engine.verification import CaseResult, Comparison, Figure, Report, check_case, find_cases, load_cases, verify
from engine.verification.cases import read_cases
from engine.verification.formulas import evaluate

RESULTS = {"run": {"events": [{"seized": 2.0}, {"seized": 3.0}], "rounds": [{"sold": {"WETH": 5.0}}], "name": "ann"}}


@pytest.fixture(scope="module")
def case():
    (found,) = find_cases(["B02"])
    return found


def comparison(expected, got, **tolerance):
    return Comparison(Figure("what", "run/name", expected, **tolerance), got)


# --- formulas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (7, 7),
        ("run/events/0/seized", 2.0),
        ("run/events/-1/seized", 3.0),
        ("run/rounds/0/sold/WETH", 5.0),
        ("run/name", "ann"),
        (["sum", "run/events/*/seized"], 5.0),
        (["count", "run/events"], 2),
        (["divide", "run/events/1/seized", "run/events/0/seized"], 1.5),
        (["subtract", 10, ["multiply", "run/events/0/seized", 4]], 2.0),
        (["less", "run/events/0/seized", "run/events/1/seized"], True),
        (["exp", ["log", 3.0]], pytest.approx(3.0)),
    ],
)
def test_that_a_formula_reads_a_figure_off_the_runs(formula, value):
    assert evaluate(formula, RESULTS) == value


@pytest.mark.parametrize("path", ["other/events", "run/events/2/seized", "run/events/first/seized", "run/rounds/0/DAI"])
def test_that_a_path_that_leads_nowhere_says_so(path):
    with pytest.raises(LookupError, match="leads nowhere"):
        evaluate(path, RESULTS)


def test_that_an_unknown_operation_is_refused():
    with pytest.raises(ValueError, match="no operation 'power'"):
        evaluate(["power", 2, 3], RESULTS)


# --- comparing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "got", "tolerance", "difference", "passes"),
    [
        (100.0, 100.5, {"relative": 0.01}, 0.5, True),
        (100.0, 101.5, {"relative": 0.01}, 1.5, False),
        (-100.0, -100.5, {"relative": 0.01}, -0.5, True),
        (0.0, 1e-9, {"absolute": 1e-8}, 1e-9, True),
        (0.0, 1e-7, {"relative": 1.0, "absolute": 1e-8}, 1e-7, False),
        (3.0, 3.0, {}, 0.0, True),
        (3.0, 3.0000001, {}, pytest.approx(1e-7), False),
        (math.inf, math.inf, {}, 0.0, True),
        (math.inf, 1e300, {"relative": 1.0}, math.inf, False),
        (1.0, math.inf, {"relative": 1.0}, math.inf, False),
        (1.0, math.nan, {"relative": 1.0}, math.inf, False),
        (1.0, None, {"relative": 1.0}, math.inf, False),
        (True, True, {}, 0.0, True),
        (True, False, {"absolute": 5.0}, math.inf, False),
        ("ann", "ann", {}, 0.0, True),
        ("ann", "bob", {}, math.inf, False),
        ("ann", 1.0, {}, math.inf, False),
    ],
)
def test_that_a_figure_passes_within_its_tolerance(expected, got, tolerance, difference, passes):
    found = comparison(expected, got, **tolerance)
    assert (found.difference, found.passes) == (difference, passes)


def test_that_the_figure_farthest_off_by_its_tolerance_speaks_for_the_case(case):
    near = comparison(1.0, 1.1, absolute=1.0)
    far = comparison(1.0, 1.0001, absolute=1e-3)
    assert CaseResult(case, (near, far)).farthest is near
    assert CaseResult(case, (comparison(1.0, 1.0), far)).farthest is far
    assert CaseResult(case).farthest is None


# --- running ----------------------------------------------------------------------------------------------------------


def test_that_a_case_passes_with_every_figure_beside_what_was_published(case):
    result = check_case(case)
    assert result.verdict == "passes"
    assert [found.figure for found in result.comparisons] == list(case.figures)
    assert all(found.got == pytest.approx(found.figure.expected) for found in result.comparisons)


def test_that_a_case_with_another_expectation_fails(case):
    wrong = replace(case.figures[1], expected=0.98)
    result = check_case(replace(case, figures=(case.figures[0], wrong)))
    assert result.verdict == "fails"
    assert result.farthest.figure is wrong
    assert result.farthest.difference == pytest.approx(0.01)


def test_that_a_case_whose_figure_is_not_reached_fails(case):
    missing = replace(case.figures[1], formula="run/events/5/repaid")
    result = check_case(replace(case, figures=(missing,)))
    assert result.comparisons[0].got is None
    assert result.verdict == "fails"


def test_that_a_case_which_the_engine_refuses_fails_and_says_why(case):
    runs = {"run": {**case.runs["run"], "markets": {}}}
    result = check_case(replace(case, runs=runs))
    assert result.verdict == "fails"
    assert "market" in result.fault


def test_that_a_case_outside_the_model_is_listed_and_not_run(case):
    result = check_case(replace(case, runs={}, figures=(), outside="another model"))
    assert (result.verdict, result.comparisons) == ("outside", ())


def test_that_verify_tells_its_progress_and_counts(case):
    outside = replace(case, outside="another model")
    wrong = replace(case, figures=(replace(case.figures[1], expected=0.5),))
    seen = []
    report = verify([case, outside, wrong], lambda done, total, result: seen.append((done, total, result.verdict)))
    assert seen == [(1, 3, "passes"), (2, 3, "outside"), (3, 3, "fails")]
    assert report.closing_line == "1 passed, 1 failed, 1 outside the model"
    assert report.figures == len(case.figures) + 1
    assert not report.passes


def test_that_a_report_is_plain_json(case):
    outside = replace(case, outside="another model")
    infinite = CaseResult(case, (comparison(math.inf, None), comparison(True, False)))
    text = json.dumps(Report((check_case(case), CaseResult(outside), infinite)).to_dict(), allow_nan=False)
    data = json.loads(text)
    assert data["format"] == "cascade-verification-report/1"
    assert data["summary"] == {"passed": 1, "failed": 1, "outside": 1, "figures": len(case.figures) + 2}
    first, second, third = data["cases"]
    assert first["verdict"] == "passes"
    assert first["figures"][0] == {
        "compared": "liquidations",
        "expected": 1.0,
        "got": 1.0,
        "difference": 0.0,
        "tolerance": 0.0,
        "passes": True,
    }
    assert (second["verdict"], second["reason"]) == ("outside", "another model")
    assert third["figures"][0]["expected"] == "infinite"


# --- the data ---------------------------------------------------------------------------------------------------------


def test_that_no_two_cases_have_one_name():
    names = [case.name for case in load_cases()]
    assert len(names) == len(set(names)) > 100


def test_that_every_case_can_be_run_or_says_why_not():
    for case in load_cases():
        assert case.title, case.name
        assert case.group, case.name
        assert bool(case.runs) == bool(case.figures) == (not case.outside), case.name
        assert len({figure.what for figure in case.figures}) == len(case.figures), case.name


def test_that_an_unknown_name_is_refused_with_those_near_it():
    with pytest.raises(BadInput, match=r"no case 'aave-1'; allowed: one of aave-"):
        find_cases(["aave-06", "aave-1"])


def test_that_a_case_named_twice_runs_once():
    assert [case.name for case in find_cases(["B02", "aave-01", "B02"])] == ["B02", "aave-01"]


def test_that_a_file_of_another_format_is_refused(tmp_path):
    file = tmp_path / "cases.json"
    file.write_text('{"format": "cascade-verification/2", "cases": []}')
    with pytest.raises(BadInput, match=r"cases\.json: format 'cascade-verification/2'"):
        read_cases(file)
