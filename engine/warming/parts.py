"""What the kernels are for: the parts of the engine that are compiled one after another, and what needs which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.settlement.kinds import kind_names

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters

RUN: Final = "run"
"""A run in which liquidators settle. Every run needs it."""
VIEWS: Final = "views"
"""Looking at a recording: rounds, plots, explanations."""
PATHS: Final = "paths"
"""Many runs along paths of prices."""
SETTLEMENTS: Final = tuple(kind for kind in kind_names() if kind != "liquidator")
"""A run, and looking at it, where each of these settles. They need `RUN` and `VIEWS` too."""
PARTS: Final = (RUN, VIEWS, *SETTLEMENTS, PATHS)
"""All of them, in the order in which they are compiled when nothing else is asked for."""


def needed_by(parameters: Parameters) -> tuple[str, ...]:
    """Return the parts that a run of a scenario needs, in the order in which they are compiled."""
    kinds = {market.rules.settlement.kind for market in parameters.markets.values()}
    return (RUN, *(kind for kind in SETTLEMENTS if kind in kinds))
