"""The part of a loan book in which nothing is wrong: what can be shown of it while some cells are put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.scenario.accounts import AccountRows
from engine.scenario.loans import CodedColumn, LoanTable
from engine.scenario.validation import faulty_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.base.types import Flags
    from engine.scenario.schema import Parameters

_MOST_LOOKS = 3
"""Some faults, an asset that does not belong into a stability pool, are told of one row at a time."""


def right_rows(parameters: Parameters, loans: LoanTable, wrong: Iterable[int] = ()) -> LoanTable | None:
    """Return the rows of all accounts in which nothing is wrong, in their order.

    An account is left out whole: what is left of it would have a health that nobody has.

    Parameters
    ----------
    parameters
        What the loans are checked against.
    loans
        The loans.
    wrong
        Rows, from 0, that are known to be wrong for a reason that the table does not tell: a text that is no number.

    Returns
    -------
    LoanTable or None
        None where no account is right, or there is no end of faults.
    """
    rows = np.union1d(np.fromiter(wrong, dtype=np.int64), faulty_rows(parameters, loans))
    for _ in range(_MOST_LOOKS):
        loans = _without(loans, rows)
        if not len(loans):
            return None
        rows = faulty_rows(parameters, loans)
        if not len(rows):
            return loans
    return None


def _without(loans: LoanTable, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> LoanTable:
    of_row = AccountRows.of(loans).row_account
    keep = ~np.isin(of_row, of_row[rows])
    taken: dict[str, Any] = {name: _taken(getattr(loans, name), keep) for name in _COLUMNS}
    return LoanTable(**taken)


def _taken(column: object, keep: Flags) -> object:
    if isinstance(column, CodedColumn):
        return CodedColumn(column.codes[keep], column.names)
    return np.asarray(column)[keep]


_COLUMNS = (
    "account", "market", "collateral_asset", "collateral_amount", "debt_asset", "debt_amount", "liquidation_threshold",
    "liquidation_bonus", "category",
)  # fmt: skip
