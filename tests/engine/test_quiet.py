"""Which rounds of a run are quiet."""

from __future__ import annotations

import numpy as np

import engine
from engine.reading.quiet import eventful_rounds, quiet_rounds
from tests.engine.settlement.lending import account, market, scenario

FALL_PAUSE_FALL = [-0.3] + [-0.3] * 20 + [-0.6] * 3
"""By round: a fall, a long pause, another fall."""


def run(**given):
    loans = [account("first", 100.0, 150.0), account("second", 100.0, 90.0)]
    path = {"kind": "path", "returns": {"TOK": FALL_PAUSE_FALL}}
    return engine.run(scenario({"m": market(None)}, loans, shock=path, **given))


def test_that_a_pause_between_two_falls_is_quiet_and_the_falls_are_not():
    quiet = quiet_rounds(run())
    assert not quiet[[0, 1, 22]].any()
    assert quiet[5:21].all()


def test_that_no_round_in_which_somebody_is_liquidated_is_quiet():
    made = run()
    done = np.array([step.liquidations.sum() > 0 for step in made.rounds])
    assert done.any()
    assert eventful_rounds(made).tolist() == done.tolist()
    assert not (quiet_rounds(made) & done).any()


def test_that_a_round_in_which_only_a_price_moves_is_neither():
    calm = engine.run(
        scenario(
            {"m": market(None)}, [account("a", 100.0, 1.0)], shock={"kind": "path", "returns": {"TOK": [-0.1, -0.2]}}
        )
    )
    assert not eventful_rounds(calm).any()
    assert not quiet_rounds(calm)[:3].any()
