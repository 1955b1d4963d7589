"""Perpetual positions as a file lists them, kept beside the loans they make: to tell why its figures differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.pairing import groups
from engine.scenario.loans import BLANK, CodedColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from engine.base.types import Flags, Floats, Wholes

_CLOSE = 0.02
_LARGEST = 0.5


@dataclass(frozen=True)
class PerpetualPositions:
    """The positions of a file, one a row.

    Parameters
    ----------
    account
        Shape (rows,): names.
    asset
        Of the same length.
    size
        Shape (rows,): tokens, negative for shorts.
    alone
        Shape (rows,): the cash of each position by its own margin, -size x entry + margin, USD.
    cash
        Shape (rows,): the same, or what the account's value leaves.
    price
        Shape (rows,): mark prices, NaN where not known.
    margin
        Shape (rows,): maintenance margins as fractions, NaN where not known.
    own_price
        Shape (rows,): the file's liquidation prices, NaN where it tells none.
    is_required
        Shape (rows,): whether the margin is the position's value over its leverage at the mark, as exchanges show what
        a cross position requires; what its account holds is something else.
    thresholds
        Liquidation thresholds of assets that the margins make, where nothing else tells them.
    paid_in
        The assets that margin is paid in.
    """

    account: npt.NDArray[np.object_]
    asset: CodedColumn
    size: Floats
    alone: Floats
    cash: Floats
    price: Floats
    margin: Floats
    own_price: Floats
    is_required: Flags
    thresholds: Mapping[str, float]
    paid_in: tuple[str, ...] = ("USD",)

    def taken(self, rows: Flags) -> PerpetualPositions:
        """Return the positions at some rows."""
        coded = CodedColumn(self.asset.codes[rows], self.asset.names)
        plain = ("account", "size", "alone", "cash", "price", "margin", "own_price", "is_required")
        return replace(self, asset=coded, **{name: getattr(self, name)[rows] for name in plain})

    @property
    def assets(self) -> tuple[str, ...]:
        """The assets of open positions, in order of appearance."""
        return self._names(self.size != 0)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The assets of open positions whose maintenance margin nothing tells."""
        return self._names((self.size != 0) & np.isnan(self.margin))

    def _names(self, rows: Flags) -> tuple[str, ...]:
        codes = dict.fromkeys(self.asset.codes[rows & (self.asset.codes != BLANK)].tolist())
        return tuple(self.asset.names[code] for code in codes)

    def margins_of(self, name: str) -> list[float]:
        """Return the different maintenance margins of an asset's open positions."""
        return list(dict.fromkeys(self.margin[(self.size != 0) & self._coded(name)].tolist()))

    def fitting_margins(self) -> dict[str, float]:
        """Return the maintenance margins at which the file's own liquidation prices would be right, by asset.

        From accounts with one position, whose price says it alone; the median of each asset.
        """
        alone = (self.size != 0) & ~self.several & (self.own_price > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = self.size * self.own_price
            fits = (self.cash + value) / np.abs(value)
        alone &= (fits > 0) & (fits < _LARGEST)
        return {name: float(np.median(fits[alone & (self._coded(name))])) for name in self._names(alone)}

    def _coded(self, name: str) -> Flags:
        return np.asarray(self.asset.codes == self.asset.names.index(name))

    @property
    def several(self) -> Flags:
        """Shape (rows,): which open positions are of accounts with several."""
        opened = self.size != 0
        group = self._accounts()
        counts = np.bincount(group, weights=opened)
        return np.asarray(opened & (counts[group] > 1))

    def _accounts(self) -> Wholes:
        """Return the number of each row's account."""
        one = CodedColumn(np.zeros(len(self.account), dtype=np.int32), ("",))
        group, _ = groups(self.account, one)
        return group

    def fitting_modes(self) -> tuple[int, int, int]:
        """Return how many of the file's liquidation prices, of accounts with several positions, fit which margin mode.

        Returns
        -------
        tuple
            How many fit the position with its own margin, how many the account as a whole with all else held, and how
            many there are.
        """
        told = self.several & (self.own_price > 0) & ~np.isnan(self.margin)
        opened = self.size != 0
        group = self._accounts()
        value = np.where(opened, np.nan_to_num(self.size * self.price), 0.0)
        asked = np.where(opened, np.nan_to_num(np.abs(value) * self.margin), 0.0)
        cash = np.nan_to_num(self.cash)
        rest = np.bincount(group, weights=cash + value - asked)[group] - (value - asked)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = self.size - self.margin * np.abs(self.size)
            lone = np.abs(-self.alone / weight / self.own_price - 1) <= _CLOSE
            whole = np.abs(-rest / weight / self.own_price - 1) <= _CLOSE
        return int((told & lone).sum()), int((told & whole).sum()), int(told.sum())

    def why_other(self, account: str, asset: str, theirs: float) -> str:
        """Return the likely cause of another liquidation price of the file than ours, in words.

        Parameters
        ----------
        account, asset
            Of the position.
        theirs
            The file's liquidation price.
        """
        rows = (self.account == account) & (self.size != 0)
        mine = rows & self._coded(asset)
        if not mine.any():
            return "other maintenance margins, or accounts that hold more than is listed"
        several = int(rows.sum()) > 1
        size, margin = float(self.size[mine].sum()), float(self.margin[mine].mean())
        if several and size != 0:
            lone = -float(self.alone[mine].sum()) / (size - margin * abs(size))
            if abs(lone / theirs - 1) <= _CLOSE:
                return f"it fits the position with its own margin alone ({lone:.6g}), as if it were isolated"
        price = np.where(mine, theirs, self.price)
        value = self.size[rows] * price[rows]
        left, worth = float(self.cash[rows].sum() + value.sum()), float(np.abs(value).sum())
        if not (np.isfinite(left) and worth > 0):
            return "other maintenance margins, or accounts that hold more than is listed"
        return self._why_by_what_is_left(account, rows, left, worth, value)

    def _why_by_what_is_left(self, account: str, rows: Flags, left: float, worth: float, value: Floats) -> str:
        several = int(rows.sum()) > 1
        positions = f"its {int(rows.sum())} positions are worth together" if several else "the position is worth"
        if left <= 0:
            other = "or the file counts its positions as isolated" if several else "or has added margin"
            return (
                f"at that price {account} would be {-left:,.6g} USD below zero: it holds more than is listed, {other}"
            )
        asked = float((np.abs(value) * self.margin[rows]).sum()) / worth
        more = "higher" if left / worth > asked else "lower"
        known = (
            "; the margin of its cross positions is what they require, not what the account holds, which a column of "
            "account values tells (--map account_value=COLUMN)"
            if self.is_required[rows].any()
            else ""
        )
        return (
            f"at that price {account} has {left:,.6g} USD left, {left / worth * 100:.3g} % of what {positions}, "
            f"and {asked * 100:.3g} % is asked here: a {more} maintenance margin there, or the account holds "
            f"{'less' if more == 'higher' else 'more'} than is listed{known}"
        )
