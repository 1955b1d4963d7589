"""Rows of a book that add up the others: they are no accounts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.names import trimmed
from engine.importing.numbers import numbers_from_column
from engine.importing.roles import ROLES

if TYPE_CHECKING:
    from engine.base.types import Flags
    from engine.importing.asking import Notes
    from engine.importing.choices import ImportChoices
    from engine.importing.recognition import Found
    from engine.importing.source import Source

KEY: Final = "totals"
"""The constant that says what becomes of such rows: ``keep`` or ``leave-out``."""
_WORDS: Final = tuple(
    f"{word}{sign}"
    for word in (
        "total", "totals", "grand total", "overall", "sum", "subtotal", "sub-total", "sub total", "average",
        "summe", "gesamt", "gesamtsumme", "insgesamt", "zwischensumme", "durchschnitt", "somme", "suma", "totale",
    )
    for sign in ("", ":")
)  # fmt: skip
_NAMES: Final = ("account", "asset", "collateral_asset", "debt_asset")
_SAME: Final = 1e-6
LOOKED_AT: Final = 20_000
"""Books that people write have no more rows; of longer ones the last are looked at."""


def without_totals(source: Source, found: Found, choices: ImportChoices, notes: Notes) -> Source:
    """Return a file without the rows that add up others, which is said; where one may be an account it is asked.

    A row is one if it is called a total and is the last, or lacks the name of an asset that other rows have; or if the
    last row names nothing and adds up the others.

    Parameters
    ----------
    source
        The file.
    found
        Its columns by role.
    choices
        May say what becomes of such rows.
    notes
        Gets the line or the question.
    """
    wish = choices.constants.get(KEY)
    if wish == "keep" or len(source) < 2:
        return source
    called = _called_totals(source, found)
    rows = np.flatnonzero(called)
    if not len(rows):
        return _without_sums(source, found, choices, notes)
    last = len(source) - 1
    certain = [row for row in rows.tolist() if wish is not None or row == last or _lacks_a_name(source, found, row)]
    if len(certain) < len(rows):
        unsure = next(row for row in rows.tolist() if row not in certain)
        _ask(source, unsure, _name(source, found, unsure), notes)
        return source
    few = ", ".join(f"{source.row_numbers[row]} ({_name(source, found, row)})" for row in certain[:4])
    more = f" and {len(certain) - 4} more" if len(certain) > 4 else ""
    adds = "row {} adds up others and is" if len(certain) == 1 else "rows {} add up others and are"
    notes.say(f"{source.name}: {adds.format(few + more)} left out (--constant {KEY}=keep reads them)")
    return without_rows(source, called)


_CELL: Final = re.compile(r"cell [A-Z]+(\d+)$")


def without_rows(source: Source, left_out: Flags) -> Source:
    """Return a file without some rows, nor what is wrong with single cells of them: a total is often a formula.

    Parameters
    ----------
    source
        The file.
    left_out
        Shape (rows of the file,): which.
    """
    numbers = {str(number) for number in source.row_numbers[left_out].tolist()}
    flaws = {
        column: tuple(
            fault for fault in faults if (match := _CELL.search(fault.where)) is None or match[1] not in numbers
        )
        for column, faults in source.flaws.items()
    }
    return replace(source.taken(~left_out), flaws=flaws)


def _called_totals(source: Source, found: Found) -> Flags:
    """Return which rows have the word for a total as their account, or in place of it where that is blank."""
    import pyarrow as pa
    import pyarrow.compute as pc

    begin = max(0, len(source) - LOOKED_AT)
    found_in = np.zeros(len(source), dtype=np.bool_)
    result, named = found_in[begin:], np.zeros(len(source) - begin, dtype=np.bool_)
    for role in _NAMES:
        if role not in found.columns:
            continue
        column = source.column(found.columns[role][0])
        if not pa.types.is_string(column.type):
            return found_in
        cells = trimmed(column.slice(begin))
        is_total = pc.fill_null(pc.is_in(pc.utf8_lower(cells), value_set=pa.array(_WORDS)), fill_value=False)
        result |= np.asarray(is_total.to_numpy()) & ~named
        named |= np.asarray(pc.is_valid(cells).to_numpy())
    return found_in


def _cell(source: Source, found: Found, role: str, row: int) -> str:
    return source.shown_cell(found.columns[role][0], row).strip() if role in found.columns else ""


def _name(source: Source, found: Found, row: int) -> str:
    return next((cell for role in _NAMES if (cell := _cell(source, found, role, row))), "")


def _lacks_a_name(source: Source, found: Found, row: int) -> bool:
    """Whether a row has no asset, or a side's amount without its asset."""
    if "asset" in found.columns:
        return not _cell(source, found, "asset", row)
    sides = [side for side in ("collateral", "debt") if f"{side}_asset" in found.columns]
    return any(
        _cell(source, found, f"{side}_amount", row) and not _cell(source, found, f"{side}_asset", row) for side in sides
    )


def _without_sums(source: Source, found: Found, choices: ImportChoices, notes: Notes) -> Source:
    """Return a file without a last row that names nothing and whose numbers are the sums of those above."""
    last = len(source) - 1
    names = [role for role in found.columns if ROLES[role].kind == "name" or role == "account"]
    if "account" not in names or any(_cell(source, found, role, last) for role in names):
        return source
    comma = source.decimal_comma if choices.decimal is None else choices.decimal == "comma"
    given = 0
    for role, columns in found.columns.items():
        if ROLES[role].kind != "number" or not _cell(source, found, role, last):
            continue
        values, _ = numbers_from_column(source.column(columns[0]), decimal_comma=comma)
        total = float(np.nansum(values[:last]))
        if np.isnan(values[last]) or abs(values[last] - total) > _SAME * max(1.0, abs(total)):
            return source
        given += 1
    if not given:
        return source
    notes.say(f"{source.name}: row {source.row_numbers[last]} names nothing and adds up the others, and is left out")
    return without_rows(source, np.arange(len(source)) == last)


def _ask(source: Source, row: int, name: str, notes: Notes) -> None:
    notes.ask(
        Question(
            KEY,
            source.place(row),
            f"It is called {name!r}: does it add up others, or is it an account?",
            (
                Answer(
                    "it adds up others, leave it out", f"--constant {KEY}=leave-out", {"constants": {KEY: "leave-out"}}
                ),
                Answer("it is an account", f"--constant {KEY}=keep", {"constants": {KEY: "keep"}}),
            ),
        )
    )
