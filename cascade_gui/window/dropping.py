"""What can be dropped on the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent

SCENARIO_ENDINGS: Final = (".cascade", ".json")
BOOK_ENDINGS: Final = (".csv", ".tsv", ".txt", ".xlsx", ".ods", ".parquet", ".arrow", ".feather", ".jsonl", ".ndjson")
_FORMAT: Final = b'"cascade-scenario/'
_LOOKED_AT: Final = 65_536


def dropped_file(event: QDropEvent) -> Path | None:
    """Return the one scenario or loan book that is dragged, None for anything else."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in (*SCENARIO_ENDINGS, *BOOK_ENDINGS) else None


def is_book(path: Path) -> bool:
    """Whether a file is a loan book and no scenario: JSON may be either, and a scenario says so at its beginning."""
    if path.suffix.lower() in BOOK_ENDINGS:
        return True
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as file:
            return _FORMAT not in file.read(_LOOKED_AT)
    except OSError:
        return False  # opening it will say why it cannot be read
