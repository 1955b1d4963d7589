"""Lists of those who are liquidatable, and how they change from round to round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernels.compiling import kernel, part
from engine.kernels.constants import unsigned

if TYPE_CHECKING:
    from engine.kernels.arrays import WaitingAccounts


@part
def copy_waiting_nb(origin: WaitingAccounts, count: int, pool: WaitingAccounts) -> None:
    """Copy the first ``count`` accounts of a pool to another."""
    for place in range(count):
        at = unsigned(place)
        pool.account[at] = origin.account[at]
        pool.debt[at] = origin.debt[at]
        pool.until[at] = origin.until[at]
        pool.owes_moved[at] = origin.owes_moved[at]


@kernel
def merge_nb(pool: WaitingAccounts, count: int, found: WaitingAccounts, new: int) -> None:
    """Put the first ``new`` accounts found among the first ``count`` of a pool, both in order of accounts."""
    to = count + new
    while new > 0:
        to -= 1
        if count > 0 and pool.account[count - 1] > found.account[new - 1]:
            count -= 1
            pool.account[to] = pool.account[count]
            pool.debt[to] = pool.debt[count]
            pool.until[to] = pool.until[count]
            pool.owes_moved[to] = pool.owes_moved[count]
        else:
            new -= 1
            pool.account[to] = found.account[new]
            pool.debt[to] = found.debt[new]
            pool.until[to] = found.until[new]
            pool.owes_moved[to] = found.owes_moved[new]
