"""The line beside the scenario's name tells what happens in it."""

from __future__ import annotations

from cascade_gui.window.subtitle import subtitle
from engine.files.examples import find_example


def test_that_a_rise_has_its_sign_as_a_fall_has():
    assert subtitle(find_example("short-squeeze").load().parameters) == "SOL +10 %"
    assert subtitle(find_example("compound-iii").load().parameters) == "WETH -28 %, WBTC -20 %"


def test_that_depth_says_of_what_and_of_which_asset():
    scenario = find_example("compound-thin").load()
    assert subtitle(scenario.parameters).endswith(", 10 % of market depth")
    mixed = scenario.with_values({"assets.WETH.liquidity.depth_multiplier": 0.05})
    assert subtitle(mixed.parameters).endswith(", WETH at 5 %, others at 10 % of their depth")
    one = find_example("teaching-book").load().with_values({"assets.X.liquidity.depth_multiplier": 0.5})
    assert subtitle(one.parameters).endswith(", X at 50 % of its depth")
