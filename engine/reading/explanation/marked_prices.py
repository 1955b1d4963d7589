"""The working of oracle prices that are another asset's price times a ratio (Method, section 5, `model`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.market.oracles import STILL, compile_oracles, ratios
from engine.scenario.schema import ModelOracle

if TYPE_CHECKING:
    from engine.reading.explanation.explanation import HealthWorking
    from engine.recording.records import Round
    from engine.scenario.schema import Parameters


@dataclass(frozen=True, slots=True)
class MarkedPrice:
    """The oracle price of one asset in a round: `used_ratio` * `base_price`, if no brake holds it back.

    Parameters
    ----------
    asset, base
        Names.
    price, base_price
        Their oracle prices in USD.
    ratio
        What the oracle would use without a cap.
    used_ratio
        What it uses: no more than its cap is in this round.
    market
        The market price of the asset that the round's oracles saw, USD.
    """

    asset: str
    base: str
    price: float
    base_price: float
    ratio: float
    used_ratio: float
    market: float

    @property
    def is_capped(self) -> bool:
        """Whether the cap holds the ratio down."""
        return self.used_ratio < self.ratio

    @property
    def is_held_back(self) -> bool:
        """Whether a brake on the oracle (`max_move`) keeps the price from following."""
        return abs(self.price / (self.used_ratio * self.base_price) - 1.0) > STILL

    def ratio_at(self, price: float) -> float:
        """Return the ratio at which the asset would have a price, that of its base held."""
        return price / self.base_price


def marked_prices(parameters: Parameters, working: HealthWorking, step: Round) -> tuple[MarkedPrice, ...]:
    """Return the working of each price among an account's terms that a model oracle makes, in the order of the assets.

    Parameters
    ----------
    parameters
        Of the scenario.
    working
        The account's terms.
    step
        The round whose oracle prices they are at.
    """
    terms = {term.asset for term in (*working.collateral, *working.debt)}
    models = {name: asset.oracle for name, asset in parameters.assets.items() if isinstance(asset.oracle, ModelOracle)}
    if terms.isdisjoint(models):
        return ()
    places = {name: k for k, name in enumerate(parameters.assets)}
    used = ratios(compile_oracles(parameters), step.number)
    return tuple(
        MarkedPrice(
            asset=name,
            base=oracle.base,
            price=float(step.oracle[places[name]]),
            base_price=float(step.oracle[places[oracle.base]]),
            ratio=float(oracle.ratio),
            used_ratio=float(used[places[name]]),
            market=float(step.market_before[places[name]]),
        )
        for name, oracle in models.items()
        if name in terms
    )
