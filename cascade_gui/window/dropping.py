"""What can be dropped on the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent

SCENARIO_ENDINGS: Final = (".cascade", ".json")
BOOK_ENDINGS: Final = (".csv", ".xlsx", ".ods", ".parquet")


def dropped_file(event: QDropEvent) -> Path | None:
    """Return the one scenario or loan book that is dragged, None for anything else."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in (*SCENARIO_ENDINGS, *BOOK_ENDINGS) else None
