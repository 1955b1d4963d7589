"""Which parameters matter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import sobol_indices

import engine
from engine.base.faults import BadInput
from engine.studies.questions.sensitivity import sobol_estimates
from tests.engine.studies.books import ladder

SHOCK = {"kind": "instant", "returns": {"WETH": -0.3}}
ASSETS = ("WETH", "WBTC")


def two_bonuses():
    """One account in each of two collaterals that sales do not move: borrowers lose bonus times debt."""
    data = ladder([10_000.0]).to_dict()
    data["loans"] = [
        {"account": name, "market": "lender", "collateral_asset": asset, "collateral_amount": amount,
         "debt_asset": "USDC", "debt_amount": debt}
        for name, asset, amount, debt in (("a", "WETH", 10.0, 10_000.0), ("b", "WBTC", 1.0, 20_000.0))
    ]  # fmt: skip
    data["shock"] = {"kind": "instant", "returns": {"WETH": -0.4, "WBTC": -0.25}}
    return engine.from_dict(data)


VARY = {f"markets.lender.collateral.{name}.liquidation_bonus": (0.0, 0.1) for name in ASSETS}


def effects(method, **settings):
    found = engine.studies.sensitivity(two_bonuses(), vary=VARY, measure="borrower_loss_usd", method=method, **settings)
    return found, found.frame("effects").set_index("parameter")


def test_that_one_at_a_time_is_the_difference_of_the_runs_at_the_bounds():
    found, table = effects("one")
    assert table["borrower_loss_usd.effect"].tolist() == pytest.approx([2_000.0, 1_000.0])
    assert table.index[0].split(".")[3] == "WBTC"
    assert found.figures == {
        "borrower_loss_usd.effect_1": pytest.approx(2_000.0), "borrower_loss_usd.effect_2": pytest.approx(1_000.0)
    }  # fmt: skip
    for row in range(len(found.frame())):
        lost = engine.run(found.open(row)).summary()["borrower_loss_usd"]
        assert found.frame()["borrower_loss_usd"][row] == pytest.approx(lost)


def test_that_a_parameter_matters_that_does_so_between_its_bounds_only():
    path = "markets.lender.collateral.WETH.liquidation_bonus"
    found = engine.studies.sensitivity(two_bonuses(), vary={path: (0.1, 0.100001)}, measure="borrower_loss_usd")
    assert found.figures["borrower_loss_usd.effect_1"] == pytest.approx(1_000.0, rel=1e-4)  # it is 0 now


def test_that_sobol_indices_are_shares_of_variance():
    _, table = effects("sobol", samples=512)
    # The sum of two independent uniform variables, one twice as large as the other: 4 to 1.
    assert table["first_share"].tolist() == pytest.approx([0.8, 0.2], abs=0.02)
    assert table["total_share"].tolist() == pytest.approx([0.8, 0.2], abs=0.02)
    assert (table["first_share.low"] <= table["first_share"]).all()
    assert (table["total_share"] <= table["total_share.high"]).all()


def test_that_the_estimates_are_those_of_another_library():
    values = np.random.default_rng(3).normal(size=(5, 64)) ** 2
    other = sobol_indices(func={"f_A": values[:1], "f_B": values[1:2], "f_AB": values[2:, None, :]}, n=64)
    first, total = sobol_estimates(values)
    assert first == pytest.approx(np.ravel(other.first_order))
    assert total == pytest.approx(np.ravel(other.total_order))


def test_that_elementary_effects_of_what_is_linear_are_all_alike():
    _, table = effects("morris", samples=12)
    assert table["borrower_loss_usd.mean_size"].tolist() == pytest.approx([2_000.0, 1_000.0])
    assert table["borrower_loss_usd.mean"].tolist() == pytest.approx([2_000.0, 1_000.0])
    assert table["borrower_loss_usd.deviation"].tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


def test_that_neither_threads_nor_repeating_change_anything():
    tables = [effects("sobol", samples=16, threads=threads)[0].frame() for threads in (1, 2)]
    assert tables[0].equals(tables[1])
    assert effects("sobol", samples=16)[1].equals(effects("sobol", samples=16)[1])


def test_that_without_bounds_the_usual_parameters_are_varied():
    liquidity = {"model": "exponential", "depth_2pct_usd": 20_000.0}
    scenario = ladder([12_000.0, 14_000.0], bonus=0.05, liquidity=liquidity, shock=SHOCK)
    table = engine.studies.sensitivity(scenario).frame("effects")
    assert set(table["parameter"]) == {
        "assets.WETH.liquidity.depth_multiplier",
        "markets.lender.collateral.WETH.liquidation_threshold",
        "markets.lender.collateral.WETH.liquidation_bonus",
        "liquidators.latency_rounds",
        "liquidators.gas_usd",
        "shock.returns.WETH",
    }
    assert (np.diff(table["total_loss_usd.effect"]) <= 0.0).all()


def test_that_whole_numbers_stay_whole():
    scenario = ladder([12_000.0], shock=SHOCK)
    found = engine.studies.sensitivity(
        scenario, vary="liquidators.latency_rounds=0:3", measure="rounds", method="sobol", samples=64
    )
    assert set(found.frame()["liquidators.latency_rounds"]) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"vary": "liquidators.gas=0:1"}, "liquidators.gas"),
        ({"vary": "liquidators.gas_usd=1:0"}, "lower bound first"),
        ({"vary": "liquidators.gas_usd=5"}, "LOW:HIGH"),
        ({"vary": "liquidators.priority=0:1"}, "a number"),
        ({"measure": "losses"}, "total_loss_usd"),
        ({"method": "guess"}, "method"),
        ({"vary": "liquidators.gas_usd=0:1", "measure": "amplification.USDC"}, "does not exist"),
    ],
)
def test_that_bad_input_names_its_place(settings, said):
    with pytest.raises(BadInput) as error:
        engine.studies.sensitivity(ladder([12_000.0], shock=SHOCK), **settings)
    assert said in str(error.value)
