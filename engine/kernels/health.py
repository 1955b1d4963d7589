"""Health factors (Method, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import inlined, inlined_kernel
from engine.kernels.constants import THRESHOLD, unsigned

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs


@inlined
def has_one_pair_nb(legs: Legs, i: int) -> bool:
    """Whether account i has one collateral leg and one debt leg, as most accounts have."""
    here, after = unsigned(i), unsigned(i + 1)
    held = unsigned(legs.collateral_start[after]) - unsigned(legs.collateral_start[here])
    owed = unsigned(legs.debt_start[after]) - unsigned(legs.debt_start[here])
    return held == unsigned(1) and owed == unsigned(1)


@inlined
def sums_nb(legs: Legs, collateral: Any, debt: Any, prices: Any, i: int) -> tuple[float, float, float]:
    """Return (sum C LT, sum C, sum D) of account i in USD, legs in asset order."""
    here, after = unsigned(i), unsigned(i + 1)
    first, first_debt = unsigned(legs.collateral_start[here]), unsigned(legs.debt_start[here])
    end, end_debt = unsigned(legs.collateral_start[after]), unsigned(legs.debt_start[after])
    if end - first == unsigned(1) and end_debt - first_debt == unsigned(1):  # most accounts: nothing to add up
        held = collateral[first] * prices[unsigned(legs.collateral_asset[first])]
        owed = debt[first_debt] * prices[unsigned(legs.debt_asset[first_debt])]
        return held * legs.terms[legs.collateral_terms[first], THRESHOLD], held, owed
    backing = 0.0
    held = 0.0
    for leg in range(first, end):
        value = collateral[leg] * prices[unsigned(legs.collateral_asset[leg])]
        held += value
        backing += value * legs.terms[legs.collateral_terms[leg], THRESHOLD]
    owed = 0.0
    for leg in range(first_debt, end_debt):
        owed += debt[leg] * prices[unsigned(legs.debt_asset[leg])]
    return backing, held, owed


@inlined
def health_nb(backing: float, owed: float) -> float:
    """Return the health factor, infinite without debt."""
    return backing / owed if owed > 0.0 else np.inf


@inlined_kernel
def is_liquidatable_nb(backing: float, held: float, owed: float, at_or_below: bool, dust: float) -> bool:
    """Whether an account with these sums can be liquidated (Method, section 2).

    The quotient of two numbers is rounded to less than 1 where the first is the smaller, and to 1 only where they are
    the same, so that the health need not be divided out.
    """
    if owed <= dust or held <= dust:
        return False
    return backing < owed or (at_or_below and backing == owed)
