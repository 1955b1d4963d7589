"""JSON lists of records and Parquet files."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.numbers import uses_decimal_comma
from engine.importing.source import MOST_FAULTS, Source, checked_names, text_column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_json(path: Path) -> Source:
    """Read a JSON file: a list of records, ``[{"account": "a1", ...}, ...]``, or a group with one such list.

    Raises
    ------
    BadInput
        If it is no such file; every record and key that is wrong is named.
    """
    records = _records(path.name, _parsed(path))
    faults: list[Fault] = []
    columns: dict[str, list[str | None]] = {}
    numbers: list[int] = []
    for number, record in enumerate(records, 1):
        found = list(_record_faults(path.name, number, record))
        faults += found
        if found:
            continue
        for key in record:
            columns.setdefault(key, [None] * len(numbers))
        for key, values in columns.items():
            values.append(_text(record.get(key)))
        numbers.append(number)
    if len(faults) > MOST_FAULTS:
        faults[MOST_FAULTS:] = [Fault(path.name, f"{len(faults) - MOST_FAULTS} more faults")]
    if not columns:
        raise BadInput(faults or [Fault(path.name, "no records", "a list of records")])
    names = checked_names(path.name, list(columns))
    cells = tuple(text_column(values) for values in columns.values())
    comma = uses_decimal_comma(text for text in _first_texts(records))
    rows = np.array(numbers, dtype=np.int64)
    return Source(path.name, "json", tuple(names), cells, rows, tuple(faults), comma, f"{len(records):,} records")


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes(), object_pairs_hook=_once, parse_constant=_refused)
    except RecursionError:
        raise BadInput.at(path.name, "groups within groups without end", "a list of records") from None
    except UnicodeDecodeError:
        raise BadInput.at(path.name, "bytes that are no UTF-8 text", "JSON") from None
    except json.JSONDecodeError as error:
        where = f"{path.name}, line {error.lineno}, column {error.colno}"
        raise BadInput.at(where, error.msg, "JSON") from None
    except ValueError as error:
        raise BadInput.at(path.name, str(error)) from None


def _first_texts(records: list[Any]) -> Iterator[str]:
    for record in records[:200]:
        if isinstance(record, dict):
            yield from (value for value in record.values() if isinstance(value, str))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    group = dict(pairs)
    if len(group) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f"the key {twice!r} stands twice in one record"
        raise ValueError(message)
    return group


def _refused(constant: str) -> float:
    message = f"{constant} is no number that can be used"
    raise ValueError(message)


def _records(name: str, data: Any) -> list[Any]:
    if isinstance(data, list):
        return data
    lists = [value for value in data.values() if isinstance(value, list)] if isinstance(data, dict) else []
    if len(lists) == 1:
        return list(lists[0])
    raise BadInput.at(name, "no list of records", '[{"account": ...}, ...]')


def _record_faults(name: str, number: int, record: Any) -> Iterator[Fault]:
    if not isinstance(record, dict):
        yield Fault(f"{name}, record {number}", f"{str(record)[:60]!r}", 'a record, {"account": ...}')
        return
    for key, value in record.items():
        if isinstance(value, (dict, list)):
            yield Fault(f"{name}, record {number}, {key}", f"a {type(value).__name__}", "text or a number")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Fault(f"{name}, record {number}, {key}", "a number beyond all bounds", "text or a number")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return repr(value)


def read_parquet(path: Path) -> Source:
    """Read a Parquet file; its columns are text or numbers.

    Raises
    ------
    BadInput
        If it is damaged, or a column holds something else.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:  # and not read_table, which reads meaning into folder names
            table = file.read()
        table.validate(full=True)
        found = table.column_names
    except (pa.ArrowException, ValueError) as error:  # of which a name that is no UTF-8 is one
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise BadInput.at(path.name, f"a damaged Parquet file ({reason})") from None
    names = checked_names(path.name, found)
    cells = []
    for name, column in zip(names, table.columns, strict=True):
        kind = column.type
        if pa.types.is_dictionary(kind):
            column = pc.cast(column, kind.value_type)  # noqa: PLW2901 - the same column, unpacked
            kind = column.type
        if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_boolean(kind):
            column = pc.cast(column, pa.string())  # noqa: PLW2901 - the same column as text
        elif pa.types.is_integer(kind) or pa.types.is_null(kind):
            column = pc.cast(column, pa.string())  # noqa: PLW2901 - whole numbers may be account names
        elif pa.types.is_decimal(kind) or pa.types.is_floating(kind):
            column = pc.cast(column, pa.float64())  # noqa: PLW2901 - the same column as float64
        elif not pa.types.is_string(kind):
            raise BadInput.at(f"{path.name}, column {name}", f"values of type {kind}", "text or numbers")
        cells.append(column)
    rows = np.arange(1, table.num_rows + 1)
    return Source(path.name, "parquet", tuple(names), tuple(cells), rows, details=f"{table.num_rows:,} records")
