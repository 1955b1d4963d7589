"""What the least leftover keeps from being liquidated (Method, section 7)."""

from __future__ import annotations

import engine
from tests.engine.books import row, scenario

KEEPS_1000 = {"close": {"kind": "fraction", "close_factor": 0.5, "min_leftover_usd": 1000.0}}
RECOVERING = {
    "liquidity": {
        "model": "exponential", "depth_2pct_usd": 20_000.0, "permanent_share": 0.0, "recovery_half_life_rounds": 5.0,
    }
}  # fmt: skip
BOOK = [row("a", 100.0, 9_950.0)]


def test_that_what_rounding_leaves_above_the_least_leftover_is_never_liquidated():
    """The price recovers, so that an account left with exactly the least is looked at again in every round."""
    recording = engine.run(
        scenario(BOOK, rules=KEEPS_1000, eth=RECOVERING, simulation={"max_rounds": 500}),
    )
    events = recording.events_frame()
    assert events["repaid_usd"].min() > 1e-6
    assert recording.ended == "no more liquidations"


def test_that_an_account_that_rounding_alone_would_let_in_takes_no_ones_place():
    """One liquidation a round: what is left of `a` is the least healthy, and can be liquidated by nothing."""
    liquidators = {"max_liquidations_per_round": 1, "priority": "lowest_health"}
    recording = engine.run(
        scenario(
            [*BOOK, row("b", 50.0, 4_600.0)],
            rules=KEEPS_1000, eth=RECOVERING, liquidators=liquidators, simulation={"max_rounds": 500},
        )
    )  # fmt: skip
    events = recording.events_frame()
    assert events["repaid_usd"].min() > 1e-6
    assert set(events["account"]) == {"a", "b"}
