"""The part of a loan book in which nothing is wrong: what can be shown of it while some cells are put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.scenario.accounts import AccountRows
from engine.scenario.validation import faulty_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.base.types import Flags
    from engine.scenario.loans import LoanTable
    from engine.scenario.schema import Parameters

Positions = npt.NDArray[np.int64]

_MOST_LOOKS = 3
"""Some faults, an asset that does not belong into a stability pool, are told of one row at a time."""


@dataclass(slots=True)
class TakenOf:
    """Which rows of which book some loans are; kept with the loans.

    Parameters
    ----------
    whole
        The book; None for loans that are no part of another.
    rows
        Shape (rows of the part,), int64, ascending: their positions in it.
    """

    whole: LoanTable | None = None
    rows: Positions | None = None

    @staticmethod
    def by(loans: LoanTable) -> TakenOf:
        """Return of what some loans are a part."""
        return loans.kept.get(TakenOf, TakenOf)


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
        None where no account is right, or there is no end of faults. `TakenOf.by` tells which rows of `loans` they are.
    """
    whole, taken = loans, np.arange(len(loans), dtype=np.int64)
    rows = np.union1d(np.fromiter(wrong, dtype=np.int64), faulty_rows(parameters, loans))
    for _ in range(_MOST_LOOKS):
        keep = _others(loans, rows)
        loans, taken = loans.taken(keep), taken[keep]
        if not len(loans):
            return None
        rows = faulty_rows(parameters, loans)
        if not len(rows):
            part = TakenOf.by(loans)
            part.whole, part.rows = whole, taken
            return loans
    return None


def _others(loans: LoanTable, rows: Positions) -> Flags:
    """Return shape (rows,): whether a row is of an account that none of `rows` is of."""
    of_row = AccountRows.of(loans).row_account
    return ~np.isin(of_row, of_row[rows])
