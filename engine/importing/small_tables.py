"""Small tables with known columns, one row an asset or a point: what stands beside a book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.asking import Notes
from engine.importing.column_names import spellings
from engine.importing.decimal_sign import decimal_comma
from engine.importing.maintenance_margins import as_margins
from engine.importing.numbers import as_written, numbers_from_column
from engine.importing.roles import BLANKS
from engine.importing.share_forms import bonuses, percent_signs, thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.base.types import Floats
    from engine.importing.choices import ImportChoices
    from engine.importing.source import Source


_NAMES = frozenset({"asset", "market", "quote", "category"})
"""Fields whose cells are no numbers."""


def known_columns(source: Source, known: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the column of each field: by its whole name, else without the leading parts of a dotted one."""
    names: dict[str, str] = {}
    for depth in range(4):
        for column in source.columns:
            for spelling in spellings(column):
                if spelling.depth == depth:
                    names.setdefault(spelling.plain, column)
    found: dict[str, str] = {}
    for field, synonyms in known.items():
        options = [names[name] for name in synonyms if name in names and names[name] not in found.values()]
        if field == "asset":
            options = sorted(options, key=lambda column: not _tells_assets(source, column))
        if options:
            found[field] = options[0]
    return found


def _tells_assets(source: Source, column: str) -> bool:
    """Whether a column may name the asset of each row: not one name for all rows, which is the table's own."""
    cells = source.column(column).to_pylist()
    if len(cells) == 1:
        return column.rpartition(".")[2] == "key" or "key" not in source.columns
    return len(set(cells)) > 1


class SmallTable:
    """A small table with known columns; others are passed over, which is said.

    Parameters
    ----------
    source
        The table.
    known
        The names that are taken for each field's column.
    required
        Fields without whose column it is no such table.
    decimal
        ``comma`` or ``point`` where nothing tells the decimal sign.
    notes
        Gets what was done, and questions; without them a question is a fault.

    Raises
    ------
    BadInput
        If a required column is not there.
    """

    def __init__(
        self,
        source: Source,
        known: dict[str, tuple[str, ...]],
        required: tuple[str, ...],
        *,
        decimal: str | None = None,
        notes: Notes | None = None,
    ) -> None:
        self.source = source
        self.notes = notes or Notes()
        source.say_opening(self.notes)
        self.faults: list[Fault] = list(source.faults)
        self.columns = known_columns(source, known)
        self.faults += source.flaws_of(self.columns.values())
        for field in required:
            if field not in self.columns:
                raise BadInput.at(f"{source.name}, columns", f"no {field}", "columns " + ", ".join(known))
        numbers = [column for field, column in self.columns.items() if field not in _NAMES]
        self.comma = decimal_comma(source, numbers, None, self.notes, otherwise=decimal)
        if notes is None:
            self.notes.refuse()

    def say_unused(self, used: Iterable[str] = ()) -> None:
        """Say which columns are not used."""
        unused = [column for column in self.source.columns if column not in {*self.columns.values(), *used}]
        if unused:
            more = f" and {len(unused) - 8} more" if len(unused) > 8 else ""
            self.notes.say(f"{self.source.name}: not used: {', '.join(unused[:8])}{more}")

    def shares(self, field: str, choices: ImportChoices) -> Floats:
        """Return a column of thresholds or bonuses as fractions, however they are written."""
        values = self.numbers(field, 0.0)
        if field not in self.columns:
            return values
        column = self.columns[field]
        where = f"{self.source.name}, column {column}"
        signed = percent_signs(self.column(field))
        if field == "liquidation_bonus":
            return bonuses(values, signed, choices.bonus_form, where, column, self.notes)
        return thresholds(values, signed, choices.threshold_form, where, self.notes)

    def maintenance_margins(self, choices: ImportChoices) -> Floats:
        """Return a column of maintenance margins as fractions, however they are written."""
        values = self.numbers("maintenance_margin", 0.0)
        column = self.columns["maintenance_margin"]
        where, signed = f"{self.source.name}, column {column}", percent_signs(self.column("maintenance_margin"))
        return as_margins(values, signed, column, choices.threshold_form, where, self.notes)

    def texts(self, field: str) -> list[str | None]:
        """Return a column's texts, None where blank; of assets a blank is a fault."""
        if field not in self.columns:
            return [None] * len(self.source)
        values = [
            None if value is None or str(value).strip().lower() in BLANKS else str(value).strip()
            for value in self.column(field).to_pylist()
        ]
        if field == "asset":
            for row, value in enumerate(values):
                if not value:
                    self.faults.append(Fault(self.source.place(row, self.columns[field]), "blank", "a name"))
        return [value or None for value in values]

    def column(self, field: str) -> Any:
        """Return a field's cells."""
        return self.source.column(self.columns[field])

    def numbers(self, field: str, least: float | None, *, required: bool = False, percent: bool = True) -> Floats:
        """Return a column's numbers, of at least `least`, or above 0 if that is None; NaN where blank.

        A number with a percent sign is wrong where none may stand.
        """
        if field not in self.columns:
            return np.full(len(self.source), np.nan)
        values, wrong = numbers_from_column(self.column(field), decimal_comma=self.comma, percent=percent)
        marked = (values <= 0) if least is None else (values < least)
        if required:
            marked |= np.isnan(values)
        marked[wrong] = True
        rule = "a number above 0" if least is None else f"a number of at least {least:g}"
        unread = set(wrong.tolist())
        for row in np.flatnonzero(marked).tolist():
            shown = self.source.shown_cell(self.columns[field], row)
            found = repr(shown) if shown else "blank"
            allowed = as_written(rule, decimal_comma=self.comma and row in unread)
            self.faults.append(Fault(self.source.place(row, self.columns[field]), found, allowed))
        return values

    def refuse_repeats(self, keys: list[tuple[str | None, ...]]) -> None:
        """Note rows whose key stands in an earlier row."""
        seen: dict[tuple[str | None, ...], int] = {}
        for row, key in enumerate(keys):
            if key in seen:
                other = self.source.row_numbers[seen[key]]
                self.faults.append(Fault(self.source.place(row), f"{key[0]} again, as in row {other}", "each once"))
            seen.setdefault(key, row)

    def done(self) -> None:
        """End here if a row is wrong.

        Raises
        ------
        BadInput
            With every fault.
        """
        if self.faults:
            raise BadInput(self.faults)
