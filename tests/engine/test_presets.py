from __future__ import annotations

import pytest

from engine.faults import BadInput
from engine.presets import load_preset, load_presets, preset_names


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


def test_that_a_preset_survives_being_written_out():
    preset = load_preset("compound-v2")
    data = preset.to_dict()
    assert data["rules"]["close"]["close_factor"] == 0.5
    assert data["rules"]["bad_debt"] == "stay"
    assert data["collateral"]["WETH"]["liquidation_threshold"] == 0.825


def test_that_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(BadInput, match="compound-v2"):
        load_preset("compund")
