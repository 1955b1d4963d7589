"""A book in which only one market counts, and repayments told apart: sums over the markets are those of all."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.files.examples import examples, find_example
from engine.reading.one_market import debts_of_market, of_market
from engine.reading.repayments import repayments
from engine.reading.round_view import Status, danger, liquidation_heat_map, round_view


@pytest.fixture(scope="module")
def run():
    return engine.run(find_example("two-protocols").load())


@pytest.mark.parametrize("name", [each.name for each in examples() if each.name not in {"compound", "compound-thin"}])
def test_that_repayments_add_up_to_what_each_round_tells_by_collateral_and_by_market(name):
    content = find_example(name).read()
    recording = content.recording or engine.run(content.scenario)
    last = len(recording.rounds) - 1
    rows = repayments(recording, 1, last)
    by_asset = np.zeros((last + 1, len(recording.book.asset_names)))
    by_market = np.zeros((last + 1, len(recording.book.market_names)))
    np.add.at(by_asset, (rows.round, rows.asset), rows.repaid_usd)
    np.add.at(by_market, (rows.round, rows.market), rows.repaid_usd)
    for found, field in ((by_asset, "repaid_by_collateral_usd"), (by_market, "repaid_usd")):
        told = np.array([getattr(step, field) for step in recording.rounds])
        np.testing.assert_allclose(found, told, rtol=1e-9, atol=1e-6)


def test_that_repayments_of_a_part_of_the_rounds_are_those_rounds_alone(run):
    rows = repayments(run, 2, 3)
    assert set(rows.round.tolist()) == {2, 3}
    assert rows.repaid_usd.sum() == pytest.approx(sum(run.rounds[at].repaid_usd.sum() for at in (2, 3)))
    assert not len(repayments(run, 0, 0).round)


def test_that_a_view_of_one_market_has_its_accounts_and_no_debt_elsewhere(run):
    view = round_view(run, 1)
    parts = [of_market(view, name) for name in view.book.market_names]
    np.testing.assert_array_equal(sum(part.debt_usd for part in parts), view.debt_usd)
    np.testing.assert_array_equal(sum(part.collateral_usd for part in parts), view.collateral_usd)
    for at, part in enumerate(parts):
        ours = view.book.market == at
        np.testing.assert_array_equal(part.health[ours], view.health[ours])
        assert np.isinf(part.health[~ours]).all()
        assert set(part.status[~ours].tolist()) == {int(Status.NO_DEBT)}
        for whole, of_one in zip(danger(view), danger(part), strict=True):
            np.testing.assert_allclose(of_one, np.where(np.arange(len(whole)) == at, whole, 0.0))
    assert of_market(view, None) is view


def test_that_heat_maps_of_the_markets_add_up(run):
    drops = np.linspace(0.0, 0.6, 7)
    whole, _ = liquidation_heat_map(run, [0, 2], "WETH", drops)
    parts = [liquidation_heat_map(run, [0, 2], "WETH", drops, market=name)[0] for name in run.book.market_names]
    np.testing.assert_allclose(sum(parts), whole, rtol=1e-9, atol=1e-6)
    assert all(part.any() for part in parts)


def test_that_a_market_nobody_has_is_no_market(run):
    with pytest.raises(ValueError, match="not in tuple"):
        debts_of_market(run.book, "elsewhere", run.book.debt_amount)
