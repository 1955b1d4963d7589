"""Draws the cells of the table.

All visible cells are drawn in one pass. Through a delegate Qt would ask for each of them five or six times (style
option, index, flags, roles), which is three quarters of the time of a scroll step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from cascade_gui.loan_table import states
from cascade_gui.loan_table.cells import COMPARED, MARKED
from cascade_gui.loan_table.columns import COLUMNS, INDEX, Kind
from cascade_gui.theme.laid_out import LaidOutTexts
from cascade_gui.theme.tokens import DARK, SIZES, Tokens

if TYPE_CHECKING:
    from cascade_gui.loan_table.model import LoanTableModel

PADDING: Final = 8
_MARK_GAP: Final = 5
_MOST_KEPT: Final = 2_000
"""Names and statuses that are kept as they are drawn: more than a book has markets."""
_KINDS: Final = tuple(column.kind for column in COLUMNS)
_ENTRY: Final = INDEX["entry"]
_EDITABLE: Final = tuple(column.editable for column in COLUMNS)
_KEYS: Final = tuple(column.key for column in COLUMNS)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
ALIGNMENTS: Final = tuple(_LEFT if column.is_text else _RIGHT for column in COLUMNS)

Place = tuple[int, int, int]
"""A visible column with its left edge and width in the viewport."""

Area = tuple[int, int, int, int]
"""A selected rectangle: first and last shown row, first and last column."""


def shortened_mark(mark: str, metrics: QFontMetrics, room: int) -> str:
    """Return a mark whose asset's name is shortened so that it takes at most `room` pixels with its arrow."""
    name, _, arrow = mark.rpartition(" ")
    if not name or metrics.horizontalAdvance(mark) <= room:
        return mark
    left = room - metrics.horizontalAdvance(f" {arrow}")
    short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left)
    return f"{short} {arrow}" if len(short) > 1 else arrow


def _draw_in(painter: QPainter, texts: LaidOutTexts, inside: QRect, text: str) -> None:
    """Draw a text that is laid out already, at the left of a place and in the middle of its height."""
    above = (inside.height() - texts.size(text).height()) / 2
    painter.drawStaticText(QPointF(inside.left(), inside.top() + above), texts[text])


class CellPainter:
    """Draws text, selection, the pill of the status and the mark of wrong cells.

    Parameters
    ----------
    model
        What is drawn.
    """

    def __init__(self, model: LoanTableModel) -> None:
        self._model = model
        self._pill_texts: dict[tuple[str, int], tuple[str, int]] = {}
        self._take_font(QFont())
        self.apply_theme(DARK)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._text = QColor(tokens.text)
        self._quiet = QColor(tokens.secondary)
        self._loss = QColor(tokens.vermilion)
        self._loss_tint = QColor(tokens.vermilion_tint)
        self._selection = QColor(tokens.selection)
        self._current_row = QColor(tokens.accent_tint)
        self._accent = QColor(tokens.accent)
        self._line = QColor(tokens.grid)
        vermilion = (QColor(tokens.vermilion), QColor(tokens.vermilion_tint))
        amber = (QColor(tokens.amber), QColor(tokens.amber_tint))
        self._pills = {
            states.HEALTHY: (QColor(tokens.green), QColor(tokens.green_tint)),
            states.BAD_DEBT: (QColor(tokens.panel), QColor(tokens.vermilion)),
            **dict.fromkeys(states.LIQUIDATABLE | states.PARTS | {states.DELEVERAGED}, amber),
            **dict.fromkeys(states.WHOLES | {states.AGAIN}, vermilion),
        }

    def _take_font(self, usual: QFont) -> None:
        """Make the other fonts from that of the table."""
        self._usual, self._small, self._strong, self._pill_font = (QFont(usual) for _ in range(4))
        self._small.setPixelSize(SIZES.section)
        self._strong.setWeight(QFont.Weight.DemiBold)
        self._pill_font.setPixelSize(SIZES.secondary)
        self._pill_texts.clear()
        # Whole pages of names are the same few; all other texts are drawn too seldom to be kept.
        self._names, self._statuses = (LaidOutTexts(each, _MOST_KEPT) for each in (self._usual, self._pill_font))

    def paint_rows(
        self, painter: QPainter, rows: range, top: int, columns: list[Place], areas: list[Area], *, line: int,
        current: int = -1,
    ) -> None:  # fmt: skip
        """Draw some rows, one below the other.

        Parameters
        ----------
        painter
            Of the viewport, with the table's font.
        rows
            The shown rows.
        top
            Where the first of them begins.
        columns
            The columns to draw.
        areas
            What is selected.
        line
            How far the hairline below each row goes.
        current
            The row of the current cell, which is marked as a whole: the account panel is about it.
        """
        if painter.font() != self._usual:
            self._take_font(painter.font())
        metrics = painter.fontMetrics()
        y = top
        for shown in rows:
            row = self._model.store_row(shown)
            if shown == current:
                painter.fillRect(QRect(0, y, line, SIZES.table_row), self._current_row)
            spans = [(left, right) for first, last, left, right in areas if first <= shown <= last]
            for column, x, width in columns:
                selected = any(left <= column <= right for left, right in spans) if spans else False
                self._paint_cell(painter, metrics, row, column, QRect(x, y, width, SIZES.table_row), selected)
            y += SIZES.table_row
            painter.setPen(self._line)
            painter.drawLine(0, y - 1, line, y - 1)

    def paint_current(self, painter: QPainter, rect: QRect) -> None:
        """Draw the frame around the current cell."""
        painter.setPen(self._accent)
        painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _paint_cell(
        self, painter: QPainter, metrics: QFontMetrics, row: int, column: int, rect: QRect, selected: bool
    ) -> None:
        cells = self._model.cells
        wrong = _EDITABLE[column] and cells.fault(row, _KEYS[column])
        if selected:
            painter.fillRect(rect, self._selection)
        elif wrong:
            painter.fillRect(rect, self._loss_tint)
        kind = _KINDS[column]
        if kind is Kind.STATUS:
            self._paint_pill(painter, rect, row, cells.text(row, column))
            return
        text = cells.text(row, column)
        if text:
            loss = wrong or (kind is Kind.HEALTH and self._model.live.number(row, "health") < 1)
            inside = rect.adjusted(PADDING, 0, -PADDING, 0)
            mark = cells.mark(row, column) if MARKED[column] else ""
            quiet = kind is Kind.USD or (column == _ENTRY and not cells.is_entry_told(row))
            colour = self._loss if loss else self._quiet if quiet else self._text
            before = "" if wrong or mark or not COMPARED[column] else cells.before(row, column)
            if mark:
                self._paint_mark(painter, metrics, inside, mark, text)
            if before:
                self._paint_changed(painter, inside, before, text, colour)
                return
            painter.setPen(colour)
            if kind is Kind.NAME and self._names.size(text).width() <= inside.width():
                _draw_in(painter, self._names, inside, text)
            else:
                if len(text) * 8 > inside.width():  # else it fits, and need not be measured
                    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
                painter.drawText(inside, ALIGNMENTS[column], text)
        if wrong:
            painter.setPen(self._loss)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _paint_mark(self, painter: QPainter, metrics: QFontMetrics, inside: QRect, mark: str, text: str) -> None:
        """Draw the asset and direction of a price before its number, in what this leaves; the arrow always stays."""
        left = inside.adjusted(0, 0, -metrics.horizontalAdvance(text) - _MARK_GAP, 0)
        painter.setPen(self._quiet)
        painter.drawText(left, _RIGHT, shortened_mark(mark, metrics, left.width()))

    def _paint_changed(self, painter: QPainter, inside: QRect, before: str, text: str, colour: QColor) -> None:
        """Draw a value of the round that is another than the book's, with that one small at its left where it fits."""
        painter.setFont(self._strong)
        metrics = painter.fontMetrics()
        width, room = metrics.horizontalAdvance(text), inside.width()
        painter.setPen(colour)
        fits = width <= room
        painter.drawText(inside, _RIGHT, text if fits else metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
        painter.setFont(self._small)
        left = inside.adjusted(0, 1, -width - _MARK_GAP, 0)
        if painter.fontMetrics().horizontalAdvance(before) <= left.width():
            painter.setPen(self._quiet)
            painter.drawText(left, _RIGHT, before)
        painter.setFont(self._usual)

    def _paint_pill(self, painter: QPainter, rect: QRect, row: int, text: str) -> None:
        if not text:
            return
        state, _, _ = self._model.live.status(row)
        colours = self._pills.get(state)
        painter.setFont(self._pill_font)
        shown, width = self._fitted(painter, text, row, rect.width(), framed=colours is not None)
        if colours is None:
            painter.setPen(self._quiet)
            _draw_in(painter, self._statuses, rect.adjusted(PADDING + 4, 0, -4, 0), shown)
        else:
            pill = QRectF(rect.left() + 4, rect.top() + 3.5, width, 18)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours[1])
            painter.drawRoundedRect(pill, 9, 9)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colours[0])
            _draw_in(painter, self._statuses, pill.adjusted(8, 0, -6, 0).toRect(), shown)
        painter.setFont(self._usual)

    def _fitted(self, painter: QPainter, text: str, row: int, room: int, *, framed: bool) -> tuple[str, int]:
        """Return what of a status stands in a column of `room` pixels, and the width of its frame.

        There are few of them, which whole pages share: each is measured once.
        """
        known = self._pill_texts.get((text, room))
        if known is None:
            if len(self._pill_texts) > _MOST_KEPT:
                self._pill_texts.clear()
            metrics = painter.fontMetrics()
            shown = text
            if metrics.horizontalAdvance(text) + 24 > room:
                shown = self._model.cells.status_text(row, short=True)
            width = min(metrics.horizontalAdvance(shown) + 16, room - 8)
            inside = width - 14 if framed else room - PADDING - 8
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, inside + 2)
            known = self._pill_texts[text, room] = shown, width
        return known
