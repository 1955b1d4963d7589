"""Panels on a small screen, and what the loan book shows while rounds go by."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu

from tests.gui.window.conftest import TEACHING_BOOK, run, settle, trigger


@pytest.fixture
def small(make_window, qtbot):
    """Return a function that opens the window on a small screen."""

    def make():
        window = make_window()
        with qtbot.waitExposed(window):
            window.showNormal()
        window.resize(1280, 720)
        qtbot.waitUntil(lambda: window.width() == 1280)
        assert window.open(TEACHING_BOOK)
        settle(window, qtbot)
        return window

    return make


def choose_row(window, row):
    window.book.table.setFocus()
    window.book.table.setCurrentIndex(window.book.table.loans.index(row, 1))


def panel_entry(window):
    panels = window.findChild(QMenu, "panels_menu")
    return next(action for action in panels.actions() if action.text() == "Account")


def test_that_a_row_that_is_selected_opens_the_account_panel_on_a_small_screen(small):
    window = small()
    assert window.panels.account.isHidden()
    choose_row(window, 1)
    assert not window.panels.account.isHidden()


def test_that_the_loan_book_reaches_below_the_account_panel_on_a_small_screen_and_beside_it_on_a_large_one(
    small, qtbot
):
    window = small()
    choose_row(window, 1)
    book, account = window.panels.book, window.panels.account
    qtbot.waitUntil(lambda: book.geometry().right() >= account.geometry().right())
    assert account.geometry().bottom() <= book.geometry().top()
    window.resize(1700, 900)
    qtbot.waitUntil(lambda: book.geometry().right() < account.geometry().left())


def test_that_an_account_panel_that_was_closed_stays_closed(small):
    window = small()
    choose_row(window, 1)
    panel_entry(window).trigger()
    assert window.panels.account.isHidden()
    choose_row(window, 2)
    assert window.panels.account.isHidden()


def test_that_an_account_panel_that_was_open_waits_on_a_small_screen_for_a_row_at_the_next_start(small, make_window):
    window = small()
    panel_entry(window).trigger()
    assert not window.panels.account.isHidden()
    window.panels.save()
    window.settings.sync()
    window.close()
    again = small()
    assert again.panels.account.isHidden(), "there is nothing to show in it yet"
    choose_row(again, 1)
    assert not again.panels.account.isHidden()


def test_that_the_filter_follows_the_round_and_the_account_stays(ran, qtbot):
    trigger(ran, "play_first")
    settle(ran, qtbot)
    ran.book.filter.setText("status = healthy")
    assert ran.book.filter.apply_now()
    choose_row(ran, 0)
    healthy = ran.book.table.loans.rowCount()
    before = ran.account.findChildren(QLabel)
    account = ran._account
    assert account is not None
    assert before
    trigger(ran, "play_last")
    settle(ran, qtbot)
    model = ran.book.table.loans
    assert 0 < model.rowCount() < healthy
    statuses = {model.index(row, model.columnCount() - 1).data() for row in range(model.rowCount())}
    assert statuses == {"healthy"}
    assert ran._account == account
    choose_row(ran, model.rowCount() - 1)
    assert ran._account == model.account(model.rowCount() - 1)


def test_that_a_filter_does_not_survive_the_book_that_it_was_made_for(window):
    window.book.filter.setText("health < 0.5")
    assert window.book.filter.apply_now()
    assert window.book.table.loans.is_filtered
    assert window.open(TEACHING_BOOK.with_name("contained.json"))
    assert window.book.filter.text() == ""
    assert not window.book.table.loans.is_filtered


def test_that_the_line_over_the_book_counts_no_rows_before_it_knows_the_accounts(window, qtbot):
    totals = window.findChild(QLabel, "loan_totals")
    said = []
    window.book._totals_timer.timeout.connect(lambda: said.append(totals.text()))
    assert window.open(TEACHING_BOOK.with_name("contained.json"))
    qtbot.waitUntil(lambda: "accounts" in totals.text())
    assert not any("rows" in text for text in said)


def test_that_the_colours_are_one_choice_of_three(window):
    entries = [window.findChild(QAction, f"view_scheme_{name}") for name in ("system", "light", "dark")]
    menu = window.findChild(QMenu, "scheme_menu")
    assert all(entry.actionGroup().isExclusive() for entry in entries)
    picture = menu.grab().toImage()
    accent = window.theme.tokens.accent
    ring = [
        (x, y) for x in range(picture.width()) for y in range(picture.height())
        if picture.pixelColor(x, y).name() == accent
    ]  # fmt: skip
    assert ring, "one of them is marked"
    middle = [sum(min(part) + max(part) for part in [axis]) // 2 for axis in zip(*ring, strict=True)]
    assert picture.pixelColor(*middle).name() == window.theme.tokens.on_accent, "a round mark, as of one choice"


def test_that_the_time_gives_way_in_the_playback_bar_where_it_would_run_into_the_speed(small, qtbot):
    window = small()
    run(window, qtbot)
    choose_row(window, 1)  # the account panel takes its part of the width
    window.player.to_last()
    qtbot.waitUntil(lambda: window.transport.width() < 700)
    label, speed = window.transport._label, window.transport._speed
    assert label.geometry().right() < speed.geometry().left()
    assert label.sizeHint().width() <= label.width()
    assert "min" not in label.text()
    assert label.toolTip()


def test_that_the_time_of_the_run_before_gives_way_in_the_playback_bar_first(window, qtbot):
    window.resize(1280, 720)
    with qtbot.waitExposed(window):
        window.show()
    run(window, qtbot)
    window.document.set_parameter("shock.returns.X", -0.33)
    run(window, qtbot)
    bar = window.transport
    label, speed = bar._label, bar._speed
    for width in range(680, 1100, 20):
        bar.setMinimumWidth(width)
        bar.setMaximumWidth(width)
        qtbot.waitUntil(lambda width=width: bar.width() == width)
        bar.layout().activate()
        assert label.geometry().right() < speed.geometry().left()
        assert label.sizeHint().width() <= label.width()
        assert label.toolTip() == "" or label.toolTip() not in label.text()
    assert "the run before" in label.text()
