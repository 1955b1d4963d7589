"""Oracles, round by round, against series written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine import kernels
from engine.market.oracles import STILL, compile_oracles, first_prices, look_back
from engine.scenario.schema import Parameters


def parameters(**oracles) -> Parameters:
    assets = {name: {"price": 100.0, "oracle": oracle} for name, oracle in oracles.items()}
    return Parameters.from_dict({"assets": assets, "markets": {"m": {}}})


def series(market: list[float], **oracles) -> dict[str, list[float]]:
    """What each oracle shows in rounds 1, 2, ... when every market price is as given."""
    given = parameters(**oracles)
    arrays = compile_oracles(given)
    history = np.repeat(np.array([[100.0], *([price] for price in market)]), len(oracles), axis=1)
    before = first_prices(given)
    last_update = np.zeros(len(oracles), dtype=np.int64)
    shown = []
    for number in range(1, len(market) + 1):
        prices = np.empty_like(before)
        kernels.oracle_prices_nb(arrays, history, number, before, last_update, prices)
        shown.append(prices.tolist())
        before = prices
    return {name: [row[k] for row in shown] for k, name in enumerate(oracles)}


def have_settled(oracles, prices, market, number=0):
    return kernels.have_settled_nb(oracles, np.array(prices), np.array(market), number, STILL)


def test_that_a_market_oracle_shows_the_price_of_delay_rounds_ago():
    shown = series([90, 80, 70], now={"kind": "market"}, late={"kind": "market", "delay_rounds": 2})
    assert shown == {"now": [90, 80, 70], "late": [100, 100, 90]}


def test_that_a_feed_moves_at_its_deviation_and_not_before():
    feed = {"kind": "threshold", "deviation": 0.125}
    assert series([90, 87.5, 80, 76.5], a=feed) == {"a": [100, 87.5, 87.5, 76.5]}


def test_that_a_feed_moves_at_its_heartbeat_counted_from_its_last_update():
    feed = {"kind": "threshold", "deviation": 0.1, "heartbeat_rounds": 3}
    assert series([99, 98, 97, 80, 81, 82, 83], a=feed) == {"a": [100, 100, 97, 80, 80, 80, 83]}


def test_that_a_delayed_feed_compares_with_and_becomes_the_older_price():
    feed = {"kind": "threshold", "deviation": 0.1, "delay_rounds": 1}
    assert series([80, 70, 70], a=feed) == {"a": [100, 80, 70]}


def test_that_an_average_takes_the_first_price_for_what_was_before():
    assert series([70, 40, 40, 40], a={"kind": "twap", "window_rounds": 3}) == {"a": [90, 70, 50, 40]}


def test_that_a_fixed_price_stays_and_a_model_follows_its_base():
    shown = series(
        [90, 80], a={"kind": "model", "base": "b", "ratio": 1.5}, b={"kind": "market"}, c={"kind": "fixed", "price": 7}
    )
    assert shown == {"a": [135, 120], "b": [90, 80], "c": [7, 7]}


def test_that_a_circuit_breaker_limits_each_rounds_move_from_the_published_price():
    shown = series([50, 50, 50, 200], a={"kind": "market", "max_move": 0.25})
    assert shown["a"] == [75, 56.25, 50, 62.5]


def test_that_first_prices_are_those_of_the_assets_but_for_fixed_and_model():
    given = parameters(
        a={"kind": "twap", "window_rounds": 5},
        b={"kind": "fixed", "price": 3},
        c={"kind": "model", "base": "b", "ratio": 2},
    )
    assert first_prices(given).tolist() == [100, 3, 6]


def capped(growth=0.0, age=0, **oracle) -> dict:
    """A model oracle at 1.2 times c, capped at 1.1 when it was set."""
    cap = {"ratio": 1.1, "growth_per_year": growth, "age_rounds": age}
    return {"kind": "model", "base": "c", "ratio": 1.2, "cap": cap} | oracle


YEAR = 365 * 86_400 / 12
"""Rounds a year."""


def test_that_a_cap_holds_a_ratio_down_and_grows_from_when_it_was_set():
    shown = series([100, 200], a=capped(), b=capped(0.01 * YEAR, 3), c={"kind": "market"})
    assert shown["a"] == pytest.approx([110, 220])
    assert shown["b"] == pytest.approx([1.1 * 1.04 * 100, 1.1 * 1.05 * 200])


def test_that_a_cap_above_the_ratio_does_nothing():
    assert series([100], a=capped(0.01 * YEAR, 20), c={"kind": "market"})["a"] == [120]


def test_that_the_first_price_of_a_capped_ratio_is_at_its_cap_in_round_0():
    given = parameters(a=capped(), b=capped(0.01 * YEAR, 3), c={"kind": "fixed", "price": 10})
    assert first_prices(given) == pytest.approx([11, 11 * 1.03, 10])


def test_that_a_brake_limits_what_a_cap_lets_through():
    shown = series([100] * 3, a=capped(0.2 * YEAR, max_move=0.06), c={"kind": "market"})
    assert shown["a"] == pytest.approx([110 * 1.06, 120, 120])


def test_that_a_capped_ratio_has_settled_where_the_cap_is_now():
    """At 1.1 in round 0; the cap of round 5 is 1.155: a brake that has not let it there keeps the run going."""
    oracles = compile_oracles(parameters(a=capped(0.01 * YEAR), c={"kind": "market"}))
    market = [90.0, 100.0]
    assert have_settled(oracles, [115.5, 100.0], market, 5)
    assert not have_settled(oracles, [110.0, 100.0], market, 5)


@pytest.mark.parametrize(
    ("oracle", "shown", "settled"),
    [
        ({"kind": "market"}, 100.0, True),
        ({"kind": "market"}, 101.0, False),
        ({"kind": "twap", "window_rounds": 4}, 100.01, False),
        ({"kind": "threshold", "deviation": 0.05}, 101.0, True),
        ({"kind": "threshold", "deviation": 0.05}, 110.0, False),
        ({"kind": "threshold", "deviation": 0.05, "heartbeat_rounds": 9}, 101.0, False),
        ({"kind": "fixed", "price": 3}, 3.0, True),
    ],
)
def test_that_a_run_waits_for_oracles_that_would_still_move(oracle, shown, settled):
    assert have_settled(compile_oracles(parameters(a=oracle)), [shown], [100.0]) is settled


def test_that_oracles_look_back_by_the_longest_delay_or_window():
    given = parameters(a={"kind": "market", "delay_rounds": 3}, b={"kind": "twap", "window_rounds": 7})
    assert look_back(compile_oracles(given)) == 7
