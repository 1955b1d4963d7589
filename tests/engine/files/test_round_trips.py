"""What is saved is what is opened, in both spellings."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from engine.base.faults import BadInput
from engine.files import load_scenario, read_file, save_scenario
from engine.scenario.loans import BLANK, CodedColumn, LoanTable
from engine.scenario.provenance import loans_sha256, parameters_sha256
from engine.scenario.scenario import Scenario
from tests.engine.scenarios import SMALL, scenario_dicts, small


def same(one: Scenario, other: Scenario) -> bool:
    return one.parameters == other.parameters and one.loans.same_as(other.loans)


def test_that_the_published_example_opens(tmp_path):
    path = tmp_path / "example.json"
    path.write_text(json.dumps(SMALL), encoding="utf-8")
    scenario = load_scenario(path)
    assert scenario.name == "ETH -30 %"
    assert scenario.loans.debt_amount.tolist() == [12000]


@pytest.mark.parametrize("ending", [".json", ".cascade", ".JSON", ".Cascade"])
def test_that_a_scenario_survives_saving_and_opening(tmp_path, ending):
    scenario = Scenario.from_dict(SMALL)
    path = tmp_path / f"book{ending}"
    save_scenario(scenario, path)
    assert same(load_scenario(path), scenario)


@given(scenario_dicts())
def test_that_any_scenario_is_equal_after_both_spellings(data):
    scenario = Scenario.from_dict(data)
    with tempfile.TemporaryDirectory() as folder:
        first, second, third = (Path(folder) / name for name in ("a.cascade", "b.json", "c.cascade"))
        save_scenario(scenario, first)
        save_scenario(load_scenario(first), second)
        save_scenario(load_scenario(second), third)
        for path in (first, second, third):
            found = load_scenario(path)
            assert same(found, scenario)
            assert parameters_sha256(found.parameters) == parameters_sha256(scenario.parameters)
            assert loans_sha256(found.loans) == loans_sha256(scenario.loans)
        assert json.loads(second.read_text(encoding="utf-8")) == scenario.to_dict()


@pytest.mark.parametrize("ending", [".json", ".cascade"])
def test_that_a_book_without_rows_is_kept(tmp_path, ending):
    path = tmp_path / f"empty{ending}"
    save_scenario(Scenario.from_dict(small(loans=[])), path)
    assert len(load_scenario(path).loans) == 0


def test_that_json_has_one_loan_a_line_and_short_groups_on_one_line(tmp_path):
    row = SMALL["loans"][0]
    path = tmp_path / "book.json"
    save_scenario(Scenario.from_dict(small(loans=[row, {**row, "account": "a2"}])), path)
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index('  "loans": [')
    assert [json.loads(line.rstrip(","))["account"] for line in lines[start + 1 : start + 3]] == ["a1", "a2"]
    assert lines[start + 3 :] == ["  ]", "}"]
    assert any('"returns": {"WETH": -0.3}' in line for line in lines)
    assert max(map(len, lines)) < 160


def test_that_a_long_price_path_fills_its_lines(tmp_path):
    returns = [round(-0.001 * number, 3) for number in range(500)]
    path = tmp_path / "path.json"
    save_scenario(Scenario.from_dict(small(shock={"kind": "path", "returns": {"WETH": returns}})), path)
    assert len(path.read_text(encoding="utf-8").splitlines()) < 160
    assert load_scenario(path).parameters.shock.returns["WETH"] == tuple(returns)


def test_that_a_book_with_a_byte_order_mark_opens(tmp_path):
    path = tmp_path / "notepad.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(SMALL).encode())
    assert load_scenario(path).name == SMALL["name"]


def test_that_the_file_says_how_it_was_made(tmp_path):
    scenario = Scenario.from_dict(SMALL)
    path = tmp_path / "book.cascade"
    save_scenario(scenario, path)
    found = read_file(path).provenance
    assert found["loans_sha256"] == loans_sha256(scenario.loans)
    assert found["parameters_sha256"] == parameters_sha256(scenario.parameters)
    assert set(found["sha256"]) == {"scenario.json", "loans.parquet"}
    assert {"app", "engine", "python", "numpy", "numba", "created"} <= set(found)


def test_that_the_hash_of_loans_does_not_depend_on_their_coding():
    table = Scenario.from_dict(SMALL).loans
    other = LoanTable(
        account=table.account,
        market=CodedColumn(np.array([2], dtype=np.int32), ("unused", "too", "compound")),
        collateral_asset=table.collateral_asset,
        collateral_amount=table.collateral_amount,
        debt_asset=table.debt_asset,
        debt_amount=table.debt_amount,
        liquidation_threshold=-table.liquidation_threshold,
        liquidation_bonus=table.liquidation_bonus,
    )
    assert loans_sha256(other) == loans_sha256(table)


def test_that_each_cell_counts_in_the_hash_of_loans():
    row = SMALL["loans"][0]
    books = [
        [row],
        [row, row],
        [{**row, "account": "a2"}],
        [{**row, "debt_asset": "WETH"}],
        [{**row, "debt_amount": 12000.000000000002}],
        [{**row, "liquidation_threshold": 0.5}],
        [{key: value for key, value in row.items() if not key.startswith("debt")}],
    ]
    hashes = {loans_sha256(LoanTable.from_records(book)) for book in books}
    assert len(hashes) == len(books)


def test_that_a_million_rows_are_kept(tmp_path):
    count = 1_000_000
    accounts = np.empty(count, dtype=object)
    accounts[:] = [f"0x{number:040x}" for number in range(count)]
    rows = np.arange(count)
    table = LoanTable(
        account=accounts,
        market=CodedColumn(np.zeros(count, dtype=np.int32), ("compound",)),
        collateral_asset=CodedColumn(np.where(rows % 3, 0, BLANK).astype(np.int32), ("WETH",)),
        collateral_amount=np.where(rows % 3, rows / 7, np.nan),
        debt_asset=CodedColumn((rows % 2).astype(np.int32), ("USDC", "WETH")),
        debt_amount=rows / 3,
        liquidation_threshold=np.full(count, np.nan),
        liquidation_bonus=np.full(count, np.nan),
    )
    scenario = Scenario.checked(Scenario.from_dict(SMALL).parameters, table)
    path = tmp_path / "large.cascade"
    save_scenario(scenario, path)
    assert same(load_scenario(path), scenario)


@pytest.mark.parametrize("ending", [".json", ".cascade"])
def test_that_half_a_character_in_a_name_is_refused_and_the_old_file_stays(tmp_path, ending):
    path = tmp_path / f"book{ending}"
    save_scenario(Scenario.from_dict(SMALL), path)
    before = path.read_bytes()
    row = {**SMALL["loans"][0], "account": "\ud800"}
    with pytest.raises(BadInput, match="surrogate"):
        save_scenario(Scenario.from_dict(small(loans=[row])), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(os.name == "nt", reason="pipes as POSIX has them")
@pytest.mark.parametrize("ending", [".json", ".cascade"])
def test_that_a_pipe_is_read_in_either_spelling(tmp_path, ending):
    scenario = Scenario.from_dict(SMALL)
    path, pipe = tmp_path / f"book{ending}", tmp_path / "pipe"
    save_scenario(scenario, path)
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(path.read_bytes()))
    writer.start()
    assert same(load_scenario(pipe), scenario)
    writer.join()
