"""Insolvent debt (Method, section 9): what accounts owe beyond all they have, whoever can or cannot liquidate them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels import by_columns
from engine.kernels.compiling import kernel, meanwhile
from engine.kernels.constants import BLOCK, CAUTION, HOLDS_BAD_DEBT, unsigned
from engine.kernels.health import sums_nb
from engine.kernels.scanning import rounded_down_nb
from engine.kernels.sums import add_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs


@meanwhile(by_columns.insolvent_debt)
@kernel
def insolvent_debt_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    prices: Any,
    level: float,
    due: Any,
    block_due: Any,
    waiting: Any,
    bad: Any,
    touched: Any,
    keeps: bool,
    usd: Any,
) -> None:
    """Add max(0, D - C) of every account at some prices to ``usd`` (M, 2), by market, sums of two float64.

    Only accounts that can be insolvent are looked at, and the sums are exactly those of looking at all.

    Parameters
    ----------
    collateral, debt
        Tokens on the legs.
    prices
        (K,) USD, those at which C and D are counted.
    level
        How much, at most, C / D of any account has fallen since the due values were set, as a factor.
    due, block_due
        (n,) float64: the level below which an account is solvent for sure, and of each block of `BLOCK` accounts the
        smallest, float32. The levels at which accounts can have become liquidatable will do where no threshold is
        above 1.
    waiting
        Accounts to look at whatever their due values say, in their order: those who are liquidatable are never due.
    bad, touched
        (n,) uint8: whose debt is bad, and (blocks,) uint8, in which blocks some of them keep it: these are looked at
        whatever their due values say, as they may never be due again. Both (0,) for none.
    keeps
        Whether accounts that were looked at get a new due value, at this level; those that are insolvent get 0.
    """
    next_waiting = unsigned(0)
    for block in range(len(block_due)):
        end = min((block + 1) * BLOCK, len(due))
        has_waiting = next_waiting < len(waiting) and waiting[next_waiting] < end
        opens = len(touched) > 0 and touched[block] & HOLDS_BAD_DEBT > 0
        if level < block_due[block] and not (has_waiting or opens):
            continue
        smallest = np.inf
        for place in range(block * BLOCK, end):
            i = unsigned(place)
            waits = has_waiting and next_waiting < len(waiting) and waiting[next_waiting] == place
            if waits:
                next_waiting += unsigned(1)
            elif level < due[i] and not (opens and bad[i]):
                smallest = min(smallest, due[i])
                continue
            _, held, owed = sums_nb(legs, collateral, debt, prices, i)
            value = 0.0
            if owed > held:
                add_nb(usd, unsigned(legs.market[i]), owed - held)
            elif keeps:
                value = np.inf if owed == 0.0 else held / owed * level * CAUTION
            if keeps:
                due[i] = value
                smallest = min(smallest, value)
        if keeps:
            block_due[block] = rounded_down_nb(smallest)
