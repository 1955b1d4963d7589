"""Frames of pandas, Arrow and polars become books, and books become frames."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.scenario.frames import loans_from_frame
from engine.scenario.loans import COLUMNS, LoanTable
from engine.scenario.row_faults import MOST_FAULTS
from tests.engine.scenario.test_parameters import small

ROW = small()["loans"][0]
MARKET = small()["markets"]["compound"]


def template() -> dict:
    """Two markets, one with categories, and no loans."""
    data = {key: value for key, value in small().items() if key != "loans"}
    stable = {"assets": ["WETH", "USDC"], "liquidation_threshold": 0.93, "liquidation_bonus": 0.01}
    return {**data, "markets": {"compound": MARKET, "aave": {**MARKET, "categories": {"stable": stable}}}}


class HandedOver:
    """A frame that shows nothing but Arrow's PyCapsule interface, as one of a library that nobody knows."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def pandas_of(rows: list[dict]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows]) for name in COLUMNS})


def objects_of(rows: list[dict]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in COLUMNS})


def arrow_of(rows: list[dict]) -> pa.Table:
    return pa.table({name: [row.get(name) for row in rows] for name in COLUMNS})


FRAMES = [pandas_of, objects_of, arrow_of, lambda rows: HandedOver(arrow_of(rows))]


def lines_of(make) -> list[str]:
    with pytest.raises(engine.BadInput) as caught:
        make()
    return [str(fault) for fault in caught.value.faults]


def outcome(make) -> LoanTable | list[str]:
    try:
        return make()
    except engine.BadInput as bad:
        return [str(fault) for fault in bad.faults]


amounts = st.one_of(st.none(), st.floats(0, 1e12), st.integers(0, 10**15))
assets = st.sampled_from([None, "USDC", "WETH"])
good_rows = st.fixed_dictionaries(
    {
        "account": st.text(min_size=1, max_size=3),
        "market": st.sampled_from(["compound", "aave"]),
        "collateral_asset": assets,
        "collateral_amount": amounts,
        "debt_asset": assets,
        "debt_amount": amounts,
        "liquidation_threshold": st.sampled_from([None, 0.5, 0.9]),
        "liquidation_bonus": st.sampled_from([None, 0, 0.05]),
        "category": st.sampled_from([None, "", "stable"]),
    }
)
anything = st.sampled_from(
    [None, "", "WETH", "1", 3, -1.5, 10**400, True, float("inf"), b"x", [1], {"a": 1}, pd.Timestamp(0), 1j]
)
bad_rows = st.builds(lambda row, name, value: {**row, name: value}, good_rows, st.sampled_from(COLUMNS), anything)


@given(st.lists(good_rows, max_size=8), st.sampled_from(FRAMES))
def test_that_a_frame_is_read_as_its_rows_are(rows, frame_of):
    table = loans_from_frame(frame_of(rows))
    by_rows = LoanTable.from_records(rows)
    assert table.same_as(by_rows)
    assert table.to_records() == by_rows.to_records()


@given(st.lists(st.one_of(good_rows, bad_rows), max_size=8))
def test_that_a_wrong_frame_says_what_its_rows_say(rows):
    read = outcome(lambda: loans_from_frame(objects_of(rows)))
    by_rows = outcome(lambda: LoanTable.from_records(rows))
    if isinstance(by_rows, LoanTable):
        assert isinstance(read, LoanTable)
        assert read.same_as(by_rows)
    else:
        assert read == by_rows


@given(st.lists(good_rows, max_size=8))
def test_that_a_book_survives_the_way_to_a_frame_and_back(rows):
    loans = LoanTable.from_records(rows)
    scenario = engine.Scenario(engine.from_dict({**template(), "loans": []}).parameters, loans)
    frame = engine.to_frame(scenario)
    assert len(frame) == len(rows)
    assert loans_from_frame(frame).same_as(loans)
    assert loans_from_frame(HandedOver(pa.Table.from_pandas(frame))).same_as(loans)


@pytest.mark.parametrize("frame_of", FRAMES)
def test_that_a_book_of_a_frame_runs_as_the_book_of_its_rows(frame_of):
    rows = [
        ROW,
        {**ROW, "account": "b", "market": "aave", "category": "stable"},
        {**ROW, "debt_asset": None} | {"debt_amount": None},
    ]
    scenario = engine.from_frame(frame_of(rows), template())
    by_rows = engine.from_dict({**template(), "loans": rows})
    assert scenario.loans.same_as(by_rows.loans)
    assert scenario.parameters == by_rows.parameters


@pytest.mark.parametrize("frame_of", FRAMES)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"account": ""}, "loans row 2, account: ''; allowed: a name"),
        ({"account": None}, "loans row 2, account: None; allowed: a name"),
        ({"market": None}, "loans row 2, market: None; allowed: a name"),
        ({"market": "venus"}, "loans row 2, market: 'venus'; allowed: one of compound, aave"),
        ({"collateral_asset": "DOGE"}, "loans row 2, collateral_asset: 'DOGE'; allowed: one of USDC, WETH"),
        ({"collateral_asset": None}, "loans row 2, collateral_asset: blank"),
        ({"collateral_amount": -1.0}, "loans row 2, collateral_amount: -1"),
        ({"collateral_amount": None}, "loans row 2, collateral_amount: blank"),
        ({"debt_amount": float("inf")}, "loans row 2, debt_amount: inf; allowed: a finite number"),
        ({"liquidation_threshold": 1.5}, "loans row 2, liquidation_threshold: 1.5"),
        ({"liquidation_bonus": -0.1}, "loans row 2, liquidation_bonus: -0.1"),
        ({"category": "stable"}, "loans row 2, category: 'stable'; allowed: blank, as compound has no categories"),
        ({"market": "aave", "category": "eth"}, "loans row 2, category: 'eth'; allowed: one of stable, or blank"),
        (
            {"account": "a1", "liquidation_bonus": 0.2},
            "loans row 2, liquidation_bonus: 0.2; allowed: blank as in row 1",
        ),
    ],
)
def test_that_a_bad_cell_is_named_by_row_and_column(frame_of, change, said):
    rows = [ROW, {**ROW, "account": "a2", **change}, {**ROW, "account": "a3"}]
    assert any(line.startswith(said) for line in lines_of(lambda: engine.from_frame(frame_of(rows), template())))


@pytest.mark.parametrize("frame_of", FRAMES)
def test_that_rows_of_an_account_that_disagree_on_their_category_are_refused(frame_of):
    rows = [{**ROW, "market": "aave", "category": "stable"}, {**ROW, "market": "aave", "debt_amount": 5}]
    lines = lines_of(lambda: engine.from_frame(frame_of(rows), template()))
    assert lines == ["loans row 2, category: blank; allowed: 'stable' as in row 1 of the same account"]


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("account", [7, 8], "loans row 1, account: 7; allowed: a name"),
        ("market", [1, 1], "loans row 1, market: 1; allowed: a name"),
        ("debt_asset", [None, True], "loans row 2, debt_asset: True; allowed: the name of an asset, or left out"),
        ("debt_amount", [1.0, float("nan")], "loans row 2, debt_amount: nan; allowed: a finite number, or left out"),
        ("debt_amount", ["1", "2"], "loans row 1, debt_amount: '1'; allowed: a finite number, or left out"),
        ("debt_amount", [True, None], "loans row 1, debt_amount: True; allowed: a finite number, or left out"),
    ],
)
def test_that_a_wrong_column_of_an_arrow_table_is_named(column, values, said):
    table = arrow_of([ROW, ROW]).drop_columns([column]).append_column(column, pa.array(values))
    assert said in lines_of(lambda: loans_from_frame(table))


def test_that_nan_is_blank_in_a_pandas_frame():
    frame = pandas_of([ROW, {**ROW, "debt_asset": np.nan, "debt_amount": np.nan}])
    assert loans_from_frame(frame).to_records()[1].keys() == ROW.keys() - {"debt_asset", "debt_amount"}


TEXT_TYPES = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]


@pytest.mark.parametrize("kind", TEXT_TYPES, ids=str)
@pytest.mark.parametrize("pieces", [1, 3])
def test_that_text_of_every_kind_of_arrow_is_read(kind, pieces):
    rows = [{**ROW, "account": f"a{n}", "debt_asset": name} for n, name in enumerate(["USDC", None, "WETH"])]
    table = pa.concat_tables([arrow_of(rows)] * pieces)
    for name in ("account", "market", "collateral_asset", "debt_asset"):
        texts = [pa.array(part.to_pylist(), pa.string()) for part in table[name].chunks]
        typed = [text.dictionary_encode() if pa.types.is_dictionary(kind) else text.cast(kind) for text in texts]
        table = table.set_column(table.column_names.index(name), name, pa.chunked_array(typed))
    assert loans_from_frame(table).same_as(LoanTable.from_records(rows * pieces))


@pytest.mark.parametrize(
    "dtype", ["int64", "Int64", "uint8", "float32", "Float64", "int32[pyarrow]", "double[pyarrow]"]
)
def test_that_numbers_of_every_kind_of_pandas_are_read(dtype):
    frame = pandas_of([ROW, ROW]).assign(debt_amount=pd.Series([7, 9], dtype=dtype))
    assert loans_from_frame(frame).debt_amount.tolist() == [7.0, 9.0]


@pytest.mark.parametrize(
    "kind", [pa.int64(), pa.uint64(), pa.float32(), pa.decimal128(20, 4), pa.decimal256(60, 2)], ids=str
)
def test_that_numbers_of_every_kind_of_arrow_are_read(kind):
    amounts = pa.array([Decimal(7), None] if pa.types.is_decimal(kind) else [7, None], type=kind)
    table = arrow_of([ROW, ROW])
    table = table.set_column(table.column_names.index("debt_amount"), "debt_amount", amounts)
    np.testing.assert_array_equal(loans_from_frame(table).debt_amount, [7.0, np.nan])


def test_that_single_numbers_of_every_kind_are_read():
    cells = [Decimal("0.5"), Fraction(1, 2), np.float32(0.5), np.int64(2), 3, None]
    frame = objects_of([ROW] * len(cells)).assign(debt_amount=pd.Series(cells, dtype=object))
    np.testing.assert_array_equal(loans_from_frame(frame).debt_amount, [0.5, 0.5, 0.5, 2, 3, np.nan])


def test_that_categories_without_a_row_are_no_names():
    frame = pandas_of([ROW, ROW])
    frame["market"] = pd.Categorical(frame["market"], categories=["aave", "compound", "venus"])
    frame["account"] = frame["account"].astype("category")
    assert loans_from_frame(frame).market.names == ("compound",)
    assert loans_from_frame(frame).account.tolist() == ["a1", "a1"]


def test_that_the_frame_keeps_its_values_whatever_becomes_of_the_book():
    frame = pandas_of([ROW])
    table = loans_from_frame(frame)
    frame.loc[0, "debt_amount"] = 5.0
    assert table.debt_amount.tolist() == [12000.0]
    out = engine.to_frame(engine.from_frame(frame, template()))
    out.loc[0, "debt_amount"] = 6.0
    assert frame["debt_amount"].tolist() == [5.0]


def test_that_columns_are_known_there_and_there_once():
    frame = pandas_of([ROW])
    assert lines_of(lambda: loans_from_frame(frame.assign(colour="red")))[0].startswith("loans, column colour: unknown")
    assert lines_of(lambda: loans_from_frame(frame.drop(columns="market"))) == [
        "loans, column market: missing; allowed: a name in every row"
    ]
    twice = pd.concat([frame, frame[["debt_amount"]]], axis="columns")
    assert lines_of(lambda: loans_from_frame(twice)) == ["loans, column debt_amount: 2 times; allowed: once"]


def test_that_columns_that_are_left_out_are_blank():
    table = loans_from_frame(pandas_of([ROW])[["account", "market", "debt_asset", "debt_amount"]])
    assert table.to_records() == [{key: ROW[key] for key in ("account", "market", "debt_asset", "debt_amount")}]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pa.table({}), pandas_of([]), arrow_of([])])
def test_that_a_frame_without_rows_is_an_empty_book(frame):
    assert len(engine.from_frame(frame, template()).loans) == 0


@pytest.mark.parametrize("loans", [None, [ROW], {"account": ["a"]}, "book.csv"])
def test_that_what_is_no_frame_is_refused(loans):
    assert lines_of(lambda: engine.from_frame(loans, template()))[0].startswith("the loans: ")


def test_that_many_wrong_cells_are_counted_and_not_all_listed():
    frame = pandas_of([ROW] * (MOST_FAULTS + 20)).assign(market=1, debt_amount="x")
    lines = lines_of(lambda: loans_from_frame(frame))
    assert lines[:2] == [
        "loans row 1, market: 1; allowed: a name",
        "loans row 1, debt_amount: 'x'; allowed: a finite number, or left out",
    ]
    assert len(lines) == MOST_FAULTS + 1
    assert lines[-1] == f"loans: {MOST_FAULTS + 40} more faults"


def test_that_a_template_is_a_scenario_or_its_dict_without_loans():
    frame = pandas_of([ROW])
    whole = engine.from_dict({**template(), "loans": [{**ROW, "account": "other"}]})
    assert engine.from_frame(frame, whole).loans.account.tolist() == ["a1"]
    assert lines_of(lambda: engine.from_frame(frame, whole.to_dict()))[0].startswith("the template, loans: given")
    assert lines_of(lambda: engine.from_frame(frame, "book.cascade"))[0].startswith("the template: str")
    assert lines_of(lambda: engine.from_frame(frame, {"assets": {}, "markets": {}}))[0].startswith("format: missing")


def test_that_an_arrow_table_is_read_without_pandas():
    code = (
        "import io, sys; from pyarrow.csv import read_csv; from engine.scenario.frames import loans_from_frame\n"
        "table = read_csv(io.BytesIO(b'account,market,debt_asset,debt_amount\\na,m,USDC,1.5\\nb,m,,\\n'))\n"
        "assert loans_from_frame(table).debt_amount[0] == 1.5\n"
        "assert 'pandas' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
