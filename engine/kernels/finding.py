"""Who is liquidatable in a round of a path: those who waited and those who are found (see `engine.kernels.playing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.arrays import Moves
from engine.kernels.compiling import part
from engine.kernels.constants import LOOKED_INTO, MOST_LOG_FACTOR, signed
from engine.kernels.pools import merge_nb
from engine.kernels.scanning import recheck_nb, scan_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs, RunArrays, WaitingAccounts
    from engine.kernels.path_arrays import Search
    from engine.kernels.tables import PathStage, Rules

NOWHERE = -1
"""A round in which nobody was liquidated."""


@part
def moves_nb(search: Search, debts_moved: bool) -> Moves:
    """Return how far oracle prices have moved in the path; ``debts_moved`` as in `Moves`."""
    levels = search.levels
    return Moves(
        np.exp(levels[0]), np.exp(levels[1]), np.exp(levels[2]), search.has_moved, search.first_moved, debts_moved
    )  # fmt: skip


@part
def look_at_all_nb(space: RunArrays, search: Search, stage: PathStage) -> None:
    """Let the next search look at every account."""
    for each in range(len(search.levels)):
        search.levels[each] = 0.0
    for block in range(len(space.touched)):
        space.touched[block] |= LOOKED_INTO
        space.block_due[block] = 0.0
    for i in range(len(space.due)):
        space.due[i] = 0.0
    for place in range(stage.count):
        space.due[space.waiting.account[place]] = np.inf
    stage.looks_at_all = True


@part
def find_waiting_nb(
    legs: Legs,
    rules: Rules,
    space: RunArrays,
    search: Search,
    oracle: Any,
    stage: PathStage,
    dust: float,
    number: int,
    changed: int,
) -> None:
    """Bring those who wait up to date and add those who have become liquidatable, from round ``number`` on.

    ``changed`` is the round whose liquidated accounts are looked at again, `NOWHERE` for none. Those whose debt is
    newly bad are added to the first ``stage.bad_count`` of ``space.found_bad``.
    """
    limits = search.limits
    if not (search.levels[0] < MOST_LOG_FACTOR and search.levels[1] < MOST_LOG_FACTOR):
        look_at_all_nb(space, search, stage)  # too large for the exponential
    moves = moves_nb(search, stage.needs_debts and stage.debts_moved)
    stage.looks_at_all |= moves.level >= limits[0]
    if stage.looks_at_all:
        limits[0] = np.inf
    rechecks = (
        stage.looks_at_all or moves.debts_moved or (stage.liquidations > 0 and not stage.was_told)
        or not (moves.rise < limits[1] and moves.held_rise < limits[2])
    )  # fmt: skip
    soonest, soonest_held = limits[1], limits[2]
    limits[1], limits[2] = np.inf, np.inf
    count = signed(stage.count)
    found = space.found if count > 0 else space.waiting
    new, bad_count = scan_nb(
        legs, space.collateral, space.debt, rules, oracle, dust, moves, number, space.last_liquidated,
        space.due, space.block_due, space.touched, space.since, space.bad, found, space.found_bad,
        signed(stage.bad_count), limits,
    )  # fmt: skip
    soonest_found, soonest_held_found = limits[1], limits[2]
    for k in range(len(search.first_moved)):
        rechecks |= search.first_moved[k]
    kept = count
    if rechecks:
        kept, bad_count = recheck_nb(
            legs, space.collateral, space.debt, rules, oracle, dust, moves, stage.looks_at_all,
            signed(changed), space.last_liquidated, space.due, space.block_due, space.bad, space.waiting, count,
            space.found_bad, bad_count, limits, search.left[:0],
        )  # fmt: skip
        soonest, soonest_held = limits[1], limits[2]
        for k in range(len(search.first_moved)):
            search.first_moved[k] = False
        stage.debts_moved = stage.debts_moved and not (stage.looks_at_all or moves.debts_moved)
    limits[1] = min(soonest, soonest_found)
    limits[2] = min(soonest_held, soonest_held_found)
    stage.looks_at_all = False
    _wait_on_nb(space, search, stage, found, new)
    if count > 0:
        merge_nb(space.waiting, kept, found, new)
    stage.count = kept + new
    stage.bad_count = bad_count


@part
def find_moved_nb(
    legs: Legs, rules: Rules, space: RunArrays, search: Search, oracle: Any, stage: PathStage, dust: float
) -> None:
    """Find who became liquidatable, and who no longer is, by the settlements of a round; from the next one on.

    Those who had been liquidatable when the round began, and were healed, have waited on if they are liquidatable
    again in the next: they are noted for that.
    """
    waited = stage.count
    waiting = space.waiting
    for place in range(waited):
        search.healed[place] = waiting.account[place]
    if stage.all_moved:
        look_at_all_nb(space, search, stage)
    find_waiting_nb(legs, rules, space, search, oracle, stage, dust, stage.number + 1, NOWHERE)
    healed, at = 0, 0
    for place in range(waited):
        i = search.healed[place]
        while at < stage.count and waiting.account[at] < i:
            at += 1
        if at >= stage.count or waiting.account[at] != i:
            search.healed[healed] = i
            search.healed_since[healed] = space.since[i]
            healed += 1
    stage.healed = healed


@part
def _wait_on_nb(space: RunArrays, search: Search, stage: PathStage, found: WaitingAccounts, new: int) -> None:
    """Let those whom the settlements of the round before healed have waited on if they are found again."""
    at = 0
    for place in range(stage.healed):
        i = search.healed[place]
        while at < new and found.account[at] < i:
            at += 1
        if at < new and found.account[at] == i:
            space.since[i] = search.healed_since[place]
    stage.healed = 0
