"""Which rows of a loan book are one account: those with the same market and name (Method, section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.base.types import Ints, Wholes, frozen

if TYPE_CHECKING:
    from engine.scenario.loans import LoanTable

_MANY_NAMES = 50_000  # from here on pandas numbers names faster, though it takes half a second to load


@dataclass(frozen=True, eq=False, slots=True)
class AccountRows:
    """The accounts of a loan table, numbered in the order of their first rows. The arrays are read-only.

    Parameters
    ----------
    row_account
        Shape (rows,), int32: the account of each row.
    first_row
        Shape (n,), int64: the first row of each account, ascending.
    """

    row_account: Ints
    first_row: Wholes

    @classmethod
    def of(cls, loans: LoanTable) -> AccountRows:
        """Return the accounts of a loan table; they are worked out once and kept with it."""
        return loans.kept.get(_grouped, lambda: _grouped(loans))


def _grouped(loans: LoanTable) -> AccountRows:
    names, market, markets = loans.account, loans.market.codes, len(loans.market.names) + 1
    begins = np.ones(len(names), dtype=np.bool_)
    begins[1:] = (names[1:] != names[:-1]) | (market[1:] != market[:-1])
    first = np.flatnonzero(begins)
    run = np.cumsum(begins, dtype=np.int32)
    run -= np.int32(1)
    # Usually the rows of an account stand together. Different hashes tell so much faster than names do.
    runs = names[first].tolist()
    hashes = np.fromiter(map(hash, runs), dtype=np.int64, count=len(runs)) * markets + market[first]
    hashes.sort()
    if (hashes[1:] != hashes[:-1]).all():
        return AccountRows(frozen(run), frozen(first))
    codes = _numbered(names[first]) * np.int64(markets) + market[first]
    _, first_run, codes = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first_run), dtype=np.int32)
    rank[np.argsort(first_run)] = np.arange(len(first_run), dtype=np.int32)
    return AccountRows(frozen(rank[codes][run]), frozen(first[np.sort(first_run)]))


def _numbered(names: npt.NDArray[np.object_]) -> Wholes:
    """Return a number for each name, the same for the same."""
    if len(names) > _MANY_NAMES:
        import pandas as pd

        return pd.factorize(names)[0].astype(np.int64)
    seen: dict[str, int] = {}
    listed = names.tolist()
    return np.fromiter((seen.setdefault(name, len(seen)) for name in listed), dtype=np.int64, count=len(listed))
