"""Where there is little room, titles and figures are called by short names, and nothing is cut or covered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

import engine
from cascade_gui.figures.strip import FiguresStrip
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.map_data import MapMode
from cascade_gui.plots.run_picture import RunPictures
from cascade_gui.theme import apply
from cascade_gui.theme.tokens import DARK
from engine.files import read_file
from tests.gui.plots.runs import recording
from tests.gui.plots.test_by_market import two
from tests.shared import RESOURCES


@pytest.fixture
def styled(qapp):
    """Let widgets have the sizes of the window's style."""
    folder = apply(qapp, DARK)
    yield
    qapp.setStyleSheet("")
    folder.remove()


def buttons(plot):
    return list(plot.tabs._buttons.values())


@pytest.mark.parametrize("width", [680, 900, 1310, 1700])
def test_that_no_title_among_others_is_cut(styled, grid, qtbot, width):
    grid.resize(width, 640)
    grid.set_recording(recording())
    grid.show()
    qtbot.wait(20)
    for plot in grid:
        if plot.isVisible() and len(buttons(plot)) > 1:
            for button in buttons(plot):
                assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())


@pytest.mark.parametrize("width", [765, 1066, 1700])
def test_that_neither_titles_nor_choosers_are_cut_where_there_are_many_of_them(styled, grid, qtbot, width):
    grid.resize(width, 400)
    grid.show()
    grid.set_recording(two())
    grid.map.set_mode(MapMode.ROUNDS)
    qtbot.waitUntil(lambda: not grid.map.is_busy, timeout=60_000)
    below = {}
    for name in ("plot_price", "plot_liquidations", "plot_contagion", "plot_losses", "plot_health", "plot_map"):
        grid.show_plot(name)
        qtbot.wait(20)
        plot = next(plot for plot in grid if plot.objectName() == name)
        choosers = [each for each in plot.findChildren(Chooser) if each.isVisible()]
        scale = [plot.scale.high] if name == "plot_map" else []
        for widget in (*buttons(plot), *choosers, *scale):
            text = widget.text()
            assert widget.width() >= widget.fontMetrics().horizontalAdvance(text), (name, text)
        below[name] = any(each.geometry().top() > plot.lock.geometry().bottom() for each in choosers)
        assert all(each.geometry().bottom() <= plot.view.geometry().top() for each in choosers)
    assert not below["plot_price"]
    assert below["plot_map"] is (width < 1700)
    grid.resize(1700, 640)
    qtbot.wait(20)
    assert grid.map.mode_chooser.geometry().top() < grid.map.lock.geometry().bottom(), "and back where there is room"
    grid.shut_down()


def test_that_a_short_title_says_the_whole_one_to_screen_readers_and_on_hover(styled, grid):
    grid.resize(680, 640)
    grid.show()
    grid.grab()
    health, _, liquidation_map = buttons(grid.health)
    assert (health.text(), health.accessibleName()) == ("Health", "Health of the debt")
    assert health.toolTip().split("\n")[0] == "Health of the debt"
    assert liquidation_map.text() == "Map"
    grid.resize(1700, 640)
    grid.grab()
    assert buttons(grid.health)[0].text() == "Health of the debt"


@pytest.mark.parametrize("width", [680, 765, 900, 1310])
def test_that_no_words_in_a_title_are_cut_and_those_without_room_are_told_at_the_mouse(styled, grid, qtbot, width):
    grid.resize(width, 640)
    grid.show()
    qtbot.wait(20)
    grid.set_recording(recording())
    grid.take(RunPictures().make(recording(), 1, None))
    said = grid.health.subtitle
    assert said.text() == "round 1; outlined: before the shock"
    qtbot.wait(20)
    brief = grid.health._title_row.brief
    for label in (said, brief):
        assert label.isHidden() or label.width() >= label.sizeHint().width(), label.text()
    if said.isHidden():
        assert not brief.isHidden() or width <= 900
        assert brief.text() == "round 1"
        title = next(button for button in buttons(grid.health) if button.accessibleName() == "Health of the debt")
        assert said.text() in title.toolTip()
    grid.shut_down()


@pytest.mark.parametrize(("width", "name"), [(700, "reproduction number 0.00"), (240, "R 0.00")])
def test_that_the_name_of_the_reproduction_number_does_not_cover_the_bars_of_a_narrow_plot(qtbot, width, name):
    plot = LiquidationsPlot()
    qtbot.addWidget(plot)
    plot.resize(width, 300)
    plot.grab()
    plot.set_recording(read_file(RESOURCES / "examples" / "compound-thin.cascade").recording)
    plot.show_round(14)
    place = next(place for label, place in plot.labels.placed if label.text == name)
    bar = plot.plot.mapFromItem(plot.plot.vb, plot.plot.vb.mapFromView(QPointF(14.4, 0)))
    assert place.left() >= bar.x()


@pytest.mark.parametrize("width", [680, 1000, 1310])
def test_that_no_name_of_a_figure_is_cut(qtbot, width):
    strip = FiguresStrip()
    qtbot.addWidget(strip)
    strip.resize(width, 84)
    strip.set_recording(recording())
    strip.show_round(3)
    strip.grab()
    for figure in strip.figures:
        assert figure.name.width() >= figure.name.sizeHint().width(), figure.name.text()
    assert strip.reproduction.accessibleName().startswith("Reproduction number")


def test_that_the_plot_of_a_settlement_has_a_title_in_one_word_and_says_what_its_bars_are(styled, grid, qtbot):
    grid.resize(680, 250)
    grid.show()
    grid.set_recording(engine.run(read_file(RESOURCES / "examples" / "perpetuals.json").scenario))
    for name in ("plot_settlement", "plot_price"):  # the price has a chooser in its title
        grid.show_plot(name)
        qtbot.wait(20)
    title = next(each for each in buttons(grid.price) if each.accessibleName() == "Insurance fund")
    assert title.text() == "Fund"
    assert title.width() >= title.fontMetrics().horizontalAdvance("Fund")
    assert grid.settlement._title_row.brief.text() == "bars: deleveraged"
    grid.shut_down()
