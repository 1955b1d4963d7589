from __future__ import annotations

import pytest

from engine.base.faults import BadInput
from engine.scenario.presets import load_preset, load_presets, preset_names


def test_that_every_preset_says_where_it_is_from_and_what_it_leaves_out():
    presets = load_presets()
    assert {"aave-v3-0", "aave-v3-3", "compound-v2", "morpho-blue", "euler-v2"} <= {preset.name for preset in presets}
    for preset in presets:
        for text in (preset.title, preset.summary, preset.source, preset.date, preset.leaves_out):
            assert len(text) >= 5, preset.name


@pytest.mark.parametrize("name", preset_names())
def test_that_a_preset_makes_a_market(name):
    preset = load_preset(name)
    market = preset.market({"WETH": 1})
    assert market.rules == preset.rules
    assert set(market.collateral) <= {"WETH"}
    # a bonus that eats the margin above the threshold makes every liquidation hurt: a typing error here
    for asset, entry in preset.collateral.items():
        assert entry.liquidation_threshold * (1 + entry.liquidation_bonus) < 1, asset
        assert (entry.max_ltv or 0) <= entry.liquidation_threshold, asset


@pytest.mark.parametrize("name", preset_names())
def test_that_a_category_of_a_preset_gives_more_than_its_market_and_still_leaves_a_margin(name):
    preset = load_preset(name)
    for mode, category in preset.categories.items():
        assert category.liquidation_threshold * (1 + category.liquidation_bonus) < 1, mode
        for asset in category.assets:
            assert category.liquidation_threshold > preset.collateral[asset].liquidation_threshold, asset


def test_that_a_preset_gives_a_market_only_the_categories_of_its_assets():
    preset = load_preset("aave-v3-0")
    assert preset.market({"WETH": 1, "DAI": 1}).categories["ETH correlated"].assets == ("WETH",)
    assert preset.market({"DAI": 1}).categories == {}
    assert preset.to_dict()["categories"]["ETH correlated"]["liquidation_bonus"] == 0.01


@pytest.mark.parametrize("name", preset_names())
def test_that_a_number_of_a_category_stands_for_one_of_the_preset(name):
    preset = load_preset(name)
    assert set(preset.category_numbers.values()) <= set(preset.categories)


def test_that_a_preset_survives_being_written_out():
    preset = load_preset("compound-v2")
    data = preset.to_dict()
    assert data["rules"]["close"]["close_factor"] == 0.5
    assert data["rules"]["bad_debt"] == "stay"
    assert data["collateral"]["WETH"]["liquidation_threshold"] == 0.825


def test_that_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(BadInput, match="compound-v2"):
        load_preset("compund")


def test_that_every_protocol_of_the_comparison_has_a_preset():
    settlements = {preset.name: preset.rules.settlement.kind for preset in load_presets()}
    assert settlements == {
        "aave-v3-0": "liquidator",
        "aave-v3-3": "liquidator",
        "aave-v4": "liquidator",
        "compound-v2": "liquidator",
        "compound-v3": "absorb",
        "dydx-v4": "margin",
        "euler-v1": "liquidator",
        "euler-v2": "liquidator",
        "gmx-v2": "margin",
        "liquity-v1": "stability_pool",
        "liquity-v2": "stability_pool",
        "maker-liquidations-2": "auction",
        "morpho-blue": "liquidator",
        "perpetual-margin": "margin",
        "synthetix-v3": "margin",
        "venus": "liquidator",
    }


def test_that_a_fund_of_the_market_is_no_part_of_the_rules_of_a_protocol():
    preset = load_preset("dydx-v4")
    own = preset.rules.settlement.model_copy(update={"insurance_usd": 5e6, "quote_asset": "USDC"})
    rules = preset.rules_for(preset.rules.model_copy(update={"settlement": own}))
    assert rules.settlement.insurance_usd == 5e6
    assert rules.settlement.quote_asset == "USDC"
    assert rules.settlement.liquidation_fee == 0.015
    assert preset.rules_for(load_preset("liquity-v1").rules) == preset.rules


@pytest.mark.parametrize("name", ["dydx-v4", "gmx-v2", "perpetual-margin"])
def test_that_a_short_becomes_liquidatable_where_its_margin_is_the_maintenance_margin(name):
    collateral = load_preset(name).collateral
    maintenance = 1 - collateral["BTC"].liquidation_threshold
    owed = 50_000.0
    cash = owed * (1 + maintenance)  # what it holds where margin is maintenance times what it owes
    assert cash * collateral["USDC"].liquidation_threshold / owed == pytest.approx(1, abs=1e-9)
