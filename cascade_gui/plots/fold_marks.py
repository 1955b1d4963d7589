"""What a plot shows where quiet rounds are folded away: a band across it that says which ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cascade_gui.plots.fold import Fold
from cascade_gui.theme import SIZES, font
from cascade_gui.theme.colours import with_alpha
from cascade_gui.theme.laid_out import LaidOutTexts
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.plots.labels import LabelLayer
    from cascade_gui.theme import Tokens

_TINT: Final = 0.14
"""How strongly a band is tinted: what is drawn goes on through it."""
_EDGE: Final = 0.7
"""How strongly its edges are drawn."""
_AIR: Final = 10.0
"""How far from the axis and from the upper edge its words stay, in pixels."""


class FoldMarks(QGraphicsItem):
    """Bands across a plot in place of folded rounds, with words that run upwards, and a line where rounds narrow.

    A curve takes a step where many rounds are folded: the band says that this is no jump.

    Parameters
    ----------
    plot
        Whose bottom axis has the rounds.
    labels
        What the words keep away from.
    """

    def __init__(self, plot: pg.PlotItem, labels: LabelLayer) -> None:
        super().__init__(plot)
        self._plot, self._labels = plot, labels
        self._fold = Fold()
        self._texts = LaidOutTexts(font())
        self._tint, self._edge, self._words = QColor(), QColor(), QColor()
        self.setZValue(15)
        plot.vb.sigRangeChanged.connect(self._changed)
        plot.vb.sigResized.connect(self._changed)

    def set_fold(self, fold: Fold) -> None:
        """Mark what is folded."""
        self._fold = fold
        self.update()

    def apply(self, tokens: Tokens, scale: float) -> None:
        """Take the colours and the size of the type."""
        self._tint, self._edge = with_alpha(tokens.secondary, _TINT), with_alpha(tokens.secondary, _EDGE)
        self._words = QColor(tokens.secondary)
        self._texts = LaidOutTexts(font(SIZES.secondary * scale))
        self.update()

    def bands(self) -> list[tuple[QRectF, str]]:
        """Return where in the plot, in its pixels, each band is, and what it says: nothing where there is no room."""
        found = []
        for (first, last), (left, right) in zip(self._fold.stretches, self._fold.bands(), strict=True):
            place = self._place(left, right)
            if place.width() > 0:
                texts: tuple[str, ...] = (_tr("{0}–{1}: nothing moves"), _tr("nothing moves"))
                if not self._fold.is_still((first, last)):
                    texts = (_tr("{0}–{1}: hardly anything moves"), _tr("{0}–{1}: hardly moves"), _tr("hardly moves"))
                texts = tuple(text.format(*map(numbers.count, (first, last))) for text in texts)
                found.append((place, next((text for text in texts if self.words(place, text) is not None), "")))
        return found

    def said_of_narrow(self) -> tuple[QRectF, str] | None:
        """Return what stands beside the line from which on rounds are narrower, and where: no round is left out there.

        None where there is no such line, or no room.
        """
        if self._fold.narrow is None:
            return None
        edge = self._place(self._fold.turns_narrow(), self._fold.turns_narrow())
        text = _tr("from {0} on narrower").format(numbers.count(self._fold.narrow[0]))
        band = QRectF(edge.left() + 2, edge.top(), self._texts.size(text).height(), edge.height())
        words = self.words(band, text)
        return None if words is None else (words, text)

    def words(self, band: QRectF, text: str) -> QRectF | None:
        """Return where the words of a band stand: at the axis, at the top or in the middle, clear of labels."""
        size = self._texts.size(text)
        width, height = size.height(), size.width()
        if width > band.width() + 1 or height + 2 * _AIR > band.height():
            return None
        left, free = band.center().x() - width / 2, band.height() - height - 2 * _AIR
        for share in (1.0, 0.0, 0.5):
            place = QRectF(left, band.top() + _AIR + share * free, width, height)
            if not any(place.intersects(taken) for _, taken in self._labels.placed):
                return place
        return None

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's
        return QRectF(self._plot.rect())

    def paint(  # noqa: D102 - Qt's
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._fold.is_even:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pen = pg.mkPen(self._edge, width=1, style=Qt.PenStyle.DotLine)
        painter.setFont(self._texts.font)
        for place, text in self.bands():
            painter.fillRect(place, self._tint)
            painter.setPen(pen)
            for x in (place.left(), place.right()):
                painter.drawLine(QLineF(x, place.top(), x, place.bottom()))
            if words := self.words(place, text) if text else None:
                self._write_upwards(painter, words, text)
        if self._fold.narrow is not None:
            place = self._place(self._fold.turns_narrow(), self._fold.turns_narrow())
            painter.setPen(pen)
            painter.drawLine(QLineF(place.left(), place.top(), place.left(), place.bottom()))
            if said := self.said_of_narrow():
                self._write_upwards(painter, *said)

    def _write_upwards(self, painter: QPainter, place: QRectF, text: str) -> None:
        painter.save()
        painter.setPen(self._words)
        painter.translate(place.bottomLeft())
        painter.rotate(-90)
        painter.drawStaticText(QPointF(), self._texts[text])
        painter.restore()

    def _place(self, left: float, right: float) -> QRectF:
        """Return what is between two places of the axis, as far as it can be seen."""
        area = self._plot.mapRectFromItem(self._plot.vb, self._plot.vb.rect())
        begin, end = self._plot.vb.viewRange()[0]
        edges = [
            area.left() + (min(max(each, begin), end) - begin) / (end - begin) * area.width() for each in (left, right)
        ]
        return QRectF(edges[0], area.top(), edges[1] - edges[0], area.height())

    def _changed(self) -> None:
        self.prepareGeometryChange()
        self.update()


def _tr(text: str) -> str:
    return QCoreApplication.translate("RoundPlot", text)
