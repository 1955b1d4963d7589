"""Each settlement's rounds worked out by hand, and the protocols' own test cases, on both engines."""

from __future__ import annotations

import math

import pytest

from tests.engine.properties.comparing import mark_of
from tests.reference import both_engines

DEEP = {"model": "infinite"}


@pytest.fixture(params=[both_engines.play_slowly, both_engines.play], ids=["slow engine", "engine"])
def run(request):
    """Return what runs a scenario: one engine after the other."""
    return request.param


@pytest.fixture
def play(run):
    """Return what runs a market named m with collateral in ETH and debt in USD."""

    def play_market(
        market, loans, price, *, fall=0.0, path=None, liquidity=DEEP, liquidators=(), rounds=1, **simulation
    ):
        shock = {"kind": "path", "returns": {"ETH": path}} if path else {"kind": "instant", "returns": {"ETH": -fall}}
        return run(
            {
                "format": "cascade-scenario/1",
                "assets": {"ETH": {"price": price, "liquidity": liquidity}, "USD": {"price": 1.0, "liquidity": DEEP}},
                "markets": {"m": market},
                "shock": shock,
                "liquidators": dict(liquidators),
                "simulation": {"max_rounds": rounds} | simulation,
                "loans": loans,
            }
        )

    return play_market


def a_market(kind, threshold=0.5, reserve=0.0, rules=(), **terms):
    return {
        "collateral": {"ETH": {"liquidation_threshold": threshold}},
        "rules": {"settlement": {"kind": kind} | terms} | dict(rules),
        "safety": {"reserve_usd": reserve},
    }


def a_row(account, collateral, debt, held="ETH", owed="USD"):
    sides = {}
    if collateral is not None:
        sides |= {"collateral_asset": held, "collateral_amount": collateral}
        if held != "ETH":
            sides |= {"liquidation_threshold": 1.0, "liquidation_bonus": 0.0}
    if debt is not None:
        sides |= {"debt_asset": owed, "debt_amount": debt}
    return {"account": account, "market": "m"} | sides


def figure(result, name, number=1):
    value = result["rounds"][number - 1][name]
    return value["m"] if isinstance(value, dict) and "m" in value else value


def account(result, name):
    (found,) = [one for one in result["accounts"] if one["account"] == name]
    return found


# --- absorb -----------------------------------------------------------------------------------------------------------


def test_that_an_absorbed_account_is_credited_what_its_collateral_is_worth_beyond_debt_and_penalty(play):
    market = a_market("absorb", 0.85, 100.0, penalty=0.05, target_reserves_usd=-1000.0)
    result = play(market, [a_row("a", 10.0, 90.0)], 10.0)
    assert account(result, "a") == {"market": "m", "account": "a", "collateral": {"ETH": 0.0}, "debt": {"USD": 0.0}}
    assert figure(result, "credited_usd") == pytest.approx(5.0)
    assert figure(result, "bad_debt_usd") == 0.0
    assert figure(result, "cash_reserves_usd") == pytest.approx(100 - 95)
    assert figure(result, "reserve_usd") == pytest.approx(100.0)
    assert figure(result, "inventory_usd") == pytest.approx(100.0)
    assert figure(result, "borrower_loss_usd") == pytest.approx(100 - 90 - 5)
    (event,) = result["events"]
    assert (event["seized"], event["to_protocol"], event["repaid"], mark_of(event)) == (10.0, 10.0, 90.0, None)


def test_that_a_shortfall_takes_the_reserve_below_zero_and_only_that_is_the_lenders_loss(play):
    market = a_market("absorb", 1.0, 500.0, penalty=0.0, target_reserves_usd=-1e9)
    result = play(market, [a_row("a", 3.175, 4000.0)], 1000.0)
    assert figure(result, "bad_debt_usd") == pytest.approx(825.0)
    assert figure(result, "reserve_usd") == pytest.approx(500 - 825)
    assert figure(result, "lender_loss_usd") == pytest.approx(325.0)
    assert figure(result, "cash_reserves_usd") == pytest.approx(500 - 4000)
    assert figure(result, "credited_usd") == 0.0


def test_that_the_storefront_sells_until_the_reserves_are_filled(play):
    """A discount of 10 % at price 1: 50 USD buy 55.5556 tokens, and reserves of 50 become 100."""
    market = a_market("absorb", 0.5, 150.0, penalty=0.0, storefront_discount=0.1, target_reserves_usd=100.0)
    result = play(market, [a_row("a", 100.0, 100.0)], 1.0)
    assert figure(result, "cash_reserves_usd") == pytest.approx(100.0)
    assert result["rounds"][0]["sold"]["ETH"] == pytest.approx(55.555555555555555555)
    assert figure(result, "inventory_usd") == pytest.approx(100 - 55.555555555555555555)
    assert figure(result, "liquidator_profit_usd") == pytest.approx(5.5555555555555555)
    assert figure(result, "reserve_usd") == pytest.approx(150 - 5.5555555555555555)


def test_that_buyers_stop_where_selling_on_would_earn_less_than_they_ask(play):
    """exp(-u / d) = 0.9 at u = d ln(1 / 0.9); what they earn is d (1 - 0.9), what they pay 0.9 u."""
    liquidity = {"model": "exponential", "depth_2pct_usd": 1000.0}
    market = a_market("absorb", 0.5, penalty=0.1, storefront_discount=0.1)
    d = 1000 / -math.log(0.98)
    result = play(market, [a_row("a", 1e4, 9e3)], 1.0, liquidity=liquidity)
    sold = d * math.log(1 / 0.9)
    assert result["rounds"][0]["sold"]["ETH"] == pytest.approx(sold, rel=1e-12)
    assert result["rounds"][0]["market"]["ETH"] == pytest.approx(0.9, rel=1e-12)
    assert figure(result, "liquidator_profit_usd") == pytest.approx(d * 0.1 - 0.9 * sold, rel=1e-9)
    assert figure(result, "reserve_usd") == pytest.approx(0.0, abs=1e-9)  # credited at the price that buyers pay


def test_that_buyers_pay_no_more_than_they_have_in_a_round(play):
    market = a_market("absorb", 0.5, penalty=0.1, storefront_discount=0.2, buyers_usd_per_round=40.0)
    result = play(market, [a_row("a", 100.0, 90.0)], 1.0, rounds=10)
    assert [step["sold"]["ETH"] for step in result["rounds"]] == pytest.approx([50.0, 50.0, 0.0])
    assert [step["cash_reserves_usd"]["m"] for step in result["rounds"]] == pytest.approx([-50.0, -10.0, -10.0])
    assert result["summary"]["ended"] == "no more liquidations"


# --- auction ----------------------------------------------------------------------------------------------------------

STEPS = {"kind": "stairstep", "cut": 0.99, "step_rounds": 1}
NOBODY = {"gas_usd": 1e9}


def the_maker_vault(play, *, rounds=1, liquidators=(), least=20.0, **terms):
    terms = {"penalty": 0.1, "buffer": 1.25, "curve": STEPS, "reset_price": 0.3, "reset_rounds": 3600} | terms
    rules = {"close": {"kind": "full"}} if least is None else {
        "close": {"kind": "fraction", "min_leftover_usd": least}
    }  # fmt: skip
    market = a_market("auction", 0.5, rules=rules, **terms)
    return play(market, [a_row("vault", 40.0, 100.0)], 4.0, rounds=rounds, liquidators=liquidators)


def test_that_an_auction_starts_for_debt_and_penalty_above_the_oracle_price(play):
    result = the_maker_vault(play, liquidators=NOBODY)
    assert figure(result, "auctions_running") == 1
    assert figure(result, "auctions_tab_usd") == pytest.approx(110.0)
    assert figure(result, "auctions_ask_usd") == pytest.approx(40 * 5.0)
    assert figure(result, "auctions_lot_usd") == pytest.approx(160.0)
    assert figure(result, "liquidations") == 0
    assert account(result, "vault")["collateral"] == {"ETH": 40.0}


def test_that_a_hole_lets_only_part_of_a_vault_be_auctioned(play):
    """Maker's own case: a hole of 75 takes a tab of 75 and a lot of 27.2727 of 40."""
    result = the_maker_vault(play, liquidators=NOBODY, hole_usd=75.0)
    assert figure(result, "auctions_tab_usd") == pytest.approx(75.0)
    assert figure(result, "auctions_lot_usd") == pytest.approx(4 * 27.272727272727272727)


def test_that_a_rest_too_small_for_a_vault_is_auctioned_along_beyond_the_hole(play):
    result = the_maker_vault(play, liquidators=NOBODY, penalty=0.0, hole_usd=80.000001)
    assert figure(result, "auctions_tab_usd") == pytest.approx(100.0)
    result = the_maker_vault(play, liquidators=NOBODY, penalty=0.0, hole_usd=79.9)
    assert figure(result, "auctions_tab_usd") == pytest.approx(79.9)


def test_that_no_part_too_small_for_a_vault_is_auctioned(play):
    result = the_maker_vault(play, liquidators=NOBODY, penalty=0.0, hole_usd=19.9)
    assert figure(result, "auctions_running") == 0


def test_that_the_asking_price_falls_in_steps(play):
    """buffer 1.25 at price 4 asks 5, and 2.499185149495996 after 69 cuts of 1 %."""
    result = the_maker_vault(play, liquidators=NOBODY, rounds=70)
    asked = [step["auctions_ask_usd"]["m"] / 40 for step in result["rounds"]]
    assert asked[0] == pytest.approx(5.0, rel=1e-14)
    assert asked[60] == pytest.approx(2.735783211953807380973706855, rel=1e-13)
    assert asked[69] == pytest.approx(2.499185149495996261933827815, rel=1e-13)


def test_that_a_buyer_takes_only_what_pays_the_tab_once_he_earns_on_it(play):
    """5 * 0.99 ** n falls below the market's 4 at n = 23; then 110 USD buy 110 / 3.9681 of the 40 tokens."""
    result = the_maker_vault(play, rounds=100)
    ask = 5 * 0.99**23
    taken = [step["round"] for step in result["rounds"] if step["liquidations"]["m"]]
    assert taken == [24]
    assert account(result, "vault")["debt"] == {"USD": 0.0}
    assert account(result, "vault")["collateral"]["ETH"] == pytest.approx(40 - 110 / ask)
    assert figure(result, "repaid_usd", 24) == pytest.approx(100.0)
    assert figure(result, "reserve_usd", 24) == pytest.approx(10.0)
    assert figure(result, "liquidator_profit_usd", 24) == pytest.approx(110 / ask * 4 - 110)
    assert figure(result, "borrower_loss_usd", 24) == pytest.approx(110 / ask * 4 - 100)
    assert result["summary"]["ended"] == "no more liquidations"


def test_that_what_a_whole_lot_does_not_pay_becomes_bad_debt(play):
    """At 2.2 the 40 tokens bring 88 at most. They are asked 5 * 0.99 ** 82 = 2.193 when somebody earns on them."""
    market = a_market("auction", 0.5, penalty=0.1, buffer=1.25, curve=STEPS, reset_price=0.3, reset_rounds=3600)
    result = play(market, [a_row("vault", 40.0, 100.0)], 4.0, path=[0.0, -0.45], rounds=200)
    paid = 40 * 5 * 0.99**82
    assert figure(result, "repaid_usd", 83) == pytest.approx(paid)
    assert figure(result, "bad_debt_usd", 83) == pytest.approx(100 - paid)
    assert figure(result, "lender_loss_usd", 83) == pytest.approx(100 - paid)
    assert account(result, "vault")["debt"] == {"USD": 0.0}


def test_that_an_auction_starts_anew_after_its_time_and_below_its_price(play):
    late = the_maker_vault(play, liquidators=NOBODY, rounds=6, reset_rounds=3)
    assert [step["auctions_ask_usd"]["m"] / 200 for step in late["rounds"]] == pytest.approx(
        [1, 0.99, 0.99**2, 0.99**3, 1]
    )
    low = the_maker_vault(play, liquidators=NOBODY, rounds=9, reset_price=0.985)
    assert [step["auctions_ask_usd"]["m"] / 200 for step in low["rounds"]] == pytest.approx([1, 0.99, 1])


def test_that_a_run_ends_when_a_whole_cycle_of_auctions_was_in_vain(play):
    result = the_maker_vault(play, liquidators=NOBODY, rounds=100, reset_rounds=3)
    assert result["summary"]["ended"] == "no more liquidations"
    # The first cycle, of the rounds 1 to 4, was in vain, and no price has ever moved.
    assert result["summary"]["rounds"] == 5


# --- stability pool ---------------------------------------------------------------------------------------------------


def test_that_a_pool_offsets_what_it_can_and_the_rest_is_passed_on(play):
    """Liquity's worked example of recovery mode."""
    pool = a_market("stability_pool", 1 / 1.1, pool_usd=391.0, gas_compensation=0.005)
    loans = [a_row("bob", 21.0, 2000.0), a_row("other", 6.0, 1.0), a_row("third", 2.0, 3.0)]
    result = play(pool, loans, 100.0)
    offset, passed = result["events"]
    assert (offset["repaid"], mark_of(offset)) == (pytest.approx(390.0), None)
    assert offset["seized"] == pytest.approx(4.074525 + 21 * 0.005)
    assert offset["to_protocol"] == pytest.approx(4.074525)
    assert (passed["repaid"], mark_of(passed)) == (pytest.approx(1610.0), "redistributed")
    assert passed["seized"] == pytest.approx(16.820475)
    assert account(result, "bob")["collateral"]["ETH"] == 0.0
    assert account(result, "bob")["debt"]["USD"] == 0.0
    assert account(result, "other")["collateral"]["ETH"] == pytest.approx(6 + 16.820475 * 6 / 8)
    assert account(result, "other")["debt"]["USD"] == pytest.approx(1 + 1610 * 6 / 8)
    assert account(result, "third")["debt"]["USD"] == pytest.approx(3 + 1610 * 2 / 8)
    assert figure(result, "pool_usd") == 1.0
    assert figure(result, "repaid_usd") == pytest.approx(390.0)
    assert figure(result, "redistributed_usd") == pytest.approx(1610.0)
    assert figure(result, "liquidations") == 1
    assert figure(result, "collateral_growth") == pytest.approx(1 + 16.820475 / 8)
    assert figure(result, "debt_per_collateral") == pytest.approx(1610 / 8)
    assert result["rounds"][0]["sold"]["ETH"] == pytest.approx(21 * 0.005)


def test_that_an_account_without_others_keeps_what_the_pool_cannot_pay(play):
    market = a_market("stability_pool", 1 / 1.1, pool_usd=391.0, gas_compensation=0.005)
    result = play(market, [a_row("bob", 21.0, 2000.0)], 100.0, rounds=5)
    assert account(result, "bob")["debt"]["USD"] == pytest.approx(1610.0)
    assert account(result, "bob")["collateral"]["ETH"] == pytest.approx(16.820475)
    assert result["summary"]["liquidations"] == 1
    assert figure(result, "redistributed_usd") == 0.0


def test_that_an_empty_pool_still_pays_the_caller(play):
    market = a_market("stability_pool", 1 / 1.1, gas_compensation=0.005)
    result = play(market, [a_row("bob", 20.0, 2000.0), a_row("other", 90.0, 1000.0)], 100.0)
    caller, passed = result["events"]
    assert (caller["seized"], caller["repaid"], mark_of(caller)) == (pytest.approx(0.1), 0.0, None)
    assert (passed["seized"], passed["repaid"]) == (pytest.approx(19.9), pytest.approx(2000.0))
    assert account(result, "other")["collateral"]["ETH"] == pytest.approx(109.9)


def test_that_what_is_passed_on_may_liquidate_another_borrower(play):
    """The other owes 1000 on 12 at 100 (1.2 > 1.1); with 2000 on 21 more he has 3000 on 33, at exactly 1.1: below it
    with the caller's share off."""
    market = a_market("stability_pool", 1 / 1.1, gas_compensation=0.005)
    loans = [a_row("bob", 21.0, 2000.0), a_row("other", 12.0, 1000.0), a_row("safe", 1e-9, 1e-12)]
    result = play(market, loans, 100.0, rounds=5, dust_usd=1e-15)
    assert [(event["round"], event["account"]) for event in result["events"] if mark_of(event)] == [
        (1, "bob"),
        (2, "other"),
    ]


def test_that_an_account_healed_by_what_others_passed_on_is_not_liquidated_in_its_turn(play):
    """First goes one with 3x its debt in collateral but a threshold of its own; the second is lifted above 1.1."""
    market = a_market("stability_pool", 1 / 1.1)
    first = a_row("first", 30.0, 1000.0) | {"liquidation_threshold": 0.1, "liquidation_bonus": 0.0}
    result = play(market, [first, a_row("second", 10.0, 950.0)], 100.0)
    assert [event["account"] for event in result["events"]] == ["first"]
    assert account(result, "second")["debt"]["USD"] == pytest.approx(1950.0)


def test_that_depositors_sell_their_share_over_the_rounds(play):
    market = a_market("stability_pool", 1 / 1.1, pool_usd=1e4, sell_share=0.6)
    policy = {"sell_over_rounds": 3, "sell_share": 0.0}
    result = play(market, [a_row("bob", 10.0, 950.0)], 100.0, rounds=9, liquidators=policy)
    assert [step["sold"]["ETH"] for step in result["rounds"]] == pytest.approx([2.0, 2.0, 2.0])
    assert result["events"][0]["to_protocol"] == pytest.approx(4.0)
    assert result["summary"]["liquidator_profit_usd"] == 0.0


# --- margin -----------------------------------------------------------------------------------------------------------


def a_long(name, tokens, entry, equity):
    return a_row(name, tokens, tokens * entry - equity)


def a_short(name, tokens, entry, equity):
    return a_row(name, tokens * entry + equity, tokens, held="USD", owed="ETH")


def an_engine(*, fund=0.0, levy=False, **terms):
    market = a_market("margin", 0.995, insurance_usd=fund, quote_asset="USD", **terms)
    market["safety"]["adl"] = levy
    return market


LONG = a_long("long", 10.0, 100.0, 50.0)


def test_that_the_insurance_fund_pays_for_a_position_that_ends_below_zero(play):
    result = play(an_engine(fund=1000.0), [LONG], 100.0, fall=0.6)
    assert figure(result, "reserve_usd") == pytest.approx(450.0)
    assert figure(result, "bad_debt_usd") == 0.0
    assert account(result, "long")["debt"] == {"USD": 0.0}
    assert account(result, "long")["collateral"] == {"ETH": 0.0}
    assert result["rounds"][0]["sold"]["ETH"] == 10.0
    assert figure(result, "liquidator_profit_usd") == 0.0


def test_that_an_empty_fund_closes_the_most_profitable_opposite_position_first(play):
    """Short 3 has gained 600 on 100, short 2 has gained 300 on 100; the bankruptcy price of the long is 95."""
    shorts = [a_short("2", 5.0, 100.0, 100.0), a_short("3", 10.0, 100.0, 100.0)]
    result = play(an_engine(), [LONG, *shorts], 100.0, fall=0.6)
    closed = [event for event in result["events"] if mark_of(event) == "deleveraged"]
    assert [(event["account"], event["repaid"], event["seized"]) for event in closed] == [
        ("3", 10.0, pytest.approx(950.0))
    ]
    assert account(result, "3")["debt"] == {"ETH": 0.0}
    assert account(result, "3")["collateral"] == {"USD": pytest.approx(150.0)}
    assert account(result, "2")["debt"] == {"ETH": 5.0}
    assert figure(result, "deleveraged") == 1
    assert figure(result, "deleveraged_usd") == pytest.approx(400.0)
    assert figure(result, "bad_debt_usd") == 0.0
    assert account(result, "long")["debt"] == {"USD": 0.0}
    assert result["rounds"][0]["sold"]["ETH"] == 0.0
    assert figure(result, "liquidations") == 1


def test_that_what_opposite_positions_and_the_fund_cannot_bear_is_bad_debt(play):
    """Short 2 takes 5 tokens at 95, 5 are sold at 40: 475 + 200 for a debt of 950; the fund's 75 leave 200."""
    result = play(an_engine(fund=75.0), [LONG, a_short("2", 5.0, 100.0, 100.0)], 100.0, fall=0.6)
    assert result["rounds"][0]["sold"]["ETH"] == pytest.approx(5.0)
    assert figure(result, "reserve_usd") == 0.0
    assert figure(result, "bad_debt_usd") == pytest.approx(200.0)
    assert figure(result, "lender_loss_usd") == pytest.approx(200.0)
    assert figure(result, "repaid_usd") == pytest.approx(750.0)


def test_that_a_levy_on_profits_pays_before_lenders_do(play):
    """600 and 300 of profit bear the 550: 366.67 and 183.33, with every position left as it is."""
    shorts = [a_short("2", 5.0, 100.0, 100.0), a_short("3", 10.0, 100.0, 100.0)]
    result = play(an_engine(adl=False, levy=True), [LONG, *shorts], 100.0, fall=0.6)
    assert account(result, "3")["collateral"]["USD"] == pytest.approx(1100 - 550 * 600 / 900)
    assert account(result, "2")["collateral"]["USD"] == pytest.approx(600 - 550 * 300 / 900)
    assert account(result, "3")["debt"] == {"ETH": 10.0}
    assert figure(result, "bad_debt_usd") == 0.0
    assert figure(result, "deleveraged_usd") == pytest.approx(550.0)
    assert figure(result, "deleveraged") == 2


def test_that_opposite_longs_are_closed_when_a_short_is_bankrupt(play):
    """dYdX: short 1 with 54,999 at 50,000 is not bankrupt; at 60,000 its bankruptcy price is 54,999."""
    shorts = [a_row("short", 54_999.0, 1.0, held="USD", owed="ETH"), a_row("long", 1.0, 45_001.0)]
    result = play(an_engine(), shorts, 50_000.0, fall=-0.2)
    (closed,) = [event for event in result["events"] if mark_of(event)]
    assert (closed["account"], closed["seized"], closed["repaid"]) == ("long", 1.0, 45_001.0)
    assert figure(result, "credited_usd") == pytest.approx(9_998.0)
    assert account(result, "long")["collateral"] == {"ETH": 0.0}
    assert account(result, "short") == {
        "market": "m", "account": "short", "collateral": {"USD": 0.0}, "debt": {"ETH": 0.0}
    }  # fmt: skip
    assert figure(result, "bad_debt_usd") == 0.0
    assert result["rounds"][0]["bought"]["ETH"] == 0.0


@pytest.mark.parametrize(("residual", "fund", "credited"), [("insurance", 46.0, 0.0), ("trader", 4.0, 46.0)])
def test_that_margin_left_goes_where_the_rules_say(play, residual, fund, credited):
    """Sold at 96 the long brings 960 for 950 of debt, but at a threshold of 0.9 it had 50 left: fee 4, rest 46."""
    market = an_engine(residual=residual, liquidation_fee=0.004)
    market["collateral"]["ETH"]["liquidation_threshold"] = 0.9
    result = play(market, [LONG], 100.0)
    assert figure(result, "reserve_usd") == pytest.approx(fund)
    assert figure(result, "credited_usd") == pytest.approx(credited)
    assert figure(result, "borrower_loss_usd") == pytest.approx(50 - credited)


def test_that_a_short_is_bought_back_and_pushes_the_price_up(play):
    """On a curve where u of buying multiplies the price by exp(-u / d), 2 tokens cost d (exp(200 / d) - 1)."""
    d = 1000 / -math.log(0.98)
    liquidity = {"model": "exponential", "depth_2pct_usd": 1000.0}
    market = an_engine(fund=10.0)
    result = play(market, [a_row("s", 200.5, 2.0, held="USD", owed="ETH")], 100.0, liquidity=liquidity, fall=-0.01)
    cost = d * math.expm1(202 / d)
    assert result["rounds"][0]["bought"]["ETH"] == 2.0
    assert figure(result, "reserve_usd") == pytest.approx(10 + 200.5 - cost)
    assert result["rounds"][0]["market"]["ETH"] == pytest.approx(101 * math.exp(202 / d))


def test_that_the_first_asset_with_unlimited_liquidity_is_what_margin_is_paid_in(play):
    thin = {"model": "exponential", "depth_2pct_usd": 1e9}
    market = an_engine()
    del market["rules"]["settlement"]["quote_asset"]
    result = play(market, [LONG], 100.0, fall=0.6, liquidity=thin)
    assert result["rounds"][0]["sold"] == {"ETH": 10.0, "USD": 0.0}


# --- several at once --------------------------------------------------------------------------------------------------


def test_that_one_limit_on_calls_holds_for_all_who_settle(run):
    markets = {
        "absorbing": a_market("absorb", 0.5, target_reserves_usd=-1e9),
        "margin": a_market("margin", 0.5, quote_asset="USD"),
        "liquidators": a_market("liquidator", 0.5, rules={"close": {"kind": "full"}}),
    }
    loans = [a_row(name, 10.0, 900.0 - size) | {"market": name} for size, name in enumerate(markets)]
    result = run(
        {
            "format": "cascade-scenario/1",
            "assets": {"ETH": {"price": 100.0}, "USD": {"price": 1.0}},
            "markets": markets,
            "liquidators": {"max_liquidations_per_round": 2},
            "simulation": {"max_rounds": 9},
            "loans": loans,
        }
    )
    assert [(event["round"], event["market"]) for event in result["events"]] == [
        (1, "absorbing"),
        (1, "margin"),
        (2, "liquidators"),
    ]


def test_that_nobody_buys_in_a_paused_market_while_the_asking_price_falls_on(play):
    """From round 27 on 5 * 0.98 ** 26 is below the market's 3, but liquidation pauses up to round 31."""
    steps = STEPS | {"cut": 0.98}
    market = a_market("auction", 0.5, buffer=1.25, curve=steps, reset_price=0.0)
    market["safety"] |= {"pause_if_drop": 0.2, "pause_rounds": 30}
    result = play(market, [a_row("vault", 40.0, 100.0)], 4.0, path=[0.0, -0.25], rounds=60)
    assert [step["round"] for step in result["rounds"] if step["liquidations"]["m"]] == [32]
    assert result["rounds"][30]["auctions_ask_usd"]["m"] == pytest.approx(40 * 5 * 0.98**30)


def test_that_a_run_goes_on_while_a_pause_keeps_inventory_from_being_sold(play):
    """Absorbed in round 1 with no buyer below 97.5; in round 2 the price falls by half and the market pauses."""
    market = a_market("absorb", 0.5, penalty=0.05)
    market["safety"] |= {"pause_if_drop": 0.4, "pause_rounds": 6}
    liquidity = {"model": "exponential", "depth_2pct_usd": 1.0}
    result = play(market, [a_row("a", 10.0, 900.0)], 100.0, path=[0.0, -0.5], liquidity=liquidity, rounds=30)
    sold = [step["round"] for step in result["rounds"] if step["sold"]["ETH"] > 0]
    assert sold[:2] == [1, 8]
