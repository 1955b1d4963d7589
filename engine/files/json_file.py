"""``NAME.json``: parameters and loans in one readable text, one loan a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.base.faults import BadInput
from engine.files.drafts import from_records
from engine.files.migrations import to_current
from engine.files.strict_json import parse
from engine.scenario.loans import NUMBER_COLUMNS, TEXT_COLUMNS, CodedColumn, LoanTable
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.files.drafts import Unread

_WIDTH = 100
_LINES_AT_ONCE = 10_000


def from_json(data: bytes, where: str) -> Scenario:
    """Read a ``.json`` scenario.

    Parameters
    ----------
    data
        The file's bytes.
    where
        What to call it in a fault: the file's name.

    Raises
    ------
    BadInput
        With one fault for each thing that is wrong.
    """
    found = group(parse(data, where), where)
    if str(found.get("format", "")).startswith("cascade-proposal/"):
        raise BadInput.at(
            where, "a proposal, which changes a scenario",
            "a scenario; proposals are opened in View > Compare, or with cascade compare SCENARIO --proposal FILE",
        )  # fmt: skip
    loans = found.pop("loans", None)
    current = to_current(found)
    if loans is None:
        raise BadInput.at("loans", "missing", "a list of rows (it may be empty)")
    return Scenario.from_dict({**current, "loans": loans})


def draft_from_json(data: bytes, where: str) -> tuple[Scenario, tuple[Unread, ...]]:
    """Read a ``.json`` scenario whose loans may be wrong, unchecked, and the texts of their cells without a value.

    Raises
    ------
    BadInput
        If anything but a value of the loans is wrong.
    """
    found = group(parse(data, where), where)
    loans, unread = from_records(found.pop("loans", None))
    return Scenario(Parameters.from_dict(to_current(found)), loans), unread


def write_json(scenario: Scenario, stream: BinaryIO, unread: Iterable[Unread] = ()) -> None:
    """Write a scenario as a ``.json`` file's text, the texts of cells without a value in their places."""
    texts: dict[int, dict[str, str]] = {}
    for row, column, text in unread:
        texts.setdefault(row, {})[column] = text
    head = pretty(scenario.parameters.to_dict()).removesuffix("\n}")
    stream.write(f'{head},\n  "loans": ['.encode())
    separator = "\n    "
    for lines in _batches(scenario.loans, texts):
        stream.write((separator + ",\n    ".join(lines)).encode())
        separator = ",\n    "
    stream.write(b"\n  ]\n}\n" if len(scenario.loans) else b"]\n}\n")


def parameters_from_json(data: bytes, where: str) -> Parameters:
    """Read ``scenario.json`` of a ``.cascade`` file: a scenario without ``loans``.

    Raises
    ------
    BadInput
        With one fault for each thing that is wrong.
    """
    found = to_current(group(parse(data, where), where))
    if "loans" in found:
        raise BadInput.at(f"{where}, loans", "unknown key", "the loans in loans.parquet")
    return Parameters.from_dict(found)


def group(value: Any, where: str) -> dict[str, Any]:
    """Return the value if it is a JSON object.

    Raises
    ------
    BadInput
        If it is anything else.
    """
    if not isinstance(value, dict):
        raise BadInput.at(where, f"holds {type(value).__name__}", "a group of keys in braces")
    return value


def pretty(value: Any, indent: str = "") -> str:
    """Return JSON with two spaces a level, in which whatever is short stays on one line."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not isinstance(value, (dict, list)) or (indent and len(line) + len(indent) <= _WIDTH):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {pretty(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}}}"
    parts = [pretty(item, deeper) for item in value]
    if not any(isinstance(item, (dict, list)) for item in value):
        parts = _filled(parts, _WIDTH - len(deeper))
    return "[\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}]"


def _filled(words: list[str], width: int) -> list[str]:
    """Put as many words on a line as fit."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 2 <= width:
            lines[-1] += f", {word}"
        else:
            lines.append(word)
    return lines


def _batches(loans: LoanTable, texts: Mapping[int, Mapping[str, str]]) -> Iterator[list[str]]:
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    for start in range(0, len(loans), _LINES_AT_ONCE):
        records = _part(loans, start, start + _LINES_AT_ONCE).to_records()
        yield [encode({**record, **texts.get(row, {})}) for row, record in enumerate(records, start)]


def _part(loans: LoanTable, start: int, stop: int) -> LoanTable:
    """Return some of the rows, so that a large book is not held as dicts all at once."""
    rows = slice(start, stop)
    columns: dict[str, Any] = {name: getattr(loans, name)[rows] for name in ("account", *NUMBER_COLUMNS)}
    for name in TEXT_COLUMNS:
        coded: CodedColumn = getattr(loans, name)
        columns[name] = CodedColumn(coded.codes[rows], coded.names)
    return LoanTable(**columns)
