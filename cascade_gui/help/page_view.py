"""A page of the help as it is read, and the place in it that a search leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QTextBlock, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from cascade_gui.help.page_style import give_air
from engine.base.resource_files import resource_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from cascade_gui.theme import Tokens

_MARGIN: Final = 28
"""Pixels around a page."""
_ABOVE: Final = 40
"""Pixels that stay above the place that a search leads to."""


class PageView(QTextBrowser):
    """Shows one page at a time; what a link leads to is told (`anchorClicked`).

    Pictures that are wider than the page are made as wide as it is, larger in a larger window.

    Parameters
    ----------
    tokens
        The colours.
    """

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setSearchPaths([str(resource_path("help"))])
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # pictures are fitted beside it
        self._tokens = tokens
        self._markdown = ""
        self._has_wide_pictures = False
        self._sought: tuple[int, tuple[str, ...]] | None = None
        self.apply_theme(tokens)

    def show_markdown(self, markdown: str) -> None:
        """Show a page from its beginning."""
        self._sought = None
        self._set(markdown)
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def go_to(self, heading: int, words: Sequence[str]) -> None:
        """Mark some words under a heading, and go to where they stand side by side, else to the rarest of them.

        Parameters
        ----------
        heading
            Which heading of the page, from 0; -1 for what stands before the first.
        words
            In small letters.
        """
        self._sought = (heading, tuple(words))
        self._mark()
        rarest: list[QTextCursor] = min(filter(None, map(self._places, words)), key=len, default=[])
        best = self._places(" ".join(words)) or rarest
        place = best[0].block() if best else self.document().findBlock(self._part(heading)[0])
        top = self.document().documentLayout().blockBoundingRect(place).top()
        self.verticalScrollBar().setValue(max(0, round(top) - _ABOVE))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Return what a page names; a picture no wider than the page."""
        found = super().loadResource(kind, name)
        picture = QImage.fromData(found) if isinstance(found, QByteArray) else QImage()
        if kind != QTextDocument.ResourceType.ImageResource or picture.width() <= self._room():
            return found
        self._has_wide_pictures = True
        return picture.scaledToWidth(self._room(), Qt.TransformationMode.SmoothTransformation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit wide pictures to another width; the page stays where it is."""
        super().resizeEvent(event)
        if self._has_wide_pictures and event.oldSize().width() != event.size().width():
            bar = self.verticalScrollBar()
            share = bar.value() / max(1, bar.maximum())
            self._set(self._markdown)
            bar.setValue(round(share * bar.maximum()))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self._tokens = tokens
        self.document().setDocumentMargin(_MARGIN)
        self.setStyleSheet(f"QTextBrowser {{ background: {tokens.panel}; color: {tokens.text}; border: none; }}")
        if self._markdown:
            self._set(self._markdown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Esc to the window."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _set(self, markdown: str) -> None:
        self._markdown = markdown
        self._has_wide_pictures = False
        self.setExtraSelections([])
        self.document().setBaseUrl(QUrl.fromLocalFile(f"{resource_path('help')}/"))
        self.setMarkdown(markdown)
        give_air(self.document(), self._tokens)
        self._mark()

    def _mark(self) -> None:
        """Mark what was sought."""
        selections = []
        for word in () if self._sought is None else self._sought[1]:
            for cursor in self._places(word):
                selection = QTextEdit.ExtraSelection()
                selection.cursor = cursor
                selection.format.setBackground(QColor(self._tokens.selection))
                selections.append(selection)
        self.setExtraSelections(selections)

    def _places(self, text: str) -> list[QTextCursor]:
        """Return where a text stands under the heading that was sought."""
        if self._sought is None:
            return []
        first, last = self._part(self._sought[0])
        found: list[QTextCursor] = []
        cursor = self.document().find(text, first)
        while not cursor.isNull() and cursor.position() <= last:
            found.append(cursor)
            cursor = self.document().find(text, cursor)
        return found

    def _part(self, heading: int) -> tuple[int, int]:
        """Return the first and the last position of what stands under a heading, the heading itself included."""
        starts = [0, *(block.position() for block in _headings(self.document()))]
        ends = [*starts[1:], self.document().characterCount()]
        at = min(max(heading + 1, 0), len(starts) - 1)
        return starts[at], ends[at]

    def _room(self) -> int:
        return max(1, self.viewport().width() - 2 * _MARGIN)


def _headings(document: QTextDocument) -> list[QTextBlock]:
    found, block = [], document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel():
            found.append(block)
        block = block.next()
    return found
