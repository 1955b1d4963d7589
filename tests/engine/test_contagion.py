"""Who pushed whom, against books of which the answer can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.files.examples import find_example
from engine.reading.contagion import Contagion
from tests.engine.books import row, scenario


@pytest.fixture(scope="module")
def example():
    return engine.run(find_example("two-protocols").load())


def test_that_the_first_to_be_liquidated_fell_by_what_came_from_outside_alone(example):
    first = Contagion(example).pushed(1)
    bold, cautious = (first.markets.index(name) for name in ("bold", "cautious"))
    assert first.outside[bold] == pytest.approx(0.15)
    assert first.by_market[bold].tolist() == [0.0, 0.0]
    assert np.isnan(first.fall[cautious]), "nothing of it was liquidated yet"


def test_that_what_only_the_other_market_had_sold_is_its_part(example):
    falls = Contagion(example)
    begun = next(
        step.number for step in example.rounds if step.liquidations[example.book.market_names.index("cautious")]
    )
    then = falls.pushed(begun)
    bold, cautious = (then.markets.index(name) for name in ("bold", "cautious"))
    weth = example.book.asset_names.index("WETH")
    prices = example.rounds[begun]
    moved = (prices.undisturbed[weth] - prices.market_before[weth]) / example.rounds[0].market[weth]
    assert moved > 0.01
    assert then.by_market[cautious, bold] == pytest.approx(moved)
    assert then.by_market[cautious, cautious] == 0.0
    assert then.from_others[cautious] == then.by_market[cautious, bold]


def test_that_the_parts_add_up_to_the_mean_fall_weighted_by_what_was_repaid(example):
    last = len(example.rounds) - 1
    pushed = Contagion(example).pushed(last)
    np.testing.assert_allclose(pushed.outside + pushed.by_market.sum(axis=1) + pushed.rest, pushed.fall)
    weth = example.book.asset_names.index("WETH")
    first = example.rounds[0].market[weth]
    for at in range(2):
        repaid = np.array([step.repaid_usd[at] for step in example.rounds])
        falls = np.array([1 - step.market_before[weth] / first for step in example.rounds])
        assert pushed.fall[at] == pytest.approx((repaid * falls).sum() / repaid.sum())
        assert pushed.repaid_usd[at] == pytest.approx(repaid.sum())


def test_that_shares_are_those_of_what_was_taken_until_then():
    loans = [
        row("first", 10.0, 760.0),
        row("other first", 30.0, 2280.0, market="n"),
        row("later", 10.0, 690.0),
    ]
    other = {"collateral": {"ETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.1}}}
    shallow = {"liquidity": {"model": "exponential", "depth_2pct_usd": 1000.0}}
    run = engine.run(scenario(loans, drop=-0.1, eth=shallow, markets={"n": other}))
    assert run.book.market_names == ("m", "n")
    later = next(step for step in run.rounds[2:] if step.liquidations[0])
    sums = Contagion(run)
    whole, before = sums.pushed(later.number), sums.pushed(later.number - 1)
    new = whole.by_market[0] * whole.repaid_usd[0] - np.nan_to_num(before.by_market[0]) * before.repaid_usd[0]
    assert new[1] / new[0] == pytest.approx(3.0), "three times as much was taken there"


def test_that_without_liquidations_nobody_pushed_anybody():
    run = engine.run(scenario([row("safe", 10.0, 100.0)], drop=-0.1))
    pushed = Contagion(run).pushed(len(run.rounds) - 1)
    assert not pushed.repaid_usd.any()
    assert np.isnan(pushed.fall).all()
