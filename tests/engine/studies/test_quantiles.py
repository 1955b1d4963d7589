"""Quantiles and their intervals."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.quantiles import expected_shortfall, mean, quantile


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_that_the_interval_of_a_quantile_holds_it_as_often_as_it_says(share):
    drawn = np.random.default_rng(7).exponential(size=(2_000, 1_000))
    truth = -np.log(1.0 - share)
    found = [quantile(row, share) for row in drawn]
    held = np.mean([each.low <= truth <= each.high for each in found])
    assert 0.94 <= held <= 0.985  # never less than 95 %, but for the chance of 2,000 draws; ranks are whole


def test_that_ends_that_so_few_values_do_not_give_do_not_exist():
    few = quantile(np.arange(30.0), 0.99)
    assert few.value == 29.0
    assert few.low is not None
    assert few.high is None
    assert quantile(np.array([3.0]), 0.5).low is None


@pytest.mark.parametrize("share", [0.95, 0.985])
def test_that_the_interval_of_a_shortfall_is_that_of_resampling_and_sorting(share):
    values = np.random.default_rng(1).lognormal(size=1_000)
    generator = np.random.default_rng(2)
    worst = round((1 - share) * len(values))
    again = [np.sort(generator.choice(values, len(values)))[-worst:].mean() for _ in range(4_000)]
    found = expected_shortfall(values, share, 3)
    assert [found.low, found.high] == pytest.approx(np.percentile(again, [2.5, 97.5]), rel=0.05)


def test_that_expected_shortfall_is_the_mean_of_exactly_the_worst_share():
    assert expected_shortfall(np.arange(1.0, 101.0), 0.95, 0).value == pytest.approx(98.0)
    # 2.5 of 50: the worst two, and half of the third
    assert expected_shortfall(np.arange(1.0, 51.0), 0.95, 0).value == pytest.approx((50 + 49 + 0.5 * 48) / 2.5)
    around = expected_shortfall(np.arange(1.0, 1001.0), 0.95, 0)
    assert around.low < around.value < around.high
    assert expected_shortfall(np.arange(1.0, 1001.0), 0.95, 0) == around


@pytest.mark.parametrize("count", [22, 60, 150])
def test_that_a_shortfall_has_no_upper_end_where_its_quantile_has_none(count):
    values = np.random.default_rng(4).lognormal(size=count)
    assert quantile(values, 0.99).high is None
    found = expected_shortfall(values, 0.99, 0)
    assert found.high is None  # resampling would give the worst path, which is no bound
    assert found.low <= found.value


def test_that_the_interval_of_a_mean_is_that_of_the_normal_distribution():
    values = np.random.default_rng(1).normal(5.0, 2.0, 400)
    found = mean(values)
    half = 1.959964 * values.std(ddof=1) / 20.0
    assert found.low == pytest.approx(found.value - half, rel=1e-6)
    assert found.high == pytest.approx(found.value + half, rel=1e-6)
