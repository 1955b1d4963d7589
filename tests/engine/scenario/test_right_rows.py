"""Of a book in which something is wrong, the accounts that are right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.scenario.loans import LoanTable
from engine.scenario.right_rows import right_rows
from engine.scenario.validation import faulty_rows, loan_faults
from tests.shared import RESOURCES

SCENARIO = engine.load(RESOURCES / "examples" / "teaching-book.json")
ROWS = SCENARIO.loans.to_records()


def table(changes):
    records = [dict(row) for row in ROWS]
    for row, change in changes.items():
        records[row] |= change
    return LoanTable.from_records(records)


def test_that_an_account_with_a_wrong_row_is_left_out_whole():
    records = [*ROWS, {**ROWS[0], "collateral_asset": "USD"}]
    records[0] = {**records[0], "debt_asset": "NOBODY"}
    left = right_rows(SCENARIO.parameters, LoanTable.from_records(records))
    assert left is not None
    assert ROWS[0]["account"] not in left.account.tolist()
    assert len(left) == len(ROWS) - 1


def test_that_a_row_that_cannot_be_read_counts_as_wrong():
    left = right_rows(SCENARIO.parameters, table({}), [1])
    assert left is not None
    assert ROWS[1]["account"] not in left.account.tolist()
    assert len(left) == len(ROWS) - 1


def test_that_a_book_that_is_wrong_throughout_leaves_nothing():
    assert right_rows(SCENARIO.parameters, table({row: {"market": "none"} for row in range(len(ROWS))})) is None


WRONG = st.sampled_from(
    [{"debt_asset": "NOBODY"}, {"market": "none"}, {"collateral_amount": -1.0}, {"liquidation_threshold": 83.0}]
)


@given(st.dictionaries(st.integers(0, len(ROWS) - 1), WRONG, max_size=len(ROWS) - 1))
def test_that_what_is_left_has_no_fault_and_all_that_is_right(changes):
    loans = table(changes)
    keys = list(zip(loans.account.tolist(), loans.market.values(), strict=True))
    wrong = {keys[row] for row in faulty_rows(SCENARIO.parameters, loans).tolist()}
    right = [account for account, market in keys if (account, market) not in wrong]
    left = right_rows(SCENARIO.parameters, loans)
    assert ([] if left is None else left.account.tolist()) == right
    assert left is None or loan_faults(SCENARIO.parameters, left) == []
