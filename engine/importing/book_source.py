"""Opening a loan book: the sheet of a workbook that is one, and cells that hold an amount and its asset taken apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.base.faults import BadInput
from engine.importing.asking import Answer, Question, Unanswered
from engine.importing.joined_cells import taken_apart
from engine.importing.other_lists import looks_like
from engine.importing.read_source import read_source
from engine.importing.recognition import recognised
from engine.importing.spreadsheets import sheet_names
from engine.importing.wide_columns import groups_of_tokens

if TYPE_CHECKING:
    from engine.importing.choices import ImportChoices
    from engine.importing.source import Source

_MOST_SHEETS: Final = 12


def read_book_source(path: str | Path, choices: ImportChoices) -> Source:
    """Open a loan book as the choices say.

    Of several sheets the first that is a book is taken, unless one is chosen. Where the first sheet is none and several
    others are, or no sheet is, it is asked.

    Parameters
    ----------
    path
        The file.
    choices
        Which sheet, list, and row of column names; the columns and constants by which a sheet is told for a book.

    Raises
    ------
    Unanswered
        If several lists or sheets may be meant.
    BadInput
        If it cannot be read.
    """
    path = Path(path)
    sheets = sheet_names(path) if choices.sheet is None else []
    if len(sheets) < 2:
        return taken_apart(_read(path, choices, choices.sheet))
    source = _of_sheets(path, choices, sheets)
    others = [name for name in sheets if name != source.sheet]
    more = f" and {len(others) - 4} more" if len(others) > 4 else ""
    remark = f"sheet {source.sheet}: it is read, and not {', '.join(others[:4])}{more}; --sheet NAME takes another"
    return taken_apart(replace(source, remarks=(*source.remarks, remark)))


def _read(path: Path, choices: ImportChoices, sheet: str | None) -> Source:
    return read_source(path, sheet=sheet, part=choices.list, header_row=choices.header_row, with_flaws=True)


def _of_sheets(path: Path, choices: ImportChoices, sheets: list[str]) -> Source:
    """Return the sheet that is a book, or ask which one is."""
    first = _readable(path, choices, sheets[0])
    if first is not None and _is_book(first, choices):
        return first
    others = [_readable(path, choices, name) for name in sheets[1:_MOST_SHEETS]]
    books = [source for source in others if source is not None and _is_book(source, choices)]
    if len(books) == 1:
        return books[0]
    if first is not None and not books and all(source is None for source in others):
        return first  # the only sheet that is a table
    names = [book.sheet for book in books] or sheets[:_MOST_SHEETS]
    ways = tuple(Answer(name, f'--sheet "{name}"', {"sheet": name}) for name in names)
    raise Unanswered([Question("sheet", path.name, "Which sheet is the book?", ways)])


def _readable(path: Path, choices: ImportChoices, sheet: str) -> Source | None:
    try:
        return _read(path, choices, sheet)
    except BadInput:
        return None


def _is_book(source: Source, choices: ImportChoices) -> bool:
    source = taken_apart(source)
    given = {role: column for role, column in choices.columns.items() if "{asset}" not in column}
    if given and set(given.values()) - {""} <= set(source.columns):
        return True
    if not len(source) or looks_like(source) is not None:
        return False
    return bool(recognised(source, {}, {**choices.constants, **choices.scale})) or bool(
        groups_of_tokens(source, choices.columns)
    )
