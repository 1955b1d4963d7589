"""A bar above a table that jumps from row to row that holds a text, hiding nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLineEdit, QToolButton, QWidget

from cascade_gui.theme.icons import icon
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.theme.tokens import DARK, Tokens
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    import numpy.typing as npt

_WAIT_MS: Final = 120
_NONE: Final = np.empty(0, dtype=np.int64)


class TableFindBar(QWidget):
    """Finds a text in the shown rows of a table.

    Parameters
    ----------
    table
        The table to move in.
    name
        Of the field, for tests and scripts.
    asks, title
        What stands in the empty field, and what it is called by screen readers.
    """

    closed = Signal()

    def __init__(
        self, table: QAbstractItemView, name: str, asks: str, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._found: npt.NDArray[np.int64] = _NONE
        self._is_looking = self._moves_then = False
        self._text = QLineEdit()
        self._text.setObjectName(name)
        self._text.setPlaceholderText(asks)
        self._text.setAccessibleName(title)
        self._text.setFixedWidth(260)
        self._text.installEventFilter(self)
        self._count = plain_label()
        self._count.setProperty("role", "secondary")
        self._back = self._button(self.tr("Previous match"), self.previous)
        self._on = self._button(self.tr("Next match"), self.next)
        self._close = self._button(self.tr("Close the find bar"), self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(4)
        for widget in (self._text, self._back, self._on, self._count):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._search_and_move)
        self._text.textChanged.connect(self._typed)
        self.apply_theme(DARK)
        self.hide()

    def rows_with(self, text: str) -> npt.NDArray[np.int64] | None:
        """Return the shown rows that hold a text, ascending; each table has its own way.

        None while they are looked for: `go_on` is called when they can be told.
        """
        raise NotImplementedError

    def go_to(self, row: int, text: str) -> None:
        """Go to a shown row, to the cell that holds the text; each table has its own way."""
        raise NotImplementedError

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._back.setIcon(icon("chevron-up", tokens, "secondary"))
        self._on.setIcon(icon("chevron-down", tokens, "secondary"))
        self._close.setIcon(icon("close", tokens, "secondary"))

    def open_bar(self) -> None:
        """Show the bar, ready to type."""
        self.show()
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()
        self.search()

    def close_bar(self) -> None:
        """Hide the bar and go back to the table."""
        self._timer.stop()
        self.hide()
        self._table.setFocus()
        self.closed.emit()

    def next(self) -> None:
        """Go to the next row that holds the text, after the last one to the first."""
        self._settle()
        if len(self._found):
            at = int(np.searchsorted(self._found, self._table.currentIndex().row(), side="right"))
            self._go(at % len(self._found))

    def previous(self) -> None:
        """Go to the row before that holds the text, before the first one to the last."""
        self._settle()
        if len(self._found):
            at = int(np.searchsorted(self._found, self._table.currentIndex().row(), side="left")) - 1
            self._go(at % len(self._found))

    def search(self) -> None:
        """Look again for what is typed: rows have come, gone or moved."""
        text = self._text.text().strip()
        found = _NONE if not text or self.isHidden() else self.rows_with(text)
        self._is_looking = found is None
        self._found = _NONE if found is None else found
        self._tell(None)

    def go_on(self) -> None:
        """Tell what was looked for, and go there if that was wanted meanwhile."""
        (self._search_and_move if self._moves_then else self.search)()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on, Shift+Enter back, Esc closes."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                (self.previous if back else self.next)()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
        return super().eventFilter(watched, event)

    def _button(self, text: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _typed(self) -> None:
        self._timer.start()

    def _settle(self) -> None:
        """Search now what was typed a moment ago."""
        if self._timer.isActive():
            self._timer.stop()
            self.search()
        self._moves_then = self._is_looking

    def _search_and_move(self) -> None:
        self.search()
        self._moves_then = self._is_looking
        row = max(0, self._table.currentIndex().row())
        if len(self._found):
            self._go(int(np.searchsorted(self._found, row)) % len(self._found))

    def _go(self, at: int) -> None:
        self.go_to(int(self._found[at]), self._text.text().strip())
        self._tell(at)

    def _tell(self, at: int | None) -> None:
        if not self._text.text().strip():
            text = ""
        elif self._is_looking:
            text = self.tr("searching…")
        elif not len(self._found):
            text = self.tr("not found")
        elif at is None:
            text = self.tr("{0} found").format(numbers.count(len(self._found)))
        else:
            text = self.tr("{0} of {1}").format(numbers.count(at + 1), numbers.count(len(self._found)))
        self._count.setText(text)
