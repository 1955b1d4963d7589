"""The talks that are ready to play, over the examples: picture, title, sentence, stops and minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cascade_gui.start_page.card import AROUND, Card, draw_text, height_of
from cascade_gui.start_page.course_motion import CourseMotion
from cascade_gui.start_page.course_picture import paint_course
from cascade_gui.theme import SIZES, font
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtGui import QResizeEvent

    from cascade_gui.theme import Tokens
    from engine.files.talks import Talk
    from engine.reading.price_course import PriceCourse

_HEIGHT: Final = 112
_PICTURE: Final = 0.26
"""The share of a card's width that its picture takes."""
_GAP: Final = 16
_EDGE: Final = 8
"""Between what a card shows and its surface, beside the room for its frame."""


class TalkCard(Card):
    """A talk: pressed, it begins on the stage.

    Parameters
    ----------
    talk
        The talk.
    """

    def __init__(self, talk: Talk, parent: QWidget | None = None) -> None:
        super().__init__(talk.title, talk.summary, parent)
        self.talk, self.name = talk, talk.name
        self.setObjectName(f"talk_{talk.name}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.motion = CourseMotion(self)
        self._title, self._text = font(SIZES.text, QFont.Weight.DemiBold), font(SIZES.secondary)

    @property
    def said(self) -> str:
        """How many stops it has and how long it takes."""
        text = self.tr("▶ Play · {stops} stops · about {minutes} minutes")
        return text.format(stops=numbers.count(len(self.talk.stops)), minutes=numbers.count(self.talk.minutes))

    def show_course(self, course: PriceCourse) -> None:
        """Show the course of the price."""
        self.motion.course = course
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's
        return QSize(360, _HEIGHT)

    def text_height(self, width: float) -> float:
        """Return how high its texts are beside its picture, pixels."""
        room = width * (1 - _PICTURE) - _GAP
        texts = ((self.talk.title, self._title), (self.talk.summary, self._text), (self.said, self._text))
        return sum(height_of(text, used, room) + 4 for text, used in texts)

    def paint(self, painter: QPainter, inside: QRectF) -> None:
        """Draw picture and texts side by side, on a surface of their own."""
        inside = inside.adjusted(_EDGE, 4, -_EDGE, -4)
        picture = QRectF(inside.left(), inside.top() + 4, _PICTURE * inside.width(), inside.height() - 8)
        paint_course(painter, picture, self.motion.course, self.tokens, self.motion.until)
        left = picture.right() + _GAP
        top = inside.center().y() - self.text_height(inside.width()) / 2
        room = QRectF(left, top, inside.right() - left, inside.bottom() - top)
        for text, used, colour in (
            (self.talk.title, self._title, self.tokens.text),
            (self.talk.summary, self._text, self.tokens.secondary),
            (self.said, self._text, self.tokens.accent),
        ):
            draw_text(painter, room, text, used, colour)
            room.setTop(room.top() + height_of(text, used, room.width()) + 4)

    def paintEvent(self, event: object) -> None:
        """Draw it on a surface of its own."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self.tokens.line))
        painter.setBrush(QColor(self.tokens.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), SIZES.radius, SIZES.radius)
        painter.end()
        super().paintEvent(event)  # type: ignore[arg-type] # Qt's event


class TalksRow(QWidget):
    """The cards of all talks, side by side."""

    chosen = Signal(object)
    """The `Talk` that is to begin."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_talks")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 16, 0)
        self._row.setSpacing(_GAP)
        self.cards: list[TalkCard] = []
        self._tokens: Tokens | None = None

    def set_talks(self, talks: Iterable[Talk]) -> None:
        """Show these."""
        for talk in talks:
            card = TalkCard(talk, self)
            if self._tokens is not None:
                card.apply_theme(self._tokens)
            card.clicked.connect(self._choose)
            self._row.addWidget(card)
            self.cards.append(card)

    def show_courses(self, courses: Mapping[str, PriceCourse]) -> None:
        """Draw the pictures, by the names of the examples that the talks are of."""
        for card in self.cards:
            if card.talk.example in courses:
                card.show_course(courses[card.talk.example])

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        for card in self.cards:
            card.apply_theme(colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the cards the height that their texts need."""
        super().resizeEvent(event)
        if self.cards:
            count = len(self.cards)
            width = (self.width() - 16 - (count - 1) * _GAP) / count - 2 * (AROUND + _EDGE)
            height = max(_HEIGHT, *(round(card.text_height(width)) + 2 * AROUND + 8 for card in self.cards))
            for card in self.cards:
                card.setFixedHeight(height)

    def _choose(self) -> None:
        card = self.sender()
        if isinstance(card, TalkCard):
            self.chosen.emit(card.talk)
