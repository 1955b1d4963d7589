"""What the engine says in options of the command line, in the words of the window's own fields."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QCoreApplication

_WORDS: Final = (
    (r"use --path", "take it under “Price path” beside a book"),
    (r"use --params", "take it under “Parameters” beside a book"),
    (r"--sheet NAME takes another", "“Sheet” takes another"),
    (r"--shape perpetuals", "choose them under “A row is”"),
    (r"\(--params\)", "(a file under “Parameters”)"),
    (r"of a --preset or a --template", "of a protocol (“Rules of”) or a template"),
    (r"--preset NAME or --template FILE takes others", "“Rules of” or “Template” takes others"),
    (r"are taken with --preset \S+", "are taken with them under “Rules of”"),
    (r"or a --preset", "or “Rules of”"),
    (r"\(--map category=\)", "(that column passed over, under “Columns”)"),
    (r" ?\(--map \w+=COLUMN\)", ""),
    (r"or --map \w+=COLUMN", "or another column read as it, under “Columns”"),
    (r"--price (\S+)=(\S+) takes it", r"\2 typed as the price of \1 into the table of assets takes it"),
    (r"or --(?:price|threshold|bonus)\b", "or one typed into the table of assets"),
    (r"--maintenance-margin \S+=2%", "one typed into the table of assets"),
    (r"--market says another", "“Market of all rows” says another"),
    (
        r"--depth none leaves them infinite, --liquidity or a column depth_2pct_usd gives yours",
        "type yours into the table of assets, clear them there for none, or take a file under “Liquidity”",
    ),
    (r" \(--map\)", ", under “Columns”"),
    (r"another --bonus-form", "bonuses in another form"),
    (r" ?\(--constant \S+ reads them\)", ""),
)


def in_words(text: str) -> str:
    """Return a text with each option of the command in the words of the field that does the same here.

    Parameters
    ----------
    text
        What the engine says of an import.

    Examples
    --------
    >>> in_words("sheet Loans: it is read; --sheet NAME takes another")
    'sheet Loans: it is read; “Sheet” takes another'
    """
    if "--" not in text:
        return text
    for pattern, words in _WORDS:
        text = re.sub(pattern, QCoreApplication.translate("option_words", words), text)
    return text


def about_the_book(line: str, name: str) -> str:
    """Return a line without the name of the file that the dialog is about.

    Parameters
    ----------
    line
        What was done or found.
    name
        The file's name; lines on other files keep theirs.

    Examples
    --------
    >>> about_the_book("book.csv, column lltv: 0.86 read as 86 %", "book.csv")
    'Column lltv: 0.86 read as 86 %'
    """
    for sign in (":", ","):
        start = f"{name}{sign} "
        if line.startswith(start):
            rest = line.removeprefix(start)
            return rest[:1].upper() + rest[1:]
    return line
