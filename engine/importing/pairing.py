"""Positions (one row an asset and side) put together as loan rows that people can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.scenario.loans import BLANK, CodedColumn, LoanTable

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats


def paired(  # noqa: PLR0913, PLR0917 - the columns of a position
    account: npt.NDArray[np.object_],
    market: CodedColumn,
    asset: CodedColumn,
    side: npt.NDArray[np.int8],
    amount: Floats,
    usd: Floats,
    category: CodedColumn | None = None,
    threshold: Floats | None = None,
    bonus: Floats | None = None,
    entry_price: Floats | None = None,
) -> LoanTable:
    """Put an account's largest collateral beside its largest debt, the second beside the second, and so on.

    What is beside what means nothing to the model: rows of one account are one account. The pairing
    only keeps the table short: an account has as many rows as it has collateral or debt, whichever is
    more, the other side's cells left blank.

    Parameters
    ----------
    account
        Shape (positions,): names.
    market, asset
        Coded columns of the same length.
    side
        0 for collateral, 1 for debt.
    amount
        Tokens.
    usd
        What they are worth, for the order; where it is 0 throughout, the file's order holds.
    category
        The account's category, the same on all its positions; None for none.
    threshold, bonus
        The positions' own liquidation threshold and bonus, NaN for none; those of collateral are kept.
    entry_price
        What the positions were entered at, NaN where that is not told. No row has two positions with a price: a long
        stands beside debt without one, a short beside collateral without one.

    Returns
    -------
    LoanTable
        Accounts in order of first appearance.
    """
    group, first = groups(account, market)
    category = CodedColumn.blank(len(account)) if category is None else category
    entered = np.zeros(len(side), dtype=np.bool_) if entry_price is None else ~np.isnan(entry_price)
    order = np.lexsort((np.arange(len(side)), -usd, ~entered, side, group))
    key = group[order] * 2 + side[order]
    fresh = np.r_[True, key[1:] != key[:-1]] if len(key) else np.empty(0, dtype=bool)
    starts = np.flatnonzero(fresh)
    rank = np.arange(len(key)) - starts[np.cumsum(fresh) - 1] if len(key) else np.empty(0, dtype=np.int64)
    if entry_price is not None:
        rank = _apart(rank, group[order], side[order], entered[order], len(first))
    rows_of = np.zeros(len(first), dtype=np.int64)
    np.maximum.at(rows_of, group[order], rank + 1)
    offset = np.cumsum(rows_of) - rows_of
    row = offset[group[order]] + rank
    rows = int(rows_of.sum())
    owner = np.repeat(first, rows_of)
    assets = [np.full(rows, BLANK, dtype=np.int32) for _ in range(2)]
    amounts = [np.full(rows, np.nan) for _ in range(2)]
    for which in range(2):
        mine = side[order] == which
        assets[which][row[mine]] = asset.codes[order][mine]
        amounts[which][row[mine]] = amount[order][mine]
    own_threshold, own_bonus = np.full(rows, np.nan), np.full(rows, np.nan)
    mine = side[order] == 0
    for column, given in zip((own_threshold, own_bonus), (threshold, bonus), strict=True):
        if given is not None:
            column[row[mine]] = given[order][mine]
    more: dict[str, Floats] = {}
    if entry_price is not None:
        known = np.flatnonzero(entered[order])
        more["entry_price"] = np.full(rows, np.nan)
        more["entry_price"][row[known]] = entry_price[order][known]
    return LoanTable(
        account[owner],
        CodedColumn(market.codes[owner], market.names),
        CodedColumn(assets[0], asset.names),
        amounts[0],
        CodedColumn(assets[1], asset.names),
        amounts[1],
        own_threshold,
        own_bonus,
        CodedColumn(category.codes[owner], category.names),
        **more,
    )


def _apart(
    rank: npt.NDArray[np.int64], group: npt.NDArray[np.int64], side: npt.NDArray[np.int8], entered: Flags, count: int
) -> npt.NDArray[np.int64]:
    """Return the places of an account's positions among its rows, with shorts below its longs.

    Of either side those with an entry price come first. Other debt stands beside the longs, and what of it is left
    over below the shorts.
    """
    longs = np.bincount(group[entered & (side == 0)], minlength=count)[group]
    shorts = np.bincount(group[entered & (side == 1)], minlength=count)[group]
    other = rank - shorts
    of_debt = np.where(entered, rank + longs, np.where(other < longs, other, other + shorts))
    return np.where(side == 1, of_debt, rank)


def groups(
    account: npt.NDArray[np.object_], market: CodedColumn
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return each row's number of its (market, account) pair, by first appearance, and the pairs' first rows."""
    import pyarrow as pa

    encoded = pa.array(account, type=pa.string(), from_pandas=True).dictionary_encode()
    names = np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    if (market.codes == market.codes[:1]).all() and (names >= 0).all():
        first = np.zeros(int(names.max(initial=-1)) + 1, dtype=np.int64)
        first[names[::-1]] = np.arange(len(names) - 1, -1, -1)
        return names, first
    key = names * (len(market.names) + 1) + market.codes
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    by_appearance = np.argsort(first, kind="stable")
    number = np.empty_like(by_appearance)
    number[by_appearance] = np.arange(len(by_appearance))
    return number[inverse.reshape(-1)], first[by_appearance]
