"""Rows of a loan book become accounts with contiguous legs: what depends on the loans alone, not on parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.base.types import Floats, Ints, Wholes, frozen
from engine.scenario.accounts import AccountRows

if TYPE_CHECKING:
    from engine.scenario.loans import LoanTable


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """A loan book as arrays, without anything that a parameter says (Method, section 1). All arrays are read-only.

    It depends on the loans and on the names of assets and markets, in their order. See `engine.book.book.Book` for what
    is not described here.

    Parameters
    ----------
    collateral_terms
        Shape (collateral legs,), uint32: where each leg's threshold and bonus come from, a place in `sources`.
    sources
        What they come from.
    collateral_entry, debt_entry
        Shape (collateral legs,) and (debt legs,), USD a token: what each leg was entered at, the mean of its rows that
        tell it, by amount; NaN where none does. Shape (0,) where no row of the book tells it.
    """

    collateral_start: Wholes
    collateral_asset: Ints
    collateral_amount: Floats
    collateral_terms: npt.NDArray[np.uint32]
    debt_start: Wholes
    debt_asset: Ints
    debt_amount: Floats
    market: Ints
    account_names: npt.NDArray[np.object_]
    asset_names: tuple[str, ...]
    market_names: tuple[str, ...]
    row_account: Ints
    row_leg: Ints
    row_debt_leg: Ints
    sources: TermSources
    collateral_entry: Floats
    debt_entry: Floats

    def __len__(self) -> int:
        return len(self.market)

    @classmethod
    def of(cls, loans: LoanTable, asset_names: tuple[str, ...], market_names: tuple[str, ...]) -> Layout:
        """Group rows into accounts and legs; the loans must have been checked against names and categories."""
        assets = {name: k for k, name in enumerate(asset_names)}
        row_market = loans.market.recoded({name: m for m, name in enumerate(market_names)})
        accounts = AccountRows.of(loans)
        row_account, first_row = accounts.row_account, accounts.first_row
        count = len(first_row)
        collateral = _Side.of(
            row_account, loans.collateral_asset.recoded(assets), loans.collateral_amount, count, len(assets)
        )
        debt = _Side.of(row_account, loans.debt_asset.recoded(assets), loans.debt_amount, count, len(assets))
        leg_terms, sources = _terms(loans, row_market, collateral, len(assets))
        return cls(
            collateral_start=frozen(collateral.start),
            collateral_asset=frozen(collateral.asset),
            collateral_amount=frozen(collateral.amount),
            collateral_terms=frozen(leg_terms),
            debt_start=frozen(debt.start),
            debt_asset=frozen(debt.asset),
            debt_amount=frozen(debt.amount),
            market=frozen(row_market[first_row]),
            account_names=frozen(loans.account[first_row]),
            asset_names=asset_names,
            market_names=market_names,
            row_account=row_account,
            row_leg=frozen(collateral.row_leg),
            row_debt_leg=frozen(debt.row_leg),
            sources=sources,
            collateral_entry=frozen(_entries(loans, collateral, loans.collateral_amount)),
            debt_entry=frozen(_entries(loans, debt, loans.debt_amount)),
        )


@dataclass(frozen=True, eq=False, slots=True)
class TermSources:
    """Where the T different terms of a book's collateral come from.

    Parameters
    ----------
    listed
        Shape (P, 3), int32: market, category (into `category_names`, -1 for none) and asset, each combination once.
    place
        Shape (T,), int64: which row of `listed` holds where the rows of the loan table give nothing.
    own_threshold, own_bonus
        Shape (T,): what the rows give; NaN where they give nothing.
    category_names
        The names of the loan table's categories.
    """

    listed: Ints
    place: Wholes
    own_threshold: Floats
    own_bonus: Floats
    category_names: tuple[str, ...]

    @property
    def market(self) -> Ints:
        """Shape (T,): the market of each of the terms."""
        market: Ints = self.listed[self.place, 0]
        return market


@dataclass(frozen=True, slots=True)
class _Side:
    """The legs of one side of a book; `row` is the first row of each leg, `row_leg` the leg of each row or -1."""

    start: Wholes
    asset: Ints
    amount: Floats
    row: Wholes
    row_leg: Ints

    @classmethod
    def of(cls, row_account: Ints, row_asset: Ints, amounts: Floats, accounts: int, assets: int) -> _Side:
        rows = np.flatnonzero(row_asset >= 0)
        key = row_account[rows].astype(np.int64)
        key *= assets
        key += row_asset[rows]
        if (key[1:] < key[:-1]).any():
            order = np.argsort(key, kind="stable")
            rows, key = rows[order], key[order]
        amount = amounts[rows]
        begins = np.ones(len(rows), dtype=np.bool_)
        np.not_equal(key[1:], key[:-1], out=begins[1:])
        row_leg = np.full(len(row_asset), -1, dtype=np.int32)
        leg = np.cumsum(begins, dtype=np.int32)
        leg -= np.int32(1)
        row_leg[rows] = leg
        if not begins.all():
            first = np.flatnonzero(begins)
            amount, rows = np.add.reduceat(amount, first), rows[first]
        start = np.zeros(accounts + 1, dtype=np.int64)
        np.cumsum(np.bincount(row_account[rows], minlength=accounts), out=start[1:])
        return cls(start, row_asset[rows], amount, rows, row_leg)


def _entries(loans: LoanTable, legs: _Side, amounts: Floats) -> Floats:
    """Return what each leg of a side was entered at, (0,) where no row of the book tells any."""
    if loans.is_left_out("entry_price"):
        return np.empty(0)
    rows = np.flatnonzero((legs.row_leg >= 0) & ~np.isnan(loans.entry_price))
    leg, price = legs.row_leg[rows], loans.entry_price[rows]
    least = np.finfo(np.float64).tiny  # an empty position has an entry price too
    weight = np.maximum(amounts[rows], least)
    count = len(legs.asset)
    alone = np.bincount(leg, minlength=count) == 1
    with np.errstate(invalid="ignore"):
        mean: Floats = np.bincount(leg, weight * price, count) / np.bincount(leg, weight, count)
    mean[leg[alone[leg]]] = price[alone[leg]]
    return mean


def _terms(
    loans: LoanTable, row_market: Ints, legs: _Side, assets: int
) -> tuple[npt.NDArray[np.uint32], TermSources]:  # fmt: skip
    """Return the terms of each collateral leg, and where they come from."""
    categories = loans.category.names
    row = legs.row
    key = row_market[row].astype(np.int64)
    if categories:
        key = key * (len(categories) + 1) + loans.category.codes[row] + 1
    key = key * max(assets, 1) + legs.asset
    listed, codes = _compressed(key)
    rest, asset = np.divmod(listed, max(assets, 1))
    market, category = np.divmod(rest, len(categories) + 1) if categories else (rest, np.zeros_like(rest))
    threshold, bonus = loans.liquidation_threshold[row], loans.liquidation_bonus[row]
    place = np.arange(len(listed))
    nothing = np.full(len(listed), np.nan)
    sources = [place, nothing, nothing]
    own = np.flatnonzero(~(np.isnan(threshold) & np.isnan(bonus)))
    if len(own):
        _, which = np.unique(threshold[own], return_inverse=True)
        _, which = np.unique(codes[own] * (which.max() + 1) + which, return_inverse=True)
        _, other = np.unique(bonus[own], return_inverse=True)
        _, first, which = np.unique(which * (other.max() + 1) + other, return_index=True, return_inverse=True)
        leg = own[first]
        sources = [
            np.concatenate(both)
            for both in zip(sources, (codes[leg], threshold[leg], bonus[leg]), strict=True)
        ]  # fmt: skip
        codes[own] = len(listed) + which
    return codes.astype(np.uint32), TermSources(
        listed=frozen(np.stack([market, category - 1, asset], axis=1).astype(np.int32)),
        place=frozen(sources[0]),
        own_threshold=frozen(sources[1]),
        own_bonus=frozen(sources[2]),
        category_names=categories,
    )


def _compressed(values: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the different values, ascending, and for each value its place among these."""
    most = int(values.max(initial=0))
    if most > 4 * len(values) + 1_000_000:
        found: tuple[Any, Any] = np.unique(values, return_inverse=True)
        return found
    used = np.flatnonzero(np.bincount(values, minlength=1))
    places = np.empty(most + 1, dtype=np.int64)
    places[used] = np.arange(len(used))
    return used, places[values]
