"""Every example in a docstring is run, and everything public in the rooms that people script against has one."""

from __future__ import annotations

import doctest
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import engine

ENGINE = Path(engine.__file__).parent
FLAGS = doctest.NORMALIZE_WHITESPACE
SCRIPTED = ("engine.api", "engine.running.paths", "engine.recording.recording", "engine.reading.recorded_run")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ENGINE.parent).with_suffix("").parts).removesuffix(".__init__")


WITH_EXAMPLES = sorted(module_name(path) for path in ENGINE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


def said_otherwise(test: doctest.DocTest) -> list[str]:
    """Run the examples of one docstring; return what came out differently."""
    found: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=found.append, clear_globs=False)
    return found


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the example of the package leaves behind: the small scenario and its recording."""
    test = doctest.DocTestParser().get_doctest(engine.__doc__, {}, "engine", engine.__file__, 0)
    assert said_otherwise(test) == []
    return test.globs


@pytest.mark.parametrize("name", [name for name in WITH_EXAMPLES if name != "engine"])
def test_that_what_examples_show_is_what_comes_out(name, names):
    module = import_module(name)
    tests = [test for test in doctest.DocTestFinder().find(module, name, extraglobs=names) if test.examples]
    assert tests
    assert [line for test in tests for line in said_otherwise(test)] == []


def public_parts(module) -> dict[str, Any]:
    """The functions and classes that a module makes, with the methods and properties of its classes."""
    parts: dict[str, Any] = {}
    for name, value in vars(module).items():
        is_own = getattr(value, "__module__", None) == module.__name__
        if name.startswith("_") or not is_own or not (inspect.isfunction(value) or inspect.isclass(value)):
            continue
        parts[name] = value
        if inspect.isclass(value):
            parts |= {
                f"{name}.{method}": part
                for method, part in vars(value).items()
                if not method.startswith("_") and (callable(part) or isinstance(part, (property, classmethod)))
            }
    return parts


@pytest.mark.parametrize("name", SCRIPTED)
def test_that_everything_public_has_an_example(name):
    parts = public_parts(import_module(name))
    assert parts
    assert [part for part, value in parts.items() if ">>> " not in (inspect.getdoc(value) or "")] == []


def test_that_the_public_names_have_their_home_where_examples_are_asked_for():
    homes = {name: engine._HOMES[name] for name in engine.__all__ if inspect.isfunction(getattr(engine, name))}
    assert set(homes.values()) <= set(SCRIPTED), homes


def test_that_one_legend_tells_the_letters_of_shapes():
    for letter in ("(K,)", "(M,)", "(n,)", "(P,)", "(R, K)", "(T,)", "(rows,)"):
        assert letter in engine.__doc__
    for name in SCRIPTED[1:]:
        assert "The letters in shapes are those of `engine`" in Path(import_module(name).__file__).read_text("utf-8")
