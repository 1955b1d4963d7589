"""What stands in place of the table when there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cascade_gui.theme.plain_text import plain_label


class EmptyBook(QWidget):
    """Says how loans come into an empty book."""

    row_wanted = Signal()
    paste_wanted = Signal()
    import_wanted = Signal()
    generate_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loan_book_empty")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        head = plain_label(self.tr("No loans yet"))
        head.setProperty("role", "title")
        text = plain_label(
            self.tr(
                "Import a book from CSV, XLSX, ODS, Parquet or JSON, paste any table from a spreadsheet, type rows in, "
                "or make a synthetic book."
            )
        )
        text.setProperty("role", "secondary")
        self._buttons = (
            _button(self.tr("Import…"), self.import_wanted, primary=True),
            _button(self.tr("Paste"), self.paste_wanted),
            _button(self.tr("Add a row"), self.row_wanted),
            _button(self.tr("Synthetic book…"), self.generate_wanted),
        )
        _arrange(self, head, text, self._buttons)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste works here as in the table."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        else:
            super().keyPressEvent(event)


class NothingFits(QWidget):
    """Says that the filter lets no row through."""

    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loan_book_nothing_fits")
        head = plain_label(self.tr("No loan fits the filter"))
        head.setProperty("role", "title")
        _arrange(self, head, None, (_button(self.tr("Clear the filter"), self.clear_wanted),))


def _button(text: str, wanted: object, *, primary: bool = False) -> QPushButton:
    button = QPushButton(text)
    if primary:
        button.setProperty("kind", "primary")
    button.clicked.connect(wanted)
    return button


def _arrange(page: QWidget, head: QLabel, text: QLabel | None, buttons: tuple[QPushButton, ...]) -> None:
    page.setProperty("surface", "background")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    box = QVBoxLayout(page)
    box.setSpacing(12)
    box.addStretch(1)
    for label in (head, text):
        if label is not None:
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            box.addWidget(label)
    box.addLayout(row)
    box.addStretch(1)
