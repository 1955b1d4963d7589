"""The scenario schema: what it accepts, what it says of everything else."""

from __future__ import annotations

import copy

import pytest
from pydantic import BaseModel

import engine
from engine.scenario.schema import Parameters
from engine.scenario.schema.fields import Section


def small() -> dict:
    return {
        "format": "cascade-scenario/1",
        "name": "small",
        "assets": {
            "USDC": {"price": 1.0},
            "WETH": {
                "price": 2000.0,
                "liquidity": {"model": "exponential", "depth_2pct_usd": 1e6},
                "oracle": {"kind": "threshold", "deviation": 0.005, "heartbeat_rounds": 300},
            },
        },
        "markets": {"compound": {"collateral": {"WETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}}},
        "shock": {"kind": "instant", "returns": {"WETH": -0.3}},
        "loans": [
            {
                "account": "a1",
                "market": "compound",
                "collateral_asset": "WETH",
                "collateral_amount": 10,
                "debt_asset": "USDC",
                "debt_amount": 12000,
            }
        ],
    }


def changed(path: str, value: object) -> dict:
    data = copy.deepcopy(small())
    *holders, last = path.split("/")
    holder = data
    for key in holders:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    holder[last] = value
    return data


def faults_of(data: dict) -> list[str]:
    with pytest.raises(engine.BadInput) as caught:
        engine.from_dict(data)
    return [str(fault) for fault in caught.value.faults]


def test_that_a_scenario_survives_the_way_to_a_dict_and_back():
    scenario = engine.from_dict(small())
    again = engine.from_dict(scenario.to_dict())
    assert again.parameters == scenario.parameters
    assert again.loans.same_as(scenario.loans)


def test_that_everything_but_assets_markets_and_loans_may_be_left_out():
    data = {key: small()[key] for key in ("format", "assets", "markets", "loans")}
    parameters = engine.from_dict(data).parameters
    assert parameters.simulation.max_rounds == 1000
    assert parameters.simulation.round_seconds == 12
    assert parameters.simulation.dust_usd == 1e-6
    assert parameters.liquidators.priority == "largest_debt"
    assert parameters.markets["compound"].rules.close.kind == "fraction"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("shokc", {}, "shokc: unknown key, did you mean shock?"),
        ("liquidators", {"latency": 3}, "liquidators.latency: unknown key"),
        ("assets/WETH/price", 0, "assets.WETH.price: 0; allowed: greater than 0"),
        ("assets/WETH/price", "2000", "assets.WETH.price: '2000'; allowed: a number is needed"),
        ("assets/WETH/price", True, "assets.WETH.price: True"),
        ("assets/WETH/price", float("nan"), "assets.WETH.price: nan; allowed: a finite number"),
        ("assets/WETH/price", float("inf"), "assets.WETH.price: inf; allowed: a finite number"),
        ("assets/WETH/liquidity/depth_2pct_usd", -5, "liquidity.depth_2pct_usd: -5"),
        ("assets/WETH/liquidity/depth", 5, "liquidity.depth: unknown key, did you mean depth_2pct"),
        ("assets/WETH/liquidity/model", "deep", "assets.WETH.liquidity.model: 'deep'; allowed"),
        ("assets/WETH/oracle/kind", "model", "assets.WETH.oracle.base: missing"),
        (
            "markets/compound/collateral/WETH/liquidation_threshold",
            1.5,
            "markets.compound.collateral.WETH.liquidation_threshold: 1.5; allowed: less than 1.5",
        ),
        (
            "markets/compound/collateral/WETH/liquidation_threshold",
            -0.1,
            "liquidation_threshold: -0.1",
        ),
        ("markets/compound/collateral/DOGE", {"liquidation_threshold": 0.5}, "unknown asset 'DOGE'"),
        ("shock/returns/DOGE", -0.1, "shock.returns.DOGE: unknown asset 'DOGE'"),
        ("shock/returns/WETH", -1, "shock.returns.WETH: -1; allowed: greater than -1"),
        ("cross_impact", [{"from": "WETH", "to": "X", "share": 1}], "cross_impact.0.to: unknown"),
        ("cross_impact", [{"from": "WETH", "to": "WETH", "share": 1}], "from WETH to itself"),
        (
            "cross_impact",
            [{"from": "WETH", "to": "USDC", "share": 1}] * 2,
            "cross_impact.1: WETH to USDC is given twice",
        ),
        ("shock", {"kind": "path", "returns": {"WETH": []}}, "shock.returns: columns of [0]"),
        (
            "shock",
            {"kind": "path", "returns": {"WETH": [0], "USDC": [0, 0]}},
            "shock.returns: columns of [1, 2] rounds",
        ),
        ("assets", {}, "assets: none given; allowed: at least one"),
        ("format", "cascade-scenario/9", "format: 'cascade-scenario/9'"),
        ("simulation", {"max_rounds": 2.5}, "simulation.max_rounds: 2.5"),
        ("loans", None, "loans: NoneType"),
    ],
)
def test_that_a_fault_is_said_with_its_place(path: str, value: object, said: str):
    lines = faults_of(changed(path, value))
    assert any(said in line for line in lines), lines
    assert all("\n" not in line for line in lines)


def test_that_all_faults_are_said_at_once():
    data = changed("assets/WETH/price", -1)
    data["liquidators"] = {"latency_rounds": -1}
    assert len(faults_of(data)) == 2


def test_that_a_curve_whose_points_do_not_rise_is_refused():
    data = changed("assets/WETH/liquidity", {"model": "curve", "points": [[0.1, 5], [0.05, 9]]})
    assert "[0.05, 9] does not follow [0.1, 5]" in faults_of(data)[0]


def test_that_a_model_oracle_may_not_stand_on_a_model_oracle():
    data = changed("assets/A", {"price": 1, "oracle": {"kind": "model", "base": "B", "ratio": 1}})
    data["assets"]["B"] = {"price": 1, "oracle": {"kind": "model", "base": "USDC", "ratio": 1}}
    assert "B has a model oracle itself" in faults_of(data)[0]


def sections_below(section: type[Section]) -> list[type[Section]]:
    return [section, *(below for sub in section.__subclasses__() for below in sections_below(sub))]


def test_that_every_parameter_carries_a_label_and_a_help_text():
    unlabelled = [
        f"{section.__name__}.{name}"
        for section in sections_below(Section)
        if section.__module__.startswith("engine.scenario.schema")
        for name, field in section.model_fields.items()
        if name not in {"kind", "model"} and not (field.title and field.description)
    ]
    assert unlabelled == []


def test_that_the_schema_of_the_file_can_be_written_as_json_schema():
    schema = Parameters.model_json_schema(by_alias=True)
    assert issubclass(Parameters, BaseModel)
    assert schema["properties"]["liquidators"]
    assert schema["$defs"]["CrossImpact"]["required"] == ["from", "to", "share"]
    assert schema["$defs"]["Collateral"]["properties"]["liquidation_threshold"]["unit"] == "share"
