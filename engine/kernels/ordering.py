"""Putting accounts into the order in which falling prices reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import kernel
from engine.kernels.constants import unsigned

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, Legs


@kernel
def move_accounts_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    due: Any,
    group: Any,
    free: Any,
    places: AccountPlaces,
    moved: Legs,
    moved_collateral: Any,
    moved_debt: Any,
    moved_due: Any,
) -> None:
    """Move accounts with their legs, those of a group together, groups in order, within a group as they stand.

    ``group`` (n,) uint16; ``free`` (groups, 3) int64 is where each group's next account, collateral leg and debt leg
    go. What is moved, ``moved...`` and ``places``, is filled; all is read in the order in which it stands in memory.
    """
    for place in range(len(group)):
        i = unsigned(place)
        g = group[i]
        p = unsigned(free[g, 0])
        c = free[g, 1]
        d = free[g, 2]
        first_collateral = legs.collateral_start[i]
        first_debt = legs.debt_start[i]
        places.account[p] = place
        places.collateral_shift[p] = first_collateral - c
        places.debt_shift[p] = first_debt - d
        moved.collateral_start[p] = c
        moved.debt_start[p] = d
        moved.market[p] = legs.market[i]
        moved_due[p] = due[i]
        for leg in range(unsigned(first_collateral), unsigned(legs.collateral_start[i + unsigned(1)])):
            moved.collateral_asset[unsigned(c)] = legs.collateral_asset[leg]
            moved.collateral_terms[unsigned(c)] = legs.collateral_terms[leg]
            moved_collateral[unsigned(c)] = collateral[leg]
            c += 1
        for leg in range(unsigned(first_debt), unsigned(legs.debt_start[i + unsigned(1)])):
            moved.debt_asset[unsigned(d)] = legs.debt_asset[leg]
            moved_debt[unsigned(d)] = debt[leg]
            d += 1
        free[g, 0] += 1
        free[g, 1] = c
        free[g, 2] = d
    moved.collateral_start[len(group)] = len(collateral)
    moved.debt_start[len(group)] = len(debt)
