"""How much a small fall feeds itself: the spectral radius of what sales do to prices (Method, section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.market.curves import cross_impact
from engine.reading.recorded_run import recorded_rounds
from engine.reading.round_view import Status, initial_view
from engine.scenario.scenario import Scenario
from engine.studies.market_depth import MarketDepth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.base.types import Flags, Floats
    from engine.reading.round_view import RoundView

FURTHER: Final = 0.01
"""By so much an asset falls further."""
_SLIGHT: Final = 1e-7
"""The slope of a curve is taken between no sale and the one that moves the price by this share; of quotes by 1 %."""
_ALONE: Final[dict[str, Any]] = {
    "shock": {"kind": "instant", "returns": {}},
    "simulation.max_rounds": 1,
    "liquidators.latency_rounds": 0,
    "liquidators.calls_per_round": 1,
    "liquidators.max_liquidations_per_round": None,
    "liquidators.capacity_usd_per_round": None,
}
"""One call on each account, by somebody who comes at once."""


def spectral_radius(
    scenario: Scenario, moved: Mapping[str, float] | None = None, go_on: Callable[[], None] = lambda: None
) -> float:
    """Return how many times as large a small log fall is after one round of the sales that it causes.

    M_kl is the log fall of asset k that sales cause for each log fall of asset l: M = B diag(G_k'(0) f_k) S, where S_kl
    is the tokens of k that are sold by one call on each account that becomes liquidatable when l alone falls by a
    further 1 %, at the market and at the oracles that follow it, over ln(1 / 0.99). The radius is the largest absolute
    eigenvalue of M: above 1 a small fall feeds itself.

    Each call is sized as the scenario's liquidators do, with nobody before it. A curve of square roots has no slope
    where nothing is sold, so that there it is that up to a move of 1e-7; a curve of quotes begins with half of the
    spread, within a few dollars, so that there it is that up to a move of 1 %, as far as S is measured.

    Parameters
    ----------
    scenario
        What is looked at, before its first round and without its shock.
    moved
        Returns by which assets have moved before that, market and oracles alike; none for as it stands.
    go_on
        Is called before each account's call; it may raise to stop.

    Returns
    -------
    float
        At least 0; 0 where nobody becomes liquidatable or sales move nothing.

    Examples
    --------
    >>> from engine.studies.spectral_radius import spectral_radius
    >>> spectral_radius(scenario.with_values({"assets.WETH.liquidity": {"model": "infinite"}}))
    0.0
    """
    calm = scenario.with_values(_ALONE | _prices(scenario, moved or {}))
    names = list(calm.parameters.assets)
    slopes = np.array([_slope(calm, name) for name in names])
    if not slopes.any():
        return 0.0
    before = initial_view(calm)
    sold = np.zeros((len(names), len(names)))
    for place, name in enumerate(names):
        fallen = calm.with_values(_prices(calm, {name: -FURTHER}))
        after = initial_view(fallen)
        newly = (before.status == Status.HEALTHY) & (after.status == Status.LIQUIDATABLE)
        for alone in _alone(fallen, after, newly):
            go_on()
            sold[:, place] += _sold(alone)
    matrix = cross_impact(calm.parameters) @ np.diag(slopes) @ sold / -np.log1p(-FURTHER)
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def _prices(scenario: Scenario, moved: Mapping[str, float]) -> dict[str, float]:
    assets = scenario.parameters.assets
    return {f"assets.{name}.price": float(assets[name].price) * (1.0 + each) for name, each in moved.items()}


def _slope(scenario: Scenario, name: str) -> float:
    """Return G'(0) f, the log fall for each token sold."""
    asset = scenario.parameters.assets[name]
    depth = MarketDepth(asset)
    if depth.is_infinite:
        return 0.0
    move = FURTHER if asset.liquidity.model == "curve" else _SLIGHT
    return float(-np.log1p(-move) / depth.sale_to(1.0 - move) * asset.price)


def _alone(scenario: Scenario, view: RoundView, chosen: Flags) -> Iterator[Scenario]:
    """Yield a scenario for each of some accounts, of its loans alone."""
    book, loans = view.book, scenario.loans
    places = np.flatnonzero(chosen).tolist()
    wanted: dict[tuple[str, str], list[int]] = {
        (str(book.account_names[place]), book.market_names[book.market[place]]): [] for place in places
    }
    if not wanted:
        return
    accounts = {name for name, _ in wanted}
    markets = loans.market.values()
    for row, name in enumerate(loans.account.tolist()):
        if name in accounts and (name, str(markets[row])) in wanted:
            wanted[name, str(markets[row])].append(row)
    for rows in wanted.values():
        yield Scenario(scenario.parameters, loans.taken(np.array(rows, dtype=np.int64)))


def _sold(alone: Scenario) -> Floats:
    """Return the tokens of each asset that the first round sells, less those that it buys."""
    steps = recorded_rounds(alone)
    step = next(steps)
    steps.close()
    found: Floats = np.asarray(step.sold) - np.asarray(step.bought)
    return found
