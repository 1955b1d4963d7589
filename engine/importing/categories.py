"""Categories of accounts (efficiency modes) in books that are brought in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.scenario.loans import BLANK, CodedColumn, LoanTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.scenario.schema import Category


def with_names_for_numbers(loans: LoanTable, names: Mapping[str, str]) -> LoanTable:
    """Return loans whose categories have their names where an export gives the protocol's numbers.

    Parameters
    ----------
    loans
        The book.
    names
        Names by number, as in `engine.scenario.presets.Preset.category_numbers`. What is not in it stays as it is.

    Examples
    --------
    >>> from engine.scenario.loans import LoanTable
    >>> rows = [{"account": "a", "market": "m", "category": "1"}, {"account": "b", "market": "m"}]
    >>> loans = LoanTable.from_records(rows)
    >>> with_names_for_numbers(loans, {"1": "ETH correlated"}).category.values()
    ['ETH correlated', None]
    """
    written = loans.category
    if not any(name in names for name in written.names):
        return loans
    index: dict[str, int] = {}
    codes = [index.setdefault(names.get(name, name), len(index)) for name in written.names]
    return replace(loans, category=CodedColumn(np.array([*codes, BLANK], dtype=np.int32)[written.codes], tuple(index)))


def pairs_that_need_terms(
    loans: LoanTable, categories: Mapping[str, Mapping[str, Category]] | None = None
) -> list[tuple[str, str]]:
    """Return the pairs of market and collateral asset for which some row relies on the market's own parameters.

    Rows with a threshold and bonus of their own do not, nor do those whose account's category gives both.

    Parameters
    ----------
    loans
        The book.
    categories
        Those of each market, by their names; None where no market has any.
    """
    own = ~(np.isnan(loans.liquidation_threshold) | np.isnan(loans.liquidation_bonus))
    used = (loans.collateral_asset.codes != BLANK) & (loans.market.codes != BLANK) & ~own
    assets, modes = loans.collateral_asset, loans.category
    key = loans.market.codes[used] * np.int64(len(assets.names)) + assets.codes[used]
    mode = modes.codes[used]
    key = key * np.int64(len(modes.names) + 1) + np.where(mode == BLANK, len(modes.names), mode)
    found: dict[tuple[str, str], None] = {}
    for each in np.unique(key).tolist():
        pair, place = divmod(each, len(modes.names) + 1)
        market, asset = loans.market.names[pair // len(assets.names)], assets.names[pair % len(assets.names)]
        known = (categories or {}).get(market, {})
        category = None if place == len(modes.names) else known.get(modes.names[place])
        if category is None or not category.gives_terms_of(asset):
            found[market, asset] = None
    return list(found)
