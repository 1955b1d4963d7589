"""What a changed threshold does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.base.faults import BadInput
from engine.reading.round_view import initial_view
from tests.engine.studies.books import ladder

DEBTS = [8_000.0, 12_000.0, 15_000.0]  # liquidatable below 0.4, 0.6, 0.75
SHOCK = {"kind": "instant", "returns": {"WETH": -0.2}}
PATH = "markets.lender.collateral.WETH.liquidation_threshold"


def asked(**settings):
    return engine.studies.threshold(ladder(DEBTS, shock=SHOCK), asset="WETH", paths=0, **settings)


@pytest.mark.parametrize(
    ("to", "accounts", "debt"),
    [(0.76, 0, 0.0), (0.75, 0, 0.0), (0.74, 1, 15_000.0), (0.6, 1, 15_000.0), ("59%", 2, 27_000.0), (0.1, 3, 35_000.0)],
)
def test_who_becomes_liquidatable(to, accounts, debt):
    found = asked(to=to)
    assert found.figures["newly_liquidatable_accounts"] == accounts
    assert found.figures["newly_liquidatable_debt_usd"] == pytest.approx(debt)
    assert len(found.frame("accounts")) == accounts


def test_who_is_within_five_percent():
    assert asked(to=0.76).figures["within_5_percent_accounts"] == 1  # 0.76 x 0.95 = 0.722 < 0.75
    assert asked(to=0.7895).figures["within_5_percent_accounts"] == 0
    assert asked(to=0.62).figures["within_5_percent_debt_usd"] == pytest.approx(12_000.0)


@pytest.mark.parametrize(
    ("most", "threshold"), [(0, 0.75), (14_999, 0.75), (15_000, 0.6), (30_000, 0.4), (35_000, 0.0)]
)
def test_the_lowest_threshold_for_so_much_debt(most, threshold):
    found = asked(solve=most)
    assert found.figures["solved_threshold"] == pytest.approx(threshold)
    assert found.figures["newly_liquidatable_debt_usd"] <= most


def test_that_the_curve_is_what_each_threshold_makes_liquidatable():
    curve = asked(to=0.7).frame("curve")
    for threshold, owed in zip(curve["threshold"], curve["newly_liquidatable_debt_usd"], strict=True):
        assert owed == pytest.approx(sum(debt for debt in DEBTS if debt > threshold * 20_000 + 1e-9)), threshold
    assert 0.4 in curve["threshold"].tolist(), "where the health of an account is 1"


def test_that_who_can_be_liquidated_today_is_not_newly_liquidatable():
    found = engine.studies.threshold(ladder([15_000.0, 17_000.0], shock=SHOCK), asset="WETH", to=0.7, paths=0)
    assert found.figures["newly_liquidatable_accounts"] == 1
    assert found.frame("accounts")["account"].tolist() == ["a0"]


def test_that_dust_is_counted_apart():
    found = asked(to=0.1, dust=10_000)
    assert found.figures["newly_liquidatable_accounts"] == 2
    assert (found.figures["dust_accounts"], found.figures["dust_debt_usd"]) == (1, 8_000.0)
    assert found.frame("accounts")["dust"].tolist() == [False, False, True]


def test_that_losses_are_those_of_both_runs():
    scenario = ladder(DEBTS, bonus=0.05, shock=SHOCK)
    found = engine.studies.threshold(scenario, asset="WETH", to=0.7, bonus_to="10%", paths=0)
    after = scenario.with_values({PATH: 0.7, "markets.lender.collateral.WETH.liquidation_bonus": 0.1})
    for name, made in (("before", scenario), ("after", after)):
        summary = engine.run(made).summary()
        for figure in ("total_loss_usd", "repaid_usd", "accounts_liquidated"):
            assert found.figures[f"{figure}.{name}"] == pytest.approx(summary[figure])


def test_that_value_at_risk_is_over_the_same_paths():
    scenario = ladder(DEBTS, shock=SHOCK)
    same = engine.studies.threshold(scenario, asset="WETH", to=0.8, paths=60, horizon="10min")
    assert same.figures["total_loss_usd.var_95.difference"] == 0.0
    assert "60 paths" in " ".join(same.answer.assumptions)
    lower = engine.studies.threshold(scenario, asset="WETH", to=0.4, paths=60, horizon="10min")
    assert lower.figures["total_loss_usd.var_95.before"] == same.figures["total_loss_usd.var_95.before"]


@given(
    debts=st.lists(st.floats(1.0, 15_999.0), min_size=1, max_size=12),
    most=st.floats(0.0, 100_000.0),
)  # fmt: skip
def test_that_no_lower_threshold_would_do(debts, most):
    scenario = ladder(debts)
    found = engine.studies.threshold(scenario, asset="WETH", solve=most, paths=0)
    solved = found.figures["solved_threshold"]
    assert found.figures["newly_liquidatable_debt_usd"] <= most
    if solved > 0.0:
        lower = initial_view(scenario.with_values({PATH: solved * (1 - 1e-9)}))
        assert lower.debt_usd[lower.health < 1.0].sum() > most


def test_a_category_of_an_efficiency_mode():
    data = ladder(DEBTS).to_dict()
    data["markets"]["lender"]["categories"] = {
        "ether": {"assets": ["WETH"], "liquidation_threshold": 0.9, "liquidation_bonus": 0.01}
    }
    data["loans"][2]["category"] = "ether"
    found = engine.studies.threshold(engine.from_dict(data), category="ether", to=0.7, paths=0)
    assert found.figures["threshold.before"] == 0.9
    assert found.frame("accounts")["account"].tolist() == ["a2"]
    rows = found.frame().set_index(["by", "name"])["newly_liquidatable_accounts"]
    assert rows["category", "ether"] == rows["asset", "WETH"] == rows["market", "lender"] == 1


def test_that_loans_with_terms_of_their_own_are_said():
    data = ladder(DEBTS).to_dict()
    data["loans"][2] |= {"liquidation_threshold": 0.95, "liquidation_bonus": 0.0}
    found = engine.studies.threshold(engine.from_dict(data), asset="WETH", to=0.1, paths=0)
    assert found.figures["newly_liquidatable_accounts"] == 2
    assert found.answer.notes == ("1 loans have a threshold of their own, which the change does not touch.",)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"asset": "WETH"}, "to: missing"),
        ({"to": 0.7}, "WETH, WBTC"),
        ({"asset": "USDC", "to": 0.7}, "WETH, WBTC"),
        ({"asset": "WETH", "market": "other", "to": 0.7}, "lender"),
        ({"category": "ether", "to": 0.7}, "none in this market"),
        ({"asset": "WETH", "to": 80}, "liquidation_threshold"),
        ({"asset": "WETH", "to": "eighty"}, "to:"),
        ({"asset": "WETH", "solve": -1}, "solve"),
    ],
)
def test_that_bad_input_names_its_place(settings, said):
    with pytest.raises(BadInput) as error:
        engine.studies.threshold(ladder(DEBTS), **settings)
    assert said in str(error.value)


def test_that_accounts_within_five_percent_are_listed_with_what_they_hold_and_owe():
    data = ladder(DEBTS, shock=SHOCK).to_dict()
    data["loans"].append(
        {**data["loans"][2], "collateral_asset": "WBTC", "collateral_amount": 0.01, "debt_amount": 10.0}
    )
    found = engine.studies.threshold(engine.from_dict(data), asset="WETH", to=0.76, paths=0)
    assert not len(found.frame("accounts"))
    (close,) = found.frame("within_5_percent").to_dict("records")
    assert (close["account"], close["collateral"], close["debt"]) == ("a2", "WETH + 1", "USDC")
    assert (close["status"], close["dust"]) == ("within 5 %", False)
    assert close["health.after"] == pytest.approx((0.76 * 20_000 + 0.75 * 300) / 15_010)
    assert close["to_liquidation"] == pytest.approx(1 - 15_010 / (0.8 * 20_000 + 0.75 * 300))
