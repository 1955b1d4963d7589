"""``cascade check``: names every fault of a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.command.scenarios import read
from engine.command.statuses import Status

if TYPE_CHECKING:
    from argparse import Namespace

    from engine.command.console import Console
    from engine.scenario.scenario import Scenario


def check(options: Namespace, console: Console) -> Status:
    """Read a scenario and its recording; every fault is raised as `BadInput`."""
    contents = read(options.file, console, with_recording=True)
    console.result(f"ok: {describe(contents.scenario)}")
    return Status.DONE


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
