"""The line beside the scenario's name tells what happens in it."""

from __future__ import annotations

from cascade_gui.window.subtitle import subtitle
from engine.files.examples import find_example


def test_that_a_rise_has_its_sign_as_a_fall_has():
    assert subtitle(find_example("short-squeeze").load().parameters) == "SOL +10 %"
    assert subtitle(find_example("compound-iii").load().parameters) == "WETH -28 %, WBTC -20 %"
