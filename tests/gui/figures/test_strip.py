"""The figures strip tells the numbers of the shown round."""

from __future__ import annotations

from dataclasses import replace

import pytest

import engine
from cascade_gui.figures.numbers_of_round import numbers_of_round
from cascade_gui.figures.strip import FiguresStrip
from cascade_gui.plots.series import Series
from cascade_gui.theme import SIZES, tokens
from cascade_gui.wording import numbers
from engine.files import read_file
from engine.files.examples import find_example
from tests.gui.plots.runs import recording, scenario
from tests.shared import RESOURCES


@pytest.fixture
def strip(qtbot):
    made = FiguresStrip()
    qtbot.addWidget(made)
    made.resize(1310, 84)
    return made


def test_that_without_a_run_there_are_no_numbers(strip):
    assert [figure.value.text() for figure in strip.figures] == ["–"] * 6
    strip.set_recording(recording())
    strip.set_recording(None)
    assert [figure.value.text() for figure in strip.figures] == ["–"] * 6


def test_that_the_last_round_says_what_the_summary_says(strip):
    run = recording()
    strip.set_recording(run)
    strip.show_round(len(run) - 1)
    shown, summary = strip.shown, run.summary()
    assert shown.asset == "WETH"
    assert shown.liquidations == summary["liquidations"]
    assert shown.repaid_usd == pytest.approx(summary["repaid_usd"], rel=1e-12)
    assert shown.bad_debt_usd == pytest.approx(summary["bad_debt_usd"], rel=1e-12)
    assert shown.amplification == pytest.approx(summary["amplification"]["WETH"], rel=1e-12)


def test_that_the_fall_is_split_into_outside_and_feedback():
    run = recording()
    now = numbers_of_round(Series(run), 4, 1)
    assert now.outside == pytest.approx(0.3)
    assert now.fall == pytest.approx(1 - run.rounds[4].market[1] / run.rounds[0].market[1])
    assert now.feedback == pytest.approx(now.fall - 0.3)


def test_that_each_figure_is_of_the_shown_round(strip):
    run = recording()
    strip.set_recording(run)
    strip.show_round(1)
    first = strip.liquidations.value.text()
    strip.show_round(4)
    assert strip.liquidations.value.text() != first
    assert strip.liquidations.remark.text() == f"{run.rounds[4].liquidations.sum()} this round"
    strip.show_round(0)
    assert strip.fall.value.text() == "0.0 %"
    assert strip.amplification.value.text() == "–"


def test_that_a_loss_is_marked_only_when_there_is_any(strip):
    strip.total_loss.show_value("$1M", loss=True)
    assert strip.total_loss.value.property("role") == "loss"
    strip.set_recording(recording())
    strip.show_round(0)
    assert strip.total_loss.value.property("role") == ""
    assert strip.total_loss.value.text() == "$0"


def test_that_losses_come_when_they_are_worked_out(strip):
    run = engine.run(scenario(fall=0.5))
    strip.set_recording(run)
    strip.show_round(len(run) - 1)
    assert (strip.total_loss.value.text(), strip.total_loss.remark.text()) == ("…", "being worked out")
    run.losses.work_out()
    strip.rounds_added()
    assert strip.shown.total_loss_usd == pytest.approx(run.summary()["total_loss_usd"], rel=1e-12)
    assert strip.shown.insolvent_debt_usd == pytest.approx(run.summary()["insolvent_debt_usd"], rel=1e-12)
    assert strip.total_loss.value.text() == numbers.money(run.summary()["total_loss_usd"]) != "$0"


def test_that_another_asset_can_be_told(strip):
    strip.set_recording(recording())
    strip.show_round(2)
    strip.set_asset(2)
    assert strip.fall.name.text() == "WBTC market fall"


def test_that_figures_follow_a_run(strip):
    steps = engine.rounds(scenario())
    strip.set_recording(steps.recording)
    for step in steps:
        strip.rounds_added()
        strip.show_round(step.number)
        if step.number == 2:
            break
    assert strip.shown.liquidations_now == step.liquidations.sum()
    steps.close()


def test_that_a_narrow_strip_drops_remarks_and_never_numbers(strip):
    strip.set_recording(recording())
    strip.show_round(4)
    strip.grab()
    assert strip.liquidations.remark.isVisibleTo(strip)
    strip.resize(strip.minimumSizeHint().width(), 84)
    strip.grab()
    assert strip.width() < 1000
    assert not strip.repaid.remark.isVisibleTo(strip)
    for figure in strip.figures:
        assert figure.value.width() >= figure.value.sizeHint().width()


def test_that_the_numbers_are_large_and_exact_on_hover(strip):
    strip.set_recording(recording())
    strip.show_round(4)
    strip.apply_theme(tokens(dark=False))
    assert strip.repaid.value.font().pixelSize() == SIZES.figure
    assert "." in strip.repaid.toolTip().splitlines()[0]
    strip.set_scale(2)
    assert strip.repaid.value.font().pixelSize() == 2 * SIZES.figure


def test_that_every_figure_is_read_out_with_its_name(strip):
    strip.set_recording(recording())
    assert strip.repaid.accessibleName().startswith("Debt repaid: $")


def test_that_bad_debt_stands_beside_the_total_loss_and_lenders_losses_in_the_tip(strip):
    data = scenario().to_dict()
    strip.resize(1400, 60)
    data["markets"]["compound"]["safety"]["reserve_usd"] = 1e12
    run = engine.run(engine.from_dict(data))
    run.losses.work_out()
    strip.set_recording(run)
    strip.show_round(len(run) - 1)
    assert run.summary()["bad_debt_usd"] > 0
    beyond = run.summary()["total_loss_usd"] - run.summary()["bad_debt_usd"]
    bad = f"bad debt {numbers.money(run.summary()['bad_debt_usd'])}"
    assert beyond == 0
    assert strip.total_loss.remark.text() == bad
    assert "lenders lose $0" in strip.total_loss.toolTip()


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (500, "bad debt $613k + $176k not covered by collateral"),
        (250, "bad debt $613k + $176k uncovered"),
        (200, "bad debt + $176k uncovered"),
        (170, "of it $176k uncovered"),
        (120, "$176k uncovered"),
    ],
)
def test_that_both_parts_of_the_total_loss_are_named_however_narrow_it_is(strip, monkeypatch, width, shown):
    def with_both(*arguments):
        return replace(
            numbers_of_round(*arguments), bad_debt_usd=613_000.0, total_loss_usd=789_000.0, insolvent_debt_usd=176_000.0
        )

    monkeypatch.setattr("cascade_gui.figures.strip.numbers_of_round", with_both)
    run = recording()
    strip.show()
    strip.total_loss.resize(width, 60)
    strip.set_recording(run)
    strip.show_round(len(run) - 1)
    assert strip.total_loss.remark.text() == shown
    tip = " ".join(strip.total_loss.toolTip().split())
    assert "Total loss = bad debt + debt that is not covered by collateral." in tip
    assert "nothing left: $613,000" in tip
    assert "hold at market prices: $176,000" in tip


def test_that_a_sale_from_outside_is_no_feedback(strip):
    data = scenario().to_dict() | {"shock": {"kind": "sale", "usd": {"WETH": 5e6}, "over_rounds": 1}}
    run = engine.run(engine.from_dict(data))
    run.outside.work_out()
    strip.set_recording(run)
    strip.show_round(len(run) - 1)
    outside = 1 - run.outside.prices()[1] / run.rounds[0].market[1]
    assert strip.shown.outside == pytest.approx(outside, rel=1e-12)
    assert 0.1 < outside < strip.shown.fall
    assert strip.shown.amplification == run.summary()["amplification"]["WETH"]


def test_that_the_loss_of_round_0_is_told_as_what_was_so_before_the_shock(strip):
    run = read_file(RESOURCES / "examples" / "compound-thin.cascade").recording
    run.losses.work_out()
    strip.set_recording(run)
    assert strip.total_loss.value.text() == "$102k"
    assert strip.total_loss.remark.text() == "before the shock"
    assert "It was so before the shock" in strip.total_loss.toolTip()
    strip.show_round(2)
    assert "before the shock" not in strip.total_loss.remark.text() + strip.total_loss.toolTip()


def test_that_the_reproduction_number_says_whether_new_accounts_are_drawn_in(strip):
    run = read_file(RESOURCES / "examples" / "compound-thin.cascade").recording
    strip.resize(1500, 84)
    strip.set_recording(run)
    said = {}
    for step in run.rounds:
        strip.show_round(step.number)
        if step.reproduction_number is not None:
            said[step.reproduction_number] = strip.reproduction.remark.text()
    assert said[0.0] == "no debt newly liquidatable"
    assert {text for rate, text in said.items() if 0 < rate <= 1} == {"below 1: the cascade dies out"}
    assert "liquidatable already do not count" in strip.reproduction.toolTip()


def test_that_no_tip_has_more_digits_than_can_be_read(strip):
    strip.set_recording(recording())
    strip.show_round(4)
    for figure in (strip.amplification, strip.reproduction):
        assert len(figure.toolTip().splitlines()[0]) <= 6


def test_that_the_worst_round_is_told_more_shortly_where_there_is_less_room(strip):
    advance = strip.fall.remark.fontMetrics().horizontalAdvance
    strip.fall.resize(advance("worst 39.4 %, round 14") + 21, strip.fall.height())
    strip.fall.show_value("21.2 %", "worst 39.4 % in round 14", "worst 39.4 %, round 14", "0.1 points of feedback")
    assert strip.fall.remark.text() == "worst 39.4 %, round 14"


def test_that_figures_of_one_market_say_so_and_so_do_those_of_all_beside_them(strip):
    run = engine.run(find_example("two-protocols").load())
    strip.resize(1920, 84)
    strip.set_recording(run)
    last = len(run) - 1
    strip.show_round(last)
    whole = strip.shown
    found = []
    for at, market in enumerate(run.book.market_names):
        strip.set_market(market)
        found.append(strip.shown)
        assert strip.shown.liquidations == sum(step.liquidations[at] for step in run.rounds)
        named = [figure.name.text() for figure in strip.figures]
        assert [text.endswith(f", {market}") for text in named] == [False, True, True, True, False, False]
        assert [text.endswith(", all markets") for text in named] == [False] * 4 + [True] * 2
    assert sum(each.repaid_usd for each in found) == pytest.approx(whole.repaid_usd)
    assert {each.fall for each in found} == {whole.fall}, "the price is that of all"
    strip.set_market(None)
    assert strip.shown == whole
    assert not any(", " in figure.name.text() for figure in strip.figures)
