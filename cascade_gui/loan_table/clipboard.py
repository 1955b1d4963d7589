"""Blocks of cells as the text that Excel, LibreOffice and others exchange: tabs, line ends, quoted cells."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from cascade_gui.loan_table import formatting
from cascade_gui.loan_table.columns import COLUMNS, INDEX, Kind
from cascade_gui.theme.cell_lines import quoted
from cascade_gui.wording import numbers
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.values import Values

CHUNK_ROWS = 20_000


def read_block(text: str) -> list[list[str]]:
    """Cut the clipboard's text into rows of cells.

    Cells are separated by tabs, rows by any line end; a trailing line end is no row. A cell in quotation marks may
    hold tabs, line ends and doubled quotation marks. A quotation mark that is never closed is just a character.
    """
    text = text.replace("\x00", "").removesuffix("\x00")
    if not text:
        return []
    try:
        # strict: a quotation mark inside an unquoted cell (5" pipe) is fine, one left open is not
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        rows = [
            line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
        ]
    return [row or [""] for row in rows]


def write_block(values: Values, rows: Rows, columns: Sequence[str], *, in_book: bool = False) -> Iterator[str]:
    """Yield the text of a block, some thousand rows at a time; numbers in full, with the locale's decimal sign.

    Parameters
    ----------
    values
        The columns of the table. Calculated ones are taken at once, so that all parts belong to one round.
    rows
        Positions in the file's order, in the order in which they are wanted.
    columns
        The keys of the columns.
    in_book
        Whether amounts are those of the book rather than of the shown round.
    """
    decimal = numbers.number_locale().decimalPoint()
    taken = {
        key: (values.store.column(key) if in_book and COLUMNS[INDEX[key]].editable else values.numbers(key))[rows]
        for key in columns
        if not COLUMNS[INDEX[key]].is_text
    }
    live = values.live
    statuses = tuple(part[rows] for part in (*live.statuses(), live.places())) if "status" in columns else ()
    for start in range(0, len(rows), CHUNK_ROWS):
        part = slice(start, start + CHUNK_ROWS)
        cells = []
        for key in columns:
            kind = COLUMNS[INDEX[key]].kind
            if kind is Kind.STATUS:
                found = zip(*(each[part].tolist() for each in statuses), strict=True)
                cells.append([formatting.whole_status(*each) for each in found])
            elif kind in {Kind.ACCOUNT, Kind.NAME}:
                cells.append([quoted(name) for name in _names(values, key, rows[part])])
            elif kind is Kind.SIDE:
                cells.append([formatting.short(kind, value) for value in taken[key][part].tolist()])
            else:
                cells.append(_numbers(values, key, rows[part], taken[key][part].tolist(), decimal))
        yield "".join("\t".join(row) + "\n" for row in zip(*cells, strict=True))


def _names(values: Values, key: str, rows: Rows) -> list[str]:
    column: list[Any] = values.store.column(key)[rows].tolist()
    if key == "account":
        return column
    names = [*values.store.names(key), ""]
    return [names[code] if code != BLANK else "" for code in column]


def _numbers(values: Values, key: str, rows: Rows, found: list[float], decimal: str) -> list[str]:
    texts = [formatting.plain(value, decimal) for value in found]
    if values.store.bad_cells and COLUMNS[INDEX[key]].editable:
        for at in np.flatnonzero(np.isin(values.store.ids[rows], [row for row, _ in values.store.bad_cells])).tolist():
            bad = values.store.bad_text(int(rows[at]), key)
            texts[at] = quoted(bad) if bad is not None else texts[at]
    return texts
