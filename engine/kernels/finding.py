"""Who is liquidatable in a round of a path: those who waited and those who are found (see `engine.kernels.playing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.kernels.arrays import Moves
from engine.kernels.compiling import part
from engine.kernels.constants import MOST_LOG_FACTOR, signed
from engine.kernels.scanning import merge_nb, recheck_nb, scan_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs, RunArrays, WaitingAccounts, Work
    from engine.kernels.tables import PathStage, Rules

NOWHERE = -1
"""A round in which nobody was liquidated."""


@part
def pool_nb(space: RunArrays, place: int) -> WaitingAccounts:
    """Return one of the three pools of a run, by its place."""
    if place == 0:
        return space.first
    if place == 1:
        return space.second
    return space.third


@part
def moves_nb(work: Work, debts_moved: bool) -> Moves:
    """Return how far oracle prices have moved in the path; ``debts_moved`` as in `Moves`."""
    levels = work.levels
    return Moves(np.exp(levels[0]), np.exp(levels[1]), np.exp(levels[2]), work.has_moved, work.first_moved, debts_moved)


@part
def look_at_all_nb(space: RunArrays, work: Work, stage: PathStage) -> None:
    """Let the next search look at every account."""
    work.levels[:] = 0.0
    space.touched[:] = 1
    space.due[:] = 0.0
    space.block_due[:] = 0.0
    waiting = pool_nb(space, stage.pool)
    for place in range(stage.count):
        space.due[waiting.account[place]] = np.inf
    stage.looks_at_all = True


@part
def find_waiting_nb(
    legs: Legs, rules: Rules, space: RunArrays, work: Work, stage: PathStage, dust: float, number: int, changed: int
) -> None:
    """Bring those who wait up to date and add those who have become liquidatable, from round ``number`` on.

    ``changed`` is the round whose liquidated accounts are looked at again, `NOWHERE` for none. Those whose debt is
    newly bad are added to the first ``stage.bad_count`` of ``space.found_bad``.
    """
    limits = work.limits
    if not (work.levels[0] < MOST_LOG_FACTOR and work.levels[1] < MOST_LOG_FACTOR):
        look_at_all_nb(space, work, stage)  # too large for the exponential
    moves = moves_nb(work, stage.needs_debts and stage.debts_moved)
    stage.looks_at_all |= moves.level >= limits[0]
    if stage.looks_at_all:
        limits[0] = np.inf
    rechecks = (
        stage.looks_at_all or moves.debts_moved or stage.liquidations > 0
        or not (moves.rise < limits[1] and moves.held_rise < limits[2])
    )  # fmt: skip
    soonest, soonest_held = limits[1], limits[2]
    limits[1:] = np.inf
    waiting, found = pool_nb(space, stage.pool), pool_nb(space, (stage.pool + 1) % 3)
    new, bad_count = scan_nb(
        legs, space.collateral, space.debt, rules, work.state.oracle, dust, moves, number, space.last_liquidated,
        space.due, space.block_due, space.touched, space.since, space.bad, found, space.found_bad,
        signed(stage.bad_count), limits,
    )  # fmt: skip
    soonest_found, soonest_held_found = limits[1], limits[2]
    for k in range(len(work.first_moved)):
        rechecks |= work.first_moved[k]
    count = signed(stage.count)
    if rechecks:
        count, bad_count = recheck_nb(
            legs, space.collateral, space.debt, rules, work.state.oracle, dust, moves, stage.looks_at_all,
            signed(changed), space.last_liquidated, space.due, space.block_due, space.bad, waiting, count,
            space.found_bad, bad_count, limits, work.waiting_debt,
        )  # fmt: skip
        soonest, soonest_held = limits[1], limits[2]
        work.first_moved[:] = False
        stage.debts_moved = stage.debts_moved and not (stage.looks_at_all or moves.debts_moved)
    limits[1] = min(soonest, soonest_found)
    limits[2] = min(soonest_held, soonest_held_found)
    stage.looks_at_all = False
    _wait_on_nb(space, work, stage, found, new)
    if count == 0:
        stage.pool = (stage.pool + 1) % 3
    elif new > 0:
        merge_nb(waiting, count, found, new, pool_nb(space, (stage.pool + 2) % 3))
        stage.pool = (stage.pool + 2) % 3
    stage.count = count + new
    stage.bad_count = bad_count


@part
def find_moved_nb(legs: Legs, rules: Rules, space: RunArrays, work: Work, stage: PathStage, dust: float) -> None:
    """Find who became liquidatable, and who no longer is, by the settlements of a round; from the next one on.

    Those who had been liquidatable when the round began, and were healed, have waited on if they are liquidatable
    again in the next: they are noted for that.
    """
    waited = stage.count
    waiting = pool_nb(space, stage.pool)
    for place in range(waited):
        work.healed[place] = waiting.account[place]
    if stage.all_moved:
        look_at_all_nb(space, work, stage)
    find_waiting_nb(legs, rules, space, work, stage, dust, stage.number + 1, NOWHERE)
    waiting = pool_nb(space, stage.pool)
    healed, at = 0, 0
    for place in range(waited):
        i = work.healed[place]
        while at < stage.count and waiting.account[at] < i:
            at += 1
        if at >= stage.count or waiting.account[at] != i:
            work.healed[healed] = i
            work.healed_since[healed] = space.since[i]
            healed += 1
    stage.healed = healed


@part
def _wait_on_nb(space: RunArrays, work: Work, stage: PathStage, found: WaitingAccounts, new: int) -> None:
    """Let those whom the settlements of the round before healed have waited on if they are found again."""
    at = 0
    for place in range(stage.healed):
        i = work.healed[place]
        while at < new and found.account[at] < i:
            at += 1
        if at < new and found.account[at] == i:
            space.since[i] = work.healed_since[place]
    stage.healed = 0
