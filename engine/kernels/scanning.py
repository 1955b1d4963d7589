"""Who is liquidatable, looking only at accounts that can have become so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import inlined, kernel
from engine.kernels.constants import (
    BLOCK,
    CAUTION,
    LOOKED_BAD,
    LOOKED_IDLE,
    LOOKED_INTO,
    LOOKED_WAITING,
    signed,
    unsigned,
)
from engine.kernels.health import is_liquidatable_nb, sums_nb
from engine.kernels.sums import sum_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs, Moves, WaitingAccounts
    from engine.kernels.tables import Rules


@inlined
def _look_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, level: float, i: int
) -> tuple[int, float, float, float, float]:
    """Look at account i: return (what it is, its due value, sum C LT, debt and collateral in USD).

    Between two looks health falls at most by the largest fall of any collateral's price times the largest rise of any
    debt's. ``level`` is the product of these over the rounds so far; an account that had health h at level v cannot
    be liquidatable below the level h v: that, a little lower for rounding, is its due value.
    """
    backing, held, owed = sums_nb(legs, collateral, debt, prices, i)
    if owed > dust:
        if held <= dust:
            return LOOKED_BAD, 0.0, backing, owed, held
        if is_liquidatable_nb(backing, held, owed, rules[unsigned(legs.market[i])].at_or_below, dust):
            return LOOKED_WAITING, np.inf, backing, owed, held
    return LOOKED_IDLE, idle_due_nb(backing, held, owed, dust, level), backing, owed, held


@inlined
def idle_due_nb(backing: float, held: float, owed: float, dust: float, level: float) -> float:
    """Return the due value of an account that is neither liquidatable nor without collateral (see `_look_nb`)."""
    if owed <= dust:
        return np.inf if owed == 0.0 else 0.0
    room = backing / owed
    if held < dust * room:  # it reaches dust before its health reaches 1
        room = held / dust
    return room * level * CAUTION


@inlined
def set_due_nb(due: Any, block_due: Any, i: int, value: float) -> None:
    """Put an account back to be looked at from a level on, and its block no later."""
    due[i] = value
    if value < np.inf:  # else it is no sooner than any
        block = signed(i) // BLOCK
        block_due[block] = min(block_due[block], rounded_down_nb(value))


@inlined
def rounded_down_nb(value: float) -> Any:
    """Return a due value as float32, never later than it is."""
    if value == np.inf:
        return np.float32(np.inf)
    return np.float32(min(value * (1.0 - 1e-6), 3e38))


@inlined
def until_nb(rise: float, backing: float, owed: float, dust: float) -> float:
    """Return the level of rise below which an account surely is still liquidatable, but for its collateral's value.

    ``rise`` is one of the two of `Moves`: so much, at most, can health have risen and debt have fallen.
    """
    most = np.inf
    if backing > 0.0:
        most = owed / backing
    if owed < dust * most:
        most = owed / dust
    return rise * most * CAUTION


@inlined
def _owes_one_nb(legs: Legs, flags: Any, i: int) -> bool:
    """Whether account i owes one of the assets that are flagged, (K,) bool."""
    some = False
    for leg in range(unsigned(legs.debt_start[i]), unsigned(legs.debt_start[i + unsigned(1)])):
        some |= flags[unsigned(legs.debt_asset[leg])]
    return some


@inlined
def _owed_nb(legs: Legs, debt: Any, prices: Any, i: int) -> float:
    """Return sum D of account i in USD, as `sums_nb` adds it up."""
    owed = 0.0
    for leg in range(unsigned(legs.debt_start[i]), unsigned(legs.debt_start[i + unsigned(1)])):
        owed += debt[leg] * prices[unsigned(legs.debt_asset[leg])]
    return owed


@kernel
def recheck_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    moves: Moves,
    everything: bool,
    number: int,
    last_liquidated: Any,
    due: Any,
    block_due: Any,
    bad: Any,
    pool: WaitingAccounts,
    count: int,
    found_bad: Any,
    bad_count: int,
    limits: Any,
    left: Any,
) -> tuple[int, int]:
    """Keep those of the first ``count`` accounts of a pool that are still liquidatable, in the same order.

    Looked at are only those whose health can have reached 1 (see `until_nb`), those liquidated in round ``number``, or
    ``everything``; of those whose debts in USD have changed by prices (see `Moves`), the debt alone is worked out anew.
    Adds to ``found_bad`` those whose debt is newly bad. ``limits`` (3,): the first is lowered to the level at which the
    collateral of one of the pool can have fallen to dust, the others become the least rise, of all and of collateral
    alone, that brings one of those kept to health 1. ``left`` (1, 2) becomes the sum of the debts of those kept, as two
    float64; it may be (0, 2).
    Returns how many were kept and how many are in ``found_bad``.
    """
    kept = 0
    high = 0.0
    low = 0.0
    soonest = np.inf
    soonest_held = np.inf
    some_first = False
    sums = len(left) > 0
    some_moved = False
    least_held = np.inf
    for k in range(len(moves.first_moved)):
        some_first |= moves.first_moved[k]
        some_moved |= moves.has_moved[k]
    for place in range(count):
        i = unsigned(pool.account[place])
        owed = pool.debt[place]
        until = pool.until[place]
        owes_moved = pool.owes_moved[place]
        looks = everything
        if owes_moved:
            looks |= not moves.rise < until
        else:
            looks |= not moves.held_rise < until
            if some_first and not looks:
                looks = _owes_one_nb(legs, moves.first_moved, i)
        if not looks and number >= 0:
            looks = last_liquidated[i] == number
        if looks:
            if bad[i] and not rules[unsigned(legs.market[i])].bad_debt_stays:  # its debt was written off
                set_due_nb(due, block_due, i, np.inf)
                continue
            state, value, backing, owed, held = _look_nb(legs, collateral, debt, rules, prices, dust, moves.level, i)
            if state != LOOKED_WAITING:
                set_due_nb(due, block_due, i, value)
                if state == LOOKED_BAD and not bad[i]:
                    found_bad[bad_count] = i
                    bad_count += 1
                continue
            owes_moved = some_moved and _owes_one_nb(legs, moves.has_moved, i)
            until = until_nb(moves.rise if owes_moved else moves.held_rise, backing, owed, dust)
            least_held = min(least_held, held)
            pool.debt[place] = owed
            pool.until[place] = until
            pool.owes_moved[place] = owes_moved
        elif owes_moved and moves.debts_moved:
            owed = _owed_nb(legs, debt, prices, i)
            pool.debt[place] = owed
        if kept != place:
            to = unsigned(kept)
            pool.account[to] = pool.account[place]
            pool.debt[to] = owed
            pool.until[to] = until
            pool.owes_moved[to] = owes_moved
        kept += 1
        if owes_moved:
            soonest = min(soonest, until)
        else:
            soonest_held = min(soonest_held, until)
        if sums:
            high, low = sum_nb(high, low, owed)
    if dust > 0.0:
        limits[0] = min(limits[0], moves.level * least_held / dust * CAUTION)
    limits[1] = soonest
    limits[2] = soonest_held
    if sums:
        left[0, 0] = high
        left[0, 1] = low
    return kept, bad_count


@kernel
def scan_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    moves: Moves,
    number: int,
    last_liquidated: Any,
    due: Any,
    block_due: Any,
    touched: Any,
    since: Any,
    bad: Any,
    pool: WaitingAccounts,
    found_bad: Any,
    bad_count: int,
    limits: Any,
) -> tuple[int, int]:
    """Find the accounts that have become liquidatable.

    Only accounts that can have become so are looked at: those of the blocks of `BLOCK` accounts whose smallest due
    value has been reached, and of these those that are due themselves. The result is exactly that of looking at all.

    Fills ``pool`` with them, in order, ``since`` (n,) with the round from which on each has been liquidatable, and
    adds to ``found_bad`` those whose debt is newly bad. Marks in ``touched`` (blocks,) which blocks were opened.
    ``limits`` as in `recheck_nb`, all lowered.
    Returns how many there are of each. An account in a pool is never due.
    """
    count = 0
    accounts = len(due)
    level = moves.level
    some_moved = False
    for k in range(len(moves.has_moved)):
        some_moved |= moves.has_moved[k]
    least_held, soonest, soonest_held = np.inf, np.inf, np.inf
    for block in range(len(block_due)):
        if level < block_due[block]:
            continue
        touched[block] |= LOOKED_INTO
        smallest = np.inf
        for place in range(block * BLOCK, min((block + 1) * BLOCK, accounts)):
            i = unsigned(place)
            value = due[i]
            if level < value:
                smallest = min(smallest, value)
                continue
            state, value, backing, owed, held = _look_nb(legs, collateral, debt, rules, prices, dust, level, i)
            if state == LOOKED_WAITING:
                owes_moved = some_moved and _owes_one_nb(legs, moves.has_moved, i)
                until = until_nb(moves.rise if owes_moved else moves.held_rise, backing, owed, dust)
                at = unsigned(count)
                pool.account[at] = i
                pool.debt[at] = owed
                pool.until[at] = until
                pool.owes_moved[at] = owes_moved
                if owes_moved:
                    soonest = min(soonest, until)
                else:
                    soonest_held = min(soonest_held, until)
                count += 1
                if number <= 1 or last_liquidated[i] != number - 1:  # else it was liquidatable a round ago too
                    since[i] = max(number, 1)
                least_held = min(least_held, held)
            elif state == LOOKED_BAD:
                if not bad[i]:
                    found_bad[bad_count] = i
                    bad_count += 1
                elif held == 0.0:
                    value = np.inf
            due[i] = value
            smallest = min(smallest, value)
        block_due[block] = rounded_down_nb(smallest)
    if dust > 0.0:
        limits[0] = min(limits[0], level * least_held / dust * CAUTION)
    limits[1], limits[2] = min(limits[1], soonest), min(limits[2], soonest_held)
    return count, bad_count


@kernel
def due_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    everything: bool,
    terms_moved: Any,
    price_moved: Any,
    due: Any,
) -> int:
    """Fill the due values (n,) at level 1 of accounts that something has moved for; 0 where it is liquidatable already.

    Looked at are the accounts with collateral on terms that have moved, ``terms_moved`` (T,) bool, or with a leg in an
    asset whose price has, ``price_moved`` (K,) bool, or ``everything``. Returns how many these are.
    """
    count = 0
    for place in range(len(due)):
        i = unsigned(place)
        moved = everything
        if not everything:
            for leg in range(unsigned(legs.collateral_start[i]), unsigned(legs.collateral_start[i + unsigned(1)])):
                moved |= terms_moved[legs.collateral_terms[leg]] or price_moved[unsigned(legs.collateral_asset[leg])]
            for leg in range(unsigned(legs.debt_start[i]), unsigned(legs.debt_start[i + unsigned(1)])):
                moved |= price_moved[unsigned(legs.debt_asset[leg])]
        if moved:
            state, value, _, _, _ = _look_nb(legs, collateral, debt, rules, prices, dust, 1.0, i)
            due[i] = 0.0 if state == LOOKED_WAITING else value
            count += 1
    return count


@kernel
def block_due_nb(due: Any, block_due: Any) -> None:
    """Fill each block's smallest due value."""
    for block in range(len(block_due)):
        smallest = np.inf
        for i in range(block * BLOCK, min((block + 1) * BLOCK, len(due))):
            smallest = min(smallest, due[i])
        block_due[block] = rounded_down_nb(smallest)


@kernel
def restore_nb(
    legs: Legs,
    touched: Any,
    fresh_collateral: Any,
    fresh_debt: Any,
    fresh_due: Any,
    fresh_block_due: Any,
    collateral: Any,
    debt: Any,
    due: Any,
    block_due: Any,
    since: Any,
    last_liquidated: Any,
    bad: Any,
) -> None:
    """Undo a run: put every block that it touched back to what it was."""
    blocks = len(touched)
    block = 0
    while block < blocks:
        if not touched[block]:
            block += 1
            continue
        first = block * BLOCK
        while block < blocks and touched[block]:  # those next to each other at once
            touched[block] = 0
            block_due[block] = fresh_block_due[block]
            block += 1
        begin, end = unsigned(first), unsigned(min(block * BLOCK, len(due)))
        for i in range(begin, end):
            due[i] = fresh_due[i]
        for i in range(begin, end):
            since[i] = 0
        for i in range(begin, end):
            last_liquidated[i] = 0
        for i in range(begin, end):
            bad[i] = 0
        for leg in range(unsigned(legs.collateral_start[begin]), unsigned(legs.collateral_start[end])):
            collateral[leg] = fresh_collateral[leg]
        for leg in range(unsigned(legs.debt_start[begin]), unsigned(legs.debt_start[end])):
            debt[leg] = fresh_debt[leg]
