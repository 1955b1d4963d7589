"""Text that a spreadsheet would take for a formula, made harmless.

A cell such as ``=HYPERLINK(...)`` in a CSV file runs as a formula when the file is opened in a
spreadsheet. An apostrophe before it makes it text, in Excel, LibreOffice and Google Sheets alike.
"""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula may start with; the last four are the full-width spellings of the first four."""


def escaped(text: str) -> str:
    """Return text for a CSV cell, with an apostrophe before it if it would start a formula."""
    return f"'{text}" if text.startswith(STARTS) else text
