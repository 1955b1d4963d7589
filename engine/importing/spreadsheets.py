"""XLSX and ODS: stored values only.

A formula's stored value may be stale or was never computed (many programs write 0 or nothing there),
a merged cell has a value in one of its cells only, and an error such as #N/A would read as blank. All
three are kept as flaws of their columns, and refused with the cell's name by who uses such a column, so that no wrong
number gets in unseen. Above the column names they are titles.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.header_row import found_header_row
from engine.importing.numbers import uses_decimal_comma
from engine.importing.repeated_names import told_apart
from engine.importing.sheet_cells import sheet_cells
from engine.importing.source import Source, text_column

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LARGEST_UNPACKED = 2 * 2**30
_CHUNK = 1 << 20
_LARGE_PART = 100 * 2**20
_MOST_TIMES = 150
"""Sheets that programs save are packed to a tenth or a thirtieth of their XML."""
_SUSPECT = re.compile(rb"<(\w+:)?f[\s/>]|mergeCell|t\s*=\s*[\"']e[\"']")
MOST_CELLS = 30_000_000
_ROW = re.compile(rb"<(?:\w+:)?row[^>]*?\sr=[\"'](\d{1,9})[\"']")
_WIDE = re.compile(rb"\sr=[\"']([A-Z]{2,3})\d")


def read_spreadsheet(path: Path, sheet: str | None = None, header_row: int | None = None) -> Source:
    """Read one sheet of an XLSX or ODS file.

    Parameters
    ----------
    path
        The file.
    sheet
        Which sheet; None: the first.
    header_row
        The row of the column names; None: the first that is not empty, or the one below the titles
        (`engine.importing.header_row`).

    Raises
    ------
    BadInput
        If it is damaged, too large when unpacked, has no such sheet, or has a formula, a merged cell or an error value
        in the row of the column names. Those below are the flaws of their columns.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            kind = _kind(path.name, archive)
            unpacked = sum(entry.file_size for entry in archive.infolist())
            parts = _ods_sheets(archive) if kind == "ods" else _xlsx_sheets(archive)
            chosen = _chosen(path.name, list(parts), sheet)
            found = _scan_ods(archive, chosen) if kind == "ods" else _scan_xlsx(archive, parts[chosen])
        for cell, text in found:
            if text is _FAR:
                raise BadInput.at(f"{path.name}, sheet {chosen}, cell {cell}", *text)
        rows, texts = sheet_cells(path, chosen, unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, expat.ExpatError, LookupError) as error:
        raise BadInput.at(path.name, f"a damaged spreadsheet ({error})", "XLSX or ODS") from None
    except (ValueError, NotImplementedError, RuntimeError) as error:
        raise BadInput.at(path.name, f"a spreadsheet that cannot be read ({error})", "XLSX or ODS") from None
    titled = found_header_row(rows) if header_row is None else header_row
    source, head, first = _table(path.name, kind, chosen, rows, texts, titled)
    if header_row is None and any(any(cells) for cells in rows[: titled - 1]):
        source = replace(source, titles_above=titled - 1)
    source = replace(source, sheets=tuple(parts), sheet=chosen)
    return _with_flaws(source, head, first, found)


def sheet_names(path: Path) -> list[str]:
    """Return the names of a spreadsheet's sheets; of another file, or a damaged one, none."""
    try:
        with zipfile.ZipFile(path) as archive:
            kind = _kind(path.name, archive)
            return list(_ods_sheets(archive) if kind == "ods" else _xlsx_sheets(archive))
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, expat.ExpatError, LookupError, ValueError, RuntimeError):
        return []


def _chosen(name: str, sheets: list[str], sheet: str | None) -> str:
    if not sheets:
        raise BadInput.at(name, "no sheet", "a sheet with a table")
    if sheet is not None and sheet not in sheets:
        raise BadInput.at(name, f"no sheet {sheet!r}", "one of " + ", ".join(sheets))
    return sheet or sheets[0]


def _kind(name: str, archive: zipfile.ZipFile) -> Any:
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise BadInput.at(name, "too large when unpacked", f"up to {LARGEST_UNPACKED / 2**30:.0f} GB")
    for entry in entries:
        if entry.file_size > _LARGE_PART and entry.file_size > _MOST_TIMES * entry.compress_size:
            times = entry.file_size / max(1, entry.compress_size)
            raise BadInput.at(name, f"{entry.filename} unpacks to {times:,.0f} times its size", "what a program saved")
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadInput.at(name, "protected by a password", "a file without one")
    present = {entry.filename for entry in entries}
    if "xl/workbook.xml" in present:
        return "xlsx"
    if "content.xml" in present:
        return "ods"
    raise BadInput.at(name, "a ZIP archive that is no spreadsheet", "XLSX, ODS, CSV, Parquet or JSON")


_CELLS = re.compile(r"^(?P<left>[A-Z]+)(?P<top>\d+)(:(?P<right>[A-Z]+)(?P<bottom>\d+))?$")


def _with_flaws(source: Source, head: int, first: int, found: list[Finding]) -> Source:
    """Return a sheet with its flaws by column; one in the row of the column names is refused at once.

    Parameters
    ----------
    source
        The sheet.
    head
        The row of the column names.
    first
        The number of its first column, from 1.
    found
        Cells, or ranges of cells, with what is wrong with them.
    """
    flaws: dict[str, list[Fault]] = {column: list(faults) for column, faults in source.flaws.items()}
    for cells, text in found:
        fault = Fault(f"{source.name}, {source.details}, cell {cells}", *text)
        match = _CELLS.match(cells)
        if match is None:
            raise BadInput([fault])
        left, top = column_number(match["left"]), int(match["top"])
        right = column_number(match["right"] or match["left"])
        bottom = int(match["bottom"] or top)
        if top <= head <= bottom:
            raise BadInput([fault])
        for number in range(max(left, first), min(right, first + len(source.columns) - 1) + 1):
            if top > head:
                flaws.setdefault(source.columns[number - first], []).append(fault)
    return replace(source, flaws={column: tuple(faults) for column, faults in flaws.items()})


def _table(
    name: str, kind: Any, sheet: str, rows: Sequence[list[str | None]], texts: Sequence[str], header_row: int
) -> tuple[Source, int, int]:
    """Return a sheet, the row of its column names, and the number of its first column."""
    header: list[str] = []
    body: list[list[str | None]] = []
    numbers: list[int] = []
    head, first, last = 0, 0, 0
    for number, cells in enumerate(rows, 1):
        given = [place for place, cell in enumerate(cells) if cell]
        if not given or number < header_row:
            continue
        if not header:
            head, first, last = number, given[0], given[-1] + 1
            header = [cell or "" for cell in cells[first:last]]
            continue
        outside = [place for place in given if not first <= place < last]
        if outside:
            cell = f"{column_letters(outside[0] + 1)}{number}"
            raise BadInput.at(
                f"{name}, sheet {sheet}, cell {cell}", f"{cells[outside[0]]!r}", "nothing: no name above it"
            )
        body.append(cells[first:last])
        numbers.append(number)
    if not header:
        raise BadInput.at(f"{name}, sheet {sheet}", "an empty sheet", "a table with column names")
    named = told_apart(f"{name}, sheet {sheet}", header)
    columns = zip(*body, strict=True) if body else ([] for _ in named.names)
    comma = uses_decimal_comma(texts)
    cells_of = tuple(text_column(column) for column in columns)
    where = f"sheet {sheet}"
    rows_of = np.array(numbers, dtype=np.int64)
    source = Source(
        name, kind, named.names, cells_of, rows_of, (), comma, where, flaws=named.flaws, remarks=named.remarks
    )
    return source, head, first + 1


def column_letters(number: int) -> str:
    """Return a column's name in a spreadsheet: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column's name: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


_FAR = ("a cell far away from the table", f"tables of up to {MOST_CELLS:,} cells, counted from A1")
_FORMULA = ("a formula", "its value (copy, then paste as values)")
_MERGED = ("a merged cell", "cells that are not merged")
_ERROR = ("an error value", "a value, or a blank cell")
Finding = tuple[str, tuple[str, str]]


def _scan_xlsx(archive: zipfile.ZipFile, part: str) -> list[Finding]:
    """Find formulas, merged cells, error values and far-off cells in a sheet."""
    suspect, rows, columns = _glance(archive, part)
    if rows * columns > MOST_CELLS:
        return [(f"{column_letters(columns)}{rows}", _FAR)]
    if not suspect:
        return []
    cells = _XlsxCells([], "")
    parser = _parser()
    parser.StartElementHandler = cells.start
    with archive.open(part) as stream:
        parser.ParseFile(stream)
    return cells.found


@dataclass
class _XlsxCells:
    found: list[Finding]
    at: str

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.at = attributes.get("r", "?")
            if attributes.get("t") == "e":
                self.found.append((self.at, _ERROR))
        elif local == "f":
            self.found.append((self.at, _FORMULA))
        elif local == "mergeCell":
            self.found.append((attributes.get("ref", "?"), _MERGED))


def _xlsx_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheets' names with the archive's name of each."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def book(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            ids[attributes.get("name", "")] = identity

    def relations(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    for part, handler in (("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", relations)):
        parser = _parser()
        parser.StartElementHandler = handler
        parser.Parse(archive.read(part), True)
    return {name: targets[identity] for name, identity in ids.items()}


def _ods_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheets' names; all are in one part of the archive."""
    names: dict[str, str] = {}

    def table(name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            names[attributes.get("table:name", "")] = "content.xml"

    parser = _parser()
    parser.StartElementHandler = table
    with archive.open("content.xml") as stream:
        parser.ParseFile(stream)
    return names


def _glance(archive: zipfile.ZipFile, part: str) -> tuple[bool, int, int]:
    """Look quickly through a sheet's XML before the real parsers do.

    Returns whether it may hold something suspect, its last row, and its last column (26 if that is at
    most Z). The reader makes every cell up to there, so that one far-off cell could take all memory.
    """
    rest = b""
    suspect = False
    rows, columns = 1, 26
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            suspect = suspect or _SUSPECT.search(text) is not None
            rows = max(rows, *map(int, _ROW.findall(text)), 0)
            for letters in set(_WIDE.findall(text)):
                columns = max(columns, column_number(letters.decode()))
            rest = chunk[-64:]
    return suspect, rows, columns


def _scan_ods(archive: zipfile.ZipFile, sheet: str) -> list[Finding]:
    """Find formulas, merged cells, error values and far-off cells in a sheet."""
    cells = _OdsCells(sheet, [])
    parser = _parser()
    parser.StartElementHandler = cells.start
    parser.EndElementHandler = cells.end
    with archive.open("content.xml") as stream:
        parser.ParseFile(stream)
    return cells.found


@dataclass
class _OdsCells:
    sheet: str
    found: list[Finding]
    inside: bool = False
    row: int = 0
    column: int = 0
    repeated: int = 1
    rows: int = 0
    columns: int = 0
    far: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.inside = attributes.get("table:name") == self.sheet
            self.row = 1
        elif not self.inside:
            return
        elif name == "table:table-row":
            self.column = 1
            self.repeated = int(attributes.get("table:number-rows-repeated", "1"))
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        place = f"{column_letters(self.column)}{self.row}"
        times = int(attributes.get("table:number-columns-repeated", "1"))
        if "table:formula" in attributes:
            self.found.append((place, _FORMULA))
        wide, high = (int(attributes.get(f"table:number-{way}-spanned", "1")) for way in ("columns", "rows"))
        if wide > 1 or high > 1:
            end = f"{column_letters(self.column + wide - 1)}{self.row + high - 1}"
            self.found.append((f"{place}:{end}", _MERGED))
        if attributes.get("calcext:value-type") == "error":
            self.found.append((place, _ERROR))
        if any(key.startswith("office:") for key in attributes):
            self.rows = max(self.rows, self.row + self.repeated - 1)
            self.columns = max(self.columns, self.column + times - 1)
            if self.rows * self.columns > MOST_CELLS and not self.far:
                self.far = True
                self.found.append((place, _FAR))
        self.column += times

    def end(self, name: str) -> None:
        if name == "table:table-row" and self.inside:
            self.row += self.repeated
        elif name == "table:table":
            self.inside = False


def _parser() -> Any:
    """Return an XML parser that takes no document type, and so no entities that explode."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    message = "it declares a document type"
    raise zipfile.BadZipFile(message)
