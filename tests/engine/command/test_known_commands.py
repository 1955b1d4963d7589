"""A command is one file: nothing else names it, and listing it loads nothing of what it needs."""

from __future__ import annotations

import sys

import pytest

import engine.command.commands
from engine.command.known_commands import known_commands

GREETING = '''"""``cascade greet``: greet somebody.

The help shows the line above only.
"""

import never_imported_by_help

EPILOG = "example:\\n  cascade greet Ada"


def add_options(parser):
    parser.add_argument("name", metavar="NAME", help="whom to greet")


def execute(options, console):
    console.result(f"good day, {options.name}")
    return 0
'''


@pytest.fixture
def add_file(tmp_path, monkeypatch):
    """Return a function that puts one more file beside those of the commands."""
    folder = tmp_path / "more"
    folder.mkdir()
    package = engine.command.commands
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def add(text: str) -> None:
        (folder / "greet_somebody.py").write_text(text, encoding="utf-8")

    yield add
    sys.modules.pop(f"{package.__name__}.greet_somebody", None)


def test_that_one_file_more_is_one_command_more_listed_without_being_loaded(cascade, add_file):
    add_file(GREETING)
    whole = cascade("--help")
    assert whole.status == 0
    assert "greet        greet somebody\n" in whole.out
    assert f"{engine.command.commands.__name__}.greet_somebody" not in sys.modules


def test_that_a_command_does_what_its_file_says(cascade, add_file, tmp_path):
    add_file(GREETING.replace("import never_imported_by_help\n", ""))
    assert cascade("greet", "Ada").out == "good day, Ada\n"
    told = cascade("greet", "--help").out
    assert "Greet somebody." in told
    assert "whom to greet" in told
    assert told.endswith("example:\n  cascade greet Ada\n")
    assert cascade("greet").status == 2


def test_that_a_command_which_cannot_be_loaded_is_a_fault_of_ours_told_in_one_line(cascade, add_file):
    add_file(GREETING)
    ended = cascade("greet", "Ada")
    assert ended.status == 1
    assert ended.err.startswith("a fault in Cascade: ModuleNotFoundError: ")
    assert ended.err.count("\n") == 1


def test_that_a_file_which_does_not_begin_as_a_command_is_refused_by_its_name(add_file):
    add_file('"""Greets."""\n')
    with pytest.raises(ValueError, match="greet_somebody does not begin"):
        known_commands()
