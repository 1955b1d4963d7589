"""What a run changes of a book; used again by the next run, so that only what a run touched is put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine import kernels

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints
    from engine.book.order import Order


@dataclass(slots=True, eq=False)
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
        (blocks,) uint8: which blocks a run has opened, and in which somebody keeps bad debt.
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
        than new memory. Two pools, and (n,) int32.
    fresh_due
        The due values that `due` is put back to.
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
    fresh_due: Floats

    @classmethod
    def new(cls, order: Order, due: Floats, block_due: npt.NDArray[np.float32]) -> Workspace:
        """Return a workspace of a book before any run."""
        count = len(order)
        return cls(
            collateral=np.array(order.collateral),
            debt=np.array(order.debt),
            due=due.copy(),
            block_due=block_due.copy(),
            touched=np.zeros(len(block_due), dtype=np.uint8),
            since=np.zeros(count, dtype=np.int32),
            last_liquidated=np.zeros(count, dtype=np.int32),
            bad=np.zeros(count, dtype=np.uint8),
            is_held=order.is_held,
            is_owed=order.is_owed,
            pools=[kernels.no_waiting_accounts(count) for _ in range(2)],
            found_bad=np.empty(count, dtype=np.int32),
            fresh_due=due,
        )

    @property
    def space(self) -> kernels.RunArrays:
        """The arrays as the kernels take them together."""
        waiting, found = self.pools
        return kernels.RunArrays(
            self.collateral, self.debt, self.due, self.block_due, self.touched, self.since, self.last_liquidated,
            self.bad, self.is_held, self.is_owed, waiting, found, self.found_bad,
        )  # fmt: skip

    def forget(self) -> None:
        """Make every account due."""
        self.touched |= kernels.LOOKED_INTO
        self.due[:] = 0.0
        self.block_due[:] = 0.0
