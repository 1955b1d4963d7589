"""Random paths: the same everywhere for a seed, whatever they are drawn with."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import engine
from engine.market.random_paths import RandomPaths, random_path, random_paths
from engine.market.shocks import undisturbed_prices
from tests.engine.market.shocked import (
    EVERY_PROCESS,
    GBM,
    HESTON,
    JUMPS,
    PRICES,
    parameters_of,
    path_of,
    shock_of,
)

every_process = pytest.mark.parametrize("process", EVERY_PROCESS.values(), ids=EVERY_PROCESS)
with_assets = [{**JUMPS, "jumps": "own"}, GBM, JUMPS, HESTON]


def drawn(parameters, paths):
    return random_paths(parameters.shock, parameters.assets, parameters.simulation, paths)


@every_process
def test_that_path_0_is_the_scenarios_own(process):
    parameters = parameters_of(shock_of(process))
    own = random_path(parameters.shock, parameters.assets, parameters.simulation)
    assert own.shape == (50, 3)
    assert np.array_equal(drawn(parameters, [0])[0], own)


@every_process
def test_that_a_path_does_not_depend_on_the_others_or_on_threads(process):
    parameters = parameters_of(shock_of(process))
    together = drawn(parameters, range(13))
    assert np.array_equal(drawn(parameters, [11, 4])[1], together[4])
    with ThreadPoolExecutor(4) as pool:
        apart = list(pool.map(lambda number: drawn(parameters, [number])[0], range(13)))
    assert np.array_equal(np.array(apart), together)


@every_process
def test_that_paths_differ_from_each_other_and_between_seeds(process):
    paths = drawn(parameters_of(shock_of(process)), range(20))
    others = drawn(parameters_of(shock_of(process), seed=8), range(20))
    different = {path.tobytes() for path in (*paths, *others)}
    assert len(different) == 40


@every_process
def test_that_a_path_drawn_in_pieces_is_the_path_drawn_at_once(process):
    parameters = parameters_of(shock_of(process, rounds=200))
    pieces = RandomPaths(parameters.shock, parameters.assets, parameters.simulation, [3])
    joined = np.concatenate([pieces.draw(rounds) for rounds in (1, 2, 0, 97, 100)], axis=1)
    assert np.array_equal(joined, drawn(parameters, [3]))


@every_process
def test_that_a_longer_path_begins_as_the_shorter_one(process):
    short, long = (path_of(parameters_of(shock_of(process, rounds=rounds))) for rounds in (10, 500))
    assert np.array_equal(short["WETH"], long["WETH"][:10])


@every_process
def test_that_the_order_of_the_assets_does_not_matter(process):
    shock = shock_of(process, None if process["kind"] == "bootstrap" else 0.7)
    one = path_of(parameters_of(shock))
    other = path_of(parameters_of(shock, prices=dict(reversed(PRICES.items()))))
    assert all(np.array_equal(one[name], other[name]) for name in PRICES)


@pytest.mark.parametrize("process", with_assets)
@pytest.mark.parametrize("name", ["AAVE", "WHALE"])
def test_that_a_further_asset_leaves_the_others_paths_as_they_are(process, name):
    prices = {name: 90.0, **PRICES}
    more = {**process, "volatility": {**process["volatility"], name: 1.1}}
    one = path_of(parameters_of(shock_of(process, 0.7), prices=prices))
    other = path_of(parameters_of(shock_of(more, 0.7), prices=prices))
    assert all(np.array_equal(one[asset], other[asset]) for asset in PRICES)
    assert (one[name] == 1).all()
    assert (other[name] != 1).any()


@every_process
def test_that_assets_left_out_do_not_move(process):
    assert (path_of(parameters_of(shock_of(process)))["USDC"] == 1).all()


@every_process
def test_that_two_processes_of_the_computer_draw_the_same_bits(process):
    code = (
        "import sys, json, hashlib\n"
        "from tests.engine.market.shocked import parameters_of, shock_of, path_of\n"
        "path = path_of(parameters_of(shock_of(json.loads(sys.argv[1]))))\n"
        "print(hashlib.sha256(path['WETH'].tobytes() + path['WBTC'].tobytes()).hexdigest())\n"
    )
    import hashlib
    import json

    path = path_of(parameters_of(shock_of(process)))
    here = hashlib.sha256(path["WETH"].tobytes() + path["WBTC"].tobytes()).hexdigest()
    command = [sys.executable, "-c", code, json.dumps(process)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == here


def test_that_a_seed_gives_the_published_path():
    """Fixed numbers: another version of the program, or of NumPy, must not give another path unnoticed."""
    ends = {
        kind: path_of(parameters_of(shock_of(process, None if kind == "bootstrap" else 0.7)))["WETH"][-1]
        for kind, process in EVERY_PROCESS.items()
    }
    assert ends == pytest.approx(PUBLISHED, rel=1e-12)


PUBLISHED = {
    "gbm": 1.2871849857179432,
    "jump_diffusion": 0.6615361102012353,
    "heston": 1.2728259242928646,
    "bootstrap": 0.8058597763095807,
}


def test_that_prices_are_held_when_the_path_has_ended():
    parameters = parameters_of(shock_of(GBM, rounds=5))
    prices = undisturbed_prices(parameters)
    assert prices.last_round == 5
    assert np.array_equal(prices.at(0), list(PRICES.values()))
    path = random_path(parameters.shock, parameters.assets, parameters.simulation)
    assert np.array_equal(prices.at(5), path[-1] * prices.start)
    assert np.array_equal(prices.at(6), prices.at(5))
    assert np.array_equal(prices.at(10**12), prices.at(5))


def test_that_a_path_without_a_length_moves_as_long_as_the_run():
    recording = engine.run(scenario_of(shock_of(GBM, rounds=None), max_rounds=2100))
    assert recording.ended == "max_rounds reached"
    prices = [step.undisturbed[2] for step in recording.rounds]
    assert len(set(prices)) == 2101


def test_that_a_path_with_a_length_lets_the_run_end():
    recording = engine.run(scenario_of(shock_of(GBM, rounds=20), max_rounds=2100))
    assert recording.ended == "no more liquidations"
    assert 20 <= len(recording.rounds) - 1 <= 22


def test_that_a_run_has_the_prices_of_the_path():
    scenario = scenario_of(shock_of(HESTON, -0.3, rounds=40))
    path = random_path(scenario.parameters.shock, scenario.parameters.assets, scenario.parameters.simulation)
    recording = engine.run(scenario)
    for step in recording.rounds[1:41]:
        assert np.array_equal(step.undisturbed, path[step.number - 1] * list(PRICES.values()))


def test_that_a_run_of_a_billion_rounds_draws_only_what_it_plays():
    steps = engine.rounds(scenario_of(shock_of(GBM, rounds=None), max_rounds=10**9))
    for _ in range(3):
        next(steps)
    steps.close()
    assert len(steps.recording.rounds) == 4


@pytest.mark.parametrize("drift", [-1e6, 1e6])
@pytest.mark.parametrize("price", [1e-30, 1.0, 1e30])
def test_that_no_price_ever_reaches_0_or_infinity(drift, price):
    process = {"kind": "gbm", "volatility": {"WETH": 1000.0}, "drift": {"WETH": drift}}
    parameters = parameters_of(shock_of(process, rounds=300), prices={**PRICES, "WETH": price})
    prices = undisturbed_prices(parameters)
    reached = np.array([prices.at(number) for number in range(301)])
    assert np.isfinite(reached).all()
    assert (reached > 0).all()


def test_that_a_path_run_away_overflows_no_figure():
    process = {"kind": "gbm", "volatility": {"WETH": 1000.0}, "drift": {"WETH": 1e6}}
    data = parameters_of(shock_of(process, rounds=300), round_seconds=86_400).to_dict()
    row = {"market": "m", "collateral_asset": "USDC", "debt_asset": "WETH"}
    data["markets"] = {"m": {"collateral": {"USDC": {"liquidation_threshold": 0.9}}}}
    data["loans"] = [{**row, "account": "a", "collateral_amount": 1e30, "debt_amount": 1e26}]
    summary = engine.run(engine.from_dict(data)).summary()
    assert summary["liquidations"] == 1
    assert math.isfinite(summary["total_loss_usd"])


def scenario_of(shock, **simulation):
    data = parameters_of(shock, **simulation).to_dict()
    return engine.from_dict({**data, "loans": []})
