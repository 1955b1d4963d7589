"""What the scenario is called and what it assumes: the words that belong to its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from cascade_gui.scenario_panel.heading import Foldable
from cascade_gui.theme import SIZES

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QResizeEvent

    from cascade_gui.document.document import Document

_FEWEST_LINES: Final = 2
_MOST_LINES: Final = 7
"""What is longer is scrolled: the numbers below are to stay in sight."""


class NotesEditor(QPlainTextEdit):
    """A text that is as high as its lines, up to seven; it is taken when the field is left."""

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._at_rest = ""
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def set_value(self, text: str) -> None:
        """Show a text; one that is being typed stays."""
        if text != self._at_rest or not self.hasFocus():
            self._at_rest = text
            if text != self.toPlainText():
                self.setPlainText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed."""
        super().focusOutEvent(event)
        text = self.toPlainText()
        if text != self._at_rest:
            self._at_rest = text
            self.document().clearUndoRedoStacks()  # from here on undo is the scenario's
            self.committed.emit(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the lines, which another width breaks elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = max(_FEWEST_LINES, min(round(self.document().size().height()), _MOST_LINES))
        frame = round(2 * self.document().documentMargin()) + 2 * self.frameWidth() + 2
        height = lines * self.fontMetrics().lineSpacing() + frame
        if height != self.height() or self.minimumHeight() != self.maximumHeight():
            self.setFixedHeight(height)


class NotesSection(Foldable):
    """Name and notes of the scenario, which are saved with it; open where there are notes to read.

    Parameters
    ----------
    document
        Where both are.
    title
        The heading.
    """

    reads = ("name", "notes")
    edits = ()  # texts are seen where they stand

    def __init__(self, document: Document, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._document = document
        self.name = QLineEdit()
        self.name.setObjectName("field:name")
        self.name.setAccessibleName(self.tr("Name of the scenario"))
        self.name.setPlaceholderText(self.tr("Name of the scenario"))
        self.name.editingFinished.connect(self._take_name)
        self.notes = NotesEditor()
        self.notes.setObjectName("field:notes")
        self.notes.setAccessibleName(self.tr("Notes"))
        self.notes.setPlaceholderText(self.tr("What it assumes, and where its data come from"))
        self.notes.committed.connect(self._take_notes)
        self.rows.setSpacing(SIZES.grid)
        self.rows.addWidget(self.name)
        self.rows.addWidget(self.notes)
        self.heading.setChecked(False)
        document.replaced.connect(self._open_to_read)

    def refresh(self) -> None:
        """Show both as they are now."""
        self.refresh_values()

    def refresh_values(self) -> None:
        """Show both as they are now; there are no other rows."""
        parameters = self._document.parameters
        if not (self.name.hasFocus() and self.name.isModified()):
            self.name.setText(parameters.name)
            self.name.setCursorPosition(0)
        self.notes.set_value(parameters.notes)

    def _open_to_read(self) -> None:
        self.heading.setChecked(bool(self._document.parameters.notes))

    def _take_name(self) -> None:
        if self.name.isModified():
            self.name.setModified(False)
            self._document.set_parameter("name", self.name.text().strip())

    def _take_notes(self, text: str) -> None:
        self._document.set_parameter("notes", text)
