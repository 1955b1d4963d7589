"""Whose price is shown: that of the asset that the shock moves, until somebody chooses another."""

from __future__ import annotations

from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.map_data import shocked_asset
from cascade_gui.plots.price import PricePlot
from cascade_gui.plots.series import Series
from engine.files.examples import find_example
from tests.gui.plots.runs import recording


def test_that_a_run_in_which_most_of_another_asset_is_sold_keeps_the_shocked_one_in_sight(qtbot, monkeypatch):
    plot = PricePlot()
    qtbot.addWidget(plot)
    plot.set_recording(recording())
    shocked = plot.asset
    assert plot.series.assets[shocked] == "WETH"
    monkeypatch.setattr(Series, "main_asset", lambda _: (shocked + 1) % 2)
    plot.set_recording(recording())
    plot.show_round(3)
    assert plot.asset == shocked


def test_that_the_names_of_colours_stay_longer_than_other_words_in_a_narrow_title(qtbot):
    plot = LiquidationsPlot()
    qtbot.addWidget(plot)
    plot.set_recording(recording())
    plot.show()
    seen = set()
    for width in range(1000, 250, -50):
        plot.resize(width, 300)
        shown = (not plot.legend.isHidden(), not plot.subtitle.isHidden())
        seen.add(shown)
        assert shown != (False, True), width
    assert plot.legend.text()
    assert (True, False) in seen
    plot.hide()


def test_that_along_a_path_of_many_assets_the_map_is_of_the_one_that_changes_most_of_the_book():
    """A path of Monte Carlo moved a token of a few dollars furthest, and the map showed that one."""
    base = find_example("compound-thin").load()
    path = {"WETH": [-0.1, -0.2], "UNI": [0.3, 0.6], "WBTC": [-0.1, -0.15]}
    played = base.with_values({"shock": {"kind": "path", "returns": path}})
    assert shocked_asset(played) == "WETH"
    alone = base.with_values({"shock": {"kind": "path", "returns": {"UNI": [0.3, 0.6]}}})
    assert shocked_asset(alone) == "UNI"
