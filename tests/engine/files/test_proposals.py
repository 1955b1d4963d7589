"""Proposals: files with other values for some parameters."""

from __future__ import annotations

import json

import pytest

import engine
from engine.base.faults import BadInput
from engine.files.proposals import load_proposal, save_proposal
from engine.scenario.differences import changes_between
from tests.engine.studies.books import ladder

THRESHOLD = "markets.lender.collateral.WETH.liquidation_threshold"
BOOK = ladder([12_000.0], bonus=0.05, shock={"kind": "instant", "returns": {"WETH": -0.3}})


def written(tmp_path, **content):
    path = tmp_path / "lower.json"
    path.write_text(
        json.dumps({"format": "cascade-proposal/1", "name": "Lower", "changes": {THRESHOLD: 0.7}} | content)
    )
    return path


def test_that_a_proposal_is_read_put_in_and_written_as_it_was(tmp_path):
    path = written(tmp_path)
    proposal = load_proposal(path)
    changed = proposal.apply_to(BOOK)
    assert changed.parameters.markets["lender"].collateral["WETH"].liquidation_threshold == 0.7
    assert changed.loans is BOOK.loans
    save_proposal(proposal, tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text()) == json.loads(path.read_text())


@pytest.mark.parametrize(
    "changes",
    [
        {THRESHOLD: 0.7, "liquidators.gas_usd": 20.0},
        {"assets.WETH.liquidity": {"model": "exponential", "depth_2pct_usd": 5e4}},
        {"markets.lender.rules.close": {"kind": "fraction", "close_factor": 0.25}},
        {"shock": {"kind": "sale", "usd": {"WETH": 1e5}}},
        {"shock.returns.WBTC": -0.2},
        {"cross_impact": [{"from": "WETH", "to": "WBTC", "share": 0.5}]},
        {"liquidators.min_profit_usd": 5.0, "markets.lender.safety.reserve_usd": 10.0},
    ],
)
def test_that_the_changes_between_two_scenarios_make_one_of_the_other(changes):
    other = BOOK.with_values(changes)
    for before, after in ((BOOK, other), (other, BOOK)):
        proposal = engine.Proposal.between(before, after, "There")
        assert proposal.apply_to(before).parameters == after.parameters
        assert len(proposal.changes) == len(changes)


def test_that_another_model_with_the_same_keys_keeps_its_values():
    before = BOOK.with_values({"assets.WETH.liquidity": {"model": "exponential", "depth_2pct_usd": 5e4}})
    after = BOOK.with_values({"assets.WETH.liquidity": {"model": "constant_usd", "depth_2pct_usd": 5e4}})
    changes = changes_between(before.parameters, after.parameters)
    assert before.with_values(changes).parameters == after.parameters


def test_that_a_name_alone_is_no_proposal():
    with pytest.raises(BadInput, match="changes: empty"):
        engine.Proposal.between(BOOK, BOOK.with_values({"name": "Another"}), "Nothing")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"changes": {}}, "changes: empty; allowed: at least one PATH: VALUE"),
        ({"changes": [1]}, "changes: list; allowed: values by the paths"),
        ({"name": " "}, "name: blank; allowed: a text"),
        ({"format": "cascade-scenario/1"}, "the format 'cascade-scenario/1'; allowed: a proposal"),
        ({"chances": {}}, "chances: unknown key, did you mean changes?"),
    ],
)
def test_that_a_file_that_is_no_proposal_is_refused_in_one_line(tmp_path, content, said):
    with pytest.raises(BadInput) as error:
        load_proposal(written(tmp_path, **content))
    assert str(tmp_path / "lower.json") in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"markets.aave.rules.close.close_factor": 0.5},
            "not in this scenario: there is no 'aave'; allowed: one of",
        ),
        ({"shock.returns.DOGE": -0.5}, "DOGE"),
        ({"liquidators.gas_us": 5}, "unknown key, did you mean gas_usd?"),
        ({THRESHOLD: 80}, "80"),
        ({THRESHOLD: "high"}, "a number"),
        ({"markets.lender.collateral.DOGE.liquidation_threshold": 0.5}, "not in this scenario: there is no 'DOGE'"),
    ],
)
def test_that_a_proposal_for_another_scenario_names_file_place_and_repair(tmp_path, changes, said):
    proposal = load_proposal(written(tmp_path, changes=changes))
    with pytest.raises(BadInput) as error:
        proposal.apply_to(BOOK)
    assert str(error.value).startswith(f"{tmp_path / 'lower.json'}, ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", [b"", b"[1]", b"\xff", b"{"])
def test_that_damaged_files_are_refused(tmp_path, text):
    path = tmp_path / "p.json"
    path.write_bytes(text)
    with pytest.raises(BadInput, match=r"p\.json"):
        load_proposal(path)


def test_that_a_place_that_cannot_be_written_is_said(tmp_path):
    proposal = engine.Proposal("Lower", {THRESHOLD: 0.7})
    for name in ("p.csv", "p", "nowhere/p.json"):
        with pytest.raises(BadInput):
            save_proposal(proposal, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadInput):
        load_proposal(tmp_path / "p.json")


def test_that_a_proposal_that_is_opened_as_a_scenario_says_where_it_belongs(tmp_path):
    with pytest.raises(BadInput, match="View > Compare"):
        engine.load(written(tmp_path))
