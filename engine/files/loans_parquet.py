"""``loans.parquet``: the loan table as columns, read and written without a loop over rows."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.base.arrow_columns import nulls, numbers, plain_numbers, texts
from engine.base.faults import BadInput, Fault
from engine.base.parquet_tables import MOST_ROWS, read_parquet_table
from engine.scenario.loans import (
    BLANK,
    COLUMNS,
    LATER_COLUMNS,
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    CodedColumn,
    LoanTable,
)
from engine.scenario.row_faults import MOST_FAULTS


def to_parquet(loans: LoanTable) -> bytes:
    """Return the bytes of ``loans.parquet``. Blank cells are nulls; repeated names are dictionaries.

    A column that came after the first release is left out where all its cells are blank.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    blank = {name for name in LATER_COLUMNS if loans.is_left_out(name)}
    texts = [name for name in TEXT_COLUMNS if name not in blank]
    columns: dict[str, Any] = {"account": pa.array(loans.account, type=pa.string())}
    for name in texts:
        coded: CodedColumn = getattr(loans, name)
        indices = pa.array(coded.codes, mask=coded.codes == BLANK)
        columns[name] = pa.DictionaryArray.from_arrays(indices, pa.array(coded.names, type=pa.string()))
    for name in NUMBER_COLUMNS:
        if name in blank:
            continue
        values = getattr(loans, name)
        columns[name] = pa.array(values, mask=np.isnan(values))
    out = BytesIO()
    table = pa.table({name: columns[name] for name in COLUMNS if name in columns})
    pq.write_table(table, out, compression="zstd", use_dictionary=texts)
    return out.getvalue()


def from_parquet(data: bytes, where: str) -> LoanTable:
    """Read ``loans.parquet``.

    Parameters
    ----------
    data
        The member's bytes.
    where
        What to call it in a fault.

    Raises
    ------
    BadInput
        If it is no Parquet, has other columns or types, too many rows, NaN in a cell or a row without account.
    """
    table = read_table(data, where, MOST_ROWS)
    _check_columns(table, where)
    account = table.column("account")
    faults = [
        Fault(f"loans row {row + 1}, account", "blank", "a name")
        for row in np.flatnonzero(nulls(account))[:MOST_FAULTS].tolist()
    ]
    columns: dict[str, Any] = {}
    for name in NUMBER_COLUMNS:
        if name not in table.column_names:  # a column of a later release
            continue
        values, rows = _numbers(table.column(name))
        faults += [
            Fault(f"loans row {row + 1}, {name}", "nan", "a finite number, or null") for row in rows[:MOST_FAULTS]
        ]
        columns[name] = values
    if faults:
        raise BadInput(faults)
    names = texts(account)
    columns |= {name: _coded(table.column(name)) for name in TEXT_COLUMNS if name in table.column_names}
    return LoanTable(account=names, **columns)


def read_table(data: bytes, where: str, most_rows: int) -> Any:
    """Read a Parquet member as an Arrow table, refusing what is damaged or claims too many rows."""
    import pyarrow as pa

    try:
        return read_parquet_table(BytesIO(data), where, most_rows)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput.at(where, f"no readable Parquet: {reason}") from None


def _check_columns(table: Any, where: str) -> None:
    import pyarrow.types as is_type

    found = table.column_names
    missing = [name for name in COLUMNS if name not in found and name not in LATER_COLUMNS]
    if missing or len(set(found)) < len(found) or not set(found) <= set(COLUMNS):
        raise BadInput.at(where, "the columns " + ", ".join(map(repr, found)), ", ".join(COLUMNS))
    for name in found:
        kind = table.schema.field(name).type
        if name in NUMBER_COLUMNS:
            fits, allowed = is_type.is_float64(kind), "float64"
        else:
            plain = kind.value_type if is_type.is_dictionary(kind) else kind
            fits, allowed = is_type.is_string(plain) or is_type.is_large_string(plain), "text"
        if not fits:
            raise BadInput.at(f"{where}, column {name}", f"of type {kind}", allowed)


def _numbers(column: Any) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Return the values, NaN for null, and the rows that hold NaN without being null."""
    null = nulls(column)
    values = numbers(column)
    values[null] = np.nan
    return values, np.flatnonzero(np.isnan(values) & ~null).tolist()


def _coded(column: Any) -> CodedColumn:
    """Return a column of text as codes; names that come twice, are empty or unused are cleaned up."""
    import pyarrow.types as is_type

    if not is_type.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if hasattr(whole, "chunks"):  # a column without rows
        return CodedColumn(np.empty(0, dtype=np.int32), ())
    order: dict[str, int] = {}
    translation = [order.setdefault(name, len(order)) if name else BLANK for name in whole.dictionary.to_pylist()]
    indices = np.where(nulls(column), len(translation), plain_numbers(whole.indices))
    codes = np.array([*translation, BLANK], dtype=np.int32)[indices]
    return CodedColumn(codes, tuple(order))
