"""The help: its pages at the left with a search over all of them, the page beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from cascade_gui.help.contents_list import ContentsList
from cascade_gui.help.page_view import PageView
from cascade_gui.help.pages import PAGES, HelpPage
from cascade_gui.help.search import Hit, Section, find, sections_of
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens

_SIZE: Final = (1100, 900)
_SIDE: Final = 270


class HelpWindow(QWidget):
    """``help_window``. Esc empties the search, then closes it; so does the system's key for that (Ctrl+W).

    Parameters
    ----------
    tokens
        The colours.

    Attributes
    ----------
    view
        Shows the page.
    search
        Takes what is looked for.
    contents
        The pages, or what was found.
    """

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help_window")
        self.resize(*_SIZE)
        self._page: HelpPage | None = None
        self._sections: list[Section] = []
        self.view = PageView(tokens, self)
        self.view.anchorClicked.connect(self._follow)
        self.search = QLineEdit(self)
        self.search.setObjectName("help_search_field")
        self.search.setPlaceholderText(self.tr("Search the help"))
        self.search.setAccessibleName(self.tr("Search the help"))
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._look)
        self._count = plain_label()
        self._count.setProperty("role", "secondary")
        self._count.setWordWrap(True)
        self._count.hide()
        self.contents = ContentsList(self)
        self.contents.currentRowChanged.connect(self._open)
        self.contents.itemClicked.connect(self._open)
        above = QVBoxLayout()
        above.setContentsMargins(12, 14, 12, 8)
        above.setSpacing(8)
        above.addWidget(self.search)
        above.addWidget(self._count)
        self._side = QWidget(self)
        self._side.setFixedWidth(_SIDE)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addWidget(self.contents, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self.view, 1)
        find_key = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find_key.activated.connect(self.begin_search)
        self.apply_theme(tokens)

    def show_page(self, page: HelpPage) -> None:
        """Show a page from its beginning, and all pages beside it."""
        self.search.clear()
        self._show(page)
        self.contents.show_pages(PAGES, page)

    def begin_search(self) -> None:
        """Let something be typed that is looked for in all pages."""
        if self._page is None:
            self.show_page(PAGES[0])
        self.search.setFocus()
        self.search.selectAll()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self.setStyleSheet(f"QWidget#help_window {{ background: {tokens.background}; }}")
        self.view.apply_theme(tokens)
        self.contents.apply_theme(tokens)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc or the key that closes windows."""
        if event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Close):
            self.close()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go through what was found with the keys that a field of one line has no use for; Esc empties it."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key, count = event.key(), self.contents.count()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and count:
            row = self.contents.currentRow() + (1 if key == Qt.Key.Key_Down else -1)
            self.contents.setCurrentRow(min(max(row, 0), count - 1))
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and count:
            self.contents.setCurrentRow(max(0, self.contents.currentRow()))
            self._open()
            self.view.setFocus()
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return super().eventFilter(watched, event)

    def _look(self, asked: str) -> None:
        """List what is found, or the pages where nothing is asked."""
        if not asked.strip():
            self._count.hide()
            self.contents.show_pages(PAGES, self._page)
            return
        if not self._sections:
            self._sections = [section for page in PAGES for section in sections_of(page, page.read())]
        hits = find(self._sections, asked)
        self.contents.show_hits(hits)
        self._count.show()
        if hits:
            self._count.setText(self.tr("Found in {0} places").format(numbers.count(len(hits))))
        else:
            self._count.setText(self.tr("Found nowhere. Try fewer words, or only the beginning of one."))

    def _open(self, *_: object) -> None:
        """Show what is chosen in the list."""
        what = self.contents.what()
        if isinstance(what, HelpPage):
            self._show(what)
        elif isinstance(what, Hit):
            self._show(what.section.page)
            self.view.go_to(what.section.number, what.words)

    def _follow(self, target: QUrl) -> None:
        """Open a link: another page here, whatever else there is where the system opens it."""
        page = next((page for page in PAGES if page.file == target.fileName()), None)
        if page is None:
            QDesktopServices.openUrl(target)
        else:
            self.show_page(page)

    def _show(self, page: HelpPage) -> None:
        self._page = page
        self.setWindowTitle(page.title)
        self.view.show_markdown(page.read())
