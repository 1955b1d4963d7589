"""Cascade's engine: liquidation cascades of lending markets, round by round.

The public names are loaded when they are first used, so that ``import engine`` is quick and the
window never waits for numba, pandas or pyarrow.

**Shapes.** A letter in the shape of an array is the same everywhere:

- (K,) one entry an asset, in the order of the scenario; (M,) one a market;
- (n,) one an account of the book (`engine.book.book.Book`): the (market, account) pairs in the order of their first
  rows; (rows,) one a row of the loan table;
- (P,) one a path; (R, K) prices of rounds 1 to R; (T,) one for each different pair of threshold and bonus in a book.

**Units.** Amounts are tokens, money is USD, ratios are fractions, time is counted in rounds.

Examples
--------
The examples of all docstrings go on from here, with this `scenario` and this `recording`. Two borrow dollars against
100 WETH each; WETH falls by 20 %, and one of them is liquidated:

>>> import engine
>>> import numpy as np
>>> listed = {"WETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}
>>> liquidity = {"model": "exponential", "depth_2pct_usd": 1e6}
>>> held = {"market": "lender", "collateral_asset": "WETH", "collateral_amount": 100, "debt_asset": "USDC"}
>>> data = {
...     "format": "cascade-scenario/1",
...     "assets": {"USDC": {"price": 1.0}, "WETH": {"price": 2000.0, "liquidity": liquidity}},
...     "markets": {"lender": {"collateral": listed}},
...     "shock": {"kind": "instant", "returns": {"WETH": -0.2}},
...     "loans": [{"account": "ann", "debt_amount": 130000, **held}, {"account": "bob", "debt_amount": 60000, **held}],
... }
>>> scenario = engine.from_dict(data)
>>> recording = engine.run(scenario)
>>> recording.summary()["liquidations"]
1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.version import __version__

if TYPE_CHECKING:
    from engine import studies
    from engine.api import from_dict, from_frame, load, load_studies, montecarlo, rounds, run, save, sweep, to_frame
    from engine.base.faults import BadInput, Fault
    from engine.files.proposals import Proposal
    from engine.market.outside_sale import OutsideSale
    from engine.running.paths import Paths
    from engine.scenario.scenario import Scenario

__all__ = [
    "BadInput",
    "Fault",
    "OutsideSale",
    "Paths",
    "Proposal",
    "Scenario",
    "__version__",
    "from_dict",
    "from_frame",
    "load",
    "load_studies",
    "montecarlo",
    "rounds",
    "run",
    "save",
    "studies",
    "sweep",
    "to_frame",
]

_HOMES = {
    "BadInput": "engine.base.faults",
    "Fault": "engine.base.faults",
    "OutsideSale": "engine.market.outside_sale",
    "Paths": "engine.running.paths",
    "Proposal": "engine.files.proposals",
    "Scenario": "engine.scenario.scenario",
    "from_dict": "engine.api",
    "from_frame": "engine.api",
    "load": "engine.api",
    "load_studies": "engine.api",
    "montecarlo": "engine.api",
    "rounds": "engine.api",
    "run": "engine.api",
    "save": "engine.api",
    "sweep": "engine.api",
    "to_frame": "engine.api",
}


def __getattr__(name: str) -> Any:
    if name == "studies":
        return import_module("engine.studies")
    if name not in _HOMES:
        message = f"module 'engine' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
