"""The left side of the start page: import, open, new, the files that were open last, and what was not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cascade_gui.start_page.card import AROUND
from cascade_gui.start_page.file_row import FileRow
from cascade_gui.start_page.unsaved_row import UnsavedRow
from cascade_gui.theme import tokens
from cascade_gui.theme.plain_text import no_mnemonic, plain_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QLabel

    from cascade_gui.document.recovery import LeftBehind
    from cascade_gui.theme import Tokens
    from engine.reading.price_course import PriceCourse

_EDGE: Final = 28
_HEAD: Final = 24
"""About the height of a list's title with the air around it, in pixels."""
_LEAST_FILES: Final = 2
"""So many files are shown whatever else there is."""
_LINKS: Final = ("help_getting_started", "help_tutorial", "help_keys", "help_real_events", "help_method", "help_tour")
_LINKS_A_ROW: Final = 3


class SidePanel(QFrame):
    """What one brings oneself.

    Parameters
    ----------
    actions
        By name: ``file_import``, ``file_open``, ``file_new`` and the pages of the help that are linked to.
    """

    file_chosen = Signal(object)
    """The path of a file that is to be opened."""
    recover_asked = Signal(object)
    saved_asked = Signal(object)
    """The `LeftBehind` that is to be recovered, or whose file is to be opened as it was saved."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_side")
        self.setProperty("surface", "panel")
        self._tokens: Tokens = tokens(dark=True)
        self.rows: list[FileRow] = []
        self.unsaved: list[UnsavedRow] = []
        self._link_buttons: list[QPushButton] = []
        self.main = self._button(actions["file_import"], self.tr("Import a loan book …"), kind="primary")
        self.open = self._button(actions["file_open"], self.tr("Open …"))
        self.new = self._button(actions["file_new"], self.tr("Empty book"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open)
        buttons.addWidget(self.new)
        head = QVBoxLayout()
        head.setContentsMargins(_EDGE, 24, _EDGE, 8)
        head.setSpacing(10)
        title = plain_label("Cascade")
        title.setProperty("role", "name")
        head.addWidget(title)
        head.addWidget(
            self._said(
                self.tr("What happens to a lending market when prices fall, round by round, on your own loan book.")
            )
        )
        head.addSpacing(4)
        head.addWidget(self.main)
        head.addWidget(self._said(self.tr("CSV, Excel, ODS, Parquet or JSON; or paste a table here")))
        head.addLayout(buttons)
        self._files, self._unsaved = QVBoxLayout(), QVBoxLayout()
        holder = QWidget()
        holder.setProperty("surface", "panel")
        lists = QVBoxLayout(holder)
        lists.setContentsMargins(_EDGE - AROUND, 8, _EDGE - AROUND, 8)
        lists.setSpacing(12)
        for part in (self._files, self._unsaved):
            part.setSpacing(2)
            lists.addLayout(part)
        lists.addStretch(1)
        self._area = QScrollArea()
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidgetResizable(True)
        self._area.setWidget(holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._area, 1)
        column.addLayout(self._links(actions))

    def set_files(self, files: Sequence[tuple[Path, float]]) -> None:
        """Show other files.

        Parameters
        ----------
        files
            Paths, newest first, with when each was written last, in seconds since the epoch.
        """
        self.rows = [FileRow(path, changed) for path, changed in files]
        for row in self.rows:
            row.apply_theme(self._tokens)
            row.clicked.connect(self._choose)
            row.installEventFilter(self)
        _fill(self._files, self.tr("RECENT"), self.rows)

    def set_unsaved(self, left: Sequence[LeftBehind]) -> None:
        """Show other work that was not saved, the newest first; files without which it would not be seen make room."""
        self.unsaved = [UnsavedRow(each) for each in left]
        for row in self.unsaved:
            row.recover_asked.connect(self.recover_asked)
            row.saved_asked.connect(self.saved_asked)
        _fill(self._unsaved, self.tr("NOT SAVED"), self.unsaved)
        if self.unsaved and self.rows:
            taken = sum(row.sizeHint().height() for row in self.unsaved) + 3 * _HEAD
            fit = (self._area.viewport().height() - taken) // self.rows[0].height()
            for file in self.rows[max(fit, _LEAST_FILES) :]:
                file.hide()
            del self.rows[max(fit, _LEAST_FILES) :]

    def in_order(self) -> list[QWidget]:
        """Return what Tab reaches, from top to bottom."""
        unsaved = [button for row in self.unsaved for button in row.findChildren(QPushButton)]
        return [self.main, self.open, self.new, *self.rows, *unsaved, *self._link_buttons]

    def show_courses(self, courses: Mapping[Path, PriceCourse | None]) -> None:
        """Draw the pictures of the files that were run; None for one that was changed since."""
        for row in self.rows:
            if row.path in courses:
                row.show_course(courses[row.path], was_run=True)

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        for row in self.rows:
            row.apply_theme(colours)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go up and down the files; the area around them would scroll."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, FileRow):
            target = self._target(self.rows.index(watched), event.key())
            if target is not None:
                at = min(max(target, 0), len(self.rows) - 1)
                self.rows[at].setFocus(Qt.FocusReason.TabFocusReason)
                self._area.ensureWidgetVisible(self.rows[at], 0, 8)
                return True
        return super().eventFilter(watched, event)

    def _target(self, here: int, key: int) -> int | None:
        targets = {
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self.rows) - 1,
        }
        return targets.get(Qt.Key(key))

    def _choose(self) -> None:
        row = self.sender()
        if isinstance(row, FileRow):
            self.file_chosen.emit(row.path)

    def _links(self, actions: Mapping[str, QAction]) -> QGridLayout:
        """Return links to pages of the help, in rows in which the longest of them fit."""
        rows = QGridLayout()
        rows.setContentsMargins(_EDGE - 6, 4, 8, 12)
        rows.setSpacing(0)
        for at, name in enumerate(_LINKS):
            link = QPushButton(actions[name].iconText())
            link.setProperty("kind", "link")
            link.setToolTip(actions[name].toolTip())
            link.clicked.connect(actions[name].trigger)
            self._link_buttons.append(link)
            rows.addWidget(link, at // _LINKS_A_ROW, at % _LINKS_A_ROW, Qt.AlignmentFlag.AlignLeft)
        rows.setColumnStretch(_LINKS_A_ROW, 1)
        return rows

    def _button(self, action: QAction, text: str, kind: str = "") -> QPushButton:
        button = QPushButton(no_mnemonic(text), self)
        button.setObjectName(f"start_{action.objectName()}")
        button.setToolTip(action.toolTip())
        if kind:
            button.setProperty("kind", kind)
        button.clicked.connect(action.trigger)
        return button

    @staticmethod
    def _said(text: str) -> QLabel:
        label = plain_label(text)
        label.setProperty("role", "secondary")
        label.setWordWrap(True)
        return label


def _fill(column: QVBoxLayout, title: str, rows: Sequence[QWidget]) -> None:
    """Put rows below their title in the place of those before."""
    while (item := column.takeAt(0)) is not None:
        before = item.widget()
        if before is not None:
            before.hide()
            before.deleteLater()
    if not rows:
        return
    head = plain_label(title)
    head.setProperty("role", "section")
    head.setContentsMargins(AROUND, 0, 0, 4)
    for widget in (head, *rows):
        column.addWidget(widget)
        widget.show()  # at once: a layout does it a turn of the event loop later
