"""The cells of a spreadsheet's sheet, read by a process of its own that may take only so much memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from engine.base.faults import BadInput
from engine.importing.sheet_worker import serve

MOST_BYTES = 4 * 2**30
"""More than a sheet of `engine.importing.spreadsheets.MOST_CELLS` numbers takes."""
LEAST_SECONDS = 60.0
BYTES_A_SECOND = 4e6
"""A tenth of what an idle machine reads of a sheet's XML."""
_PROGRAM = "import sys; sys.path[:] = {path!r}; from engine.importing.sheet_worker import main; main()"
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def sheet_cells(path: Path, sheet: str, unpacked: int) -> tuple[list[list[str | None]], list[str]]:
    """Return the rows of a sheet, and the texts of its first rows.

    Parameters
    ----------
    path
        The spreadsheet.
    sheet
        Which sheet.
    unpacked
        Bytes of its XML, by which it is known how long reading may take.

    Returns
    -------
    tuple
        Rows of cells as they are written, None for blank ones; and the texts of the first rows.

    Raises
    ------
    BadInput
        If the sheet cannot be read, or not with so much memory or in so much time.
    """
    with tempfile.TemporaryDirectory(prefix="cascade-sheet-") as folder:
        answer = Path(folder) / "cells.jsonl"
        seconds = max(LEAST_SECONDS, unpacked / BYTES_A_SECOND)
        try:
            _read_apart(str(path), sheet, str(answer), seconds)
        except subprocess.TimeoutExpired:
            raise BadInput.at(
                path.name, f"a spreadsheet that is not read within {seconds:.0f} s", "a smaller one, or CSV"
            ) from None
        if not answer.exists():
            allowed = f"a sheet that takes less than {MOST_BYTES / 2**30:.0f} GB to read, or CSV"
            raise BadInput.at(path.name, "a spreadsheet whose reader broke off", allowed)
        with answer.open(encoding="utf-8") as file:
            head = json.loads(file.readline() or "{}")
            rows = [json.loads(line) for line in file]
    if "refused" in head:
        raise BadInput.at(path.name, f"a damaged spreadsheet ({head['refused']})", "XLSX or ODS")
    return rows, head.get("texts", [])


def _read_apart(path: str, sheet: str, answer: str, seconds: float) -> None:
    arguments = [path, sheet, answer, str(MOST_BYTES)]
    if getattr(sys, "frozen", False):
        _spawn(arguments, seconds)
        return
    subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(path=sys.path), *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        timeout=seconds, check=False, creationflags=_NO_WINDOW,
    )  # fmt: skip


def _spawn(arguments: list[str], seconds: float) -> None:
    """Let multiprocessing start a frozen program again, which knows how."""
    import multiprocessing

    path, sheet, answer, most_bytes = arguments
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(path, sheet, answer, int(most_bytes)), daemon=True
    )
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        raise subprocess.TimeoutExpired(path, seconds)
