"""Other values for parameters by their paths, on the same loans."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from tests.engine.books import row, scenario

MADE = scenario([row("a", 10.0, 700.0)], drop=-0.2)


def test_that_values_are_replaced_and_the_loans_are_the_same_object():
    other = MADE.with_values({"shock.returns.ETH": -0.4, "simulation.max_rounds": 7})
    assert other.parameters.shock.returns == {"ETH": -0.4}
    assert other.parameters.simulation.max_rounds == 7
    assert other.loans is MADE.loans
    assert MADE.parameters.shock.returns == {"ETH": -0.2}


def test_that_no_values_change_nothing():
    assert MADE.with_values({}) == MADE


def test_that_numbers_and_arrays_of_numpy_are_values():
    falls = {"kind": "path", "returns": {"ETH": [0.0]}}
    other = MADE.with_values({"simulation.max_rounds": np.int64(7), "shock": falls})
    assert other.with_values({"shock.returns.ETH": np.array([-0.1, -0.2])}).parameters.shock.returns["ETH"] == (
        -0.1,
        -0.2,
    )
    assert type(other.parameters.simulation.max_rounds) is int


def test_that_values_that_are_only_allowed_together_can_be_changed_together():
    follows = {"kind": "model", "base": "BTC", "ratio": 0.1}
    first = MADE.with_values({"assets.ETH.oracle": follows})
    swapped = {"assets.BTC.oracle": {**follows, "base": "ETH"}, "assets.ETH.oracle": {"kind": "market"}}
    assert first.with_values(swapped).parameters.assets["BTC"].oracle.base == "ETH"


def test_that_another_kind_starts_from_its_defaults():
    other = MADE.with_values({"markets.m.rules.close.kind": "full"})
    assert other.parameters.markets["m"].rules.close.kind == "full"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"shock.returns.ETHE": -0.4}, "shock.returns.ETHE: unknown asset 'ETHE'; allowed: one of USD, ETH, BTC"),
        ({"shok.returns.ETH": -0.4}, "shok.returns.ETH: there is no 'shok', did you mean shock?"),
        ({"simulation.max_round": 3}, "did you mean max_rounds?"),
        ({"shock.returns.ETH": -1.5}, "shock.returns.ETH: "),
        ({"shock.returns.ETH": "-0.4"}, "shock.returns.ETH: "),
        ({"markets.m.rules.trigger": "under"}, "markets.m.rules.trigger: 'under'; allowed: 'below' or 'at_or_below'"),
        ({"loans": []}, "loans"),
        ({"": 1}, "an empty key"),
    ],
)
def test_that_a_bad_path_or_value_is_named_with_what_is_allowed(values, said):
    with pytest.raises(engine.BadInput) as refusal:
        MADE.with_values(values)
    assert said in str(refusal.value)


def test_that_what_is_no_dict_is_refused_in_words():
    with pytest.raises(engine.BadInput, match="the values: list; allowed: a dict"):
        MADE.with_values([("shock.returns.ETH", -0.4)])


def test_that_loans_that_do_not_fit_the_new_values_are_refused():
    pool = {"kind": "stability_pool"}
    two = scenario([row("a", 1.0, 1.0), row("b", collateral_asset="BTC", collateral_amount=1.0, debt=1.0)])
    with pytest.raises(engine.BadInput, match="loans row 2, collateral_asset"):
        two.with_values({"markets.m.rules.settlement": pool})
