"""How a run ended: every figure is the one that is told elsewhere, and worst means what it says."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.files.examples import find_example
from engine.reading.ending import ending, main_asset, most_lost
from tests.engine.settlement.lending import account, market, scenario
from tests.engine.settlement.lending import run as run_lending
from tests.shared import RESOURCES

NEEDED = {"stability_pool": {"pool_usd": 10.0}}
EXAMPLES = RESOURCES / "examples"


@pytest.fixture(scope="module", params=["teaching-book.json", "short-squeeze.json", "perpetuals.json"])
def run(request):
    return engine.run(engine.load(EXAMPLES / request.param))


def test_that_the_figures_of_the_ending_are_those_of_the_summary(run):
    end, summary = ending(run), run.summary()
    assert (end.ended, end.rounds, end.liquidations) == (summary["ended"], summary["rounds"], summary["liquidations"])
    assert end.peak_reproduction_number == summary["max_reproduction_number"]
    for name in (
        "borrower_loss_usd",
        "lender_loss_usd",
        "liquidator_profit_usd",
        "total_loss_usd",
        "liquidatable_left",
    ):
        assert getattr(end, name) == summary[name], name


def test_that_the_peak_is_in_the_first_round_with_the_largest_reproduction_number(run):
    end = ending(run)
    found = [step.number for step in run.rounds if step.reproduction_number == end.peak_reproduction_number]
    assert end.peak_round == (found[0] if end.peak_reproduction_number is not None else None)


def test_that_no_market_price_was_worse_than_in_the_worst_round_by_more_than_it_reads(run):
    end = ending(run)
    asset = list(run.book.asset_names).index(end.asset)
    prices = np.array([step.market[asset] for step in run.rounds])
    moves = prices / prices[0] - 1
    bought = sum(float(step.bought[asset] - step.sold[asset]) for step in run.rounds)
    furthest = moves.max() if bought > 0 else moves.min()
    assert end.worst_move == pytest.approx(moves[end.worst_round])
    assert abs(furthest - end.worst_move) < 0.0005
    if bought > 0:
        assert (moves[: end.worst_round] < furthest - 0.0005).all()
    else:
        assert (moves[: end.worst_round] > furthest + 0.0005).all()


def test_that_a_squeeze_is_worst_where_the_price_is_highest():
    end = ending(engine.run(engine.load(EXAMPLES / "short-squeeze.json")))
    assert end.asset == "SOL"
    assert end.worst_move > 0.3


def test_that_those_who_lost_most_lost_what_their_liquidations_took(run):
    named = most_lost(run, 1, run.rounds[-1].number)
    events = run.events_frame()
    assert len(named) <= 2
    assert [usd for _, usd in named] == sorted((usd for _, usd in named), reverse=True)
    for name, usd in named:
        rows = events[events["account"] == name]
        assert usd == pytest.approx(rows["seized_usd"].sum() - rows["repaid_usd"].sum())


def test_that_a_brief_recording_names_who_lost_most():
    run = engine.run(engine.load(EXAMPLES / "teaching-book.json"))
    assert run.is_brief
    assert most_lost(run, 1, 1)


def test_that_what_was_lost_before_the_shock_is_told_apart():
    loans = [account("short", 10.0, 100.0), account("fine", 100.0, 190.0)]  # TOK costs 4 USD: 60 are missing
    end = ending(run_lending({"kind": "liquidator"}, loans, shock={"kind": "instant", "returns": {"TOK": -0.6}}))
    assert end.total_loss_before_usd == pytest.approx(60.0)
    assert end.total_loss_usd > 60.0


def test_that_the_asset_a_run_is_told_by_is_sold_most_of_those_that_moved():
    market = np.array([[1.0, 10.0, 5.0], [1.0, 9.0, 4.9]])
    assert main_asset(market, np.array([[0.0, 0.0, 0.0], [900.0, 10.0, 20.0]])) == 2
    assert main_asset(market, np.zeros((2, 3))) == 1


def test_that_the_losses_of_the_markets_add_up_to_those_of_all():
    run = engine.run(find_example("two-protocols").load())
    end = ending(run)
    assert [each.market for each in end.by_market] == list(run.book.market_names)
    for name in ("borrower_loss_usd", "lender_loss_usd", "total_loss_usd", "total_loss_before_usd", "bad_debt_usd"):
        assert sum(getattr(each, name) for each in end.by_market) == pytest.approx(getattr(end, name), rel=1e-12), name
    named = {name for each in end.by_market for name, _ in each.most_lost}
    assert {name for name, _ in end.most_lost} <= named


def two_markets(settlement):
    """One market of liquidators and another; in each one account owes more than it holds at 1.6 USD a token."""
    loans = [account("one", 10.0, 19.0), account("other", 20.0, 38.0, "n")]
    shock = {"kind": "instant", "returns": {"TOK": -0.6}}
    return engine.run(scenario({"m": market(None), "n": market(settlement)}, loans, shock=shock))


@pytest.mark.parametrize("kind", ["absorb", "auction", "margin", "stability_pool"])
def test_that_what_borrowers_lost_is_told_by_market_only_where_liquidators_settle(kind):
    one, other = ending(two_markets({"kind": kind} | NEEDED.get(kind, {}))).by_market
    assert (one.market, other.market) == ("m", "n")
    assert one.borrower_loss_usd is not None
    assert other.borrower_loss_usd is None


def test_that_bad_debt_by_market_is_what_each_has_and_adds_up_to_all():
    """The 16 and 32 USD of collateral pay 16 / 1.05 and twice that: the rest of 19 and of 38 is bad debt."""
    run = two_markets({"kind": "liquidator"})
    end = ending(run)
    assert [each.bad_debt_usd for each in end.by_market] == pytest.approx([19 - 16 / 1.05, 38 - 32 / 1.05])
    assert sum(each.bad_debt_usd for each in end.by_market) == pytest.approx(end.bad_debt_usd)
    assert [each.total_loss_usd for each in end.by_market] == pytest.approx([19 - 16 / 1.05, 38 - 32 / 1.05])
