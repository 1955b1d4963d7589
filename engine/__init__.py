"""Cascade's engine: liquidation cascades of lending markets, round by round.

The public names are loaded when they are first used, so that ``import engine`` is quick and the
window never waits for numba, pandas or pyarrow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.version import __version__

if TYPE_CHECKING:
    from engine.api import from_dict, from_frame, load, rounds, run, save, to_frame
    from engine.base.faults import BadInput, Fault
    from engine.market.outside_sale import OutsideSale
    from engine.running.paths import Paths
    from engine.scenario.scenario import Scenario

__all__ = [
    "BadInput",
    "Fault",
    "OutsideSale",
    "Paths",
    "Scenario",
    "__version__",
    "from_dict",
    "from_frame",
    "load",
    "rounds",
    "run",
    "save",
    "to_frame",
]

_HOMES = {
    "BadInput": "engine.base.faults",
    "Fault": "engine.base.faults",
    "OutsideSale": "engine.market.outside_sale",
    "Paths": "engine.running.paths",
    "Scenario": "engine.scenario.scenario",
    "from_dict": "engine.api",
    "from_frame": "engine.api",
    "load": "engine.api",
    "rounds": "engine.api",
    "run": "engine.api",
    "save": "engine.api",
    "to_frame": "engine.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'engine' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
