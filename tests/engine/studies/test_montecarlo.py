"""Random paths: known probabilities, and rows that are runs."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.base.faults import BadInput
from engine.studies.first_passage import first_passage
from tests.engine.studies.books import ladder

MONTH = {"simulation": {"round_seconds": 3_600.0}}
LONE = [12_800.0]  # health is 1 at 1,600


def test_the_closed_form_of_the_first_passage():
    assert first_passage(np.array([0.8]), 0.8, 30 / 365)[0] == pytest.approx(0.36836, abs=5e-6)
    assert first_passage(np.array([0.8]), 0.8, 30 / 365, checks=720)[0] == pytest.approx(0.3573, abs=5e-5)
    assert first_passage(np.array([1.0, 1.2]), 0.8, 30 / 365).tolist() == [1.0, 1.0]


def test_that_an_account_is_liquidated_as_often_as_the_closed_form_says():
    found = engine.studies.montecarlo(
        ladder(LONE, **MONTH), paths=4_000, horizon="30d", volatility="WETH=0.8", fall="0:0"
    )
    account = found.frame("accounts").iloc[0]
    assert account["closed_form"] == pytest.approx(0.3573, abs=5e-5)
    three_deviations = 3 * np.sqrt(0.3573 * 0.6427 / 4_000)
    assert account["liquidation_probability"] == pytest.approx(0.3573, abs=three_deviations)
    assert found.figures["accounts_liquidated.mean"] == pytest.approx(account["liquidation_probability"])


def test_that_a_certain_fall_is_what_every_path_comes_to():
    found = engine.studies.montecarlo(
        ladder([15_000.0, 1_000.0]), paths=40, horizon="1h", volatility={"WETH": 0.0001}, fall=(0.5, 0.0)
    )
    # 10 WETH are worth 10,000 in the end, and were sold before at whatever the fall had come to.
    assert found.figures["repaid_usd.mean"] == pytest.approx(15_000.0)
    assert found.frame()["fall.WETH"].tolist() == pytest.approx([0.5] * 40, abs=1e-4)


def test_that_rows_open_as_the_runs_that_they_are():
    liquidity = {"model": "exponential", "depth_2pct_usd": 20_000.0}
    scenario = ladder([12_000.0, 14_000.0, 15_000.0], bonus=0.05, liquidity=liquidity)
    found = engine.studies.montecarlo(scenario, paths=6, horizon="20min", depeg="USDC=0.9:0.02")
    frame = found.frame()
    assert frame["class"].tolist() == ["broad downturn"] * 6 + ["broken correlation"] * 6
    for row in (0, 5, 6, 11):
        summary = engine.run(found.open(row)).summary()
        for name in ("repaid_usd", "total_loss_usd", "rounds", "liquidations"):
            assert frame[name][row] == pytest.approx(summary[name], rel=1e-9), (row, name)


def test_that_neither_threads_nor_the_number_of_paths_change_a_path():
    scenario = ladder([12_000.0, 14_000.0, 15_000.0], bonus=0.05)
    many = engine.studies.montecarlo(scenario, paths=50, horizon="10min", threads=2).frame()
    few = engine.studies.montecarlo(scenario, paths=7, horizon="10min").frame()
    assert many.head(7).equals(few)


def test_that_the_classes_are_never_one_figure():
    found = engine.studies.montecarlo(
        ladder(LONE), paths=200, horizon="1h", volatility={"WETH": 0.01}, fall="0:0", depeg="USDC=0.5:0"
    )
    assert found.figures["liquidations.mean"] == 0.0
    assert found.figures["broken_correlation.liquidations.mean"] == 0.0  # a debt that is worth less is safer
    assert found.figures["broken_correlation.fall.USDC.mean"] == pytest.approx(0.5)
    alone = engine.studies.montecarlo(ladder(LONE), paths=20, horizon="1h")
    assert not any(name.startswith("broken_correlation") for name in alone.figures)
    assert "broken correlation" in alone.answer.notes[-1]


def test_that_too_few_paths_are_said():
    found = engine.studies.montecarlo(ladder(LONE), paths=30, horizon="1h")
    assert found.figures["total_loss_usd.var_99.high"] is None
    assert found.answer.notes[0].startswith("30 paths are too few")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"paths": 0}, "paths"),
        ({"horizon": "5s"}, "at least one round"),
        ({"horizon": "1 fortnight"}, "24h"),
        ({"depeg": "DAI=0.9:0.1"}, "USDC"),
        ({"depeg": "USDC=0:0.1"}, "above 0"),
        ({"volatility": "WTEH=0.8"}, "WETH"),
        ({"fall": "1.5:0.1"}, "below 1"),
        ({"path": 10}, "did you mean paths"),
    ],
)
def test_that_bad_input_names_its_place(settings, said):
    with pytest.raises(BadInput) as error:
        engine.studies.montecarlo(ladder(LONE), **settings)
    assert said in str(error.value)
