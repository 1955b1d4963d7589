"""The broken rules that the tests must notice."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from tests.shared import ROOT


@pytest.fixture(scope="module")
def checker():
    spec = importlib.util.spec_from_file_location("mutation_check", ROOT / "packaging" / "mutation_check.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_that_every_broken_rule_stands_in_the_code_as_it_is(checker):
    mutations = checker.read_mutations()
    assert [mutation.name for mutation in mutations if not checker.is_current(mutation)] == []
    assert len({mutation.name for mutation in mutations}) == len(mutations) >= 30


def test_that_their_tests_are_there(checker):
    named = {test for mutation in checker.read_mutations() for test in mutation.tests}
    assert [test for test in sorted(named) if not (ROOT / test).exists()] == []


@pytest.fixture
def small_project(tmp_path, monkeypatch, checker):
    """A project with one rule, one test and no engine."""
    (tmp_path / "rule.py").write_text("def liquidatable(health):\n    return health < 1.0\n")
    (tmp_path / "test_rule.py").write_text(
        "from rule import liquidatable\n\n\ndef test_that_one_is_safe():\n    assert not liquidatable(1.0)\n"
    )
    (tmp_path / "conftest.py").write_text(
        "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("new", "verdict", "test"),
    [
        ("health <= 1.0", "caught", "test_that_one_is_safe"),
        ("health < 0.9", "SURVIVED", ""),
        ("health <", "CANNOT RUN", ""),
    ],
)
def test_that_a_broken_rule_is_caught_or_reported_and_put_back(checker, small_project, new, verdict, test):
    mutation = checker.Mutation("a rule", "rule.py", "health < 1.0", new, ("test_rule.py",))
    before = (small_project / "rule.py").read_text()
    outcome = checker._try(mutation, small_project)
    assert (outcome.verdict, outcome.test) == (verdict, test)
    assert (small_project / "rule.py").read_text() == before


def test_that_a_rule_that_is_not_in_the_code_any_more_is_reported(checker, small_project, capsys):
    mutation = checker.Mutation("an old rule", "rule.py", "health < 2.0", "health", ("test_rule.py",))
    assert checker._run([mutation], small_project, check_first=True) == 1
    assert "NOT IN THE CODE: an old rule (rule.py)" in capsys.readouterr().out
