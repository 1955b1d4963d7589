"""What a process of its own does: read the cells of a sheet with a library, and write them as lines of JSON.

A spreadsheet of a few kilobytes can ask its reader for more memory than there is, and the reader then ends the process
that it runs in. So it runs in this one (see `engine.importing.sheet_cells`), which may use only so much memory.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

LOOKED_AT = 200
"""Rows whose texts tell whether the sheet writes decimal commas."""


def serve(path: str, sheet: str, answer: str, most_bytes: int) -> None:
    """Read a sheet; write a line for the texts in which numbers may stand, then one for each row, or one refusal.

    Parameters
    ----------
    path, sheet
        The spreadsheet, and which of its sheets.
    answer
        The file to write.
    most_bytes
        How much memory this process may take; where the system knows no such limit, as much as there is.
    """
    _limit(most_bytes)
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except Exception as error:  # noqa: BLE001 - the library's, of many kinds: the file is damaged
        Path(answer).write_text(json.dumps({"refused": str(error)[:200]}) + "\n", encoding="utf-8")
        return
    with Path(answer).open("w", encoding="utf-8") as file:
        texts = [value for row in rows[1:LOOKED_AT] for value in row if isinstance(value, str)]
        file.write(json.dumps({"texts": texts}) + "\n")
        file.writelines(json.dumps([as_text(value) for value in row]) + "\n" for row in rows)


def as_text(value: Any) -> str | None:
    """Return a cell as it is written, None for a blank one."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (int, timedelta)):
        return str(value)
    return None


def _limit(most_bytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Serve whoever started this process with its four arguments."""
    path, sheet, answer, most_bytes = sys.argv[1:]
    serve(path, sheet, answer, int(most_bytes))
