"""One choice of a market is followed by the plots, the figures, the summary and the run before."""

from __future__ import annotations

from cascade_gui.window.market_choice import with_market
from cascade_gui.wording.numbers import money
from tests.gui.window.conftest import run, settle
from tests.shared import RESOURCES


def test_that_what_is_chosen_in_a_plot_is_shown_everywhere_and_of_the_run_before(window, qtbot):
    assert window.open(RESOURCES / "examples" / "two-protocols.json")
    run(window, qtbot)
    window.document.set_parameter("shock.returns.WETH", -0.2)
    run(window, qtbot)
    qtbot.waitUntil(lambda: window.session.following.before is not None, timeout=60_000)
    qtbot.waitUntil(lambda: window.summary.ending is not None, timeout=60_000)
    window.plots.markets.choosers[2].menu().actions()[1].trigger()
    market = window.recording.book.market_names[0]
    qtbot.waitUntil(lambda: window.session.following.before.series.market == market, timeout=60_000)
    settle(window, qtbot)
    assert window.figures.shown.repaid_usd == sum(step.repaid_usd[0] for step in window.recording.rounds)
    assert window.plots.losses.before is window.session.following.before.series
    assert window.summary.ending.by_market[0].market == market
    assert money(window.summary.ending.by_market[0].total_loss_usd) in window.summary.cells[3].head.text()
    assert window.transport.describe(1).splitlines()[-1] == (
        f"{money(window.recording.rounds[1].repaid_usd[0])} repaid in {market}"
    )
    assert window.figures.liquidations.remark.text().startswith("was "), (
        "compared with the same market of the run before"
    )
    run_again = window.plots.look(window.recording)
    assert run_again.keywords["market"] == market


def test_that_the_loan_table_shows_the_rows_of_the_market_beside_what_the_user_asked_for(window, qtbot):
    assert window.open(RESOURCES / "examples" / "two-protocols.json")
    run(window, qtbot)
    rows, bar = window.book.table.loans.rowCount, window.book.filter
    of_market = sum(str(window.recording.book.market_names[at]) == "bold" for at in window.recording.book.market)
    everything = rows()
    window.plots.set_market("bold")
    assert rows() == of_market < everything
    window.plots.set_market(None)
    assert bar.text() == ""
    assert rows() == everything
    bar.setText("collateral = WETH or health < 1")
    assert bar.apply_now()
    window.plots.set_market("cautious")
    assert bar.text() == '(collateral = WETH or health < 1) and market = "cautious"'
    assert rows() == everything - of_market
    window.plots.set_market("bold")
    window.plots.set_market(None)
    assert bar.text() == "collateral = WETH or health < 1"
    bar.setText('market = "bold"')
    window.plots.set_market("bold")
    window.plots.set_market(None)
    assert bar.text() == 'market = "bold"', "what the user wrote is the user's"


def test_that_a_name_no_filter_can_hold_leaves_the_filter_alone():
    assert with_market("ltv > 80%", "a\"b'c") == "ltv > 80%"
    assert with_market("", 'a"b') == "market = 'a\"b'"
