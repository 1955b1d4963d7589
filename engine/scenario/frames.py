"""Loan tables from frames of pandas, Arrow or polars, and back: whole columns at once.

What is wrong is said cell by cell, with its row (from 1) and column, as for the rows of a file.
"""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.scenario.frame_columns import columns_of
from engine.scenario.loans import (
    BLANK,
    COLUMNS,
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    CodedColumn,
    LoanTable,
)
from engine.scenario.row_faults import RowFaults

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from engine.base.types import Floats
    from engine.scenario.frame_columns import ArrowStream, FrameColumns

_NAMED = ("account", "market")
"""The columns that have a name in every row."""
_A_NAME = "a name"
_AN_ASSET = "the name of an asset, or left out"
_A_CATEGORY = "the name of a category, or left out"
_A_NUMBER = "a finite number, or left out"


def loans_from_frame(frame: pd.DataFrame | ArrowStream) -> LoanTable:
    """Make a loan table of a frame with the loan columns; its values are copied.

    Columns that are left out are blank, but for ``account`` and ``market``.

    Parameters
    ----------
    frame
        A pandas frame, an Arrow table, or whatever hands itself over as one (``__arrow_c_stream__``): polars frames do.
        What pandas takes for missing is blank, NaN too; in the others null is, and NaN is refused.

    Raises
    ------
    BadInput
        If it is no frame, a column is unknown or missing or comes twice, or a cell is of the wrong type or not finite.
        Past a hundred faults a last one says how many more there are.
    """
    columns = columns_of(frame)
    _check_names(columns)
    faults = RowFaults()
    account = _accounts(columns, faults)
    names: dict[str, Any] = {name: _names(columns, name, faults) for name in TEXT_COLUMNS if name in columns.names}
    numbers: dict[str, Any] = {name: _numbers(columns, name, faults) for name in NUMBER_COLUMNS}
    if faults:
        raise BadInput(faults.listed())
    blank = {name: CodedColumn.blank(columns.rows) for name in TEXT_COLUMNS}
    return LoanTable(account=account, **blank | names, **numbers)


def loans_to_frame(loans: LoanTable) -> pd.DataFrame:
    """Return a loan table as a pandas frame with the loan columns, copied; names repeat as categories, blanks are NaN.

    A column that came after the first release is left out where all its cells are blank.
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    for name in COLUMNS:
        column = getattr(loans, name)
        if loans.is_left_out(name):
            continue
        if isinstance(column, CodedColumn):
            names = pd.Index(list(column.names), dtype="str")
            columns[name] = pd.Categorical.from_codes(column.codes, categories=names)
        else:
            columns[name] = column
    return pd.DataFrame(columns)


def _check_names(columns: FrameColumns) -> None:
    known = ", ".join(COLUMNS)
    faults = [
        Fault(f"loans, column {name}", "unknown", f"one of {known}") for name in columns.names if name not in COLUMNS
    ]
    for name in COLUMNS:
        if columns.names.count(name) > 1:
            faults.append(Fault(f"loans, column {name}", f"{columns.names.count(name)} times", "once"))
        if name in _NAMED and name not in columns.names and columns.rows:
            faults.append(Fault(f"loans, column {name}", "missing", "a name in every row"))
    if faults:
        raise BadInput(faults)


def _accounts(columns: FrameColumns, faults: RowFaults) -> npt.NDArray[np.object_]:
    if "account" not in columns.names:
        return np.empty(0, dtype=object)
    found = columns.texts("account")
    if found is None:
        values = columns.values("account")
        wrong = np.array([not isinstance(value, str) or not value for value in values], dtype=np.bool_)
        faults.add(np.flatnonzero(wrong), "account", lambda row: _shown(values[row]), _A_NAME)
        return np.empty(0, dtype=object)
    listed = found.tolist()
    if not all(listed):
        faults.add(np.flatnonzero([not value for value in listed]), "account", lambda row: repr(listed[row]), _A_NAME)
    return found


def _names(columns: FrameColumns, name: str, faults: RowFaults) -> CodedColumn:
    """Return a column of repeated names; names that are not used or empty are left out."""
    allowed = _A_NAME if name in _NAMED else _A_CATEGORY if name == "category" else _AN_ASSET
    coded = columns.coded(name)
    if coded is None:
        values = columns.values(name)
        may_be_blank = name not in _NAMED
        fits = [may_be_blank or bool(value) if isinstance(value, str | None) else False for value in values]
        faults.add(np.flatnonzero(~np.array(fits, dtype=np.bool_)), name, lambda row: _shown(values[row]), allowed)
        return CodedColumn.from_values(value if isinstance(value, str) else None for value in values)
    codes, names = coded
    if name in _NAMED:
        named = np.array([*(bool(each) for each in names), False])
        listed = [*map(repr, names), repr(None)]
        faults.add(np.flatnonzero(~named[codes]), name, lambda row: listed[codes[row]], allowed)
    used = np.bincount(codes + 1, minlength=len(names) + 1)[1:] > 0
    index: dict[str, int] = {}
    translation = [
        index.setdefault(each, len(index)) if each and is_used else BLANK
        for each, is_used in zip(names, used.tolist(), strict=True)
    ]
    return CodedColumn(np.array([*translation, BLANK], dtype=np.int32)[codes], tuple(index))


def _numbers(columns: FrameColumns, name: str, faults: RowFaults) -> Floats:
    if name not in columns.names:
        return np.full(columns.rows, np.nan)
    found = columns.floats(name)
    if found is not None:
        floats, blank = found
        faults.add(np.flatnonzero(~np.isfinite(floats) & ~blank), name, lambda row: repr(float(floats[row])), _A_NUMBER)
        return floats
    values = columns.values(name)
    floats = np.fromiter(map(_as_number, values), dtype=np.float64, count=len(values))
    faults.add(np.flatnonzero(np.isinf(floats)), name, lambda row: _shown(values[row]), _A_NUMBER)
    return floats


def _as_number(value: Any) -> float:
    """Return a cell as a number: NaN if it is blank, infinite if it is none."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        return math.inf
    try:
        number = float(value)
    except (OverflowError, ValueError):  # a whole number beyond float64, or a NaN that signals
        return math.inf
    return number if math.isfinite(number) else math.inf


def _shown(value: Any) -> str:
    """Return a cell as Python writes it; numbers of NumPy as those of Python."""
    return repr(value.item() if isinstance(value, np.generic) else value)
