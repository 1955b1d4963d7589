"""What sales of an asset earn on its liquidity curve (Method, section 3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.market.curve_kinds import CURVE_KINDS

if TYPE_CHECKING:
    from engine.scenario.schema import Asset

_MOST_USD = 1e15
"""Beyond this nothing is sold: an average price that does not fall so far has no end."""
_PIECES = 12
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
"""Of Gauss and Legendre, on each piece of a curve."""


class MarketDepth:
    """Sales of one asset, in USD at the undisturbed price, on its curve and nothing before them.

    Parameters
    ----------
    asset
        Of the scenario.

    Examples
    --------
    A price that halves after sales of 1,000,000 ln 2 USD, and their average price:

    >>> from engine.scenario.schema import Asset
    >>> asset = Asset(price=1.0, liquidity={"model": "exponential", "depth_2pct_usd": -1e6 * math.log(0.98)})
    >>> depth = MarketDepth(asset)
    >>> round(depth.price_factor(1e6 * math.log(2)), 9), round(depth.average_factor(1e6 * math.log(2)), 6)
    (0.5, 0.721348)
    """

    def __init__(self, asset: Asset) -> None:
        self._liquidity: Any = asset.liquidity
        self._curve = CURVE_KINDS[self._liquidity.model]
        self._multiplier = float(getattr(self._liquidity, "depth_multiplier", 1.0))

    @property
    def is_infinite(self) -> bool:
        """Whether no sale moves the price."""
        return bool(self._liquidity.model == "infinite")

    def price_factor(self, usd: float) -> float:
        """Return what is left of the price after a sale."""
        return float(self._curve.price_factor(self._liquidity, np.array([usd / self._multiplier]))[0])

    def average_factor(self, usd: float) -> float:
        """Return the average price that a sale earns over the price before it; 1 for no sale."""
        if usd <= 0.0 or self.is_infinite:
            return 1.0
        # Piece by piece: curves given by points have kinks.
        edges = usd * np.linspace(0.0, 1.0, _PIECES + 1) ** 3
        kinks = [p * self._multiplier for _, p in getattr(self._liquidity, "points", ())]
        edges = np.unique(np.concatenate([edges, [each for each in kinks if 0.0 < each < usd]]))
        middles, halves = (edges[1:] + edges[:-1]) / 2.0, np.diff(edges) / 2.0
        sold = middles[:, None] + halves[:, None] * _NODES
        factors = self._curve.price_factor(self._liquidity, sold.ravel() / self._multiplier).reshape(sold.shape)
        return float((factors @ _WEIGHTS) @ halves) / usd

    def largest_sale(self, slippage: float) -> float:
        """Return the largest sale, USD, whose average price is at most so far below the price before it.

        Infinite where none is too large. An average falls as sales grow, so that there is one.
        """
        from scipy.optimize import brentq

        if self.is_infinite or slippage >= 1.0:
            return math.inf
        if slippage <= 0.0:
            return 0.0
        high = 1.0
        while 1.0 - self.average_factor(high) <= slippage:
            high *= 4.0
            if high > _MOST_USD:
                return math.inf
        found: float = brentq(lambda usd: 1.0 - self.average_factor(usd) - slippage, 0.0, high, rtol=1e-12)
        return found

    def sale_to(self, factor: float) -> float:
        """Return the sale, USD, after which so much is left of the price; infinite where none goes so far."""
        from scipy.optimize import brentq

        if factor >= 1.0:
            return 0.0
        high = 1.0
        while self.price_factor(high) > factor:
            high *= 4.0
            if high > _MOST_USD:
                return math.inf
        found: float = brentq(lambda usd: self.price_factor(usd) - factor, 0.0, high, rtol=1e-12)
        return found
