"""JSON lists of records and Parquet files."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.base.parquet_tables import read_parquet_table
from engine.files.strict_json import check_surrogates
from engine.importing.asking import Answer, Question, Unanswered
from engine.importing.column_names import words
from engine.importing.json_lists import ListPath, found_lists, rows_at
from engine.importing.numbers import uses_decimal_comma
from engine.importing.roles import SIDES
from engine.importing.source import MOST_FAULTS, Source, checked_names, text_column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_json(path: Path, part: str | None = None) -> Source:
    """Read a JSON file, or JSON lines: a list of records, wherever it stands (see `engine.importing.json_lists`).

    Parameters
    ----------
    path
        The file.
    part
        Which list, ``data.positions``; None: the only one, or the one that looks most like a table of accounts.

    Raises
    ------
    Unanswered
        If there are several that may be meant.
    BadInput
        If there is none; every record that is wrong is named.
    """
    data = parsed(path)
    chosen = _chosen(path.name, data, part)
    records = _rows_of(data, chosen) if chosen else _columns_as_records(data)
    faults: list[Fault] = []
    columns: dict[str, list[str | None]] = {}
    numbers: list[int] = []
    for number, record in enumerate(records, 1):
        found = list(_record_faults(path.name, number, record))
        faults += found
        if found:
            continue
        for key in record:
            if key not in columns:
                columns[key] = [None] * len(numbers)
        for key, values in columns.items():
            values.append(_text(record.get(key)))
        numbers.append(number)
    if len(faults) > MOST_FAULTS:
        faults[MOST_FAULTS:] = [Fault(path.name, f"{len(faults) - MOST_FAULTS} more faults")]
    if not columns:
        raise BadInput(faults or [Fault(path.name, "no records", "a list of records")])
    columns = _without_empty_groups(columns)
    names = checked_names(path.name, list(columns))
    cells = tuple(text_column(values) for values in columns.values())
    comma = uses_decimal_comma(text for values in columns.values() for text in values[:200] if text is not None)
    rows = np.array(numbers, dtype=np.int64)
    lists = " and ".join(entry.name for entry in chosen if entry.name != ".")
    where = f" in {lists}" if lists else ""
    details = f"{len(records):,} records{where}"
    remarks = _remarks(data, chosen)
    return Source(path.name, "json", tuple(names), cells, rows, tuple(faults), comma, details, remarks=remarks)


def _remarks(data: Any, chosen: list[ListPath]) -> tuple[str, ...]:
    """Return what is said of two lists that are the sides of accounts: which are read, and which beside are not."""
    if len(chosen) < 2:
        return ()
    beside = [
        entry.name for entry in found_lists(data) if entry not in chosen and entry.steps[:-2] == chosen[0].steps[:-2]
    ]
    read = " and ".join(entry.name for entry in chosen)
    return (f"lists {read}: the sides of accounts" + (f"; not used: {', '.join(beside[:4])}" if beside else ""),)


def _without_empty_groups(columns: dict[str, list[str | None]]) -> dict[str, list[str | None]]:
    """Return columns without those of groups that are null in some records: what they hold elsewhere has its own.

    Else ``eMode``, null in accounts without one, would stand for ``eMode.id``.
    """
    groups = {name.rpartition(".")[0] for name in columns}
    groups |= {group.rpartition(".")[0] for group in groups}
    return {
        name: values
        for name, values in columns.items()
        if name not in groups or any(value is not None for value in values)
    }


def parsed(path: Path) -> Any:
    """Return what a JSON file holds, or the records of its lines; numbers as they stand there, as text.

    Raises
    ------
    BadInput
        If it is no JSON.
    """
    text = path.read_bytes()
    found = _parsed(path, text)
    if b"\\u" in text or b"\xed" in text:  # the only ways to write half a pair
        check_surrogates(found, path.name)
    return found


def _parsed(path: Path, text: bytes) -> Any:
    try:
        return _loads(text)
    except RecursionError:
        raise BadInput.at(path.name, "groups within groups without end", "a list of records") from None
    except UnicodeDecodeError:
        raise BadInput.at(path.name, "bytes that are no UTF-8 text", "JSON") from None
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return _lines(path.name, text)
        where = f"{path.name}, line {error.lineno}, column {error.colno}"
        raise BadInput.at(where, error.msg, "JSON") from None
    except ValueError as error:
        raise BadInput.at(path.name, str(error)) from None


class _Literal(str):
    """A number as it stands in the file, so that none of its digits is lost."""

    __slots__ = ()


def _loads(text: bytes | str) -> Any:
    return json.loads(text, object_pairs_hook=_once, parse_constant=_refused, parse_float=_Literal, parse_int=_Literal)


def _lines(name: str, text: bytes) -> list[Any]:
    """Read JSON lines: one record a line."""
    records = []
    try:
        lines = text.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadInput.at(name, "bytes that are no UTF-8 text", "JSON") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                records.append(_loads(line))
            except (ValueError, RecursionError) as error:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                raise BadInput.at(f"{name}, line {number}", reason, "one JSON record a line") from None
    return records


def _rows_of(data: Any, lists: list[ListPath]) -> list[dict[str, Any]]:
    """Return the records of a list; of two lists that are the sides of accounts, each with its side."""
    if len(lists) == 1:
        return list(rows_at(data, lists[0]))
    found: list[dict[str, Any]] = []
    for path in lists:
        name = path.name.rpartition(".")[2]
        found += [
            {_without_step(key, name): value for key, value in row.items()} | {"side": _side_word(name)}
            for row in rows_at(data, path)
        ]
    return found


def _without_step(key: str, name: str) -> str:
    """Return a dotted name without one of its steps and those before it: what both sides of an account have."""
    steps = key.split(".")
    return ".".join(steps[steps.index(name) + 1 :]) if name in steps[:-1] else key


def _side_word(name: str) -> str:
    """Return the word for a side in the name of a list, ``supply`` of ``supply_token_list``; "" if there is none."""
    return next((word for word in (name.lower(), *words(name)) if word in SIDES), "")


def _sides_among(lists: list[ListPath]) -> list[ListPath]:
    """Return the two lists that stand beside each other and are called like the sides of an account, if there are."""
    called = [path for path in lists if len(path.steps) > 1 and _side_word(path.steps[-2])]
    sides = {SIDES[_side_word(path.steps[-2])] for path in called}
    beside = len({path.steps[:-2] for path in lists}) == 1
    return called if len(called) == 2 and beside and sides == {0, 1} else []


def _chosen(name: str, data: Any, part: str | None) -> list[ListPath]:
    """Return the list to read, or the two that are sides of accounts; none for a file that is columns, not records."""
    lists = found_lists(data)
    if part is not None:
        match = next((entry for entry in lists if entry.name == part), None)
        if match is None:
            allowed = "one of " + ", ".join(entry.name for entry in lists) if lists else "a file with a list of records"
            raise BadInput.at(name, f"no list {part!r}", allowed)
        return [match]
    lists = [entry for entry in lists if not entry.is_of_modes] or lists
    if isinstance(data, list):
        lists = lists or [ListPath(("[]",), len(data))]
    if not lists and _is_columns(data):
        return []
    outer = [entry for entry in lists if not any(_within(entry, other) for other in lists)]
    if not lists:
        raise BadInput.at(name, "no list of records", '[{"account": ...}, ...]')
    if len(outer) > 1:
        return _sides_among(outer) or _ask_list(name, outer)
    return _innermost(name, data, lists, outer)


def _innermost(name: str, data: Any, lists: list[ListPath], outer: list[ListPath]) -> list[ListPath]:
    """Return the list within the records of another that holds amounts, or the other where none does."""
    inner = [entry for entry in lists if _within(entry, outer[0])]
    leaves = [entry for entry in inner if not any(_within(other, entry) for other in inner)]
    with_amounts = [entry for entry in leaves if _says(data, entry, _OF_AMOUNTS)]
    if not with_amounts and _says(data, outer[0], _OF_TERMS):
        return outer[:1]
    leaves = with_amounts or leaves
    if len(leaves) > 1:
        return _sides_among(leaves) or _ask_list(name, [outer[0], *leaves])
    return leaves[:1] or outer[:1]


_OF_AMOUNTS = frozenset({"balance", "amount", "size", "szi", "quantity", "qty", "debt", "supplied", "borrowed", "side"})
_OF_TERMS = frozenset({"threshold", "ltv", "lltv", "bonus", "mat", "price", "cf", *_OF_AMOUNTS})


def _says(data: Any, path: ListPath, told: frozenset[str]) -> bool:
    """Whether the records of a list, without what their parents say, have a field of such a name."""
    own = ".".join(path.steps[path.steps.index("[]") + 1 :]) if "[]" in path.steps else ""
    prefix = ".".join(step for step in own.split(".") if step not in {"[]", "{}", ""})
    record = next(rows_at(data, path), {})
    fields = [key for key in record if not prefix or key.startswith(f"{prefix}.")]
    return any(told & set(words(key.removeprefix(f"{prefix}."))) for key in fields)


def _within(entry: ListPath, other: ListPath) -> bool:
    return len(entry.steps) > len(other.steps) and entry.steps[: len(other.steps)] == other.steps


def _ask_list(name: str, lists: list[ListPath]) -> NoReturn:
    found = ", ".join(f"{entry.name} ({entry.records:,} records)" for entry in lists[:8])
    answers = tuple(Answer("", f"--list {entry.name}", {"list": entry.name}) for entry in lists[:8])
    raise Unanswered([Question("list", name, f"Which list is the table: {found}?", answers)])


def _is_columns(data: Any) -> bool:
    """Whether a file is columns: lists of the same length by name."""
    if not isinstance(data, dict) or len(data) < 2:
        return False
    columns = list(data.values())
    return all(isinstance(column, list) and len(column) == len(columns[0]) > 0 for column in columns)


def _columns_as_records(data: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]


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


def _record_faults(name: str, number: int, record: dict[str, Any]) -> Iterator[Fault]:
    if "value" in record and len(record) == 1:
        yield Fault(f"{name}, record {number}", f"{str(record['value'])[:60]!r}", 'a record, {"account": ...}')
    for key, value in record.items():
        if isinstance(value, _Literal) and not math.isfinite(float(value)):
            yield Fault(f"{name}, record {number}, {key}", "a number beyond all bounds", "text or a number")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    return "true" if value is True else "false" if value is False else repr(value)


def read_parquet(path: Path) -> Source:
    """Read a Parquet file; its columns are text or numbers.

    Raises
    ------
    BadInput
        If it is damaged.
    """
    import pyarrow as pa

    try:
        table = read_parquet_table(path, path.name)
        found = table.column_names
    except (pa.ArrowException, ValueError) as error:  # of which a name that is no UTF-8 is one
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise BadInput.at(path.name, f"a damaged Parquet file ({reason})") from None
    return _of_table(path.name, table, found)


def read_arrow(path: Path) -> Source:
    """Read an Arrow file (also called Feather); its columns are text or numbers.

    Raises
    ------
    BadInput
        If it is damaged.
    """
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as memory, pa.ipc.open_file(memory) as file:
            table = file.read_all()
            table.validate(full=True)
            return _of_table(path.name, table, table.column_names)
    except (pa.ArrowException, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise BadInput.at(path.name, f"a damaged Arrow file ({reason})") from None


def _of_table(name: str, table: Any, found: list[str]) -> Source:
    names = checked_names(name, found)
    cells = [_parquet_column(column) for column in table.columns]
    rows = np.arange(1, table.num_rows + 1)
    return Source(name, "parquet", tuple(names), tuple(cells), rows, details=f"{table.num_rows:,} records")


def _parquet_column(column: Any) -> Any:
    """Return a column as text or as float64; whole numbers and decimals as text, so that no digit is lost.

    A column of lists or groups is text that says so: it may not be needed, and if it is, its cells are the fault.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = pc.cast(column, kind.value_type)
        kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind):
        return pc.cast(column, pa.float64())
    if pa.types.is_decimal(kind):
        text = pc.cast(column, pa.string())
        return pc.replace_substring_regex(text, r"(\.\d*?)0+$", r"\1") if kind.scale > 0 else text
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowException:
        shown = [None if value is None else f"<{kind}>"[:40] for value in column.to_pylist()]
        return pa.chunked_array([pa.array(shown, type=pa.string())])
