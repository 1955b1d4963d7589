"""A sweep's cells are single runs."""

from __future__ import annotations

import pytest

import engine
from engine.base.faults import BadInput
from tests.engine.studies.books import ladder

DEEP = {"model": "exponential", "depth_2pct_usd": 20_000.0}


@pytest.fixture
def scenario():
    return ladder([12_000.0, 13_000.0, 14_500.0], bonus=0.05, liquidity=DEEP,
                  shock={"kind": "instant", "returns": {"WETH": -0.1}})  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2])
def test_that_each_cell_is_the_run_that_engine_run_makes(scenario, threads):
    axis = {"shock.returns.WETH": [-0.1, -0.25], "markets.lender.collateral.WETH.liquidation_threshold": [0.7, 0.8]}
    measures = ["total_loss_usd", "repaid_usd", "liquidations", "amplification.WETH", "rounds"]
    found = engine.studies.sweep(scenario, axis=axis, measure=measures, threads=threads)
    frame = found.frame()
    assert len(frame) == 4
    for row in range(4):
        assert found.open(row).to_dict() == scenario.with_values({path: frame[path][row] for path in axis}).to_dict()
        summary = engine.run(found.open(row)).summary()
        for name in measures[:3]:
            assert frame[name][row] == pytest.approx(summary[name], rel=1e-12), name
        assert frame["amplification.WETH"][row] == pytest.approx(summary["amplification"]["WETH"], rel=1e-12)
        assert frame["rounds"][row] == summary["rounds"]
    assert found.figures["repaid_usd.max"] == frame["repaid_usd"].max()


def test_that_axes_are_read_as_the_command_writes_them(scenario):
    found = engine.studies.sweep(scenario, axis="shock.returns.WETH=-0.1:-0.3:3", measure="repaid_usd,liquidations")
    assert found.frame()["shock.returns.WETH"].tolist() == pytest.approx([-0.1, -0.2, -0.3])
    assert list(found.frame()) == ["shock.returns.WETH", "repaid_usd", "liquidations"]
    switched = engine.studies.sweep(scenario, axis="liquidators.priority=largest_debt,lowest_health")
    assert switched.frame()["liquidators.priority"].tolist() == ["largest_debt", "lowest_health"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"axis": {"shock.returns.WTEH": [-0.1]}}, "shock.returns.WTEH"),
        ({"axis": {"shock.returns.WETH": []}}, "at least one"),
        ({"axis": {}}, "at least one"),
        ({}, "axis: missing"),
        ({"axis": {"shock.returns.WETH": [-0.1]}, "measure": "loss"}, "total_loss_usd"),
        ({"axis": "shock.returns.WETH=-0.1:-0.5:0"}, "FROM:TO:N"),
        ({"axis": "shock.returns.WETH"}, "PATH="),
        ({"axis": {"shock.returns.WETH": [-1.5]}}, "shock.returns.WETH"),
        ({"axes": {"shock.returns.WETH": [-0.1]}}, "did you mean axis"),
    ],
)
def test_that_bad_input_names_its_place_and_what_is_allowed(scenario, settings, said):
    with pytest.raises(BadInput) as error:
        engine.studies.sweep(scenario, **settings)
    assert said in str(error.value)
