"""What a file says itself about its accounts: health, worth in USD, liquidation prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.importing.cells import Cells

_BY_ROW = frozenset({"loans", "wide", "totals"})


@dataclass(frozen=True)
class OwnFigures:
    """A file's own figures.

    Parameters
    ----------
    health
        By account, where the file tells one.
    usd
        Worth by role (``collateral_usd``, ``debt_usd``, ``amount_usd``), all rows or accounts added up.
    liquidation_prices
        By account and asset.
    """

    health: Mapping[str, float] = field(default_factory=dict)
    usd: Mapping[str, float] = field(default_factory=dict)
    liquidation_prices: Mapping[tuple[str, str], float] = field(default_factory=dict)

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
        usd: dict[str, float] = {}
        for role in ("collateral_usd", "debt_usd", "amount_usd"):
            if role in cells.columns:
                values = np.abs(cells.plain_numbers(cells.columns[role][0]))
                if shape not in _BY_ROW and role != "amount_usd":
                    values = np.array(list(_by_account(account, values).values()))
                usd[role] = float(np.nansum(values))
        health: dict[str, float] = {}
        if "health" in cells.columns:
            values = cells.plain_numbers(cells.columns["health"][0])
            health = _by_account(account, np.where((values > 0) & (values < 1e6), values, np.nan))
        return cls(health, usd, _liquidation_prices(cells, shape, account, aliases))


def _by_account(account: npt.NDArray[np.object_], values: Floats) -> dict[str, float]:
    """Return the first number of each account that is one."""
    told = np.flatnonzero(~np.isnan(values))[::-1]
    return dict(zip(account[told].tolist(), values[told].tolist(), strict=True))


def _liquidation_prices(
    cells: Cells, shape: str, account: npt.NDArray[np.object_], aliases: Mapping[str, str]
) -> dict[tuple[str, str], float]:
    role = {"perpetuals": "asset", "loans": "collateral_asset"}.get(shape)
    if role is None or role not in cells.columns or "liquidation_price" not in cells.columns:
        return {}
    values = cells.plain_numbers(cells.columns["liquidation_price"][0])
    asset = cells.names(role)
    names = [aliases.get(name, name) for name in (*asset.names, "")]
    told = np.flatnonzero(values > 0)
    keys = zip(account[told].tolist(), (names[code] for code in asset.codes[told].tolist()), strict=True)
    return dict(zip(keys, values[told].tolist(), strict=True))
