"""What is written in cells, as the values that the store keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cascade_gui.wording import numbers
from engine.scenario.loans import NUMBER_COLUMNS, TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QLocale

    from cascade_gui.document.loan_store import Array, LoanStore
    from cascade_gui.loan_table.names import KnownNames


@dataclass(frozen=True, slots=True)
class Parsed:
    """The values of some cells of one column.

    Parameters
    ----------
    values
        Shape (n,), as the store keeps them; a number that could not be read is blank.
    bad
        The texts that could not be read, by their position among the cells.
    """

    values: Array
    bad: dict[int, str]


def parse(store: LoanStore, names: KnownNames, column: str, texts: Sequence[str]) -> Parsed:
    """Read the texts of cells of one column.

    Names are taken as they are written; case is put right where only one known name fits. Numbers are read as
    people write them, in the application's locale; blank text is a blank cell.
    """
    if column in NUMBER_COLUMNS:
        return _numbers(texts)
    stripped = [text.strip() for text in texts]
    if column in TEXT_COLUMNS:
        meant = {text: names.canonical(column, text) if text else None for text in set(stripped)}
        return Parsed(store.codes(column, [meant[text] for text in stripped]), {})
    values = np.empty(len(stripped), dtype=object)
    values[:] = stripped
    return Parsed(values, {})


def reason(text: str) -> str:
    """Return why `text` is no number, in one sentence."""
    try:
        numbers.parse_number(text)
    except ValueError as error:
        return str(error)
    return ""


def _numbers(texts: Sequence[str]) -> Parsed:
    locale = numbers.number_locale()
    plain = locale.decimalPoint() == "." and locale.groupSeparator() != "."
    values = np.empty(len(texts))
    bad: dict[int, str] = {}
    for at, text in enumerate(texts):
        # Most of a large paste is plain digits, which need no more than Python's own reading.
        if plain and text.isascii() and text.replace(".", "", 1).isdigit():
            values[at] = float(text)
            continue
        stripped = text.strip()
        values[at] = np.nan
        if stripped:
            try:
                values[at] = numbers.parse_number(stripped, locale)
            except ValueError:
                bad[at] = stripped
    return Parsed(values, bad)


def shown_in_editor(value: str | float | None, locale: QLocale | None = None) -> str:
    """Return the full text of a value, which reads back as the same."""
    if value is None or isinstance(value, str):
        return value or ""
    return "" if np.isnan(value) else numbers.editable(value, locale)
