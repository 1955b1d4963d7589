"""The scrub bar: a tick a round, taller where more was liquidated, with marks for stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from cascade_gui.playback.ticks import column_heights
from cascade_gui.theme.plain_text import plain_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QEvent

    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Stop

_MARGIN: Final = 8
_TICK_HEIGHT: Final = 20
_TRACK_Y: Final = 26
_HEIGHT: Final = 44
_KNOB: Final = 7.0


class RoundSlider(QSlider):
    """A slider over the rounds. Its value is the shown round.

    Parameters
    ----------
    tokens
        The colours.
    describe
        What the tool tip says of a round.
    """

    stop_asked = Signal(int)
    """The user asked, by the context menu, what to do with a stop at this round."""

    def __init__(self, tokens: Tokens, describe: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._tokens = tokens
        self._describe = describe
        self._repaid: Sequence[float] = ()
        self._stops: Sequence[Stop] = ()
        self.setObjectName("round_slider")
        self.setAccessibleName(self.tr("Shown round"))
        self.setRange(0, 0)
        self.setPageStep(10)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_for_stop)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in other colours."""
        self._tokens = tokens
        self.update()

    def set_repaid(self, repaid: Sequence[float]) -> None:
        """Take the debt repaid in each round, USD; it decides the height of the ticks."""
        self._repaid = repaid
        self.update()

    def set_stops(self, stops: Sequence[Stop]) -> None:
        """Take the stops to mark."""
        self._stops = stops
        self.update()

    # ------------------------------------------------------------------------------------ geometry

    def sizeHint(self) -> QSize:
        """Return a bar that is wide enough to scrub on."""
        return QSize(320, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest bar."""
        return QSize(120, _HEIGHT)

    def x_of(self, number: int) -> float:
        """Return where a round is, in pixels from the left."""
        width = max(1, self.width() - 2 * _MARGIN)
        return _MARGIN + width * number / max(1, self.maximum())

    def round_at(self, x: float) -> int:
        """Return the round nearest to a place, in pixels from the left."""
        width = max(1, self.width() - 2 * _MARGIN)
        share = min(1.0, max(0.0, (x - _MARGIN) / width))
        return round(share * self.maximum())

    # -------------------------------------------------------------------------------------- events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the round under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub."""
        if self.isSliderDown():
            self._go_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End scrubbing."""
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go one round back or on."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            self.setValue(self.value() + (1 if delta < 0 else -1))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Say what happened in the round under the pointer."""
        if isinstance(event, QHelpEvent):
            text = self._describe(self.round_at(event.pos().x())) if self.maximum() else ""
            QToolTip.showText(event.globalPos(), plain_tip(text), self)
            return True
        return super().event(event)

    def _go_to(self, event: QMouseEvent) -> None:
        self.setValue(self.round_at(event.position().x()))
        event.accept()

    def _ask_for_stop(self, place: QPoint) -> None:
        if self.maximum():
            self.stop_asked.emit(self.round_at(place.x()))

    # ------------------------------------------------------------------------------------- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ticks, track, stops and knob."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.maximum():
            self._draw_ticks(painter)
        self._draw_track(painter)
        for stop in self._stops:
            if stop.round <= self.maximum():
                self._draw_stop(painter, self.x_of(stop.round))
        if self.maximum():
            self._draw_knob(painter)
        painter.end()

    def _draw_ticks(self, painter: QPainter) -> None:
        accent, rest = QColor(self._tokens.accent), QColor(self._tokens.faint)
        width = self.width() - 2 * _MARGIN
        thickness = min(6.0, max(1.0, 0.62 * width / max(1, self.maximum())))
        heights = column_heights(self._repaid, self.maximum(), max(1, int(width)))
        for first, share in heights:
            if share > 0:
                height = max(1.5, share * _TICK_HEIGHT)
                painter.setBrush(accent if first <= self.value() else rest)
                painter.drawRect(QRectF(self.x_of(first) - thickness / 2, _TRACK_Y - 4 - height, thickness, height))

    def _draw_track(self, painter: QPainter) -> None:
        painter.setBrush(QColor(self._tokens.line))
        right = self.width() - _MARGIN
        painter.drawRoundedRect(QRectF(_MARGIN, _TRACK_Y - 2, right - _MARGIN, 4), 2, 2)
        if self.maximum():
            painter.setBrush(QColor(self._tokens.accent))
            painter.drawRoundedRect(QRectF(_MARGIN, _TRACK_Y - 2, self.x_of(self.value()) - _MARGIN, 4), 2, 2)

    def _draw_stop(self, painter: QPainter, x: float) -> None:
        painter.setBrush(QColor(self._tokens.amber))
        top = _TRACK_Y + 8
        painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + 4.5, top + 7), QPointF(x - 4.5, top + 7)]))

    def _draw_knob(self, painter: QPainter) -> None:
        painter.setBrush(QColor(self._tokens.text))
        color = self._tokens.accent if self.hasFocus() else self._tokens.panel
        painter.setPen(QPen(QColor(color), 2))
        painter.drawEllipse(QPointF(self.x_of(self.value()), _TRACK_Y), _KNOB, _KNOB)
