"""One choice of a market is followed by the plots, the figures, the summary and the run before."""

from __future__ import annotations

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
    assert "All: " in window.summary.text
    assert window.figures.liquidations.remark.text().startswith("was "), (
        "compared with the same market of the run before"
    )
    run_again = window.plots.look(window.recording)
    assert run_again.keywords["market"] == market
