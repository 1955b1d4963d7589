"""The book is laid out once for its loans; what is kept of it is never stale and goes when the loans go."""

from __future__ import annotations

import copy
import pickle
import weakref

import numpy as np
import pytest

import engine
from engine import kernels
from engine.book.book import Book
from engine.book.health_index import HealthIndex
from engine.book.layout import Layout
from engine.book.order import Order
from engine.book.reuse import index_of
from engine.running.liquidatable_accounts import Waiting
from engine.running.paths import Paths
from engine.scenario import validation
from tests.engine.books import row, scenario

SHALLOW = {"liquidity": {"model": "exponential", "depth_2pct_usd": 3000.0}}


def some_loans():
    return scenario([row(f"a{n}", 10.0, 10.0 * (55.0 + n)) for n in range(25)], eth=SHALLOW, drop=-0.2)


def figures(made):
    return engine.run(made).summary()


def anew(made):
    """The same scenario with loans of its own."""
    return engine.from_dict(made.to_dict())


@pytest.fixture
def counted(monkeypatch):
    """How often a book is laid out, and how often its accounts are put in order."""
    counts = {"layouts": 0, "orders": 0}
    lay_out, put_in_order = Layout.of.__func__, Order.of.__func__

    def lay_out_and_count(cls, *arguments):
        counts["layouts"] += 1
        return lay_out(cls, *arguments)

    def order_and_count(cls, *arguments):
        counts["orders"] += 1
        return put_in_order(cls, *arguments)

    monkeypatch.setattr(Layout, "of", classmethod(lay_out_and_count))
    monkeypatch.setattr(Order, "of", classmethod(order_and_count))
    return counts


CHANGES = {
    "a shock": {"shock.returns.ETH": -0.3},
    "a threshold": {"markets.m.collateral.ETH.liquidation_threshold": 0.7},
    "a bonus": {"markets.m.collateral.ETH.liquidation_bonus": 0.02},
    "a price": {"assets.ETH.price": 90.0},
    "a trigger": {"markets.m.rules.trigger": "at_or_below"},
    "the dust": {"simulation.dust_usd": 600.0},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_that_loans_are_laid_out_once_whatever_changes(counted, change):
    made = some_loans()
    before = figures(made)
    other = made.with_values(change)
    after = figures(other)
    assert counted == {"layouts": 1, "orders": 1}
    assert after == figures(anew(other))
    assert figures(made) == before


def test_that_paths_and_views_and_rounds_use_what_a_run_laid_out(counted):
    from engine.reading.round_view import initial_view

    made = some_loans()
    recording = engine.run(made)
    Paths(made).run(np.full((3, 1, 3), 50.0))
    list(engine.rounds(made))
    assert initial_view(made).book is recording.book
    assert counted == {"layouts": 1, "orders": 1}


def test_that_a_changed_bonus_or_threshold_is_the_one_that_the_book_and_the_run_have():
    made = some_loans()
    engine.run(made)
    other = made.with_values(
        {
            "markets.m.collateral.ETH.liquidation_bonus": 0.02,
            "markets.m.collateral.ETH.liquidation_threshold": 0.7,
        }
    )
    recording = engine.run(other)
    assert set(recording.book.collateral_bonus.tolist()) == {0.02}
    assert set(recording.book.collateral_threshold.tolist()) == {0.7}
    assert set(engine.run(made).book.collateral_threshold.tolist()) == {0.8}


def test_that_another_asset_or_another_order_of_assets_lays_the_book_out_anew(counted):
    made = some_loans()
    engine.run(made)
    data = made.parameters.to_dict()
    data["assets"] = {"OTHER": {"price": 3.0}, **data["assets"]}
    other = made.with_parameters(type(made.parameters).from_dict(data))
    assert figures(other) == figures(anew(other))
    assert engine.run(other).book.asset_names == ("OTHER", "USD", "ETH", "BTC")
    assert counted["layouts"] == 3, "one for each of three"


def test_that_what_is_kept_goes_with_the_loans():
    made = some_loans()
    recording = engine.run(made)
    other = made.with_values({"shock.returns.ETH": -0.3})
    engine.run(other)
    kept = [weakref.ref(thing) for thing in (made.loans.kept, recording.book, index_of(made), index_of(made).order)]
    del made, recording
    assert all(reference() is not None for reference in kept)
    del other
    assert all(reference() is None for reference in kept), "without a search for circles"


def test_that_copies_of_a_scenario_lay_out_their_own_loans():
    made = some_loans()
    before = figures(made)
    for other in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert other.loans.kept is not made.loans.kept
        assert figures(other) == before


def test_that_loans_cannot_be_changed_under_what_is_kept_of_them():
    made = some_loans()
    for array in (made.loans.debt_amount, made.loans.account, made.loans.market.codes):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]


@pytest.mark.parametrize("how", ["closed", "closed twice", "dropped", "at its end"])
def test_that_arrays_go_back_for_the_next_run(how):
    made = some_loans()
    engine.run(made)
    spare = index_of(made).order.spare
    assert len(spare) == 1
    steps = engine.rounds(made)
    next(steps)
    assert not spare
    if how == "at its end":
        list(steps)
    if "closed" in how:
        steps.close()
    if how == "closed twice":
        steps.close()
    del steps
    assert len(spare) == 1
    assert figures(made) == figures(anew(made))


def test_that_arrays_of_a_run_cut_off_within_a_round_are_not_used_again(monkeypatch):
    made = some_loans()
    with monkeypatch.context() as patch:
        patch.setattr(Waiting, "recheck", cut_off)
        with pytest.raises(KeyboardInterrupt):
            engine.run(made)
    assert not index_of(made).order.spare
    assert figures(made) == figures(anew(made))


def cut_off(waiting, number, oracle):
    if number > 0:
        raise KeyboardInterrupt


def test_that_a_run_whose_listener_fails_gives_its_arrays_back():
    made = some_loans()

    def fail(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.run(made, fail)
    assert len(index_of(made).order.spare) == 1
    assert figures(made) == figures(anew(made))


def mixed():
    """A book most of whose accounts hold what becomes much dearer, so that the old order is of little use."""
    rng = np.random.default_rng(5)
    loans = [
        row(f"a{n}", debt=debt, collateral_asset="ETH" if n % 10 else "BTC", collateral_amount=10.0 if n % 10 else 1.0)
        for n, debt in enumerate(rng.uniform(100.0, 790.0, 20_000))
    ]
    made = scenario(loans, drop=-0.01)
    return made, made.with_values({"assets.ETH.price": 300.0})


def test_that_an_order_of_little_use_is_made_anew_for_the_second_run_not_for_the_first(counted):
    made, dearer = mixed()
    engine.run(made)
    first = figures(dearer)
    assert counted["orders"] == 1
    assert figures(dearer) == first
    assert counted["orders"] == 2
    assert figures(dearer) == first == figures(anew(dearer))
    assert counted["orders"] == 3, "that of the loans of its own"


def test_that_many_paths_have_it_made_anew_at_once(counted):
    made, dearer = mixed()
    engine.run(made)
    Paths(dearer)
    assert counted["orders"] == 2


def test_that_what_did_not_move_is_not_looked_at_again(monkeypatch):
    made = some_loans()
    engine.run(made)
    looked, due_nb = [], kernels.due_nb
    monkeypatch.setattr(kernels, "due_nb", lambda *arguments: looked.append(due_nb(*arguments)))
    engine.run(made.with_values({"shock.returns.ETH": -0.3, "liquidators.gas_usd": 5.0}))
    assert looked == []
    engine.run(made.with_values({"markets.m.collateral.BTC.liquidation_threshold": 0.7}))
    assert looked == []
    engine.run(made.with_values({"markets.m.collateral.ETH.liquidation_threshold": 0.7}))
    assert looked == [25]


def test_that_loans_are_checked_again_only_when_names_change(monkeypatch):
    made = some_loans()
    checked = []
    rows = validation._check_rows
    monkeypatch.setattr(validation, "_check_rows", lambda *arguments: checked.append(1) or rows(*arguments))
    made.with_values({"shock.returns.ETH": -0.3})
    made.with_values({"markets.m.collateral.ETH.liquidation_threshold": 0.7})
    assert checked == []
    data = made.parameters.to_dict()
    del data["markets"]["m"]["collateral"]["ETH"]
    with pytest.raises(engine.BadInput, match="'ETH' is no collateral of 'm'"):
        made.with_parameters(type(made.parameters).from_dict(data))
    assert checked == [1]
    two = scenario([row("a", 1.0, 1.0), row("b", collateral_asset="BTC", collateral_amount=1.0, debt=1.0)])
    with pytest.raises(engine.BadInput, match="serves one collateral"):
        two.with_values({"markets.m.rules.settlement": {"kind": "stability_pool"}})


def test_that_an_index_keeps_the_book_that_it_is_of():
    made = some_loans()
    index = HealthIndex.of(made, Book.from_scenario(made))
    assert index.under(made, Book.from_scenario(made)) is index
