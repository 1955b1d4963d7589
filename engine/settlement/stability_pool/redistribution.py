"""Spreading what an account leaves over the others of its market, on a whole book at once.

The engine and the replay of a recording both do it with this one kernel, so that they arrive at the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import kernel

if TYPE_CHECKING:
    from engine.kernels import Legs


@kernel
def redistribute_nb(legs: Legs, collateral: Any, debt: Any, growth: Any, debt_per_collateral: Any) -> None:
    """Give every account with debt and collateral its part of what was redistributed in a round.

    ``growth`` and ``debt_per_collateral`` (M,): c tokens of collateral become c growth[m], and the debt grows by
    c debt_per_collateral[m] tokens. Accounts of such markets have one leg on either side; others are left alone.
    """
    for i in range(len(legs.market)):
        m = legs.market[i]
        if growth[m] == 1.0 and debt_per_collateral[m] == 0.0:
            continue
        leg = legs.collateral_start[i]
        owed = legs.debt_start[i]
        if legs.collateral_start[i + 1] - leg != 1 or legs.debt_start[i + 1] - owed != 1:
            continue
        held = collateral[leg]
        if held > 0.0 and debt[owed] > 0.0:
            debt[owed] = debt[owed] + held * debt_per_collateral[m]
            collateral[leg] = held * growth[m]
