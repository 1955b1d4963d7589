"""The summary of a run that is over, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

import engine
from cascade_gui.figures.run_summary import RunSummary
from cascade_gui.plots.series import Series
from cascade_gui.theme import tokens
from cascade_gui.wording.numbers import money
from engine.files.examples import find_example
from engine.reading.ending import ending
from engine.reading.measures import lender_loss_so_far
from tests.gui.plots.runs import recording


@pytest.fixture
def summary(qtbot):
    made = RunSummary()
    qtbot.addWidget(made)
    made.resize(1310, 46)
    made.grab()
    return made


def test_that_it_says_why_a_run_ended_when_it_was_worst_and_who_lost(summary):
    end = replace(
        ending(recording()),
        ended="no more liquidations", rounds=25, liquidatable_left=0, asset="WETH", worst_round=5, worst_move=-0.435,
        peak_round=3, peak_reproduction_number=0.444, total_loss_usd=6.79e6, total_loss_before_usd=102e3,
        bad_debt_usd=6.37e6,
        borrower_loss_usd=4.89e6, most_lost=(("b03091", 1.81e6),), lender_loss_usd=6.7e6, liquidator_profit_usd=2.32e6,
    )  # fmt: skip
    summary.resize(1900, 46)
    summary.grab()
    summary.show_ending(end, 12.0)
    assert summary.text.splitlines() == [
        "Ended in round 25. no more liquidations",
        "Worst in round 5. WETH lowest, -43.5 %",
        "Spread fastest in round 3. reproduction number 0.44",
        "Total loss at the end $6.79M. bad debt $6.37M + $420k not covered by collateral",
        "Borrowers lost $4.89M. not in the total loss; b03091 lost most, $1.81M",
        "Lenders lost $6.7M. liquidators gained $2.32M",
    ]


def test_that_what_leads_to_a_round_takes_the_colour_of_another_scheme_at_once(summary):
    summary.show_ending(ending(recording()), 12.0)
    dark, light = tokens(dark=True).accent, tokens(dark=False).accent
    assert dark in summary.cells[1].head.text()
    summary.apply_theme(tokens(dark=False))
    assert light in summary.cells[1].head.text()
    assert dark not in summary.cells[1].head.text()


def test_that_it_says_what_worst_means(summary):
    summary.show_ending(ending(recording()), 12.0)
    assert "market price of WETH, of which most was sold, was lowest" in " ".join(summary.cells[1].toolTip().split())


def test_that_accounts_that_stay_liquidatable_are_counted(summary):
    summary.show_ending(replace(ending(recording()), liquidatable_left=1170, liquidatable_left_debt_usd=2.1e6), 12.0)
    assert "1,170 stay liquidatable" in summary.cells[0].remark.text()
    assert "1,170 accounts that owe $2.1M stay liquidatable" in summary.cells[0].toolTip()


def test_that_a_run_that_was_cut_off_says_that_the_rest_is_not_known(summary):
    for ended in ("stopped", "max_rounds reached"):
        summary.show_ending(replace(ending(recording()), ended=ended), 12.0)
        assert "not known" in summary.cells[0].toolTip(), ended


def test_that_a_calm_run_has_no_worst_round(summary):
    summary.show_ending(replace(ending(recording()), liquidations=0), 12.0)
    assert summary.cells[1].accessibleName() == "No worst round. nobody was liquidated"


def test_that_the_rounds_it_speaks_of_can_be_gone_to(summary):
    seen = []
    summary.round_clicked.connect(seen.append)
    end = ending(recording())
    summary.show_ending(end, 12.0)
    for cell in summary.cells:
        cell.head.linkActivated.emit("round")
    assert seen == [end.worst_round, end.peak_round]


def test_that_the_name_of_an_account_is_text_and_no_markup(summary):
    summary.show_ending(replace(ending(recording()), most_lost=(("<b>x</b>", 5.0),)), 12.0)
    assert "<b>x</b>" in summary.cells[4].remark.text()
    assert summary.cells[4].remark.textFormat().name == "PlainText"


@pytest.mark.parametrize("width", [1066, 764])
def test_that_nothing_is_cut_where_the_window_is_small(summary, width):
    summary.resize(width, 46)
    summary.grab()
    end = replace(ending(recording()), total_loss_usd=6.79e6, total_loss_before_usd=102e3, bad_debt_usd=6.37e6)
    end = replace(end, borrower_loss_usd=4.89e6, lender_loss_usd=6.37e6)
    summary.show_ending(end, 12.0)
    total, borrowers = (cell.remark.text() for cell in summary.cells[3:5])
    assert total.endswith("$420k uncovered"), "the larger part is the total; the other one is named"
    assert "in total loss" in borrowers or "in the total loss" in borrowers or borrowers == "$4.89M"
    assert summary.cells[4].head.text().startswith("Borrowers lost")
    assert not [cell.head.text() for cell in summary.cells if cell.head.text().endswith("…")]
    assert "What borrowers lost by liquidations is not in it." in summary.cells[3].toolTip()
    assert "It is not in the total loss" in summary.cells[4].toolTip()
    assert "Of the total loss, lenders bear bad debt" in summary.cells[5].toolTip()
    assert not [cell for cell in summary.cells if "…" in cell.head.text() + cell.remark.text()]


def test_that_a_gain_is_not_told_as_a_negative_loss(summary):
    summary.show_ending(replace(ending(recording()), borrower_loss_usd=-1.51e6, liquidator_profit_usd=-5e3), 12.0)
    assert summary.cells[4].head.text() == "Borrowers gained $1.51M in all"
    assert summary.cells[5].remark.text() == "liquidators lost $5k"


@pytest.mark.parametrize("width", [2200, 1310, 1066, 764])
def test_that_who_gained_and_who_lost_is_said_in_words_at_any_width(summary, width):
    """A trader who lost was named without a word beside what all had gained; "Borrowers +$1M" could be both."""
    summary.resize(width, 46)
    summary.grab()
    end = replace(ending(recording()), borrower_loss_usd=-1.28e6, lender_loss_usd=-6.1e5, most_lost=(("S-122", 3.4e5),))
    summary.show_ending(end, 12.0)
    borrowers, lenders = (cell.head.text() for cell in summary.cells[4:])
    assert "gain" in borrowers
    assert "gain" in lenders
    named = summary.cells[4].remark.text()
    assert "S-122 lost" in named or "S-122" not in named
    summary.show_ending(replace(end, borrower_loss_usd=1.28e6, lender_loss_usd=6.1e5), 12.0)
    borrowers, lenders = (cell.head.text() for cell in summary.cells[4:])
    assert "Borrowers lost" in borrowers
    assert "Lenders lost" in lenders
    assert "S-122 lost" in summary.cells[4].remark.text() or "S-122" not in summary.cells[4].remark.text()


def test_that_a_run_in_which_nothing_spread_says_so(summary):
    calm = replace(ending(recording()), peak_reproduction_number=0.0, liquidator_profit_usd=0.0, most_lost=())
    summary.show_ending(calm, 12.0)
    assert summary.cells[2].accessibleName() == "Nothing spread. reproduction number 0"
    assert summary.cells[5].remark.text() == "liquidators gained $0"


def test_that_sums_of_all_markets_say_so_while_all_else_shows_one(summary):
    summary.show_ending(ending(recording()), 12.0)
    plain = summary.text.splitlines()
    summary.set_market("compound")
    said = summary.text.splitlines()
    assert said[:3] == plain[:3]
    assert [line.startswith("All") for line in said[3:]] == [True] * 3
    summary.set_market(None)
    assert summary.text.splitlines() == plain


def test_that_who_lost_is_told_of_the_market_whose_figures_are_shown(summary):
    run = engine.run(find_example("two-protocols").load())
    end = ending(run)
    summary.show_ending(end, 12.0)
    whole = [cell.head.text() for cell in summary.cells[3:]]
    for at, market in enumerate(run.book.market_names):
        summary.set_market(market)
        series = Series(run, market)
        total, borrowers, lenders = (cell.head.text() for cell in summary.cells[3:])
        assert total.endswith(money(float(run.losses.total_loss_usd(len(run.rounds) - 1)[at])))
        assert borrowers.endswith(money(float(series["borrower_loss_usd"].sum())))
        assert lenders.endswith(money(float(lender_loss_so_far(run)[-1, at])))
        assert summary.cells[5].remark.text().startswith("all markets: liquidators ")
    summary.set_market(None)
    assert [cell.head.text() for cell in summary.cells[3:]] == whole


def test_that_of_several_markets_the_one_that_pushed_another_most_is_named(summary):
    run = engine.run(find_example("two-protocols").load())
    end = ending(run)
    summary.show_ending(end, 12.0)
    assert not summary.contagion.isHidden()
    at, by = end.pushed.strongest
    assert (end.pushed.markets[by], end.pushed.markets[at]) == ("bold", "cautious")
    points = f"{100 * end.pushed.by_market[at, by]:.1f} of {100 * end.pushed.fall[at]:.1f} points"
    assert summary.text.splitlines()[-1].startswith("bold pushed cautious. " + points)
    summary.show_ending(ending(recording()), 12.0)
    assert summary.contagion.isHidden()
