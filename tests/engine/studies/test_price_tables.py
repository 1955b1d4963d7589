"""Prices along random paths: fans with known quantiles, and the worst paths, which are rows that open."""

from __future__ import annotations

import math

import numpy as np
import pytest

import engine
from engine.running.courses import Course
from engine.studies import kept_courses
from engine.studies.kept_courses import KeptCourses
from tests.engine.studies.books import ladder

DEBTS = [12_000.0, 14_000.0, 15_000.0]
SHALLOW = {"model": "exponential", "depth_2pct_usd": 20_000.0}
MONTH = {"simulation": {"round_seconds": 3_600.0}}
ASKED = {"horizon": "31min", "depeg": "USDC=0.9:0.02", "fall": "0.5:0.1", "fall_within": "12s"}
NORMAL = {  # by quantile: its share, its value and the density there, of the standard normal distribution
    "quantile_5": (0.05, -1.644854, 0.103136), "quantile_25": (0.25, -0.674490, 0.317777),
    "median": (0.5, 0.0, 0.398942), "quantile_75": (0.75, 0.674490, 0.317777),
    "quantile_95": (0.95, 1.644854, 0.103136),
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    scenario = ladder(DEBTS, bonus=0.05, liquidity=SHALLOW)
    return engine.studies.montecarlo(scenario, paths=30, threads=2, **ASKED)


def test_that_the_fan_of_a_price_that_nobody_moves_is_that_of_the_lognormal_distribution():
    found = engine.studies.montecarlo(
        ladder([1.0], **MONTH), paths=4_000, horizon="30d", volatility="WETH=0.8", fall="0:0"
    )
    fan = found.frame("fan").query("asset == 'WETH'")
    assert fan["hours"].tolist()[:2] == [0.0, 8.0]  # 720 hours at 96 rounds at most
    assert fan.iloc[0][["quantile_1", "median", "quantile_99"]].tolist() == [2_000.0] * 3
    for hours in (240.0, 720.0):
        deviation = 0.8 * math.sqrt(hours / 8_760.0)
        line = fan[fan["hours"] == hours].iloc[0]
        for name, (share, normal, density) in NORMAL.items():
            known = math.log(2_000.0) - deviation**2 / 2.0 + normal * deviation
            off = 3.5 * deviation * math.sqrt(share * (1.0 - share) / 4_000) / density
            assert math.log(line[name]) == pytest.approx(known, abs=off), (hours, name)


def test_that_noted_prices_are_those_of_the_run_that_the_row_opens(found):
    prices = found.frame("prices")
    for (row, asset), line in prices.groupby(["row", "asset"]):
        if row not in {0, 3, int(prices["row"].iloc[0]), int(prices["row"].iloc[-1])}:
            continue
        rounds = engine.run(found.open(int(row))).to_dict()["rounds"]
        later = line[line["round"] > 0]
        for kind, column in (("market", "market_price"), ("undisturbed", "undisturbed_price")):
            known = [rounds[number - 1][kind][asset] for number in later["round"]]
            assert later[column].tolist() == pytest.approx(known, rel=1e-9), (row, asset, kind)
        assert later["round"].iloc[-1] == 155  # the horizon itself, which no step of two rounds comes to


def test_that_the_worst_paths_of_a_class_are_those_that_lose_most_and_say_their_rows(found):
    frame = found.frame()
    for table, name in (("worst_broad", "broad downturn"), ("worst_broken", "broken correlation")):
        worst = found.frame(table)
        of_class = frame[frame["class"] == name].sort_values(
            ["total_loss_usd", "repaid_usd"], ascending=False, kind="stable"
        )
        assert worst["path"].tolist() == of_class["path"].head(5).tolist()
        assert worst["row"].tolist() == of_class.index[:5].tolist()
        for line in worst.itertuples():
            assert frame["total_loss_usd"][line.row] == line.total_loss_usd
    assert found.frame("worst_broad")["total_loss_usd"].iloc[0] > 0.0
    saved = engine.studies.montecarlo(found.scenario, paths=30, worst=2, **ASKED)
    assert list(saved.answer.kept.values())[:2] == found.frame("worst_broad")["row"].tolist()[:2]


def test_that_neither_threads_nor_batches_change_a_fan(found):
    again = engine.studies.montecarlo(found.scenario, paths=30, **ASKED)
    for table in ("fan", "prices", "worst_broad"):
        assert again.frame(table).equals(found.frame(table))


def test_that_of_many_paths_only_the_first_and_the_worst_are_kept(monkeypatch):
    monkeypatch.setattr(kept_courses, "FIRST", 4)
    kept = KeptCourses()
    losses = np.array([0.0, 7.0, 1.0, 9.0, 0.0, 8.0, 3.0, 2.0])
    for part in (slice(0, 3), slice(3, 8)):
        places = np.arange(8)[part]
        course = places.astype(float)[:, None, None] * np.ones((1, 2, 1))
        kept.take(places, {"total_loss_usd": losses[part], "repaid_usd": np.zeros(len(places))}, course)
    kept.close()
    assert kept.first[:, 0, 0].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert kept.worst_places.tolist() == [3, 5, 1, 6, 7]
    assert kept.worst[:, 1, 0].tolist() == [3.0, 5.0, 1.0, 6.0, 7.0]


def test_that_a_course_needs_prices():
    with pytest.raises(ValueError, match="given prices"):
        engine.Paths(ladder(DEBTS)).run(course=Course((1,), 4))


@pytest.mark.parametrize(("moving", "said"), [(3, ""), (5, "told of E, D, C. Of B, A less is held")])
def test_that_a_study_of_more_than_three_moving_assets_says_whose_prices_it_does_not_tell(moving, said):
    names = "ABCDE"[:moving]
    scenario = ladder([1.0]).to_dict()
    scenario["assets"] |= {name: {"price": 50.0} for name in names}
    scenario["markets"]["lender"]["collateral"] |= {name: {"liquidation_threshold": 0.5} for name in names}
    scenario["loans"] = [
        {"account": name, "market": "lender", "collateral_asset": name, "collateral_amount": 10.0 + place,
         "debt_asset": "USDC", "debt_amount": 1.0}
        for place, name in enumerate(names)
    ]  # fmt: skip
    found = engine.studies.montecarlo(engine.from_dict(scenario), paths=3, horizon="2min")
    notes = [note for note in found.answer.notes if "less is held" in note]
    assert len(notes) == bool(said)
    assert all(said in note for note in notes)
    assert set(found.frame("fan")["asset"]) == set(sorted(names)[-3:])
