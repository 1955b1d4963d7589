"""The plot of loans as marks: it shows the round of the title, and a mark leads to its account and row."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from engine.files.examples import find_example
from tests.gui.window.conftest import settle


@pytest.fixture
def plot(make_window, qtbot):
    """Return the plot in front, in a window on a run of the Compound book."""
    window = make_window()
    assert window.open(find_example("compound-thin").recorded)
    with qtbot.waitExposed(window):
        window.show()
    window.plots.set_motion(False)
    window.plots.show_plot("plot_loans")
    at_round(window, qtbot, 0)
    return window.plots.loans


def at_round(window, qtbot, number):
    window.player.show(number)
    settle(window, qtbot)
    loans = window.plots.loans
    qtbot.waitUntil(lambda: not loans.is_busy and loans.marks.scene is not None and loans.marks.scene.round == number)


def test_that_the_marks_are_of_the_shown_round(plot, qtbot):
    window = plot.window()
    at_round(window, qtbot, 1)
    step = window.recording.rounds[1]
    assert plot.marks.scene.marks.seized.sum() == pytest.approx(step.seized_usd.sum())
    assert plot.marks.scene.line == step.oracle[window.recording.book.asset_names.index("WETH")]


def test_that_the_loans_stand_on_the_price_of_what_the_shock_moves(plot):
    assert plot.asset == "WETH"
    plot.set_asset("WBTC")
    assert plot.asset == "WBTC"


def test_that_a_click_on_a_mark_leads_to_its_account_and_its_row(plot, qtbot):
    window = plot.window()
    window.panels._folded = True
    window.panels.account.hide()
    mark = 0
    place, _ = plot.marks.place_of(mark)
    qtbot.mouseClick(plot.marks, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))
    account = int(plot.marks.run.marks.members(mark)[0])
    table = window.book.table
    assert table.loans.account(table.currentIndex().row()) == account
    assert not window.panels.account.isHidden()
    assert str(window.recording.book.account_names[account]) in plot.text_of(mark)


def test_that_a_row_of_the_table_has_its_mark_ringed(plot):
    window = plot.window()
    account = int(plot.marks.run.marks.members(3)[0])
    window.book.show_account(account)
    assert plot.marks._chosen == 3


def test_that_an_account_that_the_filter_hides_is_shown_and_said(plot, qtbot):
    window = plot.window()
    window.book.filter.setText("health > 1000000")
    window.book.filter.returnPressed.emit()
    qtbot.waitUntil(lambda: window.book.table.loans.is_filtered)
    account = int(plot.marks.run.marks.members(0)[0])
    window.book.show_account(account)
    assert window._account == account


def test_that_what_is_not_drawn_is_said(plot):
    run = plot.marks.run
    assert run.marks.away > 0
    assert "that no price of WETH reaches" in plot.subtitle.text()


def test_that_a_picture_of_the_plot_has_its_marks_though_it_was_never_looked_at(plot, tmp_path):
    window = plot.window()
    window.plots.show_plot("plot_health")
    window.player.show(2)
    plot._stale = True
    plot.marks.set_run(None)
    with plot.as_picture(1.0):
        assert plot.marks.scene is not None
        assert plot._empty.text() == ""
