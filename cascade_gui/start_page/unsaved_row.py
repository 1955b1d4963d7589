"""Work that was not saved, on the start page: what and from when, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cascade_gui.start_page.card import AROUND
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording.moments import spoken_moment

if TYPE_CHECKING:
    from cascade_gui.document.recovery import LeftBehind


class UnsavedRow(QWidget):
    """One piece of work that a window which ended did not save.

    Parameters
    ----------
    left
        What is known of it.
    """

    recover_asked = Signal(object)
    """The `LeftBehind` that is to be brought back."""
    saved_asked = Signal(object)
    """The `LeftBehind` whose file is to be opened as it was saved."""

    def __init__(self, left: LeftBehind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unsaved_work")
        self._left = left
        name = plain_label(left.name)
        name.setProperty("role", "title")
        name.setWordWrap(True)
        when = plain_label(self.tr("last edited {0}").format(spoken_moment(left.when.timestamp())))
        when.setProperty("role", "warning")
        recover = self._button(self.tr("Recover"), self.tr("Recover {0}"), self._recover)
        saved = self._button(self.tr("Open saved"), self.tr("Open {0} as it was saved"), self._open_saved)
        saved.setToolTip(self.tr("Open the file as it was saved, and forget the unsaved work"))
        saved.setVisible(left.path is not None and left.path.exists())
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(8)
        for button in (recover, saved):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, 0, AROUND, 8)
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(when)
        column.addLayout(row)

    def _button(self, text: str, spoken: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(spoken.format(self._left.name))
        button.clicked.connect(slot)
        return button

    def _recover(self) -> None:
        self.recover_asked.emit(self._left)

    def _open_saved(self) -> None:
        self.saved_asked.emit(self._left)
