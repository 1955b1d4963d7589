"""Which rounds of a run are quiet: nobody is liquidated, nothing is settled, no price moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.recording.recording import Recording

STILL = 1e-3
"""A price or an amount that moves by less than this share of itself in a round stands still to the eye."""


def eventful_rounds(recording: Recording) -> npt.NDArray[np.bool_]:
    """Return (R,) whether anything was done to an account in each round, round 0 first: it never has.

    That is a liquidation, bad debt, a redistribution, an account that was deleveraged, or an auction that was started.
    """
    return np.array(
        [
            step.last_event > step.first_event
            or step.last_bad_debt > step.first_bad_debt
            or step.last_mark > step.first_mark
            or step.last_start > step.first_start
            for step in recording.rounds[:]
        ]
    )


def quiet_rounds(recording: Recording) -> npt.NDArray[np.bool_]:
    """Return (R,) whether each round is quiet, round 0 first: that one never is.

    Nothing was done to an account, and every price, reserve and level of a settlement stands still (`STILL`).

    Parameters
    ----------
    recording
        May still be growing.
    """
    rounds = recording.rounds[:]
    quiet: npt.NDArray[np.bool_] = ~eventful_rounds(recording)
    quiet[:1] = False
    for name in ("undisturbed", "market", "oracle", "reserve_usd"):
        quiet &= _still(np.array([getattr(step, name) for step in rounds]))
    settled = any(
        not market.rules.settlement.by_liquidators for market in recording.scenario.parameters.markets.values()
    )
    for name in rounds[0].settlement_figures if settled else ():
        quiet &= _still(np.array([step.settlement_figures[name] for step in rounds], dtype=np.float64))
    return quiet


def _still(values: Floats) -> npt.NDArray[np.bool_]:
    """Return (R,) whether no column of (R, n) values has moved since the row before; the first row has not."""
    moves = np.abs(np.diff(values, axis=0, prepend=values[:1]))
    still: npt.NDArray[np.bool_] = np.all(moves <= STILL * np.abs(values), axis=1)
    return still
