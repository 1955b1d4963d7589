"""What a scenario is compared with: other scenarios, and itself with the changes of proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BeforeValidator, InstanceOf, PlainSerializer

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


def _listed(given: object, read: Callable[[Any], Any]) -> object:
    each = given if isinstance(given, (list, tuple)) else (given,)
    return tuple(read(part) for part in each)


def _scenario(given: Any) -> Any:
    return load_scenario(given.strip() if isinstance(given, str) else given) if _is_path(given) else given


def _proposal(given: Any) -> Any:
    if _is_path(given):
        return load_proposal(given.strip() if isinstance(given, str) else given)
    return Proposal.from_dict(given) if isinstance(given, Mapping) else given


def _is_path(given: object) -> bool:
    return isinstance(given, (str, Path))


Scenarios = Annotated[
    tuple[
        Annotated[
            InstanceOf[Scenario], PlainSerializer(lambda given: {"name": given.name, "run_sha256": run_sha256(given)})
        ], ...,
    ],
    BeforeValidator(lambda given: _listed(given, _scenario)),
]  # fmt: skip
"""Scenarios, or the names of their files."""
Proposals = Annotated[
    tuple[Annotated[InstanceOf[Proposal], PlainSerializer(lambda given: given.to_dict())], ...],
    BeforeValidator(lambda given: _listed(given, _proposal)),
]
"""Proposals, the names of their files, or their plain contents."""


def alternatives(scenario: Scenario, others: Sequence[Scenario], proposals: Sequence[Proposal]) -> list[Alternative]:
    """Return what a scenario is compared with, each under a name of its own.

    Raises
    ------
    BadInput
        If there is nothing, or a proposal does not fit the scenario.
    """
    found = [Alternative(other.name or "another scenario", other) for other in others]
    found += [Alternative(proposal.name, proposal.apply_to(scenario)) for proposal in proposals]
    if not found:
        raise BadInput.at("compare", "nothing to compare with", "another scenario, or a proposal")
    taken = {today_of(scenario)}
    named = []
    for each in found:
        name, number = each.name, 2
        while name in taken:
            name, number = f"{each.name} ({number})", number + 1
        taken.add(name)
        named.append(Alternative(name, each.scenario))
    return named


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
