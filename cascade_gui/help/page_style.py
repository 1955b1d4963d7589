"""How a help page is set: space between its paragraphs, tables without boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QBrush, QColor, QTextBlock, QTextBlockFormat, QTextCursor, QTextFrameFormat, QTextTable

from cascade_gui.theme import SIZES

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

    from cascade_gui.theme import Tokens

_LINE_PERCENT: Final = 135
_ABOVE_HEADING: Final = (0, 8, 22, 14)
"""Pixels above headings of level 1, 2 and so on."""
_PICTURE: Final = "\ufffc"
"""What stands in the text for a picture; a line as high as one needs no more air."""


def give_air(document: QTextDocument, tokens: Tokens) -> None:
    """Set the paragraphs and tables of a page that was read from Markdown."""
    block = document.begin()
    while block.isValid():
        _set_block(block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _set_table(frame, tokens)


def _set_block(block: QTextBlock) -> None:
    cursor = QTextCursor(block)
    if cursor.currentTable() is not None:
        return
    style = QTextBlockFormat(block.blockFormat())
    level = style.headingLevel()
    code = style.hasProperty(QTextBlockFormat.Property.BlockCodeFence.value) or style.nonBreakableLines()
    percent = 100 if _PICTURE in block.text() else _LINE_PERCENT
    style.setLineHeight(float(percent), QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if level:
        style.setTopMargin(float(_ABOVE_HEADING[min(level, len(_ABOVE_HEADING)) - 1]))
        style.setBottomMargin(6.0)
    elif block.textList() is not None:
        style.setBottomMargin(3.0)
    elif not code:
        style.setBottomMargin(9.0)
    cursor.setBlockFormat(style)


def _set_table(table: QTextTable, tokens: Tokens) -> None:
    style = table.format()
    style.setBorder(0)
    style.setBorderCollapse(True)
    style.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    style.setCellSpacing(0)
    style.setCellPadding(5)
    style.setTopMargin(4)
    style.setBottomMargin(14)
    table.setFormat(style)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            cell_style = cell.format().toTableCellFormat()
            cell_style.setLeftPadding(0 if column == 0 else 2 * SIZES.grid)
            cell_style.setBottomBorder(1)
            cell_style.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            cell_style.setBottomBorderBrush(QBrush(QColor(tokens.line)))
            if row == 0:
                _align_as_below(table, column)
                cell_style.setForeground(QBrush(QColor(tokens.secondary)))
            cell.setFormat(cell_style)


def _align_as_below(table: QTextTable, column: int) -> None:
    """Set the head of a column as its figures are: Markdown's alignment reaches only the rows below."""
    if table.rows() > 1:
        style = QTextBlockFormat()
        style.setAlignment(table.cellAt(1, column).firstCursorPosition().blockFormat().alignment())
        table.cellAt(0, column).firstCursorPosition().mergeBlockFormat(style)
