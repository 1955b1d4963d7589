"""The plot of a settlement shows what its kind goes by, and stays away where liquidators settle everything."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from cascade_gui.plots.series import Series
from cascade_gui.plots.settlement import SettlementPlot
from cascade_gui.plots.settlement_views import VIEWS
from cascade_gui.theme import tokens
from tests.gui.plots.runs import in_front, recording

FIGURES = {
    "auction": {
        "auctions_ask_usd": [0, 110, 99, 50, 0],
        "auctions_lot_usd": [0, 100, 98, 60, 0],
        "auctions_tab_usd": [0, 80, 80, 40, 0],
        "auctions_running": [0, 3, 3, 1, 0],
    },
    "stability_pool": {"pool_usd": [500, 300, 100, 1, 1], "redistributed_usd": [0, 0, 0, 40, 60]},
    "absorb": {"inventory_usd": [0, 400, 300, 100, 0], "cash_reserves_usd": [100, -280, -190, 0, 95]},
    "margin": {
        "reserve_usd": [200, 120, 0, 0, 0],
        "deleveraged_usd": [0, 0, 30, 20, 0],
        "deleveraged": [0, 0, 4, 2, 0],
    },
}
"""Made-up figures of five rounds."""


NOT_WORKED_OUT = {
    "losses": SimpleNamespace(known=0),
    "outside": SimpleNamespace(known=0, sale=SimpleNamespace(rounds=0)),
}
"""What is worked out behind the window is not needed for this plot."""


@cache
def settled(kind: str, markets: int = 1, figures: bool = True) -> SimpleNamespace:
    """Return a run of some markets of one kind whose rounds report the figures above, those of a second one doubled."""
    base = recording()
    parameters = base.scenario.parameters
    plain = parameters.to_dict()
    rules = {"kind": kind, "target_reserves_usd": 150} if kind == "absorb" else {"kind": kind}
    plain["markets"]["compound"]["rules"]["settlement"] = rules
    if markets == 2:
        plain["markets"]["other"] = plain["markets"]["compound"]
    parameters = type(parameters).from_dict(plain)
    rounds = []
    for number in range(5):
        given = {name: np.array([column[number], 2 * column[number]][:markets], float) for name, column in
                 FIGURES.get(kind, {}).items()}  # fmt: skip
        if not figures:
            given = {name: np.zeros(markets) for name in given}
        step = base.rounds[min(number, len(base.rounds) - 1)]
        fields = {name: given.pop(name) for name in list(given) if name not in step.settlement_figures}
        rounds.append(replace(step, number=number, settlement_figures={**step.settlement_figures, **given}, **fields))
    book = SimpleNamespace(
        asset_names=base.book.asset_names, market_names=tuple(plain["markets"]), layout=base.book.layout
    )
    scenario = SimpleNamespace(parameters=parameters)
    told = {"ended": "no more liquidations", "is_brief": True}
    return SimpleNamespace(rounds=rounds, book=book, scenario=scenario, **told, **NOT_WORKED_OUT)


def shown(qtbot, run) -> SettlementPlot:
    plot = SettlementPlot()
    qtbot.addWidget(plot)
    plot.resize(700, 320)
    plot.set_recording(run)
    plot.grab()
    return plot


def texts(plot) -> list[str]:
    return [label.text for label, _ in plot.labels.placed]


def line(plot, figure) -> list[float]:
    at = [each.name for each in VIEWS[plot.kind].figures].index(figure)
    _, y = plot.lines[at].getOriginalDataset()
    return [] if y is None else y.tolist()


@pytest.mark.parametrize("kind", VIEWS)
def test_that_lines_are_the_figures_of_the_rounds_up_to_the_shown_one(qtbot, kind):
    plot = shown(qtbot, settled(kind))
    plot.show_round(3)
    for figure in VIEWS[kind].figures:
        values = FIGURES[kind][figure.name][:4]
        assert line(plot, figure.name) == (np.cumsum(values).tolist() if figure.added_up else values)


def picture(run) -> SimpleNamespace:
    series = Series(run)
    return SimpleNamespace(recording=run, series=series, round=len(series) - 1, view=None)


@pytest.mark.parametrize("kind", VIEWS)
def test_that_a_run_that_follows_an_edit_replaces_the_figures_of_the_one_before(qtbot, kind):
    plot = shown(qtbot, settled(kind, figures=False))
    plot.take(picture(settled(kind)))
    for figure in VIEWS[kind].figures:
        values = FIGURES[kind][figure.name]
        assert line(plot, figure.name) == (np.cumsum(values).tolist() if figure.added_up else values)


def test_that_a_run_that_follows_an_edit_and_settles_otherwise_brings_its_own_figures(qtbot):
    plot = shown(qtbot, settled("auction"))
    plot.take(picture(settled("margin")))
    assert plot.kind == "margin"
    assert line(plot, "reserve_usd") == FIGURES["margin"]["reserve_usd"]


@pytest.mark.parametrize("kind", VIEWS)
def test_that_the_run_before_is_drawn_thinly_and_fits_into_the_range(qtbot, kind):
    plot = shown(qtbot, settled(kind, figures=False))
    plot.set_before(picture(settled(kind)), "at 0.3 ×")
    low, high = plot._range()
    for figure, was in zip(VIEWS[kind].figures, plot.was, strict=False):
        values = FIGURES[kind][figure.name]
        expected = np.cumsum(values) if figure.added_up else values
        drawn = was.getOriginalDataset()[1].tolist()
        assert drawn[: len(expected)] == list(expected)
        assert set(drawn[len(expected) :]) <= {expected[-1]}, "its last value goes on to the edge"
        assert low <= min(expected)
        assert max(expected) <= high
    assert "thin: the run before" in plot.subtitle.text()
    plot.set_before(None)
    assert not any(np.any(was.getOriginalDataset()[1]) for was in plot.was)
    assert "thin" not in plot.subtitle.text()


def test_that_a_run_before_that_settled_in_another_way_has_no_line(qtbot):
    plot = shown(qtbot, settled("auction"))
    plot.set_before(picture(settled("margin")))
    assert not any(np.any(was.getOriginalDataset()[1]) for was in plot.was)


def test_that_the_label_of_an_auction_compares_the_asking_price_with_the_market(qtbot):
    plot = shown(qtbot, settled("auction"))
    plot.show_round(2)
    assert "asked $99, 101 % of value" in texts(plot)
    plot.show_round(3)
    assert "asked $50, 83.3 % of value" in texts(plot)
    assert "to be raised $40" in texts(plot)


def test_that_bars_count_the_auctions_on_the_right_axis(qtbot):
    plot = shown(qtbot, settled("auction"))
    assert plot.bars.heights.tolist() == [0, 3, 3, 1, 0]
    plot.show_round(1)
    assert plot.bars._shown == 2
    assert plot.axes["right"].fixed_ticks is None
    assert "auctions →" in texts(plot), "what the numbers at the right count"


@pytest.mark.parametrize("kind", ["absorb", "stability_pool"])
def test_that_the_right_axis_is_bare_where_nothing_is_counted(qtbot, kind):
    plot = shown(qtbot, settled(kind))
    assert plot.axes["right"].fixed_ticks == []
    assert not len(plot.bars.heights)


def test_that_reserves_below_zero_are_on_the_axis_and_the_target_is_a_line(qtbot):
    plot = shown(qtbot, settled("absorb"))
    low, high = plot.plot.vb.viewRange()[1]
    assert low <= -280
    assert high >= 400
    assert plot.level.isVisible()
    assert plot.level.value() == 150
    assert "sold while reserves are below this" in texts(plot)


@pytest.mark.parametrize("kind", VIEWS)
def test_that_a_run_in_which_nothing_of_the_kind_happened_says_so(qtbot, kind):
    plot = shown(qtbot, settled(kind, figures=False))
    assert "in this run" in plot._empty.text()
    plot.set_recording(settled(kind))
    assert plot._empty.text() == ""


def test_that_with_several_markets_the_title_chooses_one_and_the_choice_stays(qtbot):
    plot = shown(qtbot, settled("stability_pool", 2))
    assert plot.selector.isVisibleTo(plot)
    plot.selector.menu().actions()[1].trigger()
    plot.show_round(0)
    assert texts(plot) == ["left in the pool $1k"]
    assert plot.accessibleName() == "Stability pool: other"
    plot.set_recording(settled("margin", 2))
    assert plot.accessibleName() == "Insurance fund: other"
    plot.set_recording(settled("margin"))
    assert plot.accessibleName() == "Insurance fund: compound"
    assert not plot.selector.isVisibleTo(plot)


@pytest.mark.parametrize("kind", VIEWS)
def test_that_a_readout_and_the_accessible_description_tell_the_round(qtbot, kind):
    plot = shown(qtbot, settled(kind))
    plot.show_round(3)
    assert plot.accessibleDescription().startswith("round 3: ")
    assert plot._readout(1.2, 0).startswith("round 1: ")


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("kind", VIEWS)
def test_that_lines_take_the_colours_of_the_theme(qtbot, kind, dark):
    plot = shown(qtbot, settled(kind))
    plot.apply_theme(tokens(dark))
    for figure, drawn in zip(VIEWS[kind].figures, plot.lines, strict=False):
        assert drawn.opts["pen"].color().name() == getattr(tokens(dark), figure.role)


def test_that_a_click_goes_to_the_nearest_round(qtbot):
    plot = shown(qtbot, settled("auction"))
    plot.show()
    qtbot.waitExposed(plot)
    scene = plot.plot.vb.mapViewToScene(QPointF(2.3, 40))
    position = plot.view.mapFromScene(scene)
    with qtbot.waitSignal(plot.round_clicked) as clicked:
        qtbot.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=position)
    assert clicked.args == [2]


def test_that_the_plot_takes_in_rounds_while_the_run_goes_on(qtbot):
    whole = settled("absorb")
    growing = SimpleNamespace(
        rounds=whole.rounds[:2], book=whole.book, scenario=whole.scenario, ended=None, **NOT_WORKED_OUT
    )
    plot = shown(qtbot, growing)
    growing.rounds = whole.rounds
    plot.rounds_added()
    plot.show_round(4)
    assert line(plot, "inventory_usd") == FIGURES["absorb"]["inventory_usd"]


def test_that_the_plot_is_away_where_liquidators_settle_everything(grid):
    assert grid.findChild(QWidget, "plot_settlement") is not None
    grid.set_recording(recording())
    assert "plot_settlement" not in in_front(grid)
    assert grid.settlement not in grid.in_use()
    assert list(grid.liquidations.tabs._buttons) == ["plot_liquidations"]


def test_that_a_run_with_a_settlement_of_its_own_brings_the_plot_to_the_front_once(grid):
    for plot in (grid.health, grid.map):  # they need a real book
        plot.set_recording = lambda *_: None
    grid.set_recording(settled("auction"))
    assert "plot_settlement" in in_front(grid)
    assert grid.settlement in grid.in_use()
    grid.show_plot("plot_liquidations")
    grid.set_recording(settled("auction"))
    assert "plot_liquidations" in in_front(grid)
    grid.set_recording(recording())
    assert "plot_settlement" not in in_front(grid)
    assert grid.settlement.parentWidget() is not None


def test_that_a_narrow_grid_has_it_among_its_tabs(grid):
    for plot in (grid.health, grid.map):
        plot.set_recording = lambda *_: None
    grid.resize(880, 640)
    grid.grab()
    grid.set_recording(settled("margin"))
    tabs = [button.text() for button in grid.settlement.tabs._buttons.values()]
    assert tabs == ["Price", "Liquidations", "Fund", "Losses"]
    grid.resize(1310, 640)
    grid.grab()
    assert "plot_settlement" in in_front(grid)
