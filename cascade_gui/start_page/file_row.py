"""A file of the user's on the start page: the picture of its last run, its name, when it was changed, how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from cascade_gui.start_page.card import AROUND, Card
from cascade_gui.start_page.course_picture import change, paint_course
from cascade_gui.theme import SIZES, font
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording.moments import spoken_moment

if TYPE_CHECKING:
    from pathlib import Path

    from engine.reading.price_course import PriceCourse

_PICTURE: Final = QSize(48, 34)
_GAP: Final = 12
_HEIGHT: Final = 54


class FileRow(Card):
    """A file that was opened or saved.

    Parameters
    ----------
    path
        The file.
    changed
        When it was written last, in seconds since the epoch.
    """

    def __init__(self, path: Path, changed: float, parent: QWidget | None = None) -> None:
        super().__init__(path.name, "", parent)
        self.setObjectName("recent_file")
        self.path = path
        self.course: PriceCourse | None = None
        self._was_run = False
        self._when = spoken_moment(changed)
        self._name_font = font(SIZES.text, QFont.Weight.Medium)
        self._text_font = font(SIZES.secondary)
        self.setToolTip(plain_tip(str(path)))
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_course(None)

    @property
    def said(self) -> str:
        """How far the price has come at the end of the file's run, or that there is none of what it holds."""
        if self.course is None:
            return self.tr("changed since its run") if self._was_run else self.tr("not run yet")
        return f"{self.course.asset} {change(self.course.end - 1.0)}"

    def show_course(self, course: PriceCourse | None, *, was_run: bool = False) -> None:
        """Show the course of the price in the run of what the file holds; None for none.

        Parameters
        ----------
        course
            Of the price.
        was_run
            Whether there was a run of what the file held before.
        """
        self.course, self._was_run = course, was_run
        self.setAccessibleDescription(f"{self.said}, {self._when}")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for as much as there is."""
        return QSize(240, _HEIGHT)

    def paint(self, painter: QPainter, inside: QRectF) -> None:
        """Draw picture and texts; a name that is too long loses its middle."""
        picture = QRectF(inside.left(), inside.center().y() - _PICTURE.height() / 2, _PICTURE.width(), 0)
        picture.setHeight(_PICTURE.height())
        paint_course(painter, picture, self.course, self.tokens, scale=0.8)
        left = picture.right() + _GAP
        right = inside.right()
        lines, small = QFontMetricsF(self._name_font), QFontMetricsF(self._text_font)
        when = small.horizontalAdvance(self._when)
        name = lines.elidedText(self.path.name, Qt.TextElideMode.ElideMiddle, right - left)
        top = inside.center().y() - (lines.height() + small.height()) / 2
        painter.setFont(self._name_font)
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(QRectF(left, top, right - left, lines.height()), Qt.AlignmentFlag.AlignLeft, name)
        top += lines.height()
        said = small.elidedText(self.said, Qt.TextElideMode.ElideRight, right - left - when - AROUND)
        below = QRectF(left, top, right - left, small.height())
        painter.setFont(self._text_font)
        painter.setPen(QColor(self.tokens.secondary))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, said)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._when)
