"""Who is liquidatable before a path begins: found along the first path of a call, put back for each of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernels.compiling import part
from engine.kernels.constants import BLOCK, LOOKED_INTO, signed, unsigned
from engine.kernels.pools import copy_waiting_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import RunArrays
    from engine.kernels.path_arrays import PathStart, Search
    from engine.kernels.tables import PathStage


@part
def note_start_nb(space: RunArrays, search: Search, stage: PathStage, start: PathStart) -> None:
    """Note who is liquidatable before a path begins, and what of the search the others need not do again.

    Nothing is noted where there is no room for it. Bad debt is none of it: it is found when the first round begins.
    """
    blocks = signed(0)
    for block in range(len(space.touched)):
        blocks += space.touched[block] > 0
    if max(blocks, signed(stage.count)) > len(start.blocks):
        return
    copy_waiting_nb(space.waiting, signed(stage.count), start.waiting)
    for each in range(len(search.limits)):
        start.limits[each] = search.limits[each]
    at = signed(0)
    for block in range(len(space.touched)):
        if space.touched[block]:
            start.blocks[at] = block
            start.block_due[at] = space.block_due[block]
            first = block * BLOCK
            for place in range(first, min(first + BLOCK, len(space.due))):
                start.due[at * BLOCK + place - first] = space.due[place]
            at += 1
    stage.has_start = True
    stage.start_count, stage.start_blocks = stage.count, blocks


@part
def begin_at_start_nb(space: RunArrays, search: Search, stage: PathStage, start: PathStart) -> None:
    """Put back what `note_start_nb` has noted, on a book before a path."""
    stage.count = stage.start_count
    copy_waiting_nb(start.waiting, signed(stage.count), space.waiting)
    for place in range(stage.count):
        space.since[unsigned(space.waiting.account[unsigned(place)])] = 1
    for each in range(len(search.limits)):
        search.limits[each] = start.limits[each]
    for at in range(stage.start_blocks):
        block = signed(start.blocks[at])
        space.touched[block] = LOOKED_INTO
        space.block_due[block] = start.block_due[at]
        first = block * BLOCK
        for place in range(first, min(first + BLOCK, len(space.due))):
            space.due[place] = start.due[at * BLOCK + place - first]
