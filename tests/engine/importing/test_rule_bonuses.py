"""Where the rules of a market make the bonus, no bonus of the collateral is missing, and none that is given counts."""

from __future__ import annotations

import pytest

from engine.importing import filling
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.scenario.rule_bonuses import rule_bonus
from engine.scenario.schema.markets import HealthDiscountIncentive, HealthLinearIncentive, LltvIncentive, Rules

BOOK = "account,collateral_asset,collateral_amount,debt_asset,debt_amount,lltv\na,WETH,2,USDC,900,0.915\n"
KNOWN = ImportChoices(preset="morpho-blue", prices={"WETH": 2000.0, "USDC": 1.0}, depth="none")


def made_of(tmp_path, choices, text=BOOK):
    path = tmp_path / "book.csv"
    path.write_text(text)
    return import_book(path, choices)


@pytest.mark.parametrize("threshold_of_row", [True, False])
def test_that_an_import_tells_the_bonus_that_the_rules_make_of_the_threshold(tmp_path, threshold_of_row):
    text = BOOK if threshold_of_row else BOOK.replace(",lltv", "").replace(",0.915", "")
    made = made_of(tmp_path, KNOWN.changed(thresholds={"WETH": 0.915}), text)
    assert made.scenario is not None, made.notes.faults
    said = " ".join(made.notes.said)
    assert "nobody is paid" not in said
    assert "WETH 2.617 %" in said
    (weth,) = (terms for terms in made.assets if terms.asset == "WETH")
    assert weth.bonus.origin == "rules"
    assert weth.bonus.value == pytest.approx(1 / (1 - 0.3 * 0.085) - 1)


def test_that_rows_with_other_thresholds_have_no_single_bonus(tmp_path):
    made = made_of(tmp_path, KNOWN, BOOK + "b,WETH,2,USDC,900,0.86\n")
    (weth,) = (terms for terms in made.assets if terms.asset == "WETH")
    assert (weth.bonus.value, weth.bonus.origin) == (None, "rules")


def test_that_only_what_some_market_holds_is_looked_at_and_each_bonus_is_said_once(tmp_path, monkeypatch):
    """A book of many isolated markets: each has one collateral, and a bonus for each of all pairs would take long."""
    looked_at = []

    def noted(rules, threshold):
        looked_at.append(threshold)
        return rule_bonus(rules, threshold)

    monkeypatch.setattr(filling, "rule_bonus", noted)
    head, row = BOOK.splitlines()
    rows = [f"m{number}," + row.replace("WETH", f"T{number % 20}") for number in range(40)]
    prices = {"USDC": 1.0, **{f"T{number}": 2000.0 for number in range(20)}}
    text = "\n".join([f"market,{head}", *rows]) + "\n"
    made = made_of(tmp_path, ImportChoices(preset="morpho-blue", prices=prices, depth="none"), text)
    (said,) = (line for line in made.notes.said if "the rules make the bonus" in line)
    assert said.count("T0 2.617 %") == 1
    assert len(looked_at) <= 4 * 40


def test_that_a_bonus_that_the_rules_do_not_use_is_said_to_be_without_effect(tmp_path):
    made = made_of(tmp_path, KNOWN.changed(bonuses={"WETH": 0.07}))
    assert any("WETH" in line and "has no effect" in line for line in made.notes.said), made.notes.said


def test_that_a_fixed_bonus_that_is_missing_is_still_said_to_pay_nobody(tmp_path):
    made = made_of(tmp_path, ImportChoices(prices=dict(KNOWN.prices), depth="none"))
    assert any("nobody is paid to liquidate" in line for line in made.notes.said)


def test_that_bonuses_by_health_have_no_single_value_and_listed_ones_count_where_the_rules_scale_them():
    by_health = Rules(incentive=HealthDiscountIncentive(kind="health_discount"))
    scaled = Rules(incentive=HealthLinearIncentive(kind="health_linear", min_share=0.5, health_for_max=0.8))
    found = rule_bonus(by_health, 0.8)
    assert found is not None
    assert found.value is None
    assert rule_bonus(scaled, 0.8) is None
    assert rule_bonus(Rules(), 0.8) is None


def test_that_the_largest_bonus_is_not_exceeded():
    found = rule_bonus(Rules(incentive=LltvIncentive(kind="lltv")), 0.2)
    assert found is not None
    assert found.value == 0.15
