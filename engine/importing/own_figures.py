"""What a file says itself about its accounts: health, worth in USD, liquidation prices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.column_names import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from engine.base.types import Flags, Floats
    from engine.importing.cells import Cells

_BY_ROW = frozenset({"loans", "wide", "totals"})
_NO_DEBT = 1e6
"""A health factor of this or more is how protocols say that an account owes nothing."""
_WAD = 1e18
_MOST_PRICES = 4


@dataclass(frozen=True)
class OwnUsd:
    """What a file says accounts hold or owe.

    Parameters
    ----------
    account
        Shape (told,): names.
    usd
        Shape (told,): worth.
    lacking
        Accounts for which some row has an amount and no worth: what is told of them is not all.
    """

    account: npt.NDArray[np.object_]
    usd: Floats
    lacking: frozenset[str] = frozenset()

    @property
    def total(self) -> float:
        """All of it added up."""
        return float(np.nansum(self.usd))

    def of(self, accounts: set[str]) -> float:
        """Return what some accounts have."""
        return float(np.nansum(self.usd[[name in accounts for name in self.account.tolist()]]))


@dataclass(frozen=True)
class OwnFigures:
    """A file's own figures.

    Parameters
    ----------
    health
        By account and market ("" where no column tells markets), where the file tells one; infinite where it says
        that nothing is owed, 0 where it says 0.
    usd
        Worth by role (``collateral_usd``, ``debt_usd``, ``amount_usd``).
    liquidation_prices
        By account and asset.
    prices
        Of loans with a health: numbers of columns that are called prices and mean nothing else here, by the column,
        then by account and collateral asset. Its health may have been worked out with them.
    """

    health: Mapping[tuple[str, str], float] = field(default_factory=dict)
    usd: Mapping[str, OwnUsd] = field(default_factory=dict)
    liquidation_prices: Mapping[tuple[str, str], float] = field(default_factory=dict)
    prices: Mapping[str, Mapping[tuple[str, str], float]] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: Cells, shape: str, account: npt.NDArray[np.object_], aliases: Mapping[str, str]) -> OwnFigures:
        """Take them from a file.

        Parameters
        ----------
        cells
            The file.
        shape
            In some shapes the USD of an account stand in each of its rows, and count once.
        account
            Shape (rows,): the account of each row.
        aliases
            What asset names stand for.
        """
        usd: dict[str, OwnUsd] = {}
        for role in ("collateral_usd", "debt_usd", "amount_usd"):
            if role in cells.columns:
                values = np.abs(cells.plain_numbers(cells.columns[role][0]))
                usd[role] = _own_usd(cells, shape, role, account, values)
        health: dict[tuple[str, str], float] = {}
        prices: dict[str, dict[tuple[str, str], float]] = {}
        if "health" in cells.columns:
            health = _by_market(cells, account, _healths(cells))
            prices = _prices(cells, shape, account, aliases)
        return cls(health, usd, _liquidation_prices(cells, shape, account, aliases), prices)

    def total_usd(self, role: str) -> float:
        """Return what the file says all accounts have, 0 where it says nothing."""
        return self.usd[role].total if role in self.usd else 0.0

    def without(self, accounts: Iterable[str]) -> OwnFigures:
        """Return them without the health and worth of accounts of which not all rows were read."""
        left_out = frozenset(accounts)
        health = {name: value for name, value in self.health.items() if name[0] not in left_out}
        usd = {role: replace(own, lacking=own.lacking | left_out) for role, own in self.usd.items()}
        return replace(self, health=health, usd=usd)


def _own_usd(cells: Cells, shape: str, role: str, account: npt.NDArray[np.object_], values: Floats) -> OwnUsd:
    if shape not in _BY_ROW and role != "amount_usd":
        first = _by_account(account, values)
        return OwnUsd(np.array(list(first), dtype=object), np.array(list(first.values()), dtype=np.float64))
    blank = np.isnan(values)
    amount = cells.columns.get(role.replace("_usd", "_amount"))
    if amount is not None:
        blank &= cells.plain_numbers(amount[0]) > 0
    elif shape != "wide":
        blank[:] = False
    return OwnUsd(account, values, frozenset(account[blank].tolist()) if not np.isnan(values).all() else frozenset())


def _healths(cells: Cells) -> Floats:
    """Return the health column: in units of 1e18 or not, infinite where it says that nothing is owed."""
    values = cells.plain_numbers(cells.columns["health"][0])
    told = values[(values > 0) & (values < 1e30)]
    if len(told) and float(np.median(told)) >= 1e-6 * _WAD:
        cells.notes.say(f"{cells.where('health')}: read in units of 1e18")
        values = values / _WAD
    return np.where((values < 0) | (values >= _NO_DEBT), np.inf, values)


def _by_account(account: npt.NDArray[np.object_], values: Floats) -> dict[str, float]:
    """Return the first number of each account that is one."""
    told = np.flatnonzero(~np.isnan(values))[::-1]
    return dict(zip(account[told].tolist(), values[told].tolist(), strict=True))


def _by_market(cells: Cells, account: npt.NDArray[np.object_], values: Floats) -> dict[tuple[str, str], float]:
    """Return the first number of each account and market that is one."""
    told = np.flatnonzero(~np.isnan(values))[::-1]
    markets = [""] * len(told)
    if "market" in cells.columns and cells.choices.market is None:
        column = cells.names("market")
        markets = [(*column.names, "")[code] for code in column.codes[told].tolist()]
    return dict(zip(zip(account[told].tolist(), markets, strict=True), values[told].tolist(), strict=True))


def _by_asset(
    cells: Cells, role: str, account: npt.NDArray[np.object_], values: Floats, told: Flags, aliases: Mapping[str, str]
) -> dict[tuple[str, str], float]:
    asset = cells.names(role)
    names = [aliases.get(name, name) for name in (*asset.names, "")]
    rows = np.flatnonzero(told)
    keys = zip(account[rows].tolist(), (names[code] for code in asset.codes[rows].tolist()), strict=True)
    return dict(zip(keys, values[rows].tolist(), strict=True))


def _prices(
    cells: Cells, shape: str, account: npt.NDArray[np.object_], aliases: Mapping[str, str]
) -> dict[str, dict[tuple[str, str], float]]:
    """Return the numbers of columns that are called prices and mean nothing here."""
    if shape != "loans" or "collateral_asset" not in cells.columns:
        return {}
    used = {column for columns in cells.columns.values() for column in columns}
    called = [name for name in cells.source.columns if name not in used and "price" in plain_name(name)]
    found = {}
    for column in called[:_MOST_PRICES]:
        values = cells.plain_numbers(column)
        if (values > 0).any():
            found[column] = _by_asset(cells, "collateral_asset", account, values, values >= 0, aliases)
    return found


def _liquidation_prices(
    cells: Cells, shape: str, account: npt.NDArray[np.object_], aliases: Mapping[str, str]
) -> dict[tuple[str, str], float]:
    role = {"perpetuals": "asset", "loans": "collateral_asset"}.get(shape)
    if role is None or role not in cells.columns or "liquidation_price" not in cells.columns:
        return {}
    values = cells.plain_numbers(cells.columns["liquidation_price"][0])
    return _by_asset(cells, role, account, values, values > 0, aliases)
