"""The sides of accounts, one row an asset and side: what the shapes of files have in common before they are loans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.importing.pairing import paired
from engine.scenario.loans import CodedColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.base.types import Flags, Floats, Wholes
    from engine.scenario.loans import LoanTable

COLLATERAL, DEBT = 0, 1


@dataclass(frozen=True)
class Sides:
    """Positions of accounts.

    Parameters
    ----------
    row
        Shape (sides,): the row of the file.
    account, market, asset, category
        Of the same length: names, the last three coded.
    side
        0 for collateral, 1 for debt.
    amount
        Tokens, at least 0.
    price
        USD, NaN where the file does not tell it.
    threshold, bonus
        The position's own, NaN where the market's hold.
    entry_price
        What the position was entered at, USD a token, NaN where it is not told; None: nowhere.
    """

    row: Wholes
    account: npt.NDArray[np.object_]
    market: CodedColumn
    asset: CodedColumn
    side: npt.NDArray[np.int8]
    amount: Floats
    price: Floats
    threshold: Floats
    bonus: Floats
    category: CodedColumn
    entry_price: Floats | None = None

    def __len__(self) -> int:
        return len(self.row)

    def taken(self, rows: Flags | Wholes) -> Sides:
        """Return the sides at some places."""
        return replace(
            self,
            row=self.row[rows],
            account=self.account[rows],
            market=self.market.taken(rows),
            asset=self.asset.taken(rows),
            side=self.side[rows],
            amount=self.amount[rows],
            price=self.price[rows],
            threshold=self.threshold[rows],
            bonus=self.bonus[rows],
            category=self.category.taken(rows),
            entry_price=None if self.entry_price is None else self.entry_price[rows],
        )

    def loans(self) -> LoanTable:
        """Return them as loan rows, an account's largest collateral beside its largest debt."""
        usd = np.where(np.isnan(self.price), 0.0, self.amount * self.price)
        return paired(
            self.account,
            self.market,
            self.asset,
            self.side,
            self.amount,
            usd,
            self.category,
            self.threshold,
            self.bonus,
            self.entry_price,
        )


def joined(parts: Sequence[Sides]) -> Sides:
    """Return several sets of sides as one, in the order of their rows; of one row in the order of the parts."""
    if len(parts) == 1:
        return parts[0]
    names = [
        tuple(dict.fromkeys(name for part in parts for name in getattr(part, column).names))
        for column in ("market", "asset", "category")
    ]
    coded = []
    for column, known in zip(("market", "asset", "category"), names, strict=True):
        order = {name: place for place, name in enumerate(known)}
        codes = np.concatenate([getattr(part, column).recoded(order) for part in parts])
        coded.append(CodedColumn(codes.astype(np.int32), known))
    plain = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("row", "account", "side", "amount", "price", "threshold", "bonus")
    }
    entries = None
    if any(part.entry_price is not None for part in parts):
        blank = [np.full(len(part), np.nan) if part.entry_price is None else part.entry_price for part in parts]
        entries = np.concatenate(blank)
    both = Sides(market=coded[0], asset=coded[1], category=coded[2], entry_price=entries, **plain)
    return both.taken(np.argsort(both.row, kind="stable"))
