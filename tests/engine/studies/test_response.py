"""The response to shocks of growing size."""

from __future__ import annotations

import pytest

import engine
from engine.base.faults import BadInput
from tests.engine.studies.books import ladder

DEBTS = [5_000.0, 9_000.0, 12_000.0, 14_000.0]
SHOCK = {"kind": "instant", "returns": {"WETH": -0.3}}


def test_that_what_is_repaid_is_the_debt_of_all_whose_health_the_fall_takes_below_one():
    found = engine.studies.response(ladder(DEBTS, shock=SHOCK), to=-0.7, steps=70)
    frame = found.frame()
    for size, repaid in zip(frame["size"], frame["repaid_usd"], strict=True):
        worth = 10 * 2_000 * (1 + size)  # nobody repays more than the collateral is worth
        due = [min(debt, worth) for debt in DEBTS if 0.8 * worth < debt - 1e-9]
        assert repaid == pytest.approx(sum(due)), size


def test_that_each_break_is_one_account_and_its_debt():
    found = engine.studies.response(ladder(DEBTS, shock=SHOCK), direction={"WETH": 1}, to=-0.7, steps=70)
    breaks = found.frame("breaks")
    assert sorted(breaks["account"]) == ["a0", "a1", "a2", "a3"]
    assert breaks.set_index("account")["account_debt_usd"].to_dict() == {
        f"a{place}": debt for place, debt in enumerate(DEBTS)
    }
    first = breaks.set_index("account").loc["a3"]  # 14,000 over 16,000: after a fall of 12.5 %
    assert first["to_size"] < -0.125 <= first["from_size"]


def test_that_slope_and_curvature_are_in_dollars_for_a_whole_fall():
    frame = engine.studies.response(ladder([12_000.0], bonus=0.1, shock=SHOCK), to=-0.5, steps=50).frame()
    # Beyond a fall of 25 % all is sold for less and less: lenders lose what 10 tokens are worth less than the debt.
    assert frame["total_loss_usd.slope"].isna().tolist() == [True] + 49 * [False]
    assert frame["total_loss_usd.slope"].iloc[-1] == pytest.approx(10 * 2_000 / 1.1)
    assert frame["total_loss_usd.curvature"].iloc[-1] == pytest.approx(0.0, abs=1e-3)


def test_that_a_row_opens_as_the_run_that_it_is():
    liquidity = {"model": "exponential", "depth_2pct_usd": 20_000.0}
    scenario = ladder(DEBTS, bonus=0.05, liquidity=liquidity, shock=SHOCK | {"over_rounds": 3})
    found = engine.studies.response(scenario, direction="WETH=1,WBTC=-0.5", to=-0.4, steps=4)
    frame = found.frame()
    assert frame["shock.returns.WBTC"].tolist() == pytest.approx([0.05, 0.1, 0.15, 0.2])
    for row in range(4):
        summary = engine.run(found.open(row)).summary()
        assert frame["total_loss_usd"][row] == pytest.approx(summary["total_loss_usd"], rel=1e-12)
        assert frame["repaid_usd"][row] == pytest.approx(summary["repaid_usd"], rel=1e-12)
        assert frame["rounds"][row] == summary["rounds"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"direction": "WTEH=1"}, "WETH"),
        ({"direction": "WETH"}, "NAME=VALUE"),
        ({"direction": {"WETH": 0}}, "not 0"),
        ({"direction": {"WETH": 1}, "to": -1.2}, "99%"),
        ({"direction": {"WETH": 1}, "to": 0}, "not 0"),
        ({"steps": 1}, "steps"),
    ],
)
def test_that_bad_input_names_its_place(settings, said):
    with pytest.raises(BadInput) as error:
        engine.studies.response(ladder(DEBTS, shock=SHOCK), **settings)
    assert said in str(error.value)


def test_that_without_a_shock_of_its_own_a_direction_must_be_given():
    with pytest.raises(BadInput, match="direction"):
        engine.studies.response(ladder(DEBTS))
