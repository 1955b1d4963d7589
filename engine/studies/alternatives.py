"""What a scenario is compared with: other scenarios, and itself with the changes of proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, PlainValidator

from engine.base.faults import BadInput
from engine.files.json_file import pretty
from engine.files.proposals import Proposal, load_proposal
from engine.files.scenario_files import load_scenario
from engine.running.variants import start_prices
from engine.scenario.differences import differing, value_at
from engine.scenario.provenance import WITHOUT_EFFECT, loans_sha256, run_sha256
from engine.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.base.types import Floats
    from engine.studies.outcome import Columns
    from engine.studies.price_paths import Draw


@dataclass(frozen=True, slots=True)
class Alternative:
    """A scenario that takes part in a comparison.

    Parameters
    ----------
    name
        What it is called; no two have the same.
    scenario
        What is run.
    """

    name: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class AbsentScenario:
    """A scenario that an answer was worked out from, and that is not there: a file of answers holds none but its own.

    Parameters
    ----------
    name, run_sha256
        What it was called, and its hash.
    """

    name: str
    run_sha256: str


def _listed(given: object, read: Callable[[Any], Any]) -> object:
    each = given if isinstance(given, (list, tuple)) else (given,)
    return tuple(read(part) for part in each)


def _scenario(given: Any) -> Any:
    if isinstance(given, Mapping) and {"name", "run_sha256"} == given.keys():
        return AbsentScenario(str(given["name"]), str(given["run_sha256"]))
    return load_scenario(given.strip() if isinstance(given, str) else given) if _is_path(given) else given


def _described(given: Scenario | AbsentScenario) -> dict[str, str]:
    sha256 = run_sha256(given) if isinstance(given, Scenario) else given.run_sha256
    return {"name": given.name, "run_sha256": sha256}


def _proposal(given: Any) -> Any:
    if _is_path(given):
        return load_proposal(given.strip() if isinstance(given, str) else given)
    return Proposal.from_dict(given) if isinstance(given, Mapping) else given


def _is_path(given: object) -> bool:
    return isinstance(given, (str, Path))


def _checked_scenario(given: Any) -> Any:
    if not isinstance(given, (Scenario, AbsentScenario)):
        message = f"a scenario or the name of its file, not {type(given).__name__}"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns only a ValueError into a fault
    return given


def _checked_proposal(given: Any) -> Any:
    if not isinstance(given, Proposal):
        message = f"a proposal or the name of its file, not {type(given).__name__}"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns only a ValueError into a fault
    return given


if TYPE_CHECKING:
    GivenScenario = Scenario | AbsentScenario
    GivenProposal = Proposal
else:
    GivenScenario = Annotated[Any, PlainValidator(_checked_scenario), PlainSerializer(_described)]
    GivenProposal = Annotated[Any, PlainValidator(_checked_proposal), PlainSerializer(lambda given: given.to_dict())]

Scenarios = Annotated[tuple[GivenScenario, ...], BeforeValidator(lambda given: _listed(given, _scenario))]
"""Scenarios, or the names of their files."""
Proposals = Annotated[tuple[GivenProposal, ...], BeforeValidator(lambda given: _listed(given, _proposal))]
"""Proposals, the names of their files, or their plain contents."""


def alternatives(
    scenario: Scenario, others: Sequence[Scenario | AbsentScenario], proposals: Sequence[Proposal]
) -> list[Alternative]:
    """Return what a scenario is compared with, each under a name of its own.

    Raises
    ------
    BadInput
        If there is nothing, a proposal does not fit the scenario, or another scenario is not there any more.
    """
    found = [(other.name or "another scenario", present(other)) for other in others]
    found += [(proposal.name, proposal.apply_to(scenario)) for proposal in proposals]
    if not found:
        raise BadInput.at("compare", "nothing to compare with", "another scenario, or a proposal")
    names = own_names(scenario, [name for name, _ in found])
    return [Alternative(name, each) for name, (_, each) in zip(names[1:], found, strict=True)]


def own_names(scenario: Scenario, names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same, after that of the scenario which others are compared with.

    Examples
    --------
    >>> own_names(scenario, ["Lower", "Lower"])
    ['today', 'Lower', 'Lower (2)']
    """
    found = [today_of(scenario)]
    for each in names:
        name, number = each, 2
        while name in found:
            name, number = f"{each} ({number})", number + 1
        found.append(name)
    return found


def present(other: Scenario | AbsentScenario) -> Scenario:
    """Return a scenario that is there.

    Raises
    ------
    BadInput
        If it is not.
    """
    if isinstance(other, Scenario):
        return other
    raise BadInput.at(other.name or "another scenario", "not there any more", "its file given again")


def today_of(scenario: Scenario) -> str:
    """Return what the scenario that others are compared with is called."""
    return scenario.name or "today"


def check_paths(scenario: Scenario, others: Sequence[Alternative]) -> None:
    """Check that scenarios can be played along the same price paths.

    Raises
    ------
    BadInput
        If rounds of one last longer than those of another.
    """
    seconds = float(scenario.parameters.simulation.round_seconds)
    for each in others:
        found = float(each.scenario.parameters.simulation.round_seconds)
        if found != seconds:
            raise BadInput.at(
                f"{each.name}, simulation.round_seconds", f"{found:g}, in {today_of(scenario)} {seconds:g}",
                "the same in both, or paths 0: one run each",
            )  # fmt: skip


def same_moves(draw: Draw, scenario: Scenario, other: Scenario) -> Draw:
    """Return what draws prices of another scenario that move as those of a scenario do.

    An asset that the scenario does not have stays at its price.

    Parameters
    ----------
    draw
        Draws those of the scenario, (P, R, K).
    scenario, other
        Whose assets they are, and whose they shall be.
    """
    names, theirs = list(scenario.parameters.assets), list(other.parameters.assets)
    start, their_start = start_prices(scenario.parameters), start_prices(other.parameters)
    if names == theirs and np.array_equal(start, their_start):
        return draw

    def drawn(paths: Sequence[int]) -> Floats:
        prices = draw(paths)
        found = np.tile(their_start, (*prices.shape[:2], 1))
        for place, name in enumerate(theirs):
            if name in names:
                own = names.index(name)
                found[:, :, place] = their_start[place] * (prices[:, :, own] / start[own])
        return found

    return drawn


def differing_parameters(scenario: Scenario, others: Sequence[Alternative]) -> Columns:
    """Return the parameters that are not the same in all, one row each: its path, today's value and the others'.

    The loan book counts as one of them, told by its size.
    """
    plain = scenario.parameters.plain
    paths: dict[str, None] = {}
    for each in others:
        for path in differing(plain, each.scenario.parameters.plain):
            if path.partition(".")[0] not in WITHOUT_EFFECT:
                paths[path] = None
    everyone = [Alternative(today_of(scenario), scenario), *others]
    columns: Columns = {"path": _objects(list(paths))}
    for each in everyone:
        columns[each.name] = _objects([_text(value_at(each.scenario.parameters, path)) for path in paths])
    if any(loans_sha256(each.scenario.loans) != loans_sha256(scenario.loans) for each in others):
        columns["path"] = np.append(columns["path"], "loans")
        for each in everyone:
            columns[each.name] = np.append(columns[each.name], f"{len(each.scenario.loans):,} loans")
    return columns


def _text(value: Any) -> Any:
    """Return a value as a cell holds it: a number as such, anything else as text."""
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        return value
    return "not there" if value is None else pretty(value, " ")


def _objects(values: Sequence[Any]) -> Any:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
