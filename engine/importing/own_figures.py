"""What a file says itself about its accounts: health, worth in USD, liquidation prices; compared with ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.importing.cells import Cells

_CLOSE = 0.01


@dataclass(frozen=True)
class OwnFigures:
    """A file's own figures.

    Parameters
    ----------
    health
        By account, where the file tells one for each.
    usd
        Total by role (``collateral_usd``, ``debt_usd``, ``amount_usd``).
    """

    health: Mapping[str, float] = field(default_factory=dict)
    usd: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: Cells, aliases: Mapping[str, str]) -> OwnFigures:
        """Take them from a file; a health of 0 says that there is none."""
        del aliases
        usd: dict[str, float] = {}
        for role in ("collateral_usd", "debt_usd", "amount_usd"):
            if role in cells.columns:
                usd[role] = float(np.nansum(np.abs(cells.plain_numbers(cells.columns[role][0]))))
        health: dict[str, float] = {}
        if "health" in cells.columns:
            values = cells.plain_numbers(cells.columns["health"][0])
            told = np.flatnonzero((values > 0) & (values < 1e6))
            account = cells.accounts()
            for row in told.tolist():
                health.setdefault(account[row], float(values[row]))
        return cls(health, usd)
