"""A small picture of the random path that the seed gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cascade_gui.theme import SIZES, font
from cascade_gui.wording import numbers
from engine.market.random_paths import RandomPaths, path_rounds

if TYPE_CHECKING:
    import numpy.typing as npt
    from PySide6.QtGui import QPaintEvent

    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Parameters, RandomShock

_MOST_ROUNDS: Final = 2000
_MOST_POINTS: Final = 400
_MOST_NAMES: Final = 3
_ROOM: Final = 18


class PathPicture(QWidget):
    """Draws the price of each asset that moves, relative to its price before the shock.

    A run has exactly these prices. Of a long path the first rounds are drawn, and it says so.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: Tokens | None = None
        self._drawn_for: object = None
        self._names: list[str] = []
        self._factors: npt.NDArray[np.float64] = np.ones((0, 0))
        self._rounds = 0
        self._seconds = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setObjectName("path_picture")
        self.setAccessibleName(self.tr("The path of prices that the seed gives"))

    @property
    def factors(self) -> npt.NDArray[np.float64]:
        """What is drawn: price over price before the shock, shape (rounds + 1, assets that move)."""
        return self._factors

    def sizeHint(self) -> QSize:
        """Return the size of the design."""
        return QSize(268, 112)

    def show_path(self, parameters: Parameters, shock: RandomShock) -> None:
        """Draw the path of other parameters; the same ones again cost nothing."""
        prices = tuple((name, parameters.assets[name].price) for name in parameters.assets)
        key = (shock, prices, parameters.simulation)
        if key == self._drawn_for:
            return
        self._drawn_for = key
        self._rounds = min(path_rounds(shock, parameters.simulation), parameters.simulation.max_rounds)
        self._seconds = parameters.simulation.round_seconds
        path = RandomPaths(shock, parameters.assets, parameters.simulation).draw(min(self._rounds, _MOST_ROUNDS))[0]
        moving = set(shock.moving)
        columns = [index for index, name in enumerate(parameters.assets) if name in moving]
        self._names = [name for name in parameters.assets if name in moving]
        self._factors = np.vstack([np.ones(len(columns)), path[:, columns]])
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, a line for each asset, and what it says at its corners."""
        tokens = self._tokens
        if tokens is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.line))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), SIZES.radius, SIZES.radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(font(SIZES.section))
        inner = QRectF(self.rect()).adjusted(10, 8, -10, -6)
        if not self._names:
            painter.setPen(QColor(tokens.secondary))
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, self.tr("no asset moves"))
            return
        self._draw_corners(painter, tokens, inner)
        self._draw_lines(painter, tokens, inner.adjusted(0, _ROOM, 0, -_ROOM))

    def _draw_corners(self, painter: QPainter, tokens: Tokens, inner: QRectF) -> None:
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        place = QRectF(inner)
        for index, name in enumerate(self._names[:_MOST_NAMES]):
            middle = place.top() + painter.fontMetrics().height() / 2
            painter.setPen(QPen(QColor(_colour(tokens, index)), 2))
            painter.drawLine(QPointF(place.left(), middle), QPointF(place.left() + 8, middle))
            place.setLeft(place.left() + 12)
            painter.setPen(QColor(tokens.secondary))
            text = f"{name} {numbers.percent(float(self._factors[-1, index]) - 1)}"
            painter.drawText(place, left | top, text)
            place.setLeft(place.left() + painter.fontMetrics().horizontalAdvance(text) + 10)
        painter.setPen(QColor(tokens.secondary))
        if len(self._names) > _MOST_NAMES:
            painter.drawText(place, left | top, "…")
        lowest, highest = float(self._factors.min()) - 1, float(self._factors.max()) - 1
        span = self.tr("{0} to {1}").format(numbers.percent(lowest), numbers.percent(highest))
        painter.drawText(inner, left | bottom, span)
        shown = len(self._factors) - 1
        rounds = self.tr("{0} rounds, {1}").format(numbers.count(shown), numbers.duration(shown * self._seconds))
        if shown < self._rounds:
            rounds = self.tr("first {0} of {1} rounds").format(numbers.count(shown), numbers.count(self._rounds))
        painter.drawText(inner, right | bottom, rounds)

    def _draw_lines(self, painter: QPainter, tokens: Tokens, area: QRectF) -> None:
        logs = np.log(self._factors)
        low, high = float(logs.min()), float(logs.max())
        if high - low < 1e-9:  # nothing moves: a line in the middle
            low, high = low - 1.0, high + 1.0
        span = high - low

        def down(log: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return area.top() + (high - log) / span * area.height()

        painter.setPen(QPen(QColor(tokens.line), 1))
        start = float(down(np.zeros(1))[0])
        painter.drawLine(QPointF(area.left(), start), QPointF(area.right(), start))
        rounds = len(logs)
        rows = np.unique(np.linspace(0, rounds - 1, min(rounds, _MOST_POINTS)).round().astype(np.int64))
        across = area.left() + rows / max(rounds - 1, 1) * area.width()
        for index in reversed(range(len(self._names))):
            points = zip(across.tolist(), down(logs[rows, index]).tolist(), strict=True)
            painter.setPen(QPen(QColor(_colour(tokens, index)), 1.5))
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _colour(tokens: Tokens, index: int) -> str:
    return tokens.categories[index % len(tokens.categories)]
