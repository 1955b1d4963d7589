"""The grid shows two by two where there is room, tabs where there is not, and tells all plots."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cascade_gui.figures.strip import FiguresStrip
from cascade_gui.plots.grid import PlotGrid
from engine.reading.round_view import round_view
from tests.gui.plots.runs import in_front, recording

NAMES = ["plot_price", "plot_liquidations", "plot_health", "plot_map", "plot_losses"]


def test_that_every_plot_is_found_by_its_name(grid):
    for name in NAMES:
        assert grid.findChild(QWidget, name) is not None


def test_that_four_plots_show_where_there_is_room(grid):
    assert in_front(grid) == ["plot_price", "plot_liquidations", "plot_health", "plot_map"]
    assert not grid.is_narrow


@pytest.mark.parametrize("size", [(880, 640), (1310, 400)])
def test_that_a_small_grid_has_two_columns_of_tabs(grid, size):
    grid.resize(*size)
    grid.grab()
    assert grid.is_narrow
    assert in_front(grid) == ["plot_price", "plot_health"]
    grid.show_plot("plot_losses")
    assert in_front(grid) == ["plot_health", "plot_losses"]
    grid.resize(1310, 640)
    grid.grab()
    assert len(in_front(grid)) == 4


def test_that_a_title_in_the_background_brings_its_plot_to_the_front(grid):
    tab = next(b for b in grid.map.tabs._buttons.values() if b.text() == "Losses")
    tab.click()
    assert "plot_losses" in in_front(grid)
    assert "plot_map" not in in_front(grid)


def tabs_of(plot):
    return [button.accessibleName() for button in plot.tabs._buttons.values()]


def test_that_the_tabs_of_a_small_grid_stay_whatever_is_chosen_one_after_another(grid):
    grid.resize(880, 640)
    grid.grab()
    left, right = ["Price", "Liquidations", "Losses"], ["Health of the debt", "Loans", "Liquidation map"]
    for plot in (grid.losses, grid.liquidations, grid.map, grid.price, grid.losses, grid.health):
        shown = next(each for each in grid if each.objectName() in in_front(grid) and plot.tab_title in tabs_of(each))
        button = next(b for b in shown.tabs._buttons.values() if b.accessibleName() == plot.tab_title)
        button.click()
        assert plot.objectName() in in_front(grid)
        assert len(in_front(grid)) == 2
        assert [tabs_of(each) for each in grid if each.objectName() in in_front(grid)] in ([left, right], [right, left])
    grid.resize(1310, 640)
    grid.grab()
    assert len(in_front(grid)) == 4


def test_that_a_plot_in_the_background_draws_when_it_comes_to_the_front(grid):
    grid.set_recording(recording())
    grid.show_round(5)
    assert len(grid.losses.labels.placed) == 0
    grid.show_plot("plot_losses")
    assert grid.losses.round_line.value() == 5
    x, _ = grid.losses.lines["borrower_loss_usd"].getOriginalDataset()
    assert x[-1] == 5


def test_that_all_plots_follow_the_round(grid):
    grid.set_recording(recording())
    grid.set_view(round_view(recording(), 2))
    grid.show_round(2)
    assert [p.round_line.value() for p in (grid.price, grid.liquidations, grid.losses)] == [2, 2, 2]


def test_that_a_click_in_any_plot_is_told_once(grid, qtbot):
    grid.set_recording(recording())
    with qtbot.waitSignal(grid.round_clicked) as clicked:
        grid.liquidations._clicked_at(4.4, 0)
    assert clicked.args == [4]


def test_that_the_columns_of_rounds_stand_above_each_other(grid):
    grid.set_recording(recording())
    grid.show_round(3)
    places = [
        plot.view.mapTo(grid, plot.view.mapFromScene(plot.plot.vb.mapViewToScene(point)))
        for plot in (grid.price, grid.liquidations)
        for point in [plot.plot.vb.viewRect().center()]
    ]
    assert places[0].x() == places[1].x()


def test_that_the_figures_are_of_the_asset_whose_price_is_shown(grid):
    strip = FiguresStrip()
    grid.asset_chosen.connect(strip.set_asset)
    for part in (strip, grid):
        part.set_recording(recording())
    assert strip.fall.name.text() == f"{grid.price.series.assets[grid.price.asset]} market fall"
    grid.price.set_asset(2)
    assert strip.fall.name.text() == "WBTC market fall"


class LayoutRequests(QObject):
    """Counts how often a widget is asked to lay out anew what is in it."""

    count = 0

    def eventFilter(self, watched, event):
        self.count += event.type() is QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def test_that_words_in_the_title_of_a_plot_let_nothing_around_the_plots_be_laid_out_anew(qtbot):
    around, grid = QWidget(), PlotGrid()
    qtbot.addWidget(around)
    QVBoxLayout(around).addWidget(grid)
    around.resize(1310, 640)
    around.show()
    for _ in range(10):
        QCoreApplication.processEvents()
    requests = LayoutRequests(around)
    around.installEventFilter(requests)
    grid.health.subtitle.setText("other words than those that stood there before")
    for _ in range(10):
        QCoreApplication.processEvents()
    assert requests.count == 0
    assert grid.health.subtitle.width() >= grid.health.subtitle.sizeHint().width()
    around.resize(around.minimumSizeHint())
    assert grid.columns.size() == grid.size(), "and the plots still fill their room"
