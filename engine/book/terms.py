"""Which threshold and bonus hold for collateral: the row's own, else the category's, else the market's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.base.types import Floats, frozen
from engine.kernels.constants import BONUS, TERMS_COLUMNS, THRESHOLD

if TYPE_CHECKING:
    from engine.book.layout import Layout
    from engine.scenario.schema import Market, Parameters


def terms_of(parameters: Parameters, layout: Layout) -> Floats:
    """Return the terms of a layout's collateral, (T, 2), read-only: threshold and bonus (Method, section 1)."""
    sources = layout.sources
    markets = [parameters.markets[name] for name in layout.market_names]
    listed = np.empty((len(sources.listed), TERMS_COLUMNS))
    for place, (market, category, asset) in enumerate(sources.listed.tolist()):
        mode = sources.category_names[category] if category >= 0 else None
        listed[place] = listed_terms(markets[market], mode, layout.asset_names[asset])
    terms = listed[sources.place]
    for column, own in ((THRESHOLD, sources.own_threshold), (BONUS, sources.own_bonus)):
        given = ~np.isnan(own)
        terms[given, column] = own[given]
    return frozen(terms)


def listed_terms(market: Market, category: str | None, asset: str) -> tuple[float, float]:
    """Return the threshold and bonus of an asset as collateral, in one of the market's categories or in none.

    NaN where neither the category nor the market gives one.
    """
    threshold, bonus = np.nan, np.nan
    own = market.collateral.get(asset)
    if own is not None:
        threshold, bonus = own.liquidation_threshold, own.liquidation_bonus
    mode = None if category is None else market.categories.get(category)
    if mode is not None and asset in mode.assets:
        threshold = threshold if mode.liquidation_threshold is None else mode.liquidation_threshold
        bonus = bonus if mode.liquidation_bonus is None else mode.liquidation_bonus
    return float(threshold), float(bonus)


def category_of_threshold(parameters: Parameters, layout: Layout, source: int) -> str | None:
    """Return the category that gives the threshold of some terms; None where the market or the loan gives it.

    Parameters
    ----------
    parameters
        The scenario's.
    layout
        Its book, laid out.
    source
        Which of the terms: a row of what `terms_of` returns.
    """
    sources = layout.sources
    market, category, asset = sources.listed[sources.place[source]].tolist()
    if category < 0 or not np.isnan(sources.own_threshold[source]):
        return None
    name = sources.category_names[category]
    mode = parameters.markets[layout.market_names[market]].categories[name]
    gives = mode.liquidation_threshold is not None and layout.asset_names[asset] in mode.assets
    return name if gives else None
