"""Where a run ends by itself it has come to rest: one more round changes nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, event, given

import engine
from engine.recording.records import NO_MORE_LIQUIDATIONS
from tests.engine.properties.scenarios import scenarios

STILL = 1.001e-6
"""What the method calls standing still, and a little for comparing it."""


def one_more_round(scenario):
    """Play a run to its end, and one round beyond it."""
    steps = engine.rounds(engine.from_dict(scenario))
    for _ in steps:
        pass
    ended = steps.ended
    if ended == NO_MORE_LIQUIDATIONS:
        steps.recording.ended = None
        next(steps)
    return steps.recording, ended


def assert_at_rest(recording):
    """The last round changed nothing of what the one before it left."""
    last, more = recording.rounds[-2:]
    assert more.liquidations.sum() == 0
    assert (more.sold == 0).all()
    assert (more.bought == 0).all()
    assert more.bad_debt_usd.sum() == 0
    assert np.array_equal(more.reserve_usd, last.reserve_usd)
    for name in ("market_before", "market"):
        assert np.abs(getattr(more, name) / last.market - 1.0).max() <= STILL, name
    before, after = recording.state(last.number), recording.state(more.number)
    assert np.array_equal(after.collateral_amount, before.collateral_amount)
    assert np.array_equal(after.debt_amount, before.debt_amount)


@given(scenarios(most_rounds=400))
def test_that_one_more_round_after_the_end_changes_nothing(scenario):
    recording, ended = one_more_round(scenario)
    event(ended)
    assume(ended == NO_MORE_LIQUIDATIONS)
    assert_at_rest(recording)
