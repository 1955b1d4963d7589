"""A file that is to be imported, as columns of text or numbers with the row numbers its user sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from engine.base.faults import BadInput, Fault
from engine.base.parquet_tables import MOST_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from engine.importing.asking import Notes

Kind = Literal["csv", "xlsx", "ods", "parquet", "json"]
MOST_FAULTS = 1000


@dataclass(frozen=True)
class Source:
    """A file's columns.

    Parameters
    ----------
    name
        The file's name, for messages.
    kind
        What the file is.
    columns
        The column names as they stand in the file.
    cells
        One pyarrow column for each name: text (null where blank) or numbers.
    row_numbers
        Shape (rows,): the number of each row as a spreadsheet shows it (the column names are row 1);
        in Parquet and JSON, which have no such row, the first record is 1.
    faults
        Rows that could not be read at all. They are not among `cells`.
    decimal_comma
        Whether its text looks as if numbers had a decimal comma.
    details
        How it was read, for people: "UTF-8, separated by semicolons".
    separator
        What stands between the cells of a text table, "" in other kinds of file.
    flaws
        By column, cells whose stored value is not to be trusted (formulas, merged cells, error values): who uses the
        column refuses them, see `flaws_of`.
    titles_above
        How many rows above the names of the columns were taken for titles and passed over.
    sheets, sheet
        Of a spreadsheet: the names of all its sheets, and of this one.
    remarks
        What else was done while it was opened, one line each.
    alone
        Of a text table: by row number the text of rows that have fewer cells than there are columns and nothing but
        that text. They are among `faults`.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    cells: tuple[Any, ...]
    row_numbers: npt.NDArray[np.int64]
    faults: tuple[Fault, ...] = ()
    decimal_comma: bool = False
    details: str = ""
    separator: str = ""
    flaws: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    titles_above: int = 0
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    remarks: tuple[str, ...] = ()
    alone: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def say_opening(self, notes: Notes) -> None:
        """Say which titles were passed over, and what else was done while the file was opened."""
        for line in self.remarks:
            notes.say(f"{self.name}, {line}")
        if self.titles_above:
            row = self.titles_above + 1
            notes.say(f"{self.name}: what stands above row {row} is taken for titles; row {row} has the column names")

    def column(self, name: str) -> Any:
        """Return the cells of a column, a pyarrow chunked array."""
        return self.cells[self.columns.index(name)]

    def taken(self, rows: npt.NDArray[np.bool_]) -> Source:
        """Return the source with only the rows that are marked."""
        import pyarrow as pa

        mask = pa.array(rows)
        return replace(
            self, cells=tuple(cells.filter(mask) for cells in self.cells), row_numbers=self.row_numbers[rows]
        )

    def flaws_of(self, columns: Iterable[str]) -> list[Fault]:
        """Return the cells of some columns that are not to be trusted, at most `MOST_FAULTS` and how many more."""
        found = list(dict.fromkeys(fault for column in columns for fault in self.flaws.get(column, ())))
        more = len(found) - MOST_FAULTS
        return found[:MOST_FAULTS] + ([Fault(self.name, f"{more:,} more such cells")] if more > 0 else [])

    def preview(self, rows: int = 20) -> list[list[str]]:
        """Return the first rows as text, one list a row, "" where blank."""
        columns = [[_shown(value) for value in cells.slice(0, rows).to_pylist()] for cells in self.cells]
        return [list(row) for row in zip(*columns, strict=True)]

    def place_of(self, number: int) -> str:
        """Return how a message names a row by its number."""
        word = "record" if self.kind in {"parquet", "json"} else "row"
        return f"{self.name}, {word} {number}"

    def shown_cell(self, name: str, index: int) -> str:
        """Return one cell as text, for a message."""
        return _shown(self.column(name)[index].as_py())

    def place(self, index: int, column: str | None = None) -> str:
        """Return how a message names a row, and a column of it."""
        where = self.place_of(int(self.row_numbers[index]))
        return where if column is None else f"{where}, column {column}"


def checked_names(name: str, found: Sequence[str | None]) -> list[str]:
    """Return a header's column names, trimmed; blank ones are called "column 3".

    Raises
    ------
    BadInput
        If there are too many, a name stands twice or none looks like a name.
    """
    if len(found) > MOST_COLUMNS:
        raise BadInput.at(name, f"{len(found):,} columns", f"at most {MOST_COLUMNS:,}")
    names = [(text or "").strip() or f"column {number}" for number, text in enumerate(found, 1)]
    twice = sorted(text for text, count in Counter(names).items() if count > 1)
    if twice:
        raise BadInput(
            [Fault(f"{name}, column names", f"{text!r} stands there twice", "each name once") for text in twice]
        )
    if all(not any(letter.isalpha() for letter in text or "") for text in found):
        raise BadInput.at(f"{name}, row 1", "no column names", "a first row with the names of the columns")
    return names


def text_column(values: Sequence[str | None]) -> Any:
    """Make a column of text cells; blank ones become null."""
    import pyarrow as pa

    return pa.chunked_array([pa.array([value or None for value in values], type=pa.string())])


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
