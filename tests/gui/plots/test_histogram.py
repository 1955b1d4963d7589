"""Debt falls into the bin of its account's health, and never over the limit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cascade_gui.plots.histogram import HEALTH, LTV, histograms
from engine.reading.round_view import Status, round_view
from tests.gui.plots.runs import recording


@pytest.mark.parametrize("bins", [HEALTH, LTV], ids=["health", "ltv"])
def test_that_the_limit_is_the_edge_of_a_bin(bins):
    assert bins.left[bins.first_from_limit] == pytest.approx(bins.limit)


@given(st.floats(0, 1e6) | st.sampled_from([1.0, np.nextafter(1, 0), np.nextafter(1, 2), np.inf]))
def test_that_an_account_is_below_the_limit_exactly_when_its_health_is(health):
    filled = HEALTH.fill(np.array([health]), np.array([5.0]))
    assert filled.sum() == 5.0
    assert (filled[: HEALTH.first_from_limit].sum() > 0) == (health < 1)


def test_that_what_lies_beyond_the_bins_is_in_the_outer_ones():
    filled = HEALTH.fill(np.array([0.0, 0.1, 99.0, np.inf]), np.array([1.0, 2.0, 4.0, 8.0]))
    assert (filled[0], filled[-1]) == (3.0, 12.0)


def test_that_the_histograms_hold_all_debt_of_the_round():
    for number in (0, 1, len(recording()) - 1):
        view = round_view(recording(), number)
        drawn = histograms(view)
        assert drawn.round == number
        assert drawn.health.sum() == pytest.approx(view.debt_usd.sum())
        assert drawn.ltv.sum() == pytest.approx(view.debt_usd.sum())
        below = view.debt_usd[view.health < 1].sum()
        assert drawn.liquidatable_usd + drawn.bad_debt_usd == pytest.approx(below)
        assert drawn.bad_debt_usd == view.debt_usd[view.status == Status.BAD_DEBT].sum()
