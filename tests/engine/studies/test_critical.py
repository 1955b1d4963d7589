"""The smallest shock that makes a cascade feed itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

import engine
from engine.base.faults import BadInput
from engine.studies.crossing import first_crossing
from engine.studies.known_studies import find_study
from engine.studies.runs import Runs
from tests.engine.studies.books import ladder

DEPTH = 10_000.0
THIN = {"model": "exponential", "depth_2pct_usd": -DEPTH * math.log(0.98)}
ONE = [12_000.0]  # 10 tokens at 2,000, threshold 0.8: liquidatable after a fall of 25 %


def asked(debts=ONE, liquidity=THIN, **settings):
    return engine.studies.critical(ladder(debts, liquidity=liquidity), asset="WETH", **settings)


def test_that_one_large_account_makes_the_jump_where_it_becomes_liquidatable():
    found = asked()
    for figure in ("critical_shock", "runaway_shock"):
        assert found.figures[figure] == pytest.approx(-0.25, abs=1e-4)
        assert found.figures[figure] <= -0.25
    assert "the largest account that makes it is a0, which owes $12,000" in " ".join(found.answer.notes)
    assert found.figures["runaway_account_debt_usd"] == 12_000.0
    assert found.frame("jump").to_dict("list") == {"account": ["a0"], "debt_usd": [12_000.0]}
    falls = found.frame().set_index("size")["fall.WETH"]
    assert falls.index[0] == pytest.approx(-0.9 / 256)
    # 12,000 USD are sold at 1,500 into a market of depth 10,000
    beyond = falls[falls.index < -0.25].iloc[0]
    size = falls[falls.index < -0.25].index[0]
    assert beyond == pytest.approx(1 - (1 + size) * math.exp(-12_000.0 / DEPTH))


def test_that_the_critical_shock_is_where_single_runs_say():
    debts = list(np.linspace(4_000.0, 15_500.0, 40))
    scenario = ladder(debts, bonus=0.05, liquidity={"model": "linear", "depth_2pct_usd": 16_000.0})
    found = engine.studies.critical(scenario, asset="WETH", to=-0.6)
    at = found.figures["critical_shock"]

    def amplification(size):
        shocked = scenario.with_values({"shock": {"kind": "instant", "returns": {"WETH": size}}})
        return engine.run(shocked).summary()["amplification"]["WETH"]

    assert amplification(at) >= 2.0
    assert amplification(at + 1e-4) < 2.0
    row = int(np.argmin(np.abs(found.frame()["size"] - at)))
    assert engine.run(found.open(row)).summary()["amplification"]["WETH"] == pytest.approx(
        found.frame()["amplification.WETH"][row]
    )


def test_other_criteria():
    loss = asked(criterion="loss", level=0.05)
    # What 12,000 of debt lose: 8 tokens at a threshold of 0.8 are sold for less and less.
    assert loss.figures["critical_shock"] < -0.25
    reproduction = asked([12_000.0, 12_400.0], criterion="reproduction", to=-0.3)
    assert reproduction.figures["critical_shock"] is None  # the first sets off all that there is to set off
    both = asked([12_000.0, 14_000.0, 11_000.0, 10_000.0], criterion="reproduction", to=-0.3, level=0.5)
    assert both.figures["critical_shock"] == pytest.approx(-0.125, abs=1e-4)


def test_the_smallest_sale_and_what_it_costs():
    found = asked(sale=True, short=100_000.0).figures
    sale = DEPTH * math.log(4 / 3)  # takes the price down by 25 % by itself
    width = 1e-4 * DEPTH * math.log(10)
    assert found["critical_sale_usd"] == pytest.approx(sale, abs=width)
    assert found["attack_cost_usd"] == pytest.approx(sale - DEPTH / 4, abs=width)
    last = 0.75 * math.exp(-12_000.0 / 0.75 / DEPTH)  # as many tokens as 12,000 USD are at 1,500, on the same curve
    assert found["attack_short_usd"] == pytest.approx(100_000.0 * (1 - last), rel=1e-3)
    assert found["attack_profit_usd"] == pytest.approx(
        found["attack_short_usd"] + found["attack_bonuses_usd"] - found["attack_cost_usd"]
    )


def test_where_the_price_ends_by_the_size_of_the_sale():
    """On an exponential curve a sale of u alone leaves exp(-u / D); the account that it reaches sells 12,000 USD."""
    found = asked(sale=True)
    by_sale = found.frame("by_sale")
    assert by_sale["sale_usd"].is_monotonic_increasing
    alone = 2_000.0 * np.exp(-by_sale["sale_usd"] / DEPTH)
    assert by_sale["alone_price"].to_numpy() == pytest.approx(alone.to_numpy())
    assert by_sale["sale_tokens"].to_numpy() == pytest.approx((by_sale["sale_usd"] / 2_000.0).to_numpy())
    smallest = found.figures["critical_sale_usd"]
    below = by_sale["sale_usd"] < smallest
    assert by_sale["last_price"][below].to_numpy() == pytest.approx(alone[below].to_numpy())
    assert not by_sale["starts_it"][below].any()
    first = by_sale[~below].iloc[0]
    assert (first["sale_usd"], first["starts_it"]) == (smallest, True)
    assert smallest - by_sale["sale_usd"][below].iloc[-1] <= 1e-4 * DEPTH * math.log(10)
    sold = np.minimum(12_000.0 / alone[~below], 10.0)
    ends = alone[~below] * np.exp(-sold * 2_000.0 / DEPTH)
    assert by_sale["last_price"][~below].to_numpy() == pytest.approx(ends.to_numpy())
    assert by_sale["starts_it"][~below].all()  # also those that take so much by themselves that nothing can double it
    assert not any("crosses more than once" in note for note in found.answer.notes)


def test_that_larger_sales_that_do_not_start_it_are_told():
    """Closing 12,000 USD in full at p sells 12,600 / p tokens: with a bonus of 5 % it pays above a price only.

    On an exponential curve of depth D they earn (1 - exp(-x)) / x of p each, x = 12,600 * 2,000 / (p D).
    """
    depth = 173_000.0
    thin = {"model": "exponential", "depth_2pct_usd": -depth * math.log(0.98)}
    book = ladder(ONE, bonus=0.05, liquidity=thin, liquidators={"min_profit_usd": 0.0, "gas_usd": 0.0})
    found = engine.studies.critical(book, asset="WETH", sale=True, level=1.2, way=0)
    assert found.figures["critical_sale_usd"] == pytest.approx(depth * math.log(4 / 3), rel=1e-3)
    by_sale = found.frame("by_sale")
    larger = by_sale[by_sale["sale_usd"] > found.figures["critical_sale_usd"]]
    x = 12_600.0 * 2_000.0 / (larger["alone_price"] * depth)
    pays = 1.05 * (1.0 - np.exp(-x)) / x >= 1.0
    ends = 1_500.0 * math.exp(-12_600.0 / 1_500.0 * 2_000.0 / depth)
    assert pays.any()
    failing = ~pays & (larger["alone_price"] > ends)
    assert failing.sum() > 10
    assert larger["starts_it"].tolist() == (~failing).tolist()
    (said,) = (note for note in found.answer.notes if "crosses more than once" in note)
    assert f"{failing.sum()} of the {len(larger)} larger sales" in said


def account_of(**settings):
    found = asked(sale=True, **settings)
    return found, found.frame("account").set_index("buys_back_at")


def test_what_the_seller_gains_by_where_he_buys_back():
    """Sold into an exponential curve down to three quarters: for D / 4 in all, at 0.869 of today's price on average."""
    found, account = account_of(buy_back="1000,1900")
    tokens = found.figures["critical_sale_usd"] / 2_000.0
    average = 2_000.0 / (4 * math.log(4 / 3))
    assert found.figures["attack_break_even_price.without_bonuses"] == pytest.approx(average, rel=1e-4)
    assert found.figures["attack_break_even_price"] == pytest.approx(average, rel=1e-4)  # the market gives no bonus
    assert account["buy_back_price"].is_monotonic_decreasing
    prices = account["buy_back_price"].drop("a price that was asked for")
    last = 1_500.0 * math.exp(-12_000.0 / 0.75 / DEPTH)
    assert prices.to_dict() == pytest.approx(
        {"today's price, it recovers in full": 2_000.0, "the break-even": average,
         "where his sale alone leaves it": 1_500.0, "half of the way down": (2_000.0 + last) / 2,
         "where it ends": last},
        rel=1e-3,
    )  # fmt: skip
    for price, comes_to, pays in account[["buy_back_price", "comes_to_usd", "pays"]].itertuples(index=False):
        assert comes_to == pytest.approx(tokens * (average - price), rel=1e-3, abs=1e-5 * DEPTH)
        assert pays == (price < found.figures["attack_break_even_price"])
    assert account["comes_to_usd"]["the break-even"] == 0.0
    assert account["comes_to_usd"].iloc[0] == pytest.approx(found.figures["attack_profit_usd"])
    assert sorted(account.loc["a price that was asked for", "buy_back_price"]) == [1_000.0, 1_900.0]


def test_that_bonuses_and_a_short_raise_the_price_below_which_it_pays():
    scenario = ladder(ONE, bonus=0.05, liquidity=THIN)
    found = engine.studies.critical(scenario, asset="WETH", sale=True, short=1_000.0)
    figures, account = found.figures, found.frame("account")
    gained = figures["attack_bonuses_usd"] + figures["attack_short_usd"]
    assert figures["attack_bonuses_usd"] == pytest.approx(600.0, rel=1e-3)  # 5 % of a debt of 12,000
    tokens = figures["critical_sale_usd"] / 2_000.0
    sold_for = figures["critical_sale_usd"] - figures["attack_cost_usd"]
    assert figures["attack_break_even_price"] == pytest.approx((sold_for + gained) / tokens)
    assert figures["attack_break_even_price.without_bonuses"] == pytest.approx(
        (sold_for + figures["attack_short_usd"]) / tokens
    )
    parts = account["sold_for_usd"] - account["bought_for_usd"] + account["bonuses_usd"] + account["short_usd"]
    assert account["comes_to_usd"].tolist() == pytest.approx(parts.tolist(), abs=1e-6)


def test_that_without_a_sale_there_is_no_account():
    assert len(asked().frame("account")) == len(asked().frame("by_sale")) == 0
    assert len(asked(sale=True, liquidity={"model": "infinite"}).frame("account")) == 0


def test_that_the_rounds_are_those_of_the_run_at_the_critical_shock():
    debts = list(np.linspace(4_000.0, 15_500.0, 40))
    scenario = ladder(debts, bonus=0.05, liquidity={"model": "linear", "depth_2pct_usd": 16_000.0})
    found = engine.studies.critical(scenario, asset="WETH", to=-0.6)
    rounds = found.frame("rounds")
    shock = {"kind": "instant", "returns": {"WETH": found.figures["critical_shock"]}}
    run = engine.run(scenario.with_values({"shock": shock}))
    assert rounds["repaid_usd"].sum() == pytest.approx(run.summary()["repaid_usd"])
    assert rounds["round"].tolist() == list(range(1, len(rounds) + 1))
    rated = rounds["repaid_usd"] >= 0.01 * sum(debts)
    assert rounds["reproduction_number"][~rated].isna().all()
    assert rounds["reproduction_number"].max() == pytest.approx(
        max(each.reproduction_number for each in run.rounds if each.reproduction_number is not None
            and each.repaid_usd.sum() >= 0.01 * sum(debts))
    )  # fmt: skip
    assert len(asked(to=-0.1).frame("rounds")) == 0


def test_the_same_with_other_depths():
    found = asked(depths="0.5,1,100")
    assert found.figures["holding_depth"] == 100.0
    assert asked(depths="0.5,1").figures["holding_depth"] is None
    assert asked(depths="200,100").figures["holding_depth"] == 100.0
    assert "holding_depth" not in asked().figures
    curve = found.frame("curve")
    assert curve["critical_shock"][:2].tolist() == pytest.approx([-0.25, -0.25], abs=1e-4)
    assert np.isnan(curve["critical_shock"][2])
    assert np.isnan(curve["runaway_shock"][2])


@pytest.mark.parametrize("after", [1, 200, 256, 258, 300])
@pytest.mark.parametrize("criterion", ["amplification", "reproduction"])
def test_that_a_search_that_is_stopped_tells_what_was_scanned_and_nothing_that_was_not(after, criterion):
    study = find_study("critical")
    runs = Runs(progress=lambda done, _: runs.stop() if done >= after else None)
    settings = study.settings({"asset": "WETH", "criterion": criterion, "sale": True, "depths": (1.0, 2.0)})
    found = study.make(ladder(ONE, liquidity=THIN), settings, runs)
    assert found.stopped
    assert 1 <= len(found.frame()) <= 256
    critical = found.figures["critical_shock"]
    assert critical is None or critical == pytest.approx(-0.25, abs=1e-4)
    assert "stopped before its search" in found.answer.notes[-1]
    assert not any("nowhere" in note for note in found.answer.notes if len(found.frame()) < 256)
    found.open(0)


def test_that_more_than_one_crossing_is_told():
    sizes = np.linspace(0.01, 1.0, 100)
    held = (sizes > 0.3) & (sizes < 0.6)
    found = first_crossing(sizes, held, lambda tried: (tried > 0.3) & (tried < 0.6), 1e-9)
    assert (found.times, found.at) == (2, pytest.approx(0.3, abs=1e-8))
    assert first_crossing(sizes, sizes > 2.0, lambda tried: tried > 2.0, 1e-9) is None
    assert first_crossing(sizes, sizes > 0.0, lambda tried: tried > 0.0, 1e-9).times == 1
    assert first_crossing(sizes, sizes > 0.0, lambda tried: tried > 0.004, 1e-9).at == pytest.approx(0.004, abs=1e-8)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"asset": "WTEH"}, "WETH"),
        ({}, "direction"),
        ({"asset": "WETH", "direction": "WETH=1"}, "one of the two"),
        ({"asset": "WETH", "criterion": "fear"}, "criterion"),
        ({"asset": "WETH", "to": 0.5}, "to"),
        ({"asset": "WETH", "depths": "0.1,-1"}, "above 0"),
        ({"asset": "WETH", "depths": "0.1,deep"}, "number"),
        ({"asset": "WETH", "sale": True, "buy_back": "-5"}, "at least 0"),
    ],
)
def test_that_bad_input_names_its_place(settings, said):
    with pytest.raises(BadInput) as error:
        engine.studies.critical(ladder(ONE, liquidity=THIN), **settings)
    assert said in str(error.value)
