"""Which commands there are: every file in `engine.command.commands` and every study is one; none is named elsewhere.

A command's file begins with a docstring whose first line is ````cascade NAME``: HELP.``; it holds ``EPILOG`` (a text
with examples), ``add_options`` and ``execute``. A study's file begins likewise; its options are made of its settings.
A command's file of a study's name stands for both, and does what the study does too.
Name and help are read from the compiled file without running it, so that listing the commands loads nothing of what
they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

import engine.command.commands
import engine.studies.questions

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from importlib.machinery import ModuleSpec
    from types import CodeType

    from engine.command.console import Console
    from engine.command.statuses import Status


class CommandFile(Protocol):
    """What a command's file holds."""

    EPILOG: str

    def add_options(self, parser: ArgumentParser) -> None:
        """Name what may stand on the command line."""

    def execute(self, options: Namespace, console: Console) -> Status:
        """Do it."""


@dataclass(frozen=True, slots=True)
class KnownCommand:
    """A command that has not been loaded.

    Parameters
    ----------
    name
        As it is called: ``cascade NAME``.
    help
        What it does, in one line.
    module
        The full name of its file's module.
    """

    name: str
    help: str
    module: str

    def load(self) -> CommandFile:
        """Load what the command needs."""
        file = import_module(self.module)
        if not hasattr(file, "STUDY"):
            return cast("CommandFile", file)
        from engine.command.study_command import StudyCommand

        return StudyCommand(file.STUDY, file.EPILOG)


def known_commands() -> tuple[KnownCommand, ...]:
    """Return the commands in the order of their names; nothing of them is loaded.

    Raises
    ------
    ValueError
        If a file does not begin as a command's file does.
    """
    modules: dict[str, str] = {}
    for folder in (engine.command.commands, engine.studies.questions):
        for module in iter_modules(folder.__path__):
            modules.setdefault(module.name, f"{folder.__name__}.{module.name}")
    return tuple(sorted((_known(module) for module in modules.values()), key=lambda command: command.name))


def _known(module: str) -> KnownCommand:
    first_line = _docstring(module).partition("\n")[0]
    called, colon, says = first_line.partition("``: ")
    if not (called.startswith("``cascade ") and colon and says.endswith(".")):
        message = f"{module} does not begin with ``cascade NAME``: HELP."
        raise ValueError(message)
    return KnownCommand(called.removeprefix("``cascade "), says.removesuffix("."), module)


def _docstring(module: str) -> str:
    """Return a module's docstring, the first constant of its code."""
    code = cast("ModuleSpec", find_spec(module)).loader.get_code(module)  # type: ignore[union-attr]
    return str(cast("CodeType", code).co_consts[0])
