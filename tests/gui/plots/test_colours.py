"""Colours have their names at every width, and an asset or a market keeps its own from run to run and plot to plot."""

from __future__ import annotations

import pytest

import engine
from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.part_colours import PartColours
from cascade_gui.plots.run_picture import RunPictures
from cascade_gui.plots.stacks import StackBy
from tests.gui.plots.runs import recording
from tests.gui.plots.test_by_market import two


@pytest.mark.parametrize("compared", [False, True])
def test_that_colours_have_their_names_below_the_title_where_it_has_no_room(qtbot, compared):
    plot = LiquidationsPlot()
    qtbot.addWidget(plot)
    plot.set_recording(recording())
    plot.set_before(RunPictures().make(recording(), None, None) if compared else None, "the run before")
    plot.show_round(1)
    plot.set_siblings([(name, name, name) for name in ("Price", "plot_liquidations", "Contagion", "Losses")])
    plot.show()
    for width in range(1000, 250, -50):
        plot.resize(width, 300)
        qtbot.wait(1)
        assert plot.legend.isHidden() is not plot.legend_below.isHidden(), width
        shown = plot.legend if plot.legend_below.isHidden() else plot.legend_below
        assert all(name in shown.text() for name in ("WETH", "WBTC"))
        assert shown.width() >= min(shown.sizeHint().width(), plot.width())
    assert not plot.legend_below.isHidden()
    assert plot.view.geometry().top() >= plot.legend_below.geometry().bottom()
    plot.hide()


def test_that_an_asset_keeps_its_colour_when_another_one_is_liquidated_more(qtbot):
    plot = LiquidationsPlot()
    qtbot.addWidget(plot)
    seen = []
    for weth, wbtc in ((-0.3, -0.15), (-0.12, -0.5), (-0.3, -0.15)):
        made = recording().scenario.with_values({"shock.returns.WETH": weth, "shock.returns.WBTC": wbtc})
        run = engine.run(made)
        plot.set_recording(run)
        plot.show_round(len(run) - 1)
        named = [plot._stack.names[k] for k in plot._named]
        seen.append({name: plot._colour(at) for at, name in enumerate(named)})
        order = named
        assert all(f'color:{colour}">■</span>&nbsp;{name}' in plot.legend.text() for name, colour in seen[-1].items())
        if weth > -0.2:
            assert order[0] == "WBTC", "the other one is largest"
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 2


def test_that_names_share_no_colour_and_a_new_one_takes_that_of_the_one_unseen_for_longest():
    colours = PartColours()
    assert colours.places(StackBy.ASSET, ["A", "B", "C"], 3) == [0, 1, 2]
    assert colours.places(StackBy.ASSET, ["C", "A"], 3) == [2, 0]
    assert colours.places(StackBy.ASSET, ["D", "A", "C"], 3) == [1, 0, 2], "in the place of B"
    assert colours.places(StackBy.MARKET, ["A"], 3) == [0]
    assert colours.places(StackBy.ASSET, ["E"], 3) == [0], "of another scenario"


def test_that_a_market_has_one_colour_in_all_plots(grid):
    grid.set_recording(two())
    grid.liquidations.set_stack(StackBy.MARKET)
    grid.show_round(len(two()) - 1)
    stacked = {
        grid.liquidations._stack.names[k]: grid.liquidations._colour(at)
        for at, k in enumerate(grid.liquidations._named)
    }
    grid.show_plot("plot_contagion")
    pushed = grid.contagion.shown
    order = grid.contagion._order(grid.contagion._falls, len(two()) - 1)
    assert {pushed.markets[at]: grid.contagion._colour(place) for place, at in enumerate(order)} == stacked
