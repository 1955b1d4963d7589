"""Which rows of a book hold which collateral in which market, and what they say of its terms themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.scenario.loans import LoanTable

Term = Literal["liquidation_threshold", "liquidation_bonus"]


class CollateralRows:
    """The rows of a book by market and collateral: sorted once, however many pairs of them there are.

    Parameters
    ----------
    loans
        The book.

    Attributes
    ----------
    pairs
        Market and collateral asset of all rows that have both, each pair once, in the order of the book's names.

    Examples
    --------
    >>> from engine.scenario.loans import LoanTable
    >>> row = {"market": "m", "collateral_asset": "WETH", "liquidation_threshold": 0.8}
    >>> rows = CollateralRows(LoanTable.from_records([{"account": "a", **row}, {"account": "b", **row}]))
    >>> rows.pairs, rows.own_term("m", "WETH", "liquidation_threshold")
    ([('m', 'WETH')], 0.8)
    """

    def __init__(self, loans: LoanTable) -> None:
        markets, assets = loans.market, loans.collateral_asset
        there = np.flatnonzero((markets.codes != BLANK) & (assets.codes != BLANK))
        keys = markets.codes[there] * np.int64(len(assets.names)) + assets.codes[there]
        order = np.argsort(keys, kind="stable")
        found, begins = np.unique(keys[order], return_index=True)
        names = [divmod(key, len(assets.names)) for key in found.tolist()]
        self.pairs = [(markets.names[market], assets.names[asset]) for market, asset in names]
        self._loans = loans
        self._rows = dict(zip(self.pairs, np.split(there[order], begins[1:]), strict=True)) if self.pairs else {}

    def own_terms(self, market: str, asset: str, term: Term) -> Floats:
        """Return the thresholds or bonuses of a pair's rows, NaN where a row has none; nothing if there is no row."""
        rows = self._rows.get((market, asset))
        if rows is None:
            return np.empty(0)
        found: Floats = getattr(self._loans, term)[rows]
        return found

    def own_term(self, market: str, asset: str, term: Term) -> float | None:
        """Return the threshold or bonus of the first row of a pair if all its rows have their own, else None.

        A market lists its collateral; where every row brings its own threshold, which goes first, the listed one is
        not used.
        """
        own = self.own_terms(market, asset, term)
        return None if not len(own) or np.isnan(own).any() else float(own[0])
