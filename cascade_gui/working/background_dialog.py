"""A dialog that works in the background and closes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from cascade_gui.working.background import Background
from cascade_gui.working.heavy_libraries import ALL

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class BackgroundDialog(QDialog):
    """A dialog with a background thread of its own.

    It closes at once, whatever is under way there; that ends by itself, its result is dropped, and then the
    dialog is deleted.

    Parameters
    ----------
    name
        Of the thread.
    computes
        Whether the work runs cascades.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, computes: bool = False) -> None:
        super().__init__(parent)
        self._over = False
        self._background = Background(name, self, computes=computes, libraries=ALL)

    def done(self, answer: int) -> None:
        """Close, and delete the dialog when nothing is under way any more."""
        self._background.forget_all()
        super().done(answer)
        if not self._over:
            self._over = True
            self._background.idle.connect(self.deleteLater)
            self._background.do(_nothing, _ignore)


def _nothing() -> None:
    """Follow in the background what is under way there, so that one knows when it has ended."""


def _ignore(_: object) -> None:
    """Take the result of `_nothing`."""
