"""Telling what a file is, and reading it as columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.importing.records import read_arrow, read_json, read_parquet
from engine.importing.spreadsheets import read_spreadsheet
from engine.importing.text_tables import read_text_table

if TYPE_CHECKING:
    from engine.importing.source import Source

LARGEST_FILE = 4 * 2**30


def read_source(
    path: str | Path,
    *,
    sheet: str | None = None,
    part: str | None = None,
    header_row: int | None = None,
    with_flaws: bool = False,
) -> Source:
    """Read a loan book, parameters or quotes: CSV, XLSX, ODS, Parquet, Arrow or JSON, told by its content.

    CSV may be separated by commas, semicolons, tabs or bars, in UTF-8, UTF-16 or Windows-1252.

    Parameters
    ----------
    path
        The file.
    sheet
        Which sheet of a spreadsheet; the first one if not given.
    part
        Which list of a JSON file: ``data.positions``; the only one if not given.
    header_row
        The row of the column names of a text table or a sheet; the first that is not empty if not given.
    with_flaws
        Whether a sheet may have formulas, merged cells and error values: who takes it with them refuses those of the
        columns that he uses (`engine.importing.source.Source.flaws_of`).

    Raises
    ------
    BadInput
        If the file cannot be read as a table with named columns. Single rows that cannot be read are
        in the source's `faults` instead.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise BadInput.at(str(path), "a folder", "a file")
        if size > LARGEST_FILE:
            raise BadInput.at(path.name, f"{size / 2**30:.1f} GB", f"files up to {LARGEST_FILE / 2**30:.0f} GB")
        if size == 0:
            raise BadInput.at(path.name, "an empty file", "a table with column names")
        with path.open("rb") as file:
            start = file.read(4096)
        source = _read(path, start, sheet, part, header_row)
    except OSError as error:
        raise BadInput.at(str(path), error.strerror or str(error), "a file that can be read") from None
    except MemoryError:
        raise BadInput.at(path.name, "it does not fit into memory") from None
    if source.flaws and not with_flaws:
        raise BadInput(source.flaws_of(source.columns))
    return source


def _read(path: Path, start: bytes, sheet: str | None, part: str | None, header_row: int | None) -> Source:
    if start.startswith(b"PK\x03\x04"):
        return read_spreadsheet(path, sheet, header_row)
    if start.startswith(b"PAR1"):
        return read_parquet(path)
    if start.startswith(b"ARROW1"):
        return read_arrow(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput.at(path.name, "an old Excel file (.xls)", "the same saved as .xlsx")
    if path.suffix.lower() in {".xlsx", ".ods", ".parquet", ".arrow", ".feather"}:
        raise BadInput.at(path.name, f"no {path.suffix.lower()} file (damaged or renamed)")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}:
        return read_json(path, part)
    return read_text_table(path, header_row)
