"""Prices along random paths in the window: the fan with its paths, and the worst paths, each of which is played."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import engine
from cascade_gui.studies.drawing.chart import Band, Line
from cascade_gui.studies.drawing.chart_hits import hit, places_of
from cascade_gui.studies.known_pictures import picture_of
from cascade_gui.wording import numbers
from tests.shared import RESOURCES


@pytest.fixture(scope="module")
def result():
    scenario = engine.load(RESOURCES / "examples" / "teaching-book.json")
    return engine.studies.montecarlo(
        scenario, paths=40, horizon=600.0, fall=(0.5, 0.1), fall_within=60.0, depeg={"USD": (0.5, 0.05)}
    )


def fan_of(result):
    return picture_of(result).charts[0][1]


def test_that_the_fan_has_the_quantiles_of_the_answer_and_a_line_for_each_of_the_first_paths(result):
    chart = fan_of(result)
    fan = result.frame("fan").query("`class` == 'broad downturn' and asset == 'X'")
    bands = [mark for mark in chart.marks if isinstance(mark, Band)]
    assert [band.low[-1] for band in bands] == fan.iloc[-1][["quantile_1", "quantile_5", "quantile_25"]].tolist()
    *paths, median = (mark for mark in chart.marks if isinstance(mark, Line))
    assert median.y.tolist() == fan["median"].tolist()
    assert median.x[-1] == 600.0  # seconds: the horizon
    assert sorted(int(path.rows[0]) for path in paths) == list(range(10))
    assert "40 paths" in chart.subtitle
    assert chart.title == "Market price of X"
    assert chart.subtitle.startswith("broad downturn, USD")


def test_that_the_line_under_the_mouse_is_the_path_that_a_click_chooses(result):
    chart = fan_of(result)
    paths = [mark for mark in chart.marks if isinstance(mark, Line) and len(mark.rows)]
    for path in (paths[0], paths[7]):
        same = [each for each in paths if each.y[-1] == path.y[-1]]
        found = hit(chart, float(path.x[-1]), float(path.y[-1]), (1.0, 1.0))
        assert found.row in {int(each.rows[0]) for each in same}
        (ring,) = places_of(chart, int(path.rows[0]))
        assert (ring.x, ring.y) == (path.x[-1], path.y[-1])


def test_that_the_five_worst_paths_stand_side_by_side_and_each_is_played_by_its_button_and_by_a_click(panel, result):
    worst = result.frame("worst_broad")
    assert panel.tables.currentText() == "worst_broad"
    assert panel.cards.isVisible()
    assert len(panel.cards.buttons) == 5
    opened = []
    panel.open_asked.connect(opened.append)
    for button in panel.cards.buttons:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    view = panel.cards.charts[3]
    QTest.mouseClick(view.view.viewport(), Qt.MouseButton.LeftButton, pos=view.view.viewport().rect().center())
    assert opened == [*worst["row"].tolist(), worst["row"][3]]
    assert [button.accessibleName() for button in panel.cards.buttons] == [
        f"Play path {path}" for path in worst["path"]
    ]
    cards = picture_of(result).cards["worst_broad"].cards
    assert [card.figure for card in cards] == [numbers.money(loss) for loss in worst["total_loss_usd"]]
    assert len({(card.chart.left.low, card.chart.left.high) for card in cards}) == 1


def test_that_other_tables_stand_where_the_worst_paths_do(panel):
    panel.tables.setCurrentText("worst_broken")
    assert panel.cards.title.text() == "Worst five paths, broken correlation"
    assert not panel.open_run.isVisible()
    panel.picture.charts[0].row_clicked.emit("rows", 7)
    assert panel.table.isVisible()
    assert panel.open_run.isVisible()
    assert panel.open_run.isEnabled()
    assert "prices" not in panel.tables.names()


def test_that_paths_of_a_book_that_is_not_there_any_more_cannot_be_played(panel, result):
    answer = dataclasses.replace(result.answer, values_of=None)
    panel.show_result(dataclasses.replace(result, answer=answer), picture_of(result))
    assert not any(button.isEnabled() for button in panel.cards.buttons)


def test_that_the_large_figures_of_a_class_tell_bad_debt_with_percentile_horizon_and_class(result):
    for section, name in zip(picture_of(result).sections, ("Broad downturn", "Broken correlation"), strict=True):
        assert section.title == f"{name}, 10 min, 40 paths"
        labels = [figure.label for figure in section.figures if "bad_debt" in figure.name]
        assert labels == ["VaR 99 of bad debt", "ES 99 of bad debt (worst hundredth)"]


def test_that_tabs_leave_numbers_of_rows_away_before_titles_are_cut(panel, qtbot):
    titles = ["Worst", "Worst, peg", "Paths"]
    assert panel.tables.tabText(2) == "Paths 80"
    panel.resize(780, 900)
    qtbot.waitUntil(lambda: panel.tables.tabText(2) == "Paths")
    assert [panel.tables.tabText(place) for place in range(3)] == titles
    panel.resize(1300, 900)
    qtbot.waitUntil(lambda: panel.tables.tabText(2) == "Paths 80")


def test_that_an_answer_of_an_older_file_has_no_fan_and_says_so(result):
    tables = {name: {} if name in {"fan", "prices", "worst_broad", "worst_broken"} else table
              for name, table in result.answer.tables.items()}  # fmt: skip
    picture = picture_of(dataclasses.replace(result, answer=dataclasses.replace(result.answer, tables=tables)))
    assert picture.charts[0][1].empty
    assert not picture.cards
    assert np.isfinite(picture.charts[0][0].bottom.high)


def test_that_where_a_peg_breaks_prices_are_those_of_the_asset_that_leaves_it(result):
    """The plots of a broken correlation showed the asset of which most is held, whose price hardly moved."""
    assert picture_of(result).charts[1][1].title == "Market price of USD"
    assert "market price of USD" in picture_of(result).cards["worst_broken"].subtitle
    assert "market price of X" in picture_of(result).cards["worst_broad"].subtitle
