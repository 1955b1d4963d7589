"""The loan book as arrays: accounts with their collateral and debt legs, contiguous."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.base.types import Floats, Ints, Wholes, frozen

if TYPE_CHECKING:
    from engine.kernels import Legs
    from engine.scenario.loans import LoanTable
    from engine.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Book:
    """A loan book as arrays (Method, section 1). All arrays are read-only.

    Account i is the i-th (market, account) pair in order of its first row. Its collateral legs are
    ``collateral_start[i]`` up to, not including, ``collateral_start[i + 1]``, in the order of the assets; rows of one
    account with the same asset are one leg. Debt legs likewise.

    Parameters
    ----------
    collateral_start, debt_start
        Shape (n + 1,), int64.
    collateral_asset, debt_asset
        Shape (legs,), int32, into `asset_names`.
    collateral_amount, debt_amount
        Shape (legs,), float64, tokens, at least 0.
    collateral_threshold, collateral_bonus
        Shape (collateral legs,), float64: the row's own values, else the market's.
    market
        Shape (n,), int32, into `market_names`.
    account_names
        Shape (n,), object array of str.
    asset_names, market_names
        In the order of the scenario.
    row_account
        Shape (rows,), int32: the account that each row of the loan table belongs to.
    row_leg
        Shape (rows,), int32: the collateral leg that each row belongs to, -1 for a row without collateral.
    row_debt_leg
        Shape (rows,), int32: the debt leg that each row belongs to, -1 for a row without debt.
    """

    collateral_start: Wholes
    collateral_asset: Ints
    collateral_amount: Floats
    collateral_threshold: Floats
    collateral_bonus: Floats
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

    def __len__(self) -> int:
        return len(self.market)

    @property
    def legs(self) -> Legs:
        """What of the book does not change in a run, as the kernels take it."""
        from engine.kernels import Legs

        return Legs(
            collateral_start=self.collateral_start,
            collateral_asset=self.collateral_asset,
            collateral_threshold=self.collateral_threshold,
            collateral_bonus=self.collateral_bonus,
            debt_start=self.debt_start,
            debt_asset=self.debt_asset,
            market=self.market,
        )

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Book:
        """Group a scenario's rows into accounts and legs.

        The scenario's loans must have been checked (`engine.scenario.validation.loan_faults`).
        """
        parameters, loans = scenario.parameters, scenario.loans
        assets = {name: k for k, name in enumerate(parameters.assets)}
        markets = {name: m for m, name in enumerate(parameters.markets)}
        row_market = loans.market.recoded(markets)
        row_account, first_row = _accounts(loans, row_market, len(markets))
        collateral = _Side.of(
            row_account, loans.collateral_asset.recoded(assets), loans.collateral_amount, len(first_row), len(assets)
        )
        debt = _Side.of(row_account, loans.debt_asset.recoded(assets), loans.debt_amount, len(first_row), len(assets))
        threshold_table = np.full((len(markets), len(assets)), np.nan)
        bonus_table = np.full((len(markets), len(assets)), np.nan)
        for name, m in markets.items():
            for asset, listed in parameters.markets[name].collateral.items():
                threshold_table[m, assets[asset]] = listed.liquidation_threshold
                bonus_table[m, assets[asset]] = listed.liquidation_bonus
        own_threshold = loans.liquidation_threshold[collateral.row]
        own_bonus = loans.liquidation_bonus[collateral.row]
        leg_market = row_market[collateral.row]
        return cls(
            collateral_start=frozen(collateral.start),
            collateral_asset=frozen(collateral.asset),
            collateral_amount=frozen(collateral.amount),
            collateral_threshold=frozen(
                np.where(np.isnan(own_threshold), threshold_table[leg_market, collateral.asset], own_threshold)
            ),
            collateral_bonus=frozen(
                np.where(np.isnan(own_bonus), bonus_table[leg_market, collateral.asset], own_bonus)
            ),
            debt_start=frozen(debt.start),
            debt_asset=frozen(debt.asset),
            debt_amount=frozen(debt.amount),
            market=frozen(row_market[first_row]),
            account_names=frozen(loans.account[first_row]),
            asset_names=tuple(assets),
            market_names=tuple(markets),
            row_account=frozen(row_account),
            row_leg=frozen(collateral.row_leg),
            row_debt_leg=frozen(debt.row_leg),
        )


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
        key = row_account[rows].astype(np.int64) * assets + row_asset[rows]
        if (key[1:] < key[:-1]).any():
            order = np.argsort(key, kind="stable")
            rows, key = rows[order], key[order]
        first = np.flatnonzero(np.diff(key, prepend=np.int64(-1)))
        amount = amounts[rows]
        if len(first) < len(rows):
            amount = np.add.reduceat(amount, first)
        account, asset = np.divmod(key[first], max(assets, 1))
        start = np.zeros(accounts + 1, dtype=np.int64)
        np.cumsum(np.bincount(account, minlength=accounts), out=start[1:])
        row_leg = np.full(len(row_asset), -1, dtype=np.int32)
        row_leg[rows] = np.repeat(np.arange(len(first), dtype=np.int32), np.diff(first, append=len(rows)))
        return cls(start, asset.astype(np.int32), np.ascontiguousarray(amount), rows[first], row_leg)


def _accounts(loans: LoanTable, row_market: Ints, markets: int) -> tuple[Ints, Wholes]:
    """Return each row's account, numbered in order of first appearance, and the first row of each account."""
    # A dict numbers names as fast as pandas does, which takes longer to load than a small book to run.
    seen: dict[str, int] = {}
    names = loans.account.tolist()
    codes = np.fromiter((seen.setdefault(name, len(seen)) for name in names), dtype=np.int64, count=len(names))
    if markets > 1:
        _, first, codes = np.unique(codes * markets + row_market, return_index=True, return_inverse=True)
        rank = np.empty(len(first), dtype=np.int64)
        rank[np.argsort(first)] = np.arange(len(first))
        codes = rank[codes]
    numbers: Ints = codes.astype(np.int32)
    highest = np.maximum.accumulate(numbers)
    return numbers, np.flatnonzero(np.diff(highest, prepend=np.int32(-1))).astype(np.int64)
