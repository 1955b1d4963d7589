"""Writing XLSX: text stays text, numbers keep all of their digits, nothing becomes a formula or a link."""

from __future__ import annotations

import math
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet holds."""
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767
_WIDEST = 40
_ASKS_EVERY = 1_000
"""Rows between two looks at whether to go on."""


class WritingStopped(Exception):  # noqa: N818 - nothing went wrong
    """Nobody waits for the file any more."""


def never() -> bool:
    """Return that nobody has stopped it."""
    return False


def write_xlsx(sheets: Mapping[str, pd.DataFrame], stream: BinaryIO, stopped: Callable[[], bool] = never) -> None:
    """Write frames as the sheets of one workbook, with a bold header that stays in view.

    Blank cells are empty; an infinite number, which a spreadsheet does not know, is the text ``inf``.

    Parameters
    ----------
    sheets
        Sheet name (up to 31 characters) to table; the index is not written.
    stream
        Where to; it need not be seekable.
    stopped
        Asked every thousand rows: whether to end without the rest.

    Raises
    ------
    WritingStopped
        If it was stopped.
    BadInput
        If a table has more rows or columns, or a cell more text, than a sheet holds.
    """
    import xlsxwriter

    for name, frame in sheets.items():
        _check_size(name, frame)
    # constant_memory writes row by row, so that a million rows do not fill the memory; its files go with the folder
    with TemporaryDirectory(prefix="cascade-workbook-") as folder:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
        book = xlsxwriter.Workbook(stream, options)
        try:
            header = book.add_format({"bold": True})
            for name, frame in sheets.items():
                _fill(book.add_worksheet(name, worksheet_class=_exact_worksheet()), frame, header, stopped)
        except BaseException:
            for sheet in book.worksheets():  # closing the book would pack what nobody wants first
                sheet._opt_close()  # noqa: SLF001 - it has no other way
            raise
        book.close()


def _fill(sheet: Any, frame: pd.DataFrame, header: Any, stopped: Callable[[], bool]) -> None:
    sheet.freeze_panes(1, 0)
    titles = [str(title) for title in frame.columns]
    for column, title in enumerate(titles):
        sheet.set_column(column, column, min(max(len(title) + 2, 10), _WIDEST))
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, header)
    columns = [frame[title].tolist() for title in frame.columns]
    for row, cells in enumerate(zip(*columns, strict=True), 1):
        if row % _ASKS_EVERY == 0 and stopped():
            raise WritingStopped
        for column, value in enumerate(cells):
            _write(sheet, row, column, value)


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        if math.isfinite(value):
            sheet.write_number(row, column, value)
        elif math.isinf(value):
            sheet.write_string(row, column, "inf" if value > 0 else "-inf")
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise BadInput.at(
                f"row {row}", f"a text of {len(value):,} characters", f"{LONGEST_TEXT:,} in a sheet's cell"
            )
        sheet.write_string(row, column, value)


def _check_size(name: str, frame: pd.DataFrame) -> None:
    rows, columns = frame.shape
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise BadInput.at(
            f"the sheet {name}",
            f"{rows:,} rows and {columns:,} columns",
            f"{MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns; CSV and Parquet hold more",
        )


def _exact_worksheet() -> Any:
    """Return a worksheet class that writes every digit of a number; XlsxWriter's own stops at 16 of 17."""
    from xlsxwriter.worksheet import Worksheet

    class ExactWorksheet(Worksheet):  # type: ignore[misc]
        def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
            text = "".join(f' {key}="{value}"' for key, value in attributes)
            self.fh.write(f"<c{text}><v>{number!r}</v></c>")

    return ExactWorksheet
