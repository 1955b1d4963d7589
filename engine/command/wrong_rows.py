"""Rows of a book that an import sets aside, as a file beside the scenario, to be put right and imported again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from engine.importing.book_reading import Reading

COLUMN = "what is wrong"


def write_wrong_rows(reading: Reading, output: str) -> str | None:
    """Write the wrong rows of a book, and the others of their accounts, into a CSV file; the last column says why.

    Parameters
    ----------
    reading
        What was read.
    output
        The scenario's file, beside which they are put.

    Returns
    -------
    str or None
        A line that says where they are; None if there are none.

    Raises
    ------
    BadInput
        If the file cannot be written.
    """
    source = reading.source
    if not len(reading.aside):
        return None
    beside = Path(output)
    path = beside.with_name(f"{beside.stem}-wrong.csv")
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["row", *source.columns, COLUMN])
            for row in reading.aside.tolist():
                cells = [source.shown_cell(column, row) for column in source.columns]
                writer.writerow([int(source.row_numbers[row]), *cells, reading.wrong_rows.get(row, "")])
    except OSError as error:
        raise BadInput.at(str(path), error.strerror or str(error), "a file that can be written") from None
    rows = "1 row" if len(reading.aside) == 1 else f"{len(reading.aside):,} rows"
    verb = "is" if len(reading.aside) == 1 else "are"
    return f"{source.name}: {rows} of accounts with a wrong row {verb} in {path}, the last column says what is wrong"
