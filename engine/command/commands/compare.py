"""``cascade compare``: tell whether another scenario or a proposal is better, or lay real liquidations beside a run.

What is done depends on what the files are: with scenarios or proposals it is the study `compare`; with a list of real
liquidations as the second file, who was liquidated in both, who in one only, and how much was repaid, seized and lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from engine.base.faults import BadInput
from engine.command import real_liquidations
from engine.command.scenarios import STANDARD, read
from engine.command.settings import with_settings
from engine.command.study_command import StudyCommand
from engine.files.proposals import FORMAT as PROPOSAL
from engine.files.strict_json import parse
from engine.studies.questions import compare as question

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console
    from engine.command.statuses import Status

EPILOG: Final = (
    question.EPILOG
    + """  cascade compare book.cascade liquidations.csv
  cascade compare book.cascade liquidations.csv --map repaid_usd=value --accounts accounts.csv
"""
)
Kind = Literal["scenario", "proposal", "list"]
_OF_LISTS: Final = ("map", "decimal", "accounts")
_OF_STUDIES: Final = (
    *(f"setting_{name}" for name in question.STUDY.kind.model_fields),
    *(f"table_{name}" for name in question.STUDY.tables),
    "json", "csv", "parquet", "png", "seed", "threads", "scheduler", "resume",
)  # fmt: skip
_SCENARIO: Final = "cascade-scenario/"


class _CompareCommand(StudyCommand):
    """The study's command, which reads several scenarios and writes in the place of none."""

    def further_files(self, options: Namespace) -> tuple[str, ...]:
        """Return the other scenarios and the proposals."""
        return (*options.others, *(options.setting_proposal or ()))


_COMMAND: Final = _CompareCommand(question.STUDY, question.EPILOG)


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")
    parser.add_argument(
        "others", metavar="OTHER", nargs="*",
        help="other scenarios or proposals to compare with; or one list of real liquidations, in any kind of table",
    )  # fmt: skip
    _COMMAND.add_settings(parser.add_argument_group("with scenarios and proposals"), apart=("other",))
    real_liquidations.add_options(parser.add_argument_group("with a list of real liquidations (also --set)"))


def execute(options: Namespace, console: Console) -> Status:
    """Do what the files ask for.

    Raises
    ------
    BadInput
        If there is nothing to compare with, files do not go together, or an option belongs to the other way.
    """
    kinds = {name: _kind(name) for name in options.others}
    lists = [name for name, kind in kinds.items() if kind == "list"]
    if lists and (len(kinds) > 1 or options.setting_proposal):
        raise BadInput.at(lists[0], "a list of liquidations among others", "one list, with one scenario")
    if lists:
        _refuse(options, _OF_STUDIES, "a list of liquidations is compared", "scenarios and proposals")
        return real_liquidations.lay_beside(options, lists[0], console)
    _refuse(options, _OF_LISTS, "no list of liquidations is compared", "a list as the second file")
    proposals = [name for name, kind in kinds.items() if kind == "proposal"]
    options.setting_proposal = [*(options.setting_proposal or ()), *proposals] or None
    scenarios = [name for name, kind in kinds.items() if kind == "scenario"]
    if not scenarios and not options.setting_proposal:
        raise BadInput.at(
            "compare", "nothing to compare with", "another scenario, --proposal P.json, or a list of liquidations"
        )
    options.setting_other = [
        with_settings(read(name, console).scenario, options.set, options.seed) for name in scenarios
    ] or None
    return _COMMAND.execute(options, console)


def _kind(name: str) -> Kind:
    """Return what a file is; a JSON file is looked into."""
    if name == STANDARD:
        raise BadInput.at(name, "standard input as the second file", "a file; standard input can be the first")
    path = Path(name)
    ending = path.suffix.lower()
    if ending == ".cascade":
        return "scenario"
    if ending != ".json" or not path.is_file():
        return "list"
    found = parse(path.read_bytes(), name)
    stated = str(found.get("format", "")) if isinstance(found, dict) else ""
    return "scenario" if stated.startswith(_SCENARIO) else "proposal" if stated == PROPOSAL else "list"


def _refuse(options: Namespace, names: tuple[str, ...], found: str, allowed: str) -> None:
    """Refuse options that have no effect in the way that was chosen."""
    for name in names:
        value: Any = getattr(options, name, None)
        if value:
            shown = name.removeprefix("setting_").removeprefix("table_").replace("_", "-")
            raise BadInput.at(f"--{shown}", found, allowed)
