"""Mechanisms that a stop can switch, ready made for a scenario: which parameters have which other values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication

from engine.base.faults import BadInput
from engine.scenario import parameter_paths

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters

_LATE_ROUNDS: Final = 10
_THINNER: Final = 0.3


def _tr(text: str) -> str:
    return QCoreApplication.translate("Switches", text)


def switches(parameters: Parameters) -> list[tuple[str, dict[str, Any]]]:
    """Return what each is called and what it changes; those that the scenario has anyway are left out."""
    found = []
    for text, changes in _all(parameters):
        other = {path: value for path, value in changes.items() if parameter_paths.get(parameters, path) != value}
        if other:
            found.append((text, other))
    return found


def _all(parameters: Parameters) -> list[tuple[str, dict[str, Any]]]:
    sold = [name for name, asset in parameters.assets.items() if asset.liquidity.model != "infinite"]
    oracles = [name for name in sold if parameters.assets[name].oracle.kind == "market"]
    depths = {name: parameters.assets[name].liquidity.depth_multiplier for name in sold}
    return [
        (_tr("No feedback: sales move no price"), {f"assets.{name}.liquidity.model": "infinite" for name in sold}),
        (
            _tr("Prices reach the oracle {rounds} rounds late").format(rounds=_LATE_ROUNDS),
            {f"assets.{name}.oracle.delay_rounds": _LATE_ROUNDS for name in oracles},
        ),
        (
            _tr("Liquidators take everything"),
            {
                "liquidators.min_profit_usd": None,
                "liquidators.gas_usd": 0,
                "liquidators.sizing": "whole",
                "liquidators.capacity_usd_per_round": None,
                "liquidators.max_liquidations_per_round": None,
            },
        ),
        (_tr("Liquidators take only what pays"), {"liquidators.min_profit_usd": 0, "liquidators.sizing": "best"}),
        (
            _tr("{share} of the depth").format(share=f"{_THINNER:g} ×"),
            {f"assets.{name}.liquidity.depth_multiplier": depth * _THINNER for name, depth in depths.items()},
        ),
    ]


def written(changes: dict[str, Any]) -> str:
    """Write changes as lines ``path = value``, the value as in a scenario file."""
    return "\n".join(f"{path} = {json.dumps(value)}" for path, value in changes.items())


def read(text: str) -> dict[str, Any]:
    """Read lines ``path = value``; a value that is no JSON is taken for a name.

    Raises
    ------
    BadInput
        If a line has no ``=`` or nothing on one of its sides.
    """
    found: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        path, _, value = (part.strip() for part in line.partition("="))
        if not path or not value:
            raise BadInput.at(f"line {number}", repr(line.strip()), "path = value, as in liquidators.gas_usd = 50")
        try:
            found[path] = json.loads(value)
        except ValueError:
            found[path] = value
    return found
