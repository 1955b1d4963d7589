"""Reading and writing the scenarios that commands name, ``-`` included."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.command.console import standard_input, standard_output
from engine.files import read_file, read_stream, save_scenario, write_stream
from engine.files.examples import examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.command.console import Console
    from engine.files import Contents
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario

STANDARD = "-"


def read(name: str, console: Console, *, with_recording: bool = False) -> Contents:
    """Read the scenario that a command line names; ``-`` is standard input, in either spelling.

    Raises
    ------
    BadInput
        With every fault of the file; for a missing file with the bundled example that may be meant.
    """
    if name == STANDARD:
        found = read_stream(standard_input(), "standard input", with_recording=with_recording)
    else:
        _refuse_missing(name)
        found = read_file(name, with_recording=with_recording)
    console.step(f"read {name}: {len(found.scenario.loans):,} loans")
    return found


def write(
    scenario: Scenario, name: str, console: Console, recording: RecordedRun | None = None,
    studies: Mapping[str, bytes] | None = None,
) -> None:  # fmt: skip
    """Write a scenario to the file that a command line names; ``-`` is standard output, as JSON.

    Raises
    ------
    BadInput
        If it cannot be written.
    """
    if name == STANDARD:
        write_stream(scenario, standard_output())
    else:
        save_scenario(scenario, name, recording, studies)
    console.step(f"wrote {name}")


def describe(scenario: Scenario) -> str:
    """Return the scenario's size in words."""
    loans = scenario.loans
    accounts = len(set(zip(loans.market.codes.tolist(), loans.account.tolist(), strict=True)))
    counts = (
        (len(loans), "loan"),
        (accounts, "account"),
        (len(scenario.parameters.markets), "market"),
        (len(scenario.parameters.assets), "asset"),
    )
    return ", ".join(f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in counts)


def _refuse_missing(name: str) -> None:
    if Path(name).exists():
        return

    example = _path_of_example(name)
    if example is not None:
        raise BadInput.at(name, "there is no such file", f"the bundled example of that name is {example}")


def _path_of_example(name: str) -> Path | None:
    """Return the file of the bundled example that a missing file's name may mean."""
    try:
        return next((example.path for example in examples() if example.name == name), None)
    except FileNotFoundError:  # an incomplete installation; the missing file is what is to be told
        return None
