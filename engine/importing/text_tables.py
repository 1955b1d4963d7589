"""CSV and its relatives: any common encoding and separator, found out from the file itself.

The fast way is Arrow's own reader on the raw bytes. A file it does not take whole (another encoding,
rows of unequal length, blank lines, line breaks in cells) is read again by Python's csv module,
which is slower and tells the row of everything that is wrong.
"""

from __future__ import annotations

import csv
import io
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.header_row import found_header_row
from engine.importing.numbers import uses_decimal_comma
from engine.importing.repeated_names import ToldApart, told_apart
from engine.importing.roles import BLANKS
from engine.importing.source import MOST_FAULTS, Source, text_column

if TYPE_CHECKING:
    from pathlib import Path

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE = 1 << 16
_SAMPLE_ROWS = 200
_CHUNK = 1 << 20
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def read_text_table(path: Path, header_row: int | None = None) -> Source:
    """Read a CSV file (or with semicolons, tabs or bars between cells).

    Parameters
    ----------
    path
        The file.
    header_row
        The row of the column names; None: the first that is not empty, or the one below the titles
        (`engine.importing.header_row`).

    Raises
    ------
    BadInput
        If it is no text, has no column names, or a quoted cell never ends.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    encoding = _encoding(path, start)
    sample = _sample(start, encoding)
    titled = None if header_row is not None else _row_below_titles(start.decode(encoding, errors="replace"))
    if titled is not None:
        header_row = titled
        sample = start.decode(encoding, errors="replace")
    if header_row is not None:
        sample = "\n".join(sample.split("\n")[header_row - 1 :])
    separator = _separator(sample)
    header = next(csv.reader(io.StringIO(sample, newline=""), delimiter=separator), [])
    plain = encoding in {"utf-8", "utf-8-sig"} and header_row is None
    table = _fast(path, separator, len(header)) if plain else None
    if table is not None:
        head = told_apart(path.name, header)
        cells = tuple(table.columns)
        numbers = np.arange(2, table.num_rows + 2)
        uneven = _Uneven(path.name)
    else:
        head, cells, numbers, uneven, encoding = _slow(
            path.name, path.read_bytes(), encoding, separator, header_row or 1
        )
    decimal_comma = uses_decimal_comma(
        value for column in cells for value in column.slice(0, _SAMPLE_ROWS).to_pylist() if value is not None
    )
    details = f"{encoding.upper().removesuffix('-SIG')}, separated by {SEPARATORS[separator]}"
    if decimal_comma:
        details += ", decimal comma"
    above = 0 if titled is None else titled - 1
    return Source(
        path.name, "csv", head.names, cells, numbers, uneven.faults(), decimal_comma, details, separator,
        head.flaws, above, remarks=head.remarks, alone=uneven.alone,
    )  # fmt: skip


def _encoding(path: Path, start: bytes) -> str:
    if start[:2] in _UTF16:
        return "utf-16"
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    zeros = start.count(0)
    if zeros:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if zeros > len(start) // 4 and min(even, odd) == 0:
            return "utf-16-le" if odd else "utf-16-be"
    line = _line_of_nul(path)
    if line is not None:
        where = f"{path.name}, line {line}"
        raise BadInput.at(where, "a NUL byte: this is no text file, or a damaged one", "a table as text")
    return "utf-8"


def _line_of_nul(path: Path) -> int | None:
    """Return the line of the file's first NUL byte, or None."""
    block = bytearray(1 << 20)
    before = 0
    with path.open("rb", buffering=0) as file:
        while length := file.readinto(block):
            place = block.find(0, 0, length)
            if place >= 0:
                file.seek(0)
                return file.read(before + place).count(b"\n") + 1
            before += length
    return None


def _sample(start: bytes, encoding: str) -> str:
    text = start.decode(encoding, errors="replace")
    if len(start) == _SAMPLE:
        text = text[: text.rfind("\n") + 1] or text
    return text.lstrip("\r\n")


def _row_below_titles(text: str) -> int | None:
    """Return the row with the names of the columns where titles stand above it; None where none do.

    Parameters
    ----------
    text
        The first rows of the file.
    """
    best, found = (0, 0), None
    for separator in SEPARATORS:
        rows = _all_rows(text, separator)
        at = found_header_row(rows)
        if not rows or len(rows[at - 1]) < 2:
            continue
        first = next((number for number, row in enumerate(rows, 1) if any(map(str.strip, row))), 1)
        score = sum(len(row) == len(rows[at - 1]) for row in rows[at:]), len(rows[at - 1])
        if score > best:
            best, found = score, at if at > first else None
    return found


def _separator(sample: str) -> str:
    """Return the separator that gives the most rows as many cells as the column names are."""
    best, best_score = ",", (0, 0)
    for separator in SEPARATORS:
        rows = list(_lenient_rows(sample, separator))
        if rows and len(rows[0]) > 1:
            score = (sum(len(row) == len(rows[0]) for row in rows), len(rows[0]))
            if score > best_score:
                best, best_score = separator, score
    return best


def _lenient_rows(sample: str, separator: str) -> list[list[str]]:
    return [row for row in _all_rows(sample, separator) if row]


def _all_rows(sample: str, separator: str) -> list[list[str]]:
    """Return rows with their empty ones, up to the first that cannot be read."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _fast(path: Path, separator: str, columns: int) -> Any:
    """Return the table without its header, or None if Arrow does not take the file as it is.

    An empty line is one of the things that Arrow refuses here: it would count rows as if it were not there.
    """
    import pyarrow as pa
    import pyarrow.csv as pv

    data = pa.memory_map(str(path)).read_buffer()
    tail = data[-_SAMPLE:].to_pybytes()
    end = data.size - len(tail) + len(tail.rstrip(b"\r\n"))
    names = [str(number) for number in range(columns)]
    try:
        table = pv.read_csv(
            data.slice(0, end),
            read_options=pv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=pv.ParseOptions(delimiter=separator, ignore_empty_lines=False),
            convert_options=pv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table if _lines(data.slice(0, end)) == table.num_rows + 1 else None


def _lines(data: Any) -> int:
    """Count the lines, to compare with the rows.

    If there are more, a cell holds a line break; it may be a forgotten quote that swallowed the rows below it.
    """
    content = np.frombuffer(data, dtype=np.uint8)
    breaks = sum(int(np.count_nonzero(content[at : at + _CHUNK] == ord("\n"))) for at in range(0, len(content), _CHUNK))
    return breaks + 1


class _Uneven:
    """The rows that have more or fewer cells than there are columns.

    Parameters
    ----------
    name
        The file's name.

    Attributes
    ----------
    alone
        By row number what stands in rows of fewer cells in which nothing else stands.
    """

    def __init__(self, name: str) -> None:
        self.alone: dict[int, str] = {}
        self._name = name
        self._faults: list[Fault] = []
        self._count = 0

    def add(self, number: int, row: list[str], columns: int) -> None:
        """Note a row."""
        self._count += 1
        if len(self._faults) >= MOST_FAULTS:
            return
        found = f"{len(row)} cell{'' if len(row) == 1 else 's'}"
        self._faults.append(Fault(f"{self._name}, row {number}", found, f"{columns}, as many as columns"))
        filled = [cell.strip() for cell in row if cell.strip().lower() not in BLANKS]
        if len(row) < columns and len(filled) == 1:
            self.alone[number] = filled[0]

    def faults(self) -> tuple[Fault, ...]:
        """Return what is wrong, one fault a row up to `MOST_FAULTS`."""
        more = self._count - MOST_FAULTS
        last = [Fault(self._name, f"{more} more rows with another number of cells")] if more > 0 else []
        return (*self._faults, *last)


def _slow(
    name: str, data: bytes, encoding: str, separator: str, header_row: int
) -> tuple[ToldApart, tuple[Any, ...], Any, _Uneven, str]:
    text, encoding = _decoded(name, data, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    csv.field_size_limit(min(sys.maxsize, 1 << 20))
    head = ToldApart(())
    rows: list[list[str]] = []
    numbers: list[int] = []
    uneven = _Uneven(name)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if number < header_row or not any(cell.strip() for cell in row):
                continue
            if not head.names:
                head = told_apart(name, row)
            elif len(row) == len(head.names):
                rows.append(row)
                numbers.append(number)
            else:
                uneven.add(number, row, len(head.names))
    except csv.Error as error:
        where = f"{name}, row {number + 1} (line {reader.line_num})"
        raise BadInput.at(where, f"a cell that does not end properly ({error})", "quotes in pairs") from None
    if not head.names:
        raise BadInput.at(name, "no column names", "a first row with the names of the columns")
    columns = zip(*rows, strict=True) if rows else ([] for _ in head.names)
    return head, tuple(text_column(column) for column in columns), np.array(numbers, dtype=np.int64), uneven, encoding


def _decoded(name: str, data: bytes, encoding: str) -> tuple[str, str]:
    """Decode all of it; what is no UTF-8 is taken as Windows-1252, and as Latin-1 if it is not that either."""
    tries = [encoding] if encoding != "utf-8" else ["utf-8", "cp1252", "latin-1"]
    for attempt in tries:
        try:
            return data.decode(attempt), attempt
        except UnicodeDecodeError:
            continue
    raise BadInput.at(name, f"bytes that are no {encoding.upper()} text (a damaged file?)", "a table as text")
