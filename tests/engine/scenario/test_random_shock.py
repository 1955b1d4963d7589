"""Random shocks in scenario files: what is accepted, what is refused and in which words."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.schema import Correlation
from engine.scenario.schema.correlation import correlation_matrix, correlation_root, smallest_eigenvalue
from tests.engine.market.shocked import BOOTSTRAP, EVERY_PROCESS, GBM, HESTON, JUMPS, parameters_of, shock_of

every_process = pytest.mark.parametrize("process", EVERY_PROCESS.values(), ids=EVERY_PROCESS)


def faults_of(shock, **simulation) -> list[str]:
    with pytest.raises(BadInput) as refused:
        parameters_of(shock, **simulation)
    return [str(fault) for fault in refused.value.faults]


@every_process
def test_that_a_random_shock_comes_back_as_it_was(process):
    parameters = parameters_of(shock_of(process, None if process["kind"] == "bootstrap" else 0.5))
    assert type(parameters).from_dict(parameters.to_dict()) == parameters


def test_that_the_shock_of_the_method_is_accepted_as_it_is_written_there():
    process = {"kind": "gbm", "volatility": {"WETH": 0.8}, "drift": {"WETH": 0.0}}
    parameters = parameters_of({"kind": "random", "process": process})
    assert parameters.shock.over_rounds is None
    assert parameters.shock.correlation == ()


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ({"kind": "random"}, "shock.process: missing"),
        ({"kind": "randm"}, "shock.kind: 'randm'; allowed: one of 'instant', 'path', 'random'"),
        (shock_of({"volatility": {"WETH": 1}}), "shock.process.kind: missing"),
        (shock_of({"kind": "brownian"}), "shock.process.kind: 'brownian'; allowed: one of 'gbm', 'jump_diffusion'"),
        (shock_of({"kind": "gbm"}), "shock.process.volatility: missing"),
        (shock_of({"kind": "gbm", "volatility": {"WETH": -0.1}}), "shock.process.volatility.WETH: -0.1"),
        (shock_of({"kind": "gbm", "volatility": {"WETH": "0.8"}}), "shock.process.volatility.WETH: '0.8'"),
        (shock_of({"kind": "gbm", "volatility": {"DOGE": 0.8}}), "shock.process.volatility.DOGE: unknown asset 'DOGE'"),
        (shock_of({**GBM, "drift": {"DOGE": 0.8}}), "shock.process.drift.DOGE: unknown asset 'DOGE'"),
        (shock_of({**GBM, "drfit": {}}), "shock.process.drfit: unknown key, did you mean drift?"),
        (shock_of(GBM, rounds=0), "shock.over_rounds: 0"),
        (shock_of({**JUMPS, "jump_intensity": -1}), "shock.process.jump_intensity: -1"),
        (shock_of({**JUMPS, "jump_std": -1}), "shock.process.jump_std: -1"),
        (shock_of({**JUMPS, "jumps": "rare"}), "shock.process.jumps: 'rare'; allowed: 'common' or 'own'"),
        (shock_of({**HESTON, "leverage": -1.5}), "shock.process.leverage: -1.5"),
        (shock_of({**HESTON, "mean_reversion": 1000}), "1000 a year overshoots in one round; allowed: at most 365"),
        (shock_of(GBM, rho=1.5), "shock.correlation.0.rho: 1.5"),
        (shock_of(BOOTSTRAP, rho=0.5), "shock.correlation: given beside a history"),
        (shock_of({**BOOTSTRAP, "block_rounds": 7}), "block_rounds: 7 rounds; allowed: at most the 6 rounds"),
        (shock_of({**BOOTSTRAP, "history": {}}), "shock.process.history: no asset"),
        (shock_of({**BOOTSTRAP, "history": {"WETH": []}}), "shock.process.history: columns of [0] rounds"),
        (
            shock_of({**BOOTSTRAP, "history": {"WETH": [0.1, 0.2, 0.3], "WBTC": [0.1]}}),
            "shock.process.history: columns of [1, 3] rounds",
        ),
        (shock_of({**BOOTSTRAP, "history": {"WETH": [-1]}}), "shock.process.history.WETH.0: -1"),
        (shock_of({**BOOTSTRAP, "history": {"DOGE": [0.1] * 3}}), "shock.process.history.DOGE: unknown asset 'DOGE'"),
    ],
)
def test_that_a_fault_of_a_random_shock_is_said_with_its_place(shock, said):
    lines = faults_of(shock)
    assert any(said in line for line in lines), lines
    assert all("\n" not in line for line in lines)


def pairs(*entries):
    shock = shock_of({**GBM, "volatility": {"WETH": 0.8, "WBTC": 0.6, "USDC": 0.01}})
    return {**shock, "correlation": [{"a": a, "b": b, "rho": rho} for a, b, rho in entries]}


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        (pairs(("WETH", "WETH", 1)), "shock.correlation.0: WETH with itself"),
        (pairs(("WETH", "WBTC", 1), ("WBTC", "WETH", 1)), "shock.correlation.1: WBTC and WETH are given twice"),
        (pairs(("WETH", "DOGE", 1)), "shock.correlation.0.b: unknown asset 'DOGE'"),
        ({**pairs(("USDC", "WETH", 1)), "process": GBM}, "shock.correlation.0.a: USDC does not move"),
        (
            pairs(("WETH", "WBTC", 0.9), ("WBTC", "USDC", 0.9), ("WETH", "USDC", -0.9)),
            "shock.correlation: the matrix of USDC, WBTC, WETH is not positive semidefinite (smallest eigenvalue -0.8)",
        ),
    ],
)
def test_that_a_fault_of_a_correlation_is_said_with_its_place(shock, said):
    lines = faults_of(shock)
    assert len(lines) == 1
    assert said in lines[0]


def test_that_rounds_longer_than_a_year_are_refused():
    assert "simulation.round_seconds: 3.2e+07 s" in faults_of(shock_of(GBM), round_seconds=3.2e7)[0]


def test_that_assets_that_are_one_may_be_fully_correlated():
    shock = pairs(("WETH", "WBTC", 1), ("WETH", "USDC", -1), ("WBTC", "USDC", -1))
    assert parameters_of(shock).shock.correlation[0].rho == 1


def matrix_of(names: str, **entries: float):
    return correlation_matrix(names, [Correlation(a=key[0], b=key[1], rho=rho) for key, rho in entries.items()])


@pytest.mark.parametrize(
    "matrix",
    [
        matrix_of(""),
        matrix_of("a"),
        matrix_of("abc", ab=0.8, bc=-0.5),
        matrix_of("abc", ab=1.0, bc=0.5, ac=0.5),
        matrix_of("abcd", ab=-1.0, cd=1.0),
        matrix_of("abcde", ab=0.3, ac=0.3, ad=0.3, ae=0.3, bc=0.3, bd=0.3, be=0.3, cd=0.3, ce=0.3, de=0.3),
    ],
)
def test_that_the_root_of_a_correlation_matrix_gives_it_back(matrix):
    root = correlation_root(matrix)
    assert root @ root.T == pytest.approx(matrix, abs=1e-12)
    assert np.array_equal(root, np.tril(root))


def test_that_the_entries_that_contradict_each_other_are_found():
    smallest, involved = smallest_eigenvalue(matrix_of("abcd", ac=0.9, cd=0.9, ad=-0.9))
    assert smallest == pytest.approx(-0.8)
    assert involved == [0, 2, 3]


@pytest.mark.parametrize(
    ("path", "value", "label"),
    [
        ("shock.process.volatility.WETH", 1.2, "WETH"),
        ("shock.process.vol_of_vol", 0.5, "Volatility of variance"),
        ("shock.process.long_run_volatility", 0.5, "Long-run volatility"),
        ("shock.correlation.0.rho", 0.25, "Correlation"),
        ("shock.over_rounds", 99, "Lasts"),
    ],
)
def test_that_parameters_of_a_random_shock_are_set_by_their_paths(path, value, label):
    parameters = parameters_of(shock_of(HESTON, 0.5))
    assert parameter_paths.describe(parameters, path).label == label
    changed = parameter_paths.replace(parameters, path, value)
    assert parameter_paths.get(changed, path) == value


@every_process
def test_that_a_random_shock_is_saved_and_opened(process, tmp_path):
    data = parameters_of(shock_of(process)).to_dict()
    scenario = engine.from_dict({**data, "loans": []})
    for name in ("random.json", "random.cascade"):
        engine.save(scenario, tmp_path / name)
        assert engine.load(tmp_path / name).parameters == scenario.parameters
