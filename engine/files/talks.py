"""The bundled talks: examples with stops, each with its title, what the presenter says, and what it switches."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.base.resource_files import resource_path
from engine.files.examples import Example, find_example
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from engine.files.scenario_files import Contents
    from engine.scenario.scenario import Scenario

NAMES = ("first-cascade", "real-book")


@dataclass(frozen=True, slots=True)
class Talk(Example):
    """An example with the stops of a talk.

    Parameters
    ----------
    example
        The name of the example that it is of.
    minutes
        How long it takes.
    stops
        As a scenario file has them.
    """

    example: str
    minutes: int
    stops: tuple[dict[str, Any], ...]

    def load(self) -> Scenario:
        """Read its scenario, with the stops."""
        return self._with_stops(Example.load(self))

    def read(self) -> Contents:
        """Read its scenario with the recording of its run, and the stops."""
        contents = Example.read(self)
        return replace(contents, scenario=self._with_stops(contents.scenario))

    def _with_stops(self, scenario: Scenario) -> Scenario:
        plain = scenario.parameters.complete_dict() | {"name": self.title, "stops": list(self.stops)}
        return scenario.with_parameters(Parameters.from_dict(plain))


def talks() -> list[Talk]:
    """Return all bundled talks, the shortest first."""
    found = []
    for name in NAMES:
        told = json.loads(resource_path("talks", f"{name}.json").read_text(encoding="utf-8"))
        example = find_example(told["example"])
        found.append(
            Talk(
                name, told["title"], told["summary"], example.path, example.recorded, told["example"],
                told["minutes"], tuple(told["stops"]),
            )
        )  # fmt: skip
    return found
