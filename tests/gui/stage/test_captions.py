"""Two lines a round, made from its numbers: they say what the round's own figures say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cascade_gui.plots.series import Series
from cascade_gui.stage.captions import captions, shares
from cascade_gui.stage.stage_figures import figures
from cascade_gui.stage.told_round import ToldRound, told_round
from engine.files.examples import examples, find_example

JARGON = ("collateral", "liquidat", "oracle", "health factor", "LTV", "reproduction")
TOLD = ToldRound(
    number=3, last=9, ended=True, seconds=36.0, asset="WETH", price=1_200.0, fall=0.42, outside=0.25, news=0.0,
    pushed=-65.0, accounts=40, sold=6.9e6, sold_before=7e6, sold_so_far=58.2e6, largest=0.2, waiting=0, waiting_usd=0.0,
    bad_debt=0.0, owed=3e8, shorts=False, positions=False, farthest=0.42,
)  # fmt: skip


@pytest.fixture(scope="module")
def compound():
    recording = find_example("compound-thin").read().recording
    recording.outside.work_out()
    return Series(recording)


def told(series, number):
    return told_round(series, number, series.assets.index("WETH"))


def test_that_the_first_round_says_the_news_and_what_it_sets_off(compound):
    step, first = compound.recording.rounds[1], told(compound, 1)
    assert first.sold == pytest.approx(step.seized_usd.sum())
    assert captions(first) == (
        "Bad news: WETH falls 20 %, and $5.6M is sold.",
        "Selling that much pushes the price down another $70.",
    )


def test_that_the_price_of_a_round_is_the_sum_of_what_moved_it(compound):
    at = compound.assets.index("WETH")
    price = compound["market"][0, at]
    for number in range(1, len(compound)):
        each = told(compound, number)
        price += each.news * compound["market"][0, at] + each.pushed
        assert price == pytest.approx(each.price)


def test_that_shares_of_the_fall_add_up_in_figures_and_captions(compound):
    for number in range(1, len(compound)):
        whole, news, sales = shares(told(compound, number))
        assert round(news + sales, 2) == whole
        assert figures(told(compound, number))[2][2], "what the sales did has the colour of a loss"


def test_that_a_big_loan_after_quiet_rounds_is_told():
    first, second = captions(replace(TOLD, largest=0.9, sold=9.5e6, sold_before=1e6))
    assert first == "It had almost stopped. Then the price reaches one big loan: $9.5M is sold."
    assert second == "The price falls another $65, to the next ones: it is growing."


def test_that_less_sold_than_before_is_said_to_slow_with_the_share_of_the_sales():
    second = captions(replace(TOLD, sold=2e6))[1]
    assert second == "40 % of the fall is now made by the sales; less is sold than before."


def test_that_who_finds_no_buyer_is_told():
    first, second = captions(replace(TOLD, sold=0.0, accounts=0, waiting=12, waiting_usd=3.4e6, last=20))
    assert first == "Nothing is sold in this round."
    assert second == "12 loans of $3.4M are past their price, and nobody buys yet."


def test_that_what_does_not_pay_back_is_said_to_be_lost():
    assert captions(replace(TOLD, bad_debt=2e6))[1] == "It does not pay back what was owed: $2M is lost."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("compound-thin", "It is over: WETH has fallen 28 %, at the farthest 39 %."),
        ("short-squeeze", "It is over: SOL has risen 24 %, at the farthest 32 %."),
        ("teaching-book", "It is over: X has fallen 31 %."),
    ],
)
def test_that_the_end_says_how_far_the_price_went_and_came_back(name, said):
    recording = find_example(name).read().recording
    recording.outside.work_out()
    series = Series(recording)
    assert captions(told_round(series, len(series) - 1, series.main_asset()))[0] == said


def test_that_the_end_says_what_the_news_and_the_sales_made():
    assert captions(replace(TOLD, number=9, sold=0.0, accounts=0)) == (
        "It is over: WETH has fallen 42 %.", "25 % was the news, 17 % the sales: $58M in all.",
    )  # fmt: skip


@pytest.mark.parametrize("name", [example.name for example in examples()])
def test_that_every_round_of_every_example_has_two_lines_without_jargon(name):
    recording = find_example(name).read().recording
    recording.outside.work_out()
    series = Series(recording)
    for number in range(len(series)):
        lines = captions(told_round(series, number, series.main_asset()))
        assert all(lines)
        assert not [word for word in JARGON for line in lines if word in line]
        assert not any("{" in line or "nan" in line.split() for line in lines)
