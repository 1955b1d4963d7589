"""A layout with its accounts in the order in which falling prices reach them: a run touches what stands together.

The order is a rough one: accounts that become due at about the same fall stand together, the sooner ones more finely
sorted than the later ones. It is made by moving each account once, in the order in which the book stands in memory;
sorting them fully takes ten times as long and makes runs no quicker. Results do not depend on the order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.base.columns import Memory
from engine.base.types import frozen

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints, Wholes
    from engine.book.book import Book
    from engine.book.layout import Layout
    from engine.book.workspace import Workspace

_CLASSES_AN_OCTAVE = 4  # of the number of accounts that are due sooner
_MOST_LEGS = 4  # accounts with more collateral stand together: a processor foresees what repeats


@dataclass(frozen=True, eq=False)
class Order:
    """The accounts of a layout in another order, their legs contiguous. All arrays are read-only.

    Parameters
    ----------
    layout
        What it is of.
    places
        Where accounts and legs stand in the book.
    collateral_start, collateral_asset, collateral_terms, debt_start, debt_asset, market, collateral, debt
        As in `engine.book.layout.Layout`, in this order; the last two are the amounts.
    left
        The tokens of the whole book by (market, asset).
    is_held, is_owed
        (K,) bool: whether anybody holds, and owes, an asset.
    most_debts
        How many debt legs an account has at most.
    spare
        Workspaces that no run uses. Taken from and added to at its end, by any thread.
    memory
        What recordings of its runs leave, for those of the next.
    """

    layout: Layout
    places: kernels.AccountPlaces
    collateral_start: Wholes
    collateral_asset: Ints
    collateral_terms: npt.NDArray[np.uint32]
    debt_start: Wholes
    debt_asset: Ints
    market: Ints
    collateral: Floats
    debt: Floats
    left: kernels.TokensLeft
    is_held: npt.NDArray[np.bool_]
    is_owed: npt.NDArray[np.bool_]
    most_debts: int
    spare: list[Workspace] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)

    def __len__(self) -> int:
        return len(self.market)

    def legs(self, terms: Floats) -> kernels.Legs:
        """Return the legs as the kernels take them, on these terms (T, 2)."""
        return kernels.Legs(
            collateral_start=self.collateral_start,
            collateral_asset=self.collateral_asset,
            collateral_terms=self.collateral_terms,
            terms=terms,
            debt_start=self.debt_start,
            debt_asset=self.debt_asset,
            market=self.market,
        )

    @cached_property
    def collateral_leg(self) -> Wholes:
        """The leg of the book that each collateral leg is."""
        return leg_in_book(self.collateral_start, self.places.collateral_shift)

    @cached_property
    def debt_leg(self) -> Wholes:
        """The leg of the book that each debt leg is."""
        return leg_in_book(self.debt_start, self.places.debt_shift)

    @classmethod
    def of(cls, book: Book, due: Floats) -> tuple[Order, Floats]:
        """Put a book's accounts into the order of their due values (n,); return it with the values in this order."""
        group = _groups(due, np.diff(book.collateral_start))
        return cls.by_group(book, group, due)

    @classmethod
    def by_group(cls, book: Book, group: npt.NDArray[np.uint16], due: Floats) -> tuple[Order, Floats]:
        """Put a book's accounts into the order of their groups (n,), those of one group as they stand in the book."""
        count, collateral, debt = len(book), len(book.collateral_asset), len(book.debt_asset)
        places = kernels.AccountPlaces(*(np.empty(count, dtype=np.int32) for _ in kernels.AccountPlaces._fields))
        moved = kernels.Legs(
            collateral_start=np.zeros(count + 1, dtype=np.int64),
            collateral_asset=np.empty(collateral, dtype=np.int32),
            collateral_terms=np.empty(collateral, dtype=np.uint32),
            terms=np.empty((0, kernels.TERMS_COLUMNS)),
            debt_start=np.zeros(count + 1, dtype=np.int64),
            debt_asset=np.empty(debt, dtype=np.int32),
            market=np.empty(count, dtype=np.int32),
        )
        amounts, debts, moved_due = np.empty(collateral), np.empty(debt), np.empty(count)
        kernels.move_accounts_nb(
            book.legs, book.collateral_amount, book.debt_amount, due, group,
            _free(group, book.collateral_start, book.debt_start), places, moved, amounts, debts, moved_due,
        )  # fmt: skip
        for array in (*places, *moved, amounts, debts):
            array.setflags(write=False)
        left = kernels.empty_left(len(book.asset_names), len(book.market_names))
        kernels.totals_nb(book.legs, np.array(book.collateral_amount), np.array(book.debt_amount), left)
        assets = len(book.asset_names)
        arrays = moved._asdict()
        del arrays["terms"]
        order = cls(
            layout=book.layout,
            places=places,
            **arrays,
            collateral=amounts,
            debt=debts,
            left=left,
            is_held=frozen(np.bincount(book.layout.sources.listed[:, 2], minlength=assets) > 0),
            is_owed=frozen(np.bincount(book.debt_asset, minlength=assets) > 0),
            most_debts=int(np.diff(book.debt_start).max(initial=0)),
        )
        return order, moved_due


def _groups(due: Floats, legs: Wholes) -> npt.NDArray[np.uint16]:
    """Return the group of each account: by how many are due sooner, and by how many legs it has."""
    # Due values from 1 to 256 in steps of 2^-13 of themselves, those below and above at the ends.
    bits = due.astype(np.float32).view(np.int32) - np.float32(1.0).view(np.int32)
    step = np.clip(bits >> 10, 0, 65535).astype(np.uint16)
    sooner = np.cumsum(np.bincount(step, minlength=65536)) - 1
    octaves = np.log2(np.maximum(sooner, 1) / kernels.BLOCK)
    of_step = np.maximum(np.floor(octaves * _CLASSES_AN_OCTAVE) + 1, 0).astype(np.uint16)
    many = np.clip(legs, 1, _MOST_LEGS).astype(np.uint16) - np.uint16(1)
    group: npt.NDArray[np.uint16] = of_step[step] * np.uint16(_MOST_LEGS) + many
    return group


def _free(group: npt.NDArray[np.uint16], collateral_start: Wholes, debt_start: Wholes) -> Wholes:
    """Return where each group's first account, collateral leg and debt leg go, (groups, 3)."""
    counts = [
        np.bincount(group),
        np.bincount(group, np.diff(collateral_start)),
        np.bincount(group, np.diff(debt_start)),
    ]
    ends = np.cumsum(np.array(counts, dtype=np.int64), axis=1)
    free = np.zeros((ends.shape[1] + 1, 3), dtype=np.int64)
    free[1:] = ends.T
    return free


def leg_in_book(start: Wholes, shift: Ints) -> Wholes:
    """Return the leg of the book that each leg in another order is; accounts (n,) stand ``shift`` further on there."""
    counts: npt.NDArray[Any] = np.diff(start)
    return np.repeat(shift.astype(np.int64), counts) + np.arange(start[-1])
