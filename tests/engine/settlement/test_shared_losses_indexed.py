"""A book laid out by health gives the same bits, though others' losses change accounts that are not liquidatable."""

from __future__ import annotations

import numpy as np
import pytest

from engine.reading.recorded_run import recorded_rounds
from tests.engine.settlement.lending import account, market, scenario
from tests.engine.settlement.perpetuals import position
from tests.engine.settlement.perpetuals import scenario as margin_scenario
from tests.engine.test_health_index import shuffled

LIQUIDITY = {"liquidity": {"model": "exponential", "depth_2pct_usd": 20_000.0}}


def borrowers():
    rng = np.random.default_rng(2)
    sizes, ratios = rng.uniform(1, 9, 300), rng.uniform(1.11, 2.0, 300)
    loans = [account(str(n), sizes[n], sizes[n] * 100 / ratios[n]) for n in range(300)]
    pool = {"kind": "stability_pool", "pool_usd": 5000.0, "sell_share": 1.0}
    token, shock = {"price": 100.0, **LIQUIDITY}, {"kind": "instant", "returns": {"TOK": -0.1}}
    return scenario({"m": market(pool, 1 / 1.1)}, loans, token=token, shock=shock)


def traders(**settlement):
    rng = np.random.default_rng(4)
    sizes, shares = rng.uniform(-9, 9, 300), rng.uniform(0.02, 0.4, 300)
    loans = [position(str(n), sizes[n], 100.0, 100.0 * abs(sizes[n]) * shares[n]) for n in range(300)]
    return margin_scenario(
        loans, to=85.0, settlement={"insurance_usd": 30.0, **settlement}, safety={"adl": True}, btc=LIQUIDITY
    )


def traders_whose_gains_pay():
    return traders(adl=False)


@pytest.mark.parametrize("make", [borrowers, traders, traders_whose_gains_pay])
def test_that_an_index_changes_no_bit_of_a_settled_run_and_may_be_used_again(make):
    made = make()
    plain = recorded_rounds(made, shuffled(made, 0))
    rounds = list(plain)
    last = plain.recording.state(len(rounds))
    assert (
        sum(
            step.settlement_figures["redistributed_usd"][0] + step.settlement_figures["deleveraged_usd"][0]
            for step in rounds
        )
        > 0
    )
    for _ in range(2):
        indexed = recorded_rounds(made)
        for one, other in zip(rounds, list(indexed), strict=True):
            assert one.settlement_figures.keys() == other.settlement_figures.keys()
            for name, values in one.settlement_figures.items():
                np.testing.assert_array_equal(values, other.settlement_figures[name], err_msg=name)
            for name in one.__dataclass_fields__.keys() - {"settlement_figures"}:
                np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        for name in ("account", "collateral_leg", "debt_leg", "seized", "repaid"):
            one, other = (getattr(ran.recording.events, name) for ran in (plain, indexed))
            np.testing.assert_array_equal(one, other, err_msg=name)
        state = indexed.recording.state(len(rounds))
        np.testing.assert_array_equal(state.collateral_amount, last.collateral_amount)
        np.testing.assert_array_equal(state.debt_amount, last.debt_amount)
