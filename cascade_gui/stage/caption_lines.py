"""The head of the stage: the round, small, and two lines of caption as large as fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from cascade_gui.stage.captions import captions
from cascade_gui.theme import SIZES, Tokens, font, tokens
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from typing import Any

    from cascade_gui.stage.told_round import ToldRound

_LEAST: Final = 40
"""No caption is smaller than this on a screen 1,080 pixels high."""
_LINE: Final = 1.22
_HEAD: Final = 48
_TITLE: Final = 36


def _tr(text: str) -> str:
    return QCoreApplication.translate("StageCaptions", text)


class CaptionLines(QWidget):
    """Draws the round, what happened and what it means.

    Attributes
    ----------
    lines
        The two lines that are shown.
    head, waiting
        The small line over them, and what is still worked out, at its right end.
    stop_title
        The title of the stop in `head`, large; empty where there is none.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage_caption")
        self._tokens: Tokens = tokens(dark=True)
        self._scale = 1.0
        self.lines: tuple[str, str] = ("", "")
        self.head = self.waiting = self.stop_title = ""

    def tell(self, told: ToldRound | None, name: str, stop_title: str = "") -> None:
        """Show the caption of a round.

        Parameters
        ----------
        told
            The round; None for no run.
        name
            What the scenario is called.
        stop_title
            The title that the presenter gave this round, in place of its number.
        """
        if told is None:
            self.head, self.lines = (
                name,
                (_tr("There is no run to show."), _tr("Leave with Esc: open a book, and run it.")),
            )
            self.stop_title = ""
        else:
            self.head, self.lines, self.stop_title = _head(told, name, stop_title), captions(told), stop_title
        self.setAccessibleName(" ".join((self.head, *self.lines)))
        self.update()

    def set_waiting(self, text: str) -> None:
        """Say beside the round that something is still worked out."""
        self.waiting = text
        self.update()

    def set_look(self, colours: Tokens, scale: float) -> None:
        """Take other colours and another size."""
        self._tokens, self._scale = colours, scale
        self.setFixedHeight(round((_HEAD + 2 * _LINE * SIZES.stage_headline) * scale))
        self.update()

    def pixels(self) -> float:
        """Return the height of the caption's type: the largest at which both lines fit, and never below the least."""
        largest = SIZES.stage_headline * self._scale
        metrics = QFontMetricsF(font(largest, QFont.Weight.DemiBold))
        widest = max(metrics.horizontalAdvance(line) for line in self.lines)
        fits = largest if widest <= self.width() else largest * self.width() / widest
        return max(_LEAST * self._scale, fits)

    def paintEvent(self, _: Any) -> None:  # noqa: D102 - Qt's
        painter = QPainter(self)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(SIZES.stage_text * self._scale))
        room, title = QRectF(0, 0, self.width(), _HEAD * self._scale), ""
        if self.stop_title:
            title = f"{self.stop_title}  "
            painter.setFont(font(_TITLE * self._scale, QFont.Weight.DemiBold))
            painter.setPen(QColor(self._tokens.accent))
            painter.drawText(room, left, title)
            room.setLeft(painter.fontMetrics().horizontalAdvance(title))
            painter.setFont(font(SIZES.stage_text * self._scale))
        painter.setPen(QColor(self._tokens.secondary))
        painter.drawText(room, left, self.head.removeprefix(self.stop_title).removeprefix(" · "))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width(), _HEAD * self._scale), right, self.waiting)
        painter.setFont(font(self.pixels(), QFont.Weight.DemiBold))
        height = _LINE * SIZES.stage_headline * self._scale
        for at, (line, colour) in enumerate(zip(self.lines, (self._tokens.text, self._tokens.vermilion), strict=True)):
            painter.setPen(QColor(colour))
            room = QRectF(0, _HEAD * self._scale + at * height, self.width(), height)
            painter.drawText(
                room, left, painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, self.width())
            )
        painter.end()


def _head(told: ToldRound, name: str, stop_title: str) -> str:
    if told.number == 0:
        return " · ".join(filter(None, (stop_title, name, _tr("before"))))
    place = _tr("Round {number} of {last}") if told.ended else _tr("Round {number}")
    round_of = place.format(number=numbers.count(told.number), last=numbers.count(told.last))
    return " · ".join(filter(None, (stop_title, round_of, numbers.duration(told.seconds))))
