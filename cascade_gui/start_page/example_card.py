"""An example in the gallery: the picture of its own result, its title and one sentence. It plays under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from cascade_gui.start_page.card import AROUND, Card, draw_text, height_of
from cascade_gui.start_page.course_motion import CourseMotion
from cascade_gui.start_page.course_picture import change, free_place, paint_course, price_at
from cascade_gui.theme import SIZES, font
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.reading.price_course import PriceCourse

_GAP: Final = 8
"""Pixels between picture and title, and half of it between title and sentence."""


class GalleryCard(Card):
    """A card of the gallery: a picture above two texts.

    Parameters
    ----------
    title, sentence
        The texts.

    Attributes
    ----------
    below
        How high the texts of the highest card of its row are, so that the pictures of a row are of one height.
    """

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(title, sentence, parent)
        self.title = title
        self.sentence = sentence
        self.below = 0.0
        self._title_font = font(SIZES.text, QFont.Weight.Medium)
        self._text_font = font(SIZES.secondary)

    def text_height(self, width: int) -> int:
        """Return how high the texts are on a card of this width, with what is above them."""
        inside = width - 2 * AROUND
        title, text = self._heights(inside)
        return round(_GAP + title + _GAP / 2 + text)

    def paint(self, painter: QPainter, inside: QRectF) -> None:
        """Draw the picture in what the texts leave."""
        title, text = self._heights(inside.width())
        picture = inside.adjusted(0, 0, 0, -self.below)
        self.paint_picture(painter, picture)
        top = picture.bottom() + _GAP
        draw_text(
            painter, QRectF(inside.left(), top, inside.width(), title), self.title, self._title_font, self.tokens.text
        )
        top += title + _GAP / 2
        draw_text(
            painter, QRectF(inside.left(), top, inside.width(), text), self.sentence, self._text_font,
            self.tokens.secondary,
        )  # fmt: skip

    def paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """Draw the picture."""
        raise NotImplementedError

    def _heights(self, width: float) -> tuple[float, float]:
        return height_of(self.title, self._title_font, width), height_of(self.sentence, self._text_font, width)


class ExampleCard(GalleryCard):
    """A bundled example, which plays (`motion`) under the mouse and where the keys come to.

    Parameters
    ----------
    name
        Of the example, which is the card's object name too.
    title, sentence
        What it is called, and what it shows.
    """

    def __init__(self, name: str, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(title, sentence, parent)
        self.name = name
        self.setObjectName(f"example_{name}")
        self.motion = CourseMotion(self)
        self._figure_font = font(SIZES.secondary, QFont.Weight.DemiBold)

    @property
    def course(self) -> PriceCourse | None:
        """The course of the price, None until it is known."""
        return self.motion.course

    @property
    def _end(self) -> str:
        return "" if self.course is None else f"{self.course.asset} {change(self.course.end - 1.0)}"

    @property
    def figure(self) -> str:
        """What stands in the picture: how far the price ends from where it began, or has come while it plays."""
        course = self.course
        if course is None:
            return ""
        if self.motion.until is None:
            return self._end
        number = int(self.motion.until)
        text = self.tr("round {0} · {1} {2}")
        return text.format(numbers.count(number), course.asset, change(price_at(course, number) - 1.0))

    def show_course(self, course: PriceCourse) -> None:
        """Show the course of the price; until then there is only the line on which pictures stand."""
        self.motion.course = course
        self.setAccessibleDescription(f"{self.sentence} {self.figure}")
        self.update()

    def paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """Draw the run, and its figure at the right where the lines leave room."""
        paint_course(painter, area, self.course, self.tokens, self.motion.until)
        if self.course is None:
            return
        lines = QFontMetricsF(self._figure_font)
        place = free_place(area, self.course, QSizeF(lines.horizontalAdvance(self._end), lines.height()))
        place.setLeft(area.left())
        painter.setFont(self._figure_font)
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, self.figure)


class OwnFileCard(GalleryCard):
    """The last place of the gallery, for a file of one's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.title = self.tr("Your own")
        self.sentence = self.tr("Any export whose columns a person can read.")
        self.setObjectName("start_own")
        self.setAccessibleName(self.tr("Your own: import a loan book"))
        self.setAccessibleDescription(self.sentence)

    def paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """Draw a place to drop a file on."""
        pen = QPen(QColor(self.tokens.faint), 1.0)
        pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), SIZES.radius, SIZES.radius)
        painter.setFont(font(SIZES.text))
        painter.setPen(QColor(self.tokens.secondary))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.tr("Drop a file here"))
