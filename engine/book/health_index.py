"""A book laid out by health, so that a run touches only what can become liquidatable.

The index is made once for a book and its starting prices and is reused by every run on it: a run borrows the arrays
that it changes and gives them back, and only what it touched is put back to what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.base.columns import Memory
from engine.market.oracles import first_prices
from engine.market.rules import compile_rules

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a run changes of a book, in the order of its index.

    Parameters
    ----------
    collateral, debt
        Tokens on each leg.
    due
        (n,) the level from which on an account has to be looked at (see `engine.kernels.scan_nb`); `block_due` the
        smallest of each block, float32.
    touched
        (blocks,) uint8: which blocks a run has opened.
    since
        (n,) int32: the round from which on an account has been liquidatable.
    last_liquidated
        (n,) int32: the round of its last liquidation, 0 if there was none.
    bad
        (n,) uint8: whether its debt is bad.
    is_held, is_owed
        (K,) bool: whether anybody holds, and owes, an asset at the start.
    pools, found_bad
        Room for the run's lists of accounts, of no meaning to the next run: memory that was used before costs less
        than new memory. Three pools, and (n,) int32.
    """

    collateral: Floats
    debt: Floats
    due: Floats
    block_due: npt.NDArray[np.float32]
    touched: npt.NDArray[np.uint8]
    since: Ints
    last_liquidated: Ints
    bad: npt.NDArray[np.uint8]
    is_held: npt.NDArray[np.bool_]
    is_owed: npt.NDArray[np.bool_]
    pools: list[kernels.WaitingAccounts]
    found_bad: Ints

    @property
    def space(self) -> kernels.RunArrays:
        """The arrays as the kernels take them together."""
        first, second, third = self.pools
        return kernels.RunArrays(
            self.collateral, self.debt, self.due, self.block_due, self.touched, self.since, self.last_liquidated,
            self.bad, self.is_held, self.is_owed, first, second, third, self.found_bad,
        )  # fmt: skip


class HealthIndex:
    """The accounts of a book in the order in which falling prices reach them, their legs contiguous.

    Results of a run do not depend on whether it has an index. One index may serve runs on several threads.

    Parameters
    ----------
    book
        What it is of.
    order
        (n,) the accounts, int32; None for the order of the book.
    due
        (n,) due values at `prices`, in the order of the book; None where they are not known.
    prices, dust
        The oracle prices and the dust that the due values hold for.

    Attributes
    ----------
    most_debts
        How many debt legs an account has at most.
    memory
        What recordings of its runs leave, for those of the next.
    """

    def __init__(self, book: Book, order: Ints | None, due: Floats | None, prices: Floats, dust: float) -> None:
        count = len(book)
        self.book = book
        self.in_book_order = order is None
        self.legs = book.legs
        self.collateral, self.debt = book.collateral_amount, book.debt_amount
        shift = np.zeros(count, dtype=np.int32)
        self.places = kernels.AccountPlaces(np.arange(count, dtype=np.int32), shift, shift.copy())
        self.collateral_leg = self.debt_leg = np.empty(0, dtype=np.int32)
        if order is not None:
            collateral_start, self.collateral_leg = _moved(book.collateral_start, order)
            debt_start, self.debt_leg = _moved(book.debt_start, order)
            self.legs = kernels.Legs(
                collateral_start=collateral_start,
                collateral_asset=book.collateral_asset[self.collateral_leg],
                collateral_threshold=book.collateral_threshold[self.collateral_leg],
                collateral_bonus=book.collateral_bonus[self.collateral_leg],
                debt_start=debt_start,
                debt_asset=book.debt_asset[self.debt_leg],
                market=book.market[order],
            )
            self.collateral = book.collateral_amount[self.collateral_leg]
            self.debt = book.debt_amount[self.debt_leg]
            self.places = kernels.AccountPlaces(
                account=order,
                collateral_shift=(book.collateral_start[order] - collateral_start[:-1]).astype(np.int32),
                debt_shift=(book.debt_start[order] - debt_start[:-1]).astype(np.int32),
            )
        self._prices, self._dust = prices, dust
        self._due = np.zeros(count) if due is None else due if order is None else due[order]
        self._block_due = np.zeros(-(-count // kernels.BLOCK), dtype=np.float32)
        kernels.block_due_nb(self._due, self._block_due)
        self.left = kernels.empty_left(len(book.asset_names), len(book.market_names))
        kernels.totals_nb(book.legs, np.array(book.collateral_amount), np.array(book.debt_amount), self.left)
        assets = len(book.asset_names)
        self._is_held = np.bincount(book.collateral_asset, minlength=assets) > 0
        self._is_owed = np.bincount(book.debt_asset, minlength=assets) > 0
        self.most_debts = int(np.diff(book.debt_start).max(initial=0))
        self._spare: list[Workspace] = []
        self.memory = Memory()
        for array in (*self.legs, *self.places, self.collateral, self.debt):
            array.setflags(write=False)

    @classmethod
    def of(cls, scenario: Scenario, book: Book) -> HealthIndex:
        """Lay a scenario's book out by health at its first oracle prices."""
        prices = first_prices(scenario.parameters)
        dust = float(scenario.parameters.simulation.dust_usd)
        due = np.empty(len(book))
        kernels.first_due_nb(
            book.legs, np.array(book.collateral_amount), np.array(book.debt_amount),
            compile_rules(scenario.parameters), prices, dust, due,
        )  # fmt: skip
        order = np.argsort(due, kind="stable").astype(np.int32)
        # Within a block any order will do. Those with as many legs stand together: a processor foresees what repeats.
        legs = np.diff(book.collateral_start)[order]
        order = order[np.lexsort((legs, np.arange(len(order)) // kernels.BLOCK))]
        return cls(book, order, due, prices, dust)

    @classmethod
    def unsorted(cls, scenario: Scenario, book: Book) -> HealthIndex:
        """Leave a book as it is: what a single run needs, which would not earn back the sorting."""
        return cls(book, None, None, first_prices(scenario.parameters), 0.0)

    def fits(self, prices: Floats, dust: float) -> bool:
        """Whether the due values hold for these oracle prices (K,) and this dust."""
        return dust == self._dust and np.array_equal(prices, self._prices)

    @property
    def fresh(self) -> kernels.UntouchedBook:
        """The book before a run."""
        return kernels.UntouchedBook(self.collateral, self.debt, self._due, self._block_due)

    def borrow(self, prices: Floats, dust: float) -> Workspace:
        """Return a workspace with the amounts of the book, for a run that starts at these oracle prices."""
        fits = self.fits(prices, dust)
        try:
            workspace = self._spare.pop()
        except IndexError:
            count = len(self.book)
            workspace = Workspace(
                collateral=np.array(self.collateral),
                debt=np.array(self.debt),
                due=self._due.copy(),
                block_due=self._block_due.copy(),
                touched=np.zeros(len(self._block_due), dtype=np.uint8),
                since=np.zeros(count, dtype=np.int32),
                last_liquidated=np.zeros(count, dtype=np.int32),
                bad=np.zeros(count, dtype=np.uint8),
                is_held=self._is_held,
                is_owed=self._is_owed,
                pools=[kernels.no_waiting_accounts(count) for _ in range(3)],
                found_bad=np.empty(count, dtype=np.int32),
            )
        if not fits:
            forget(workspace)
        return workspace

    def give_back(self, workspace: Workspace) -> None:
        """Take a workspace back that no run uses any more."""
        kernels.restore_nb(
            self.legs, workspace.touched, self.collateral, self.debt, self._due, self._block_due,
            workspace.collateral, workspace.debt, workspace.due, workspace.block_due, workspace.since,
            workspace.last_liquidated, workspace.bad,
        )  # fmt: skip
        self._spare.append(workspace)

    def in_book(self, collateral: Floats, debt: Floats) -> tuple[Floats, Floats]:
        """Return amounts that stand in the order of the index in that of the book; copies unless these are the same."""
        if self.in_book_order:
            return collateral, debt
        ordered = np.empty_like(collateral), np.empty_like(debt)
        ordered[0][self.collateral_leg] = collateral
        ordered[1][self.debt_leg] = debt
        return ordered


def forget(workspace: Workspace) -> None:
    """Make every account of a workspace due."""
    workspace.touched[:] = 1
    workspace.due[:] = 0.0
    workspace.block_due[:] = 0.0


def _moved(start: npt.NDArray[np.int64], order: Ints) -> tuple[npt.NDArray[np.int64], Any]:
    """Return where the legs of accounts start when these stand in another order, and the old leg of each leg."""
    counts = np.diff(start)[order]
    moved = np.zeros(len(start), dtype=np.int64)
    np.cumsum(counts, out=moved[1:])
    legs = np.repeat((start[:-1][order] - moved[:-1]).astype(np.int32), counts)
    legs += np.arange(len(legs), dtype=np.int32)
    return moved, legs
