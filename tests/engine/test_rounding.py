"""What rounding leaves of no loss is no loss."""

from __future__ import annotations

import numpy as np

import engine
from engine.reading.ending import ending
from engine.reading.lost_by_account import lost_by_account
from engine.reading.measures import borrower_losses
from engine.reading.repayments import repayments


def scenario(bonus):
    rows = [
        {
            "account": f"a{n}", "market": "pool", "collateral_asset": "WETH", "collateral_amount": 1.0 + n / 7,
            "debt_asset": "USDC", "debt_amount": 1_000.1 + n * 143.37,
        }
        for n in range(40)
    ]  # fmt: skip
    return engine.Scenario.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {"WETH": {"price": 1_234.56789}, "USDC": {"price": 0.99937}},
            "markets": {"pool": {"collateral": {"WETH": {"liquidation_threshold": 0.83, "liquidation_bonus": bonus}}}},
            "shock": {"kind": "instant", "returns": {"WETH": -0.0373}},
            "loans": rows,
        }
    )


def test_that_nobody_loses_dust_where_nothing_is_taken_beyond_what_is_repaid():
    run = engine.run(scenario(0.0))
    assert (run.events.seized > 0).any()
    last = len(run.rounds) - 1
    assert lost_by_account(run, 1, last).tolist() == [0.0] * 40
    assert not repayments(run, 1, last).lost_usd.any()
    assert not borrower_losses(run.rounds[:]).any()
    assert ending(run).borrower_loss_usd == run.summary()["borrower_loss_usd"] == 0.0
    assert ending(run).most_lost == ()


def test_that_a_loss_however_small_beside_what_is_taken_stays():
    run = engine.run(scenario(1e-9))
    lost = lost_by_account(run, 1, len(run.rounds) - 1)
    assert (lost[np.unique(run.events.account)] > 0).all()
