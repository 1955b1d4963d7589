"""What decides an answer, said beside its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario


def of_scenario(scenario: Scenario) -> tuple[str, ...]:
    """Return the assumptions of every study of a scenario: depth, profit, the length of a run.

    Examples
    --------
    >>> of_scenario(scenario)[0]
    'Depth: as given (multiplier 1).'
    """
    parameters = scenario.parameters
    depths = {
        name: float(asset.liquidity.depth_multiplier)
        for name, asset in parameters.assets.items()
        if asset.liquidity.model != "infinite"
    }
    infinite = [name for name, asset in parameters.assets.items() if asset.liquidity.model == "infinite"]
    given = set(depths.values())
    if len(given) <= 1:
        multiplier = next(iter(given), 1.0)
        depth = f"as given (multiplier {multiplier:g})" if multiplier == 1.0 else f"{multiplier:g} times what is given"
    else:
        depth = ", ".join(f"{name} × {multiplier:g}" for name, multiplier in depths.items())
    said = [f"Depth: {depth}."]
    if infinite:
        said.append(f"Sales do not move the price of {', '.join(infinite)}.")
    liquidators, seconds = parameters.liquidators, parameters.simulation.round_seconds
    least = liquidators.min_profit_usd
    comes = "whether it pays or not" if least is None else f"where at least ${least:,g} is left after gas"
    said.append(
        f"Liquidators come {comes}; gas ${liquidators.gas_usd:,g} a liquidation. They come "
        f"{liquidators.latency_rounds} rounds of {seconds:g} s late."
    )
    return tuple(said)
