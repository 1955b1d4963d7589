"""The study of a book: distributions that add up, and concentration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import engine
from tests.engine.properties.scenarios import scenarios
from tests.engine.studies.books import ladder


def test_concentration_of_four_debts():
    found = engine.studies.book(ladder([5_000.0, 50_000.0, 15_000.0, 30_000.0], [100.0] * 4))
    shares = [found.figures[name] for name in ("top_1_share", "top_10_share", "nakamoto")]
    assert shares == [0.5, 1.0, 2.0]
    assert found.frame("accounts")["account"].tolist() == ["a1", "a3", "a2", "a0"]


def test_that_a_fall_to_the_told_distance_takes_health_to_one():
    scenario = ladder([8_000.0, 12_000.0, 17_000.0])
    distance = engine.studies.book(scenario).frame("accounts").set_index("account")["distance"]
    assert distance["a0"] == pytest.approx(1 - 8_000 / (0.8 * 10 * 2_000))
    assert distance["a1"] == pytest.approx(0.25)
    assert distance["a2"] < 0.0


def test_that_the_debt_within_ten_per_cent_is_told_beside_the_shares_of_it():
    figures = engine.studies.book(ladder([8_000.0, 15_000.0, 17_000.0])).figures
    assert (figures["accounts_near"], figures["debt_near_usd"]) == (2.0, 32_000.0)
    assert figures["top_1_share_near"] * figures["debt_near_usd"] == pytest.approx(17_000.0)


def test_that_an_account_that_no_fall_reaches_has_no_distance():
    scenario = engine.from_dict(
        ladder([8_000.0]).to_dict()
        | {"loans": [{"account": "safe", "market": "lender", "collateral_asset": "WETH", "collateral_amount": 10,
                      "debt_asset": "WETH", "debt_amount": 5}]}
    )  # fmt: skip
    frame = engine.studies.book(scenario).frame()
    by_distance = frame[frame["by"] == "distance"].set_index("part")["accounts"]
    assert by_distance["never"] == 1
    assert by_distance.sum() == 1


@given(data=scenarios())
def test_that_the_parts_of_each_distribution_add_up_to_the_debt_of_the_book(data):
    found = engine.studies.book(engine.from_dict(data))
    frame = found.frame()
    owed = found.figures["debt_usd"]
    for _, part in frame.groupby("by"):
        assert part["debt_usd"].sum() == pytest.approx(owed, rel=1e-9, abs=1e-9)
    accounts = frame[frame["by"].isin(["health", "size", "distance", "market", "loan-to-value"])].groupby("by")
    assert set(accounts["accounts"].sum()) <= {found.figures["accounts"]}
    assert np.isfinite(owed)
