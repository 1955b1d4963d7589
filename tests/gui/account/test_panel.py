"""The account panel shows the selected account at the shown round."""

from __future__ import annotations

import pytest

from cascade_gui.account.panel import AccountPanel
from cascade_gui.theme import tokens
from cascade_gui.wording import numbers
from engine.reading.explanation.explain import explain
from tests.gui.account.test_sentences import first_liquidated, never_liquidated
from tests.gui.plots.runs import recording


@pytest.fixture
def panel(qtbot):
    made = AccountPanel()
    qtbot.addWidget(made)
    made.resize(310, 800)
    return made


def settle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel.is_busy, timeout=120_000)


def show(qtbot, panel, account, number):
    panel.set_recording(recording())
    panel.show_round(number)
    panel.show_account(account)
    settle(qtbot, panel)


def test_that_without_an_account_it_says_how_to_choose_one(panel):
    assert "Select an account" in panel.empty.text()
    panel.show_account(3)
    assert "Run" in panel.empty.text()


def test_that_the_name_of_a_selected_account_is_shown_before_it_is_explained(panel, qtbot):
    account, number = first_liquidated()
    panel.set_recording(recording())
    panel.show_round(number)
    panel.show_account(account)
    name = recording().book.account_names[account]
    assert panel.empty.text().startswith(f"Account {name}: ")
    assert not panel.empty.isHidden()
    settle(qtbot, panel)
    assert panel.head.text() == f"ACCOUNT {name}"
    assert panel.empty.isHidden()


def test_that_an_explanation_of_another_round_than_the_window_shows_says_that_it_is_late(panel, qtbot, monkeypatch):
    account, number = first_liquidated()
    show(qtbot, panel, account, number)
    name = panel.head.text()
    monkeypatch.setattr(panel._job, "submit", lambda *_: None)
    with qtbot.waitSignal(panel._patience.timeout):
        panel.show_round(number - 1)
    assert panel.head.text() == f"{name} · working out round {number - 1} ..."
    assert panel.shown.round == number
    monkeypatch.undo()
    panel.show_round(number - 1)
    settle(qtbot, panel)
    assert panel.head.text() == name
    assert panel.shown.round == number - 1


def test_that_it_shows_what_the_engine_explains(panel, qtbot):
    account, number = first_liquidated()
    show(qtbot, panel, account, number)
    assert panel.shown == explain(recording(), account, number)
    assert panel.head.text() == f"ACCOUNT {panel.shown.name}"
    assert "Repaid $" in panel.reason.text()
    assert "= 0." in panel.health.text()
    after = panel.shown.after
    assert f"LTV {numbers.percent(panel.shown.before.ltv)}" in panel.health.text()
    both = f"after the round: health {numbers.health(after.health)}, LTV {numbers.percent(after.ltv)}"
    assert both in panel.health.text()
    assert panel.empty.isHidden()


def test_that_it_follows_the_shown_round(panel, qtbot):
    show(qtbot, panel, never_liquidated(), 1)
    panel.show_round(3)
    settle(qtbot, panel)
    assert panel.shown.round == 3
    assert panel.health_head.text() == "HEALTH, ROUND 3"
    assert "Nothing in the rounds so far" in panel.history.text()


def test_that_a_round_of_the_history_can_be_clicked(panel, qtbot):
    account, number = first_liquidated()
    show(qtbot, panel, account, number)
    with qtbot.waitSignal(panel.round_clicked) as clicked:
        panel.history.linkActivated.emit(str(number))
    assert clicked.args == [number]
    assert f'href="{number}"' in panel.history.text()


def test_that_an_account_beyond_another_runs_book_is_not_explained(panel, qtbot):
    show(qtbot, panel, 250, 1)
    panel.set_recording(recording(accounts=40))
    settle(qtbot, panel)
    assert panel.shown is None


@pytest.mark.parametrize("dark", [True, False])
def test_that_a_health_below_one_is_vermilion(panel, qtbot, dark):
    panel.apply_theme(tokens(dark))
    account, number = first_liquidated()
    show(qtbot, panel, account, number)
    assert tokens(dark).vermilion in panel.health.text()


def test_that_names_are_not_read_as_markup(panel, qtbot):
    account, number = first_liquidated()
    show(qtbot, panel, account, number)
    from dataclasses import replace

    term = replace(panel.shown.before.collateral[0], asset="<b>X</b>")
    working = replace(panel.shown.before, collateral=(term,))
    assert "&lt;b&gt;X" in panel._health(replace(panel.shown, before=working))


def test_that_nothing_is_wider_than_the_panel(panel, qtbot):
    account, number = first_liquidated()
    show(qtbot, panel, account, number)
    assert "AFTER THE ROUND" in panel.price_head.text()
    panel.resize(250, 800)
    panel.show()
    assert panel.widget().width() == panel.viewport().width()
    assert panel.widget().minimumSizeHint().width() <= panel.viewport().width()
