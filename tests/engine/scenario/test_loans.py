"""The loan table and its checks against the parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import engine
from engine.scenario import row_faults
from engine.scenario.loans import COLUMNS, CodedColumn, LoanTable
from engine.scenario.row_faults import MOST_FAULTS
from tests.engine.scenario.test_parameters import faults_of, small


def with_rows(*rows: dict) -> dict:
    return {**small(), "loans": list(rows)}


ROW = small()["loans"][0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"account": ""}, "loans row 2, account: ''; allowed: a name"),
        ({"account": None}, "loans row 2, account: None"),
        ({"market": "aave"}, "loans row 2, market: 'aave'; allowed: one of compound"),
        ({"collateral_asset": "DOGE"}, "loans row 2, collateral_asset: 'DOGE'; allowed: one of USDC"),
        ({"collateral_amount": -1}, "loans row 2, collateral_amount: -1"),
        ({"collateral_amount": float("nan")}, "loans row 2, collateral_amount: nan"),
        ({"collateral_amount": "10"}, "loans row 2, collateral_amount: '10'"),
        ({"collateral_amount": None}, "loans row 2, collateral_amount: blank"),
        ({"collateral_asset": None}, "loans row 2, collateral_asset: blank"),
        ({"debt_amount": -2}, "loans row 2, debt_amount: -2"),
        ({"debt_amount": float("inf")}, "loans row 2, debt_amount: inf"),
        ({"liquidation_threshold": 1.5}, "loans row 2, liquidation_threshold: 1.5"),
        ({"liquidation_bonus": -0.1}, "loans row 2, liquidation_bonus: -0.1"),
        ({"collateral_asset": "USDC"}, "'USDC' is no collateral of 'compound'"),
        ({"ltv": 3}, "loans row 2, ltv: unknown key"),
    ],
)
def test_that_a_bad_cell_is_named_by_row_and_column(change: dict, said: str):
    lines = faults_of(with_rows(ROW, {**ROW, "account": "a2", **change}))
    assert any(said in line for line in lines), lines


def test_that_either_side_of_a_row_may_be_blank():
    left = {key: ROW[key] for key in ("account", "market", "collateral_asset", "collateral_amount")}
    right = {key: ROW[key] for key in ("account", "market", "debt_asset", "debt_amount")}
    scenario = engine.from_dict(with_rows(left, right))
    assert scenario.loans.to_records() == [left, right]


def test_that_collateral_its_market_does_not_list_needs_a_threshold_and_bonus_of_its_own():
    bespoke = {**ROW, "collateral_asset": "USDC", "liquidation_threshold": 0.9}
    assert "no collateral" in faults_of(with_rows(bespoke))[0]
    assert engine.from_dict(with_rows({**bespoke, "liquidation_bonus": 0.02}))


def test_that_rows_of_one_account_must_agree_on_their_overrides():
    first = {**ROW, "liquidation_threshold": 0.9}
    assert "0.9 as in row 1" in faults_of(with_rows(first, {**ROW, "liquidation_threshold": 0.8}))[0]
    assert "blank; allowed: 0.9 as in row 1" in faults_of(with_rows(first, ROW))[0]
    assert engine.from_dict(with_rows(first, {**ROW, "account": "b"}))


def test_that_many_faults_are_counted_and_not_all_listed():
    rows = [{**ROW, "market": "nowhere"}] * (MOST_FAULTS + 20)
    lines = faults_of(with_rows(*rows))
    assert len(lines) == MOST_FAULTS + 1
    assert lines[-1] == "loans: 20 more faults"


def test_that_a_column_wrong_throughout_costs_no_more_than_what_is_told(monkeypatch):
    made, fault = [], row_faults.Fault
    monkeypatch.setattr(row_faults, "Fault", lambda *words: made.append(words) or fault(*words))
    lines = faults_of(with_rows(*[{**ROW, "market": "nowhere", "collateral_asset": "DOGE"}] * 5000))
    assert lines[-1] == "loans: 9900 more faults"
    assert len(made) == 2 * MOST_FAULTS + 1


def test_that_a_frame_becomes_a_book():
    template = engine.from_dict(small())
    frame = pd.DataFrame([{**ROW, "account": f"a{n}", "debt_amount": n} for n in range(1, 4)])
    frame.loc[1, "debt_asset"] = None
    frame.loc[1, "debt_amount"] = np.nan
    scenario = engine.from_frame(frame, template)
    assert len(scenario.loans) == 3
    assert "debt_asset" not in scenario.loans.to_records()[1]


def test_that_a_frame_with_an_unknown_column_is_refused():
    template = engine.from_dict(small())
    with pytest.raises(engine.BadInput, match="loans, column colour: unknown"):
        engine.from_frame(pd.DataFrame([{**ROW, "colour": "red"}]), template)


def test_that_tables_are_the_same_whatever_the_order_of_their_name_lists():
    table = LoanTable.from_records([ROW, {**ROW, "debt_asset": "DAI"}])
    other = LoanTable.from_records([ROW, {**ROW, "debt_asset": "DAI"}])
    swapped = CodedColumn(1 - other.debt_asset.codes, other.debt_asset.names[::-1])
    assert table.same_as(
        LoanTable(
            **{
                **{name: getattr(other, name) for name in COLUMNS},
                "debt_asset": swapped,
            }
        )
    )
    assert not table.same_as(LoanTable.from_records([ROW, ROW]))
    assert not table.same_as(LoanTable.empty())


def test_that_columns_in_the_same_place_are_not_compared(monkeypatch):
    table = LoanTable.from_records([ROW, {**ROW, "debt_asset": "DAI"}])
    shared = LoanTable(**{name: getattr(table, name) for name in COLUMNS} | {"debt_amount": table.debt_amount.copy()})
    compared, compare = [], np.array_equal
    monkeypatch.setattr(
        np, "array_equal", lambda *args, **options: compared.append(args[0]) or compare(*args, **options)
    )
    assert table.same_as(shared)
    assert [column is table.debt_amount for column in compared] == [True]
