"""The left side of the help: its pages, or what a search found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cascade_gui.theme import SIZES, font, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from cascade_gui.help.pages import HelpPage
    from cascade_gui.help.search import Hit
    from cascade_gui.theme import Tokens

_EDGE: Final = 14
_GAP: Final = 2
_MOST_LINES: Final = 3
_UNDER: Final = Qt.ItemDataRole.UserRole
_WHAT: Final = Qt.ItemDataRole.UserRole + 1
_WRAPPED: Final = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class ContentsList(QListWidget):
    """Lists pages by their titles, and hits by their section with what stands around the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help_contents")
        self.setAccessibleName(self.tr("Pages and what was found"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._delegate = _TwoTexts(self)
        self.setItemDelegate(self._delegate)

    def show_pages(self, pages: Iterable[HelpPage], current: HelpPage | None) -> None:
        """List the pages."""
        self.blockSignals(True)
        self.clear()
        for page in pages:
            item = self._add(page.title, "", page)
            if page is current:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def show_hits(self, hits: Iterable[Hit]) -> None:
        """List what was found."""
        self.blockSignals(True)
        self.clear()
        for hit in hits:
            section = hit.section
            page = section.page.title
            title = page if section.title in {"", page} else f"{page}: {section.title}"
            self._add(title, hit.around, hit)
        self.blockSignals(False)

    def what(self) -> HelpPage | Hit | None:
        """Return the page or the hit that is chosen."""
        found: HelpPage | Hit | None = self.currentIndex().data(_WHAT)
        return found

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._delegate.tokens = colours
        self.viewport().update()

    def _add(self, title: str, under: str, what: object) -> QListWidgetItem:
        item = QListWidgetItem(title, self)
        item.setData(_UNDER, under)
        item.setData(_WHAT, what)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, under)
        return item


class _TwoTexts(QStyledItemDelegate):
    """Draws a title, and below it up to three lines of a smaller text."""

    def __init__(self, parent: QListWidget) -> None:
        super().__init__(parent)
        self.tokens: Tokens = tokens(dark=True)
        self._list = parent
        self._title = font(SIZES.text, QFont.Weight.Medium)
        self._under = font(SIZES.secondary)

    def sizeHint(self, _: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the room of both texts in the width of the list."""
        title, under = self._heights(index, self._list.viewport().width() - 2 * _EDGE)
        return QSize(0, round(title + under) + 16)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw an item; the chosen one has a bar at its left."""
        painter.save()
        area, colours = QRectF(option.rect), self.tokens
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(colours.raised if chosen else colours.hover))
        if chosen:
            painter.fillRect(QRectF(area.left(), area.top(), 2, area.height()), QColor(colours.accent))
        inside = area.adjusted(_EDGE, 8, -_EDGE, -8)
        title, under = self._heights(index, inside.width())
        painter.setFont(self._title)
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(inside.left(), inside.top(), inside.width(), title), _WRAPPED, index.data())
        if under:
            painter.setFont(self._under)
            painter.setPen(QColor(colours.secondary))
            below = QRectF(inside.left(), inside.top() + title + _GAP, inside.width(), under - _GAP)
            painter.setClipRect(below)
            painter.drawText(below, _WRAPPED, index.data(_UNDER))
        painter.restore()

    def _heights(self, index: QModelIndex | QPersistentModelIndex, width: float) -> tuple[float, float]:
        room = QRectF(0, 0, max(1.0, width), 10_000)
        title = QFontMetricsF(self._title).boundingRect(room, _WRAPPED, index.data()).height()
        text = index.data(_UNDER)
        if not text:
            return title, 0.0
        lines = QFontMetricsF(self._under)
        return title, _GAP + min(lines.boundingRect(room, _WRAPPED, text).height(), _MOST_LINES * lines.lineSpacing())
