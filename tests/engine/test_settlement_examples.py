"""Examples and presets of protocols that settle in ways of their own: their rounds read as their people expect."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import engine
from engine.files.examples import find_example
from engine.scenario import parameter_paths
from engine.scenario.presets import load_preset, load_presets

BOOKS = {"absorb": "compound-iii", "auction": "compound", "stability_pool": "liquity", "margin": "perpetuals"}
"""A bundled book for each kind of settlement; liquidators get the first one."""


@cache
def run(name):
    return engine.run(find_example(name).load())


def changed(name, path, value):
    data = find_example(name).load().to_dict()
    holder = data
    *keys, last = path.split(".")
    for key in keys:
        holder = holder[key]
    holder[last] = value
    return engine.run(engine.from_dict(data))


def figure(recording, name):
    return np.array([float(np.sum(step.by_market(name))) for step in recording.rounds])


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_that_every_preset_runs_on_a_bundled_book_to_its_end(preset):
    scenario = find_example(BOOKS.get(preset.rules.settlement.kind, "two-protocols")).load()
    market = next(iter(scenario.parameters.markets))
    old = scenario.parameters.markets[market].rules
    rules = preset.rules_for(old).model_dump(mode="json", by_alias=True)
    parameters = parameter_paths.replace(scenario.parameters, f"markets.{market}.rules", rules)
    recording = engine.run(engine.Scenario(parameters, scenario.loans))
    assert recording.ended == "no more liquidations"
    assert recording.summary()["liquidations"] > 0


@pytest.mark.parametrize(
    ("example", "market", "preset"),
    [
        ("compound-iii", "comet", "compound-v3"),
        ("liquity", "liquity", "liquity-v1"),
        ("perpetuals", "exchange", "perpetual-margin"),
        ("short-squeeze", "exchange", "perpetual-margin"),
    ],
)
def test_that_an_example_goes_by_the_preset_that_its_notes_name(example, market, preset):
    parameters = find_example(example).load().parameters
    rules = parameters.markets[market].rules.settlement.model_dump()
    known = load_preset(preset).rules.settlement.model_dump()
    own = {"pool_usd", "sell_share", "insurance_usd", "buyers_usd_per_round"}
    assert {key: value for key, value in rules.items() if key not in own} == {
        key: value for key, value in known.items() if key not in own
    }
    assert load_preset(preset).title in parameters.notes


def test_that_an_absorbed_inventory_grows_is_sold_off_and_leaves_reserves_short():
    recording = run("compound-iii")
    inventory, cash = figure(recording, "inventory_usd"), figure(recording, "cash_reserves_usd")
    top = int(inventory.argmax())
    assert f"${inventory[top] / 1e6:.1f}M (round {top})" in recording.scenario.parameters.notes
    assert inventory[-1] < 1
    assert np.all(np.diff(inventory[top:]) <= 0)
    assert cash.min() < -40e6
    assert cash[-1] > cash.min()
    loss = recording.summary()["lender_loss_usd"]
    assert loss == pytest.approx(-cash[-1])
    assert f"suppliers lose ${loss / 1e6:.1f}M" in recording.scenario.parameters.notes


def test_that_a_protocol_with_reserves_enough_keeps_its_inventory():
    rich = changed("compound-iii", "markets.comet.safety.reserve_usd", 10e6)
    kept = figure(rich, "inventory_usd")[-1]
    assert kept > 1e6
    assert f"${kept / 1e6:.1f}M of collateral stay" in rich.scenario.parameters.notes
    assert figure(rich, "cash_reserves_usd")[-1] == pytest.approx(5e6)


def test_that_a_pool_only_drains_and_then_debt_is_passed_on():
    recording = run("liquity")
    pool, passed = figure(recording, "pool_usd"), figure(recording, "redistributed_usd")
    assert np.all(np.diff(pool) <= 0)
    empty = int(np.flatnonzero(pool <= 1)[0])
    assert f"empty in round {empty}" in recording.scenario.parameters.notes
    assert not passed[:empty].any()
    assert passed[empty:].sum() > 5e6
    assert f"${passed.sum() / 1e6:.1f}M of debt is passed on" in recording.scenario.parameters.notes


def test_that_a_larger_pool_spares_the_other_borrowers():
    rich = changed("liquity", "markets.liquity.rules.settlement.pool_usd", 20e6)
    assert not figure(rich, "redistributed_usd").any()
    assert rich.summary()["liquidations"] < run("liquity").summary()["liquidations"]


def test_that_a_fund_empties_before_winners_are_deleveraged():
    recording = run("perpetuals")
    fund, closed = figure(recording, "reserve_usd"), figure(recording, "deleveraged_usd")
    empty = int(np.flatnonzero(fund < 0.01 * fund[0])[0])
    assert f"after round {empty}" in recording.scenario.parameters.notes
    assert not closed[:empty].any()
    assert closed[empty:].sum() > 10e6
    assert recording.summary()["lender_loss_usd"] == 0
    assert np.all(np.diff(fund[: empty + 1]) <= 0)


def test_that_a_larger_fund_spares_the_winners_and_without_deleveraging_lenders_lose():
    rich = changed("perpetuals", "markets.exchange.rules.settlement.insurance_usd", 20e6)
    assert not figure(rich, "deleveraged_usd").any()
    assert figure(rich, "market").min() < figure(run("perpetuals"), "market").min()
    without = changed("perpetuals", "markets.exchange.rules.settlement.adl", False)
    assert without.summary()["lender_loss_usd"] > 0


def test_that_buying_shorts_back_pushes_the_price_above_the_shock():
    recording = run("short-squeeze")
    market = np.array([step.market[0] for step in recording.rounds])
    outside = np.array([step.undisturbed[0] for step in recording.rounds])
    assert market.max() / market[0] > 1.3
    assert outside.max() / outside[0] == pytest.approx(1.1)
    assert figure(recording, "bought").sum() > 0
    assert f"{recording.summary()['liquidations']} shorts" in recording.scenario.parameters.notes


def test_that_debt_which_must_be_bought_goes_above_its_peg_and_liquidates_more():
    recording = run("above-the-peg")
    dai = np.array([step.market[1] for step in recording.rounds])
    assert dai.max() > 1.1
    assert f"{dai.max():.3f} dollars in round {dai.argmax()}" in recording.scenario.parameters.notes
    pegged = changed("above-the-peg", "assets.DAI.liquidity", {"model": "infinite"}).summary()["liquidations"]
    assert f"there are {pegged} liquidations" in recording.scenario.parameters.notes
    assert pegged < recording.summary()["liquidations"]


def test_that_an_asking_price_falls_in_steps_and_starts_anew_from_the_oracle():
    data = find_example("black-thursday-auctions").load().to_dict()
    data["loans"] = [{**data["loans"][0], "collateral_amount": 150.0, "debt_amount": 15_000.0}]
    data["liquidators"]["gas_usd"] = 1e9  # nobody takes it
    recording = engine.run(engine.from_dict(data))
    ask, oracle = figure(recording, "auctions_ask_usd"), figure(recording, "oracle")
    ask, oracle = (
        ask[ask > 0],
        [step.oracle[0] for step in recording.rounds if step.settlement_figures["auctions_running"][0]],
    )
    starts = [0, *(np.flatnonzero(np.diff(ask) > 0) + 1).tolist()]
    assert len(starts) > 2
    for first, end in zip(starts, [*starts[1:], len(ask)], strict=True):
        assert ask[first] == pytest.approx(150 * 1.1 * oracle[first])
        cycle = ask[first:end]
        assert cycle[1:] == pytest.approx(0.99 * cycle[:-1])
        assert cycle[-1] >= 0.45 * cycle[0]
    assert recording.ended == "no more liquidations"


def test_that_the_queue_makes_bids_low_and_not_the_auction():
    recording = run("black-thursday-auctions")
    notes = recording.scenario.parameters.notes
    running, summary = figure(recording, "auctions_running"), recording.summary()
    assert f"up to {running.max():.0f} auctions run at once (round {running.argmax()})" in notes
    assert f"takers gain ${summary['liquidator_profit_usd'] / 1e6:.1f}M" in notes
    assert f"${summary['bad_debt_usd'] / 1e6:.2f}M of debt is left" in notes
    free = changed("black-thursday-auctions", "liquidators.max_liquidations_per_round", None).summary()
    assert f"takers gain ${free['liquidator_profit_usd'] / 1e6:.1f}M, and no debt is left" in notes
    assert free["bad_debt_usd"] < 1
