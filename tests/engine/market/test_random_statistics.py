"""Random paths have the moments that their processes are known to have, within five standard errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.market.shocked import (
    BOOTSTRAP,
    DAY,
    GBM,
    HESTON,
    JUMPS,
    VOLATILITY,
    YEARS,
    many,
    parameters_of,
    shock_of,
)

ERRORS = 5.0


def assert_mean(sample, expected: float) -> None:
    """The mean of independent draws is the expected one, within what the sample itself says of its error."""
    sample = np.asarray(sample, dtype=np.float64).ravel()
    error = sample.std(ddof=1) / math.sqrt(sample.size)
    assert abs(sample.mean() - expected) <= ERRORS * error, (sample.mean(), expected, error)


@pytest.mark.parametrize("asset", ["WETH", "WBTC"])
@pytest.mark.parametrize("drift", [0.0, 2.5])
def test_that_log_returns_of_a_brownian_motion_have_their_mean_and_variance(asset, drift):
    steps = many(parameters_of(shock_of({**GBM, "drift": {asset: drift}})), 2000)[asset]
    sigma = VOLATILITY[asset]
    mean, variance = (drift - sigma**2 / 2) * YEARS, sigma**2 * YEARS
    assert_mean(steps, mean)
    assert_mean((steps - mean) ** 2, variance)
    assert_mean(((steps - mean) / math.sqrt(variance)) ** 4, 3.0)  # normal: kurtosis 3


def test_that_steps_in_a_row_are_independent():
    steps = many(parameters_of(shock_of(GBM)), 1000)["WETH"]
    z = (steps - steps.mean()) / steps.std()
    assert_mean(z[:, 1:] * z[:, :-1], 0.0)
    assert_mean(np.abs(z[:, 1:]) * np.abs(z[:, :-1]), np.abs(z).mean() ** 2)


def test_that_paths_are_independent_of_each_other():
    steps = many(parameters_of(shock_of(GBM)), 2000)["WETH"]
    z = (steps - steps.mean()) / steps.std()
    assert_mean(z[1:] * z[:-1], 0.0)


@pytest.mark.parametrize("rho", [-1.0, -0.5, 0.0, 0.9, 1.0])
@pytest.mark.parametrize("process", [GBM, HESTON], ids=["gbm", "heston"])
def test_that_assets_are_correlated_as_given(process, rho):
    steps = many(parameters_of(shock_of({**process, "vol_of_vol": 0.0} if process is HESTON else process, rho)), 1000)
    z = {name: (steps[name] + sigma**2 / 2 * YEARS) / (sigma * math.sqrt(YEARS)) for name, sigma in VOLATILITY.items()}
    if abs(rho) == 1:
        assert z["WETH"] == pytest.approx(rho * z["WBTC"], abs=1e-9)
    assert_mean(z["WETH"] * z["WBTC"] - rho, 0.0)


def test_that_an_expected_price_without_drift_stays():
    """E[f(r)] = f(0): the martingale property, at the last round of two years."""
    steps = many(parameters_of(shock_of(GBM, 0.5, rounds=24), round_seconds=30 * DAY), 8000)
    for asset in VOLATILITY:
        assert_mean(np.exp(steps[asset].sum(axis=1)), 1.0)


@pytest.mark.parametrize("seconds", [12, 3600, DAY, 7 * DAY])
def test_that_the_variance_grows_with_the_length_of_a_round(seconds):
    steps = many(parameters_of(shock_of(GBM), round_seconds=seconds), 500)["WETH"]
    assert_mean(steps**2 / (0.64 * seconds / (365 * DAY)), 1.0 + 0.64 * seconds / (365 * DAY) / 4)


def test_that_a_brownian_motion_in_finer_rounds_is_as_wide_after_the_same_time():
    fine = many(parameters_of(shock_of(GBM, rounds=240), round_seconds=3600), 1500)["WETH"].sum(axis=1)
    coarse = many(parameters_of(shock_of(GBM, rounds=10), round_seconds=DAY), 1500)["WETH"].sum(axis=1)
    variance = 0.64 * 10 * YEARS
    for ends in (fine, coarse):
        assert_mean(ends, -variance / 2)
        assert_mean((ends + variance / 2) ** 2, variance)


JUMPS_ONLY = {
    **JUMPS,
    "volatility": {"WETH": 0.0, "WBTC": 0.0},
    "jump_mean": 0.5,
    "jump_std": 0.0,
    "jump_intensity": 365.0,
}


@pytest.mark.parametrize("jumps", ["common", "own"])
def test_that_the_number_of_jumps_a_round_is_a_poisson_number(jumps):
    """Jumps of 0.5 each and nothing else, one expected a day."""
    steps = many(parameters_of(shock_of({**JUMPS_ONLY, "jumps": jumps})), 1000)["WETH"]
    counts = steps / 0.5
    assert counts == pytest.approx(np.round(counts), abs=1e-9)
    for number in range(5):
        assert_mean(np.round(counts) == number, math.exp(-1) / math.factorial(number))


def test_that_common_jumps_hit_all_assets_alike_and_own_ones_each_alone():
    process = {**JUMPS_ONLY, "jump_std": 0.2}
    common = many(parameters_of(shock_of({**process, "jumps": "common"})), 200)
    assert np.array_equal(common["WETH"], common["WBTC"])
    own = many(parameters_of(shock_of({**process, "jumps": "own"})), 1000)
    assert_mean((own["WETH"] - 0.5) * (own["WBTC"] - 0.5), 0.0)


@pytest.mark.parametrize("jumps", ["common", "own"])
def test_that_a_jump_diffusion_has_the_moments_of_merton(jumps):
    """The drift is not compensated: the mean is that of the diffusion and of the jumps."""
    steps = many(parameters_of(shock_of({**JUMPS, "jumps": jumps, "drift": {"WETH": 1.5}})), 3000)["WETH"]
    mean = (1.5 - 0.32 + 100 * -0.05) * YEARS
    assert_mean(steps, mean)
    assert_mean((steps - mean) ** 2, (0.64 + 100 * (0.05**2 + 0.03**2)) * YEARS)
    assert_mean((steps - mean) ** 3, 100 * ((-0.05) ** 3 + 3 * -0.05 * 0.03**2) * YEARS)
    grown = math.exp((1.5 + 100 * (math.exp(-0.05 + 0.03**2 / 2) - 1)) * YEARS)
    assert_mean(np.exp(steps), grown)


def test_that_heston_without_volatility_of_variance_is_a_brownian_motion():
    heston = many(parameters_of(shock_of({**HESTON, "vol_of_vol": 0.0}, 0.5)), 5)
    gbm = many(parameters_of(shock_of(GBM, 0.5)), 5)
    for asset in VOLATILITY:
        assert heston[asset] == pytest.approx(gbm[asset], abs=1e-12)


def test_that_hestons_variance_goes_to_its_long_run_value():
    """E[v(t)] = theta + (v0 - theta)(1 - kappa dt)^t for Euler steps; 200 days at 20 a year are ten half-lives."""
    process = {**HESTON, "long_run_volatility": 0.4, "vol_of_vol": 0.4, "leverage": 0.0}
    steps = many(parameters_of(shock_of(process, rounds=200)), 3000)["WETH"]
    for day in (0, 9, 199):
        expected = 0.16 + (0.64 - 0.16) * (1 - 20 * YEARS) ** day
        mean = -expected / 2 * YEARS
        assert_mean((steps[:, day] - mean) ** 2 / YEARS, expected)


def test_that_hestons_expected_price_without_drift_stays():
    """Each Euler step is a lognormal one given the variance: an exact martingale, whatever the leverage."""
    steps = many(parameters_of(shock_of(HESTON, 0.5, rounds=60)), 4000)
    for asset in VOLATILITY:
        assert_mean(np.exp(steps[asset].sum(axis=1)), 1.0)


@pytest.mark.parametrize(("leverage", "sign"), [(-0.9, -1), (0.9, 1)])
def test_that_leverage_makes_falls_wilder_or_calmer(leverage, sign):
    steps = many(parameters_of(shock_of({**HESTON, "leverage": leverage})), 4000)["WETH"]
    covariance = (steps[:, :-1] * steps[:, 1:] ** 2).ravel()
    error = covariance.std() / math.sqrt(covariance.size)
    assert sign * covariance.mean() > ERRORS * error


def test_that_heston_survives_a_variance_that_hits_zero_all_the_time():
    process = {**HESTON, "mean_reversion": 0.5, "vol_of_vol": 50.0}
    steps = many(parameters_of(shock_of(process, rounds=300)), 50)["WETH"]
    assert np.isfinite(steps).all()


def test_that_a_bootstrap_takes_blocks_of_consecutive_rows_for_all_assets_alike():
    steps = many(parameters_of(shock_of(BOOTSTRAP, rounds=30)), 300)
    history = {name: np.log1p(rows) for name, rows in BOOTSTRAP["history"].items()}
    starts = []
    for path in range(300):
        for first in range(0, 30, 3):
            block = steps["WETH"][path, first : first + 3]
            start = int(np.abs(history["WETH"] - block[0]).argmin())
            assert block == pytest.approx(history["WETH"][start : start + 3], abs=1e-12)
            twin = steps["WBTC"][path, first : first + 3]
            assert twin == pytest.approx(history["WBTC"][start : start + 3], abs=1e-12)
            starts.append(start)
    for start in range(4):  # the last block starts three rows before the end: nothing wraps around
        assert_mean(np.array(starts) == start, 1 / 4)
