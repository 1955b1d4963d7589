"""An example in the gallery: the picture of its own result, its title and one sentence. It plays under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, QSizeF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from cascade_gui.start_page.card import AROUND, Card, draw_text, height_of
from cascade_gui.start_page.course_picture import change, free_place, paint_course, price_at
from cascade_gui.theme import SIZES, font, motion_milliseconds
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QFocusEvent, QHideEvent
    from PySide6.QtWidgets import QWidget

    from engine.reading.price_course import PriceCourse

_GAP: Final = 8
"""Pixels between picture and title, and half of it between title and sentence."""
_LEAST_MS: Final = 1200
_MOST_MS: Final = 3200
_ROUND_MS: Final = 90


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
    """A bundled example.

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
        self.course: PriceCourse | None = None
        self._until: float | None = None
        self._figure_font = font(SIZES.secondary, QFont.Weight.DemiBold)
        self._motion = QVariantAnimation(self)
        self._motion.valueChanged.connect(self._move)
        self._motion.finished.connect(self.rest)

    @property
    def plays(self) -> bool:
        """Whether the price is being drawn round by round."""
        return self._motion.state() is QVariantAnimation.State.Running

    @property
    def _end(self) -> str:
        return "" if self.course is None else f"{self.course.asset} {change(self.course.end - 1.0)}"

    @property
    def figure(self) -> str:
        """What stands in the picture: how far the price ends from where it began, or has come while it plays."""
        course = self.course
        if course is None:
            return ""
        if self._until is None:
            return self._end
        number = int(self._until)
        text = self.tr("round {0} · {1} {2}")
        return text.format(numbers.count(number), course.asset, change(price_at(course, number) - 1.0))

    def show_course(self, course: PriceCourse) -> None:
        """Show the course of the price; until then there is only the line on which pictures stand."""
        self.course = course
        self.setAccessibleDescription(f"{self.sentence} {self.figure}")
        self.update()

    def play(self) -> None:
        """Draw the price round by round, once, unless the system asks for reduced motion."""
        if self.course is None or self.plays or motion_milliseconds(self) <= 0:
            return
        last = self.course.rounds[-1]
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(float(last))
        self._motion.setDuration(min(max(_ROUND_MS * last, _LEAST_MS), _MOST_MS))
        self._motion.start()

    def rest(self) -> None:
        """Show the whole run again."""
        self._motion.stop()
        self._until = None
        self.update()

    def paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """Draw the run, and its figure at the right where the lines leave room."""
        paint_course(painter, area, self.course, self.tokens, self._until)
        if self.course is None:
            return
        lines = QFontMetricsF(self._figure_font)
        place = free_place(area, self.course, QSizeF(lines.horizontalAdvance(self._end), lines.height()))
        place.setLeft(area.left())
        painter.setFont(self._figure_font)
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, self.figure)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Play under the mouse."""
        super().enterEvent(event)
        self.play()

    def leaveEvent(self, event: QEvent) -> None:
        """Rest when the mouse goes, unless the keys are here."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self.rest()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Play where the keys come to."""
        super().focusInEvent(event)
        if event.reason() not in {Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.play()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Rest when the keys go, unless the mouse is here."""
        super().focusOutEvent(event)
        if not self.underMouse():
            self.rest()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)
        self.rest()

    def _move(self, number: float) -> None:
        self._until = float(number)
        self.update()


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
