"""The slider of a number field: thin along its row while the mouse is there, with a scale while it is dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QRegion
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from cascade_gui.scenario_panel import values
from cascade_gui.theme import SIZES, font, tokens
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from cascade_gui.scenario_panel.scales import Scale
    from cascade_gui.theme import Tokens

PLACES: Final = 10_000
"""Positions of the slider from end to end."""
HEIGHT: Final = 12
_KNOB: Final = 4.5
_GRIP: Final = 9
"""How far from the middle of the knob it can be taken."""
_LARGE_KNOB: Final = 8.0
_EDGE: Final = 10
"""Where the line begins: the larger knob is whole at its ends."""
_FINE: Final = 0.1
_CARD_HEIGHT: Final = 62
"""Two rows, so that none of them is cut."""
_TRACK: Final = 28


class ValueSlider(QSlider):
    """A thin line with a knob. The mouse takes the knob or goes to a place; with Shift it moves ten times as finely.

    It lies over the lower edge of the field, which gets all clicks that do not hit the knob.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, PLACES)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys step the field itself
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.is_fine = False
        self._tokens: Tokens = tokens(dark=True)
        self._free = QRect()
        self._at = (0.0, 0)  # where the mouse was, and the slider, when it was last pressed or Shift was
        self.valueChanged.connect(self._shape)

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self.update()

    def leave_free(self, rectangle: QRect) -> None:
        """Let clicks into a part of it through, but for the knob."""
        self._free = rectangle
        self._shape()

    def drag_from(self, x: float, *, fine: bool) -> None:
        """Begin to follow the mouse from a place in pixels, without a jump."""
        self.is_fine = fine
        self._at = (x, self.sliderPosition())
        self.setSliderDown(True)

    def drag_to(self, x: float, *, fine: bool) -> None:
        """Follow the mouse to a place in pixels."""
        if fine is not self.is_fine:
            self.is_fine = fine
            self._at = (x, self.sliderPosition())
        begun, position = self._at
        pace = PLACES / max(1.0, self.width() - 2 * _EDGE) * (_FINE if fine else 1.0)
        self.setSliderPosition(round(position + (x - begun) * pace))

    # ------------------------------------------------------------------------------------- Qt's

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's
        return QSize(80, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        jumps = abs(x - self._knob()) > _GRIP
        self.drag_from(x, fine=_is_fine(event))
        if jumps:
            self.setSliderPosition(round((x - _EDGE) / max(1, self.width() - 2 * _EDGE) * PLACES))
            self._at = (x, self.sliderPosition())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's
        if self.isSliderDown():
            self.drag_to(event.position().x(), fine=_is_fine(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's
        if self.isSliderDown():
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel, so that scrolling never changes a value."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._shape()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102 - Qt's
        if self.isSliderDown():
            return  # the card shows it
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_track(painter, self._tokens, self.width(), self._line(), self._knob(), _KNOB)

    def _line(self) -> float:
        return self.height() - _KNOB - 0.5

    def _knob(self) -> float:
        return _EDGE + self.sliderPosition() / PLACES * (self.width() - 2 * _EDGE)

    def _shape(self) -> None:
        """Leave to the field what is not the knob."""
        knob = QRect(round(self._knob()) - _GRIP, 0, 2 * _GRIP, self.height())
        track = QRect(0, round(self._line()) - 3, self.width(), 6)
        taken = QRegion(knob).united(QRegion(track))
        self.setMask(QRegion(self.rect()).subtracted(QRegion(self._free)).united(taken))
        self.update()


class SliderCard(QWidget):
    """The slider with its scale, and a tick where the value was: shown under a row while it is dragged.

    Nothing moves for it: it lies over the rows below and lets the mouse through.
    """

    def __init__(self, parent: QWidget, scale: Scale, was: float, colours: Tokens) -> None:
        super().__init__(parent)
        self.setObjectName("slider_card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._scale = scale
        self._was = was
        self._place = scale.place(was)
        self._tokens = colours

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's
        return QSize(200, _CARD_HEIGHT)

    def show_place(self, place: float) -> None:
        """Move the knob."""
        self._place = place
        self.update()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102 - Qt's
        colours = self._tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.line))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), SIZES.radius, SIZES.radius)
        was = self._x(self._scale.place(self._was))
        _paint_track(painter, colours, self.width(), _TRACK, self._x(self._place), _LARGE_KNOB, since=was)
        painter.setFont(font(SIZES.section))
        painter.setPen(QPen(QColor(colours.text), 1.6))
        painter.drawLine(QPointF(was, _TRACK - 7), QPointF(was, _TRACK + 7))
        painter.setPen(QColor(colours.secondary))
        self._write(painter, was, 5, self.tr("was"))
        taken = [self._write(painter, was, _TRACK + 12, self._text(self._was), colours.text)]
        for value in self._scale.labels():
            place = self._room(painter, self._x(self._scale.place(value)), self._text(value))
            if not any(place[0] < end + 6 and start < place[1] + 6 for start, end in taken):
                taken.append(self._write(painter, self._x(self._scale.place(value)), _TRACK + 12, self._text(value)))

    def _x(self, place: float) -> float:
        return _EDGE + place * (self.width() - 2 * _EDGE)

    def _text(self, value: float) -> str:
        info = self._scale.info
        return numbers.significant(value) if info.unit == "multiple" else values.shown(info, value)

    def _room(self, painter: QPainter, x: float, text: str) -> tuple[float, float]:
        """Return where a text begins and ends that stands at a place, inside of the card."""
        width = painter.fontMetrics().horizontalAdvance(text)
        left = min(max(x - width / 2, 2.0), self.width() - width - 2.0)
        return left, left + width

    def _write(self, painter: QPainter, x: float, top: float, text: str, colour: str = "") -> tuple[float, float]:
        left, right = self._room(painter, x, text)
        painter.setPen(QColor(colour or self._tokens.secondary))
        painter.drawText(QPointF(left, top + painter.fontMetrics().ascent()), text)
        return left, right


class DragLabel(QLabel):
    """The name of a number field: dragged to the left or right, it changes the number."""

    began = Signal(float, bool)
    """A drag begins: at which x in pixels, and whether finely."""
    moved = Signal(float, bool)
    ended = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text, textFormat=Qt.TextFormat.PlainText)
        self._pressed: float | None = None
        self._drags = False
        self._can_drag = False

    def set_can_drag(self, can: bool) -> None:
        """Let it be dragged, or not."""
        if can is not self._can_drag:
            self._can_drag = can
            self.setCursor(QCursor(Qt.CursorShape.SizeHorCursor if can else Qt.CursorShape.ArrowCursor))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's
        if self._can_drag and event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().x()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's
        if self._pressed is None:
            return
        x = event.position().x()
        if self._drags:
            self.moved.emit(x, _is_fine(event))
        elif abs(x - self._pressed) >= _DRAG_FROM:
            self._drags = True
            self.began.emit(x, _is_fine(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's
        if self._drags:
            self.ended.emit()
        self._pressed, self._drags = None, False


_DRAG_FROM: Final = 3
"""How many pixels the mouse moves before a press on a name is a drag."""


def _is_fine(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


def _paint_track(
    painter: QPainter, colours: Tokens, width: float, y: float, knob: float, radius: float, since: float = _EDGE
) -> None:
    """Draw a line, the part of it from `since` to the knob strongly, and the knob."""
    for colour, start, end in ((colours.line, float(_EDGE), width - _EDGE), (colours.accent, since, knob)):
        pen = QPen(QColor(colour), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(start, y), QPointF(end, y))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent))
    painter.drawEllipse(QPointF(knob, y), radius, radius)
