"""The states of an account at a round, in the field's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from engine.reading.reasons_to_wait import Waiting

if TYPE_CHECKING:
    from engine.base.types import Ints

HEALTHY: Final = 0
WAITING: Final = 1
PARTLY: Final = 2
LIQUIDATED: Final = 3
BAD_DEBT: Final = 4
NO_DEBT: Final = 5
UNKNOWN: Final = 6
"""The states of `engine.reading.round_view.Status`, and one for rows that the engine has not seen."""

AGAIN: Final = 7
LATENCY: Final = 8
PAUSED: Final = 9
TOO_SMALL: Final = 10
CAPACITY: Final = 11
NOT_PROFITABLE: Final = 12
"""Why an account that can be liquidated has not been: `engine.reading.waiting.Waiting`."""
CLOSED_PARTLY: Final = 13
CLOSED: Final = 14
"""As partly and wholly liquidated, in a margin engine's market."""
ABSORBED_PARTLY: Final = 15
ABSORBED: Final = 16
"""The same where the market itself or a stability pool takes accounts over."""
DELEVERAGED: Final = 17
"""Not liquidated, but made to bear losses of bankrupt accounts."""
COUNT: Final = 18

LIQUIDATABLE: Final = frozenset({WAITING, AGAIN, LATENCY, PAUSED, TOO_SMALL, CAPACITY, NOT_PROFITABLE})
PARTS: Final = frozenset({PARTLY, AGAIN, CLOSED_PARTLY, ABSORBED_PARTLY})
WHOLES: Final = frozenset({LIQUIDATED, CLOSED, ABSORBED})

WORST_FIRST: Final = (
    BAD_DEBT, LIQUIDATED, CLOSED, ABSORBED, AGAIN, WAITING, NOT_PROFITABLE, CAPACITY, PAUSED, LATENCY, TOO_SMALL,
    PARTLY, CLOSED_PARTLY, ABSORBED_PARTLY, DELEVERAGED, HEALTHY, NO_DEBT, UNKNOWN,
)  # fmt: skip
RANKS: Final = np.argsort(np.array(WORST_FIRST)).astype(np.int32)
"""The place of each state in the order of sorting."""

_WAITS: Final = {
    Waiting.UNTOLD: WAITING,
    Waiting.AGAIN: AGAIN,
    Waiting.LATENCY: LATENCY,
    Waiting.PAUSED: PAUSED,
    Waiting.TOO_SMALL: TOO_SMALL,
    Waiting.CAPACITY: CAPACITY,
    Waiting.NOT_PROFITABLE: NOT_PROFITABLE,
}
_SETTLED: Final = {
    "margin": {PARTLY: CLOSED_PARTLY, LIQUIDATED: CLOSED},
    "absorb": {PARTLY: ABSORBED_PARTLY, LIQUIDATED: ABSORBED},
    "stability_pool": {PARTLY: ABSORBED_PARTLY, LIQUIDATED: ABSORBED},
}


def state_of(view: Any, account: int) -> tuple[int, int, int]:
    """Return what `states_of` returns for one account."""
    state, waits = int(view.status[account]), int(view.waits_for[account])
    first, last = int(view.first_liquidated[account]), int(view.status_round[account])
    if waits:
        state = _WAITS[Waiting(waits)]
    elif state in {PARTLY, LIQUIDATED}:
        state = _SETTLED.get(view.market_settlements[int(view.book.market[account])], {}).get(state, state)
    bore = int(view.last_deleveraged[account])
    if bore and state in {HEALTHY, NO_DEBT}:
        return DELEVERAGED, bore, bore
    return state, last if state == BAD_DEBT else first, last


def states_of(view: Any) -> tuple[npt.NDArray[np.int8], Ints, Ints]:
    """Return the state of each account of a view, and the rounds of its first and last liquidation, each (n,).

    The round of bad debt is that in which it became bad, that of a deleveraged account the last in which it was.
    """
    table = np.empty((len(view.market_settlements), UNKNOWN + 1), dtype=np.int8)
    for market, kind in enumerate(view.market_settlements):
        table[market] = np.arange(UNKNOWN + 1)
        for plain, settled in _SETTLED.get(kind, {}).items():
            table[market, plain] = settled
    states = table.ravel()[view.book.market * np.int32(UNKNOWN + 1) + view.status]
    waits = np.zeros(max(Waiting) + 1, dtype=np.int8)
    for reason, state in _WAITS.items():
        waits[reason] = state
    can_be = np.flatnonzero(view.waits_for)
    states[can_be] = waits[view.waits_for[can_be]]
    first, last = view.first_liquidated, view.status_round
    bore = np.flatnonzero(view.last_deleveraged)
    bore = bore[(states[bore] == HEALTHY) | (states[bore] == NO_DEBT)]
    bad = np.flatnonzero(states == BAD_DEBT)
    if len(bore) or len(bad):
        first, last = first.copy(), last.copy()
        states[bore] = DELEVERAGED
        last[bore] = view.last_deleveraged[bore]
        first[bore], first[bad] = last[bore], last[bad]
    return states, first, last
