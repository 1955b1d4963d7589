"""One chart in the window: its title, what is drawn, and what stands under the mouse."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtWidgets import QFrame, QToolTip, QVBoxLayout, QWidget

from cascade_gui.plots.labels import Label, LabelLayer
from cascade_gui.studies.drawing.chart import Boxes, Chart, Line, Named, Texts, lines_before
from cascade_gui.studies.drawing.chart_axis import ChartAxis
from cascade_gui.studies.drawing.chart_hits import Hit, hit, places_of
from cascade_gui.studies.drawing.chart_items import Maker, box_places, colour_of, stepped
from cascade_gui.studies.drawing.elided_label import ElidedLabel
from cascade_gui.theme import Tokens, tokens
from cascade_gui.theme.plain_text import plain_label, plain_tip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.base.types import Floats

_LEAST_WIDTH: Final = 220
_LEAST_HEIGHT: Final = 130
_GUIDE: Final = 1.0
_NARROW: Final = 620
"""Labels of a chart that has fewer pixels across are short."""


class ChartView(QWidget):
    """Draws a chart; a click on what stands for a row of a table chooses that row."""

    row_clicked = Signal(str, int)
    """The table and the number of a row that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self._chart: Chart | None = None
        self._tokens: Tokens = tokens(dark=True)
        self._pixels = 1.0
        self._narrow = False
        self._row: int | None = None
        self._before: tuple[Line, ...] = ()
        self._items: list[Any] = []
        self._markers: list[Any] = []
        self.axes = {"bottom": ChartAxis("bottom"), "left": ChartAxis("left")}
        self.view = pg.PlotWidget(axisItems=self.axes)
        self.plot: Any = self.view.getPlotItem()
        self.labels = LabelLayer(self.plot)
        self.title, self.subtitle = ElidedLabel("title"), ElidedLabel("secondary")
        self._empty = plain_label(parent=self.view)
        self._empty.setProperty("role", "secondary")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._build()

    def _build(self) -> None:
        titles = QVBoxLayout()
        titles.setContentsMargins(16, 6, 16, 0)
        titles.setSpacing(1)
        titles.addWidget(self.title)
        titles.addWidget(self.subtitle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(titles)
        column.addWidget(self.view, 1)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAntialiasing(True)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        # pyqtgraph's menu is never shown, but it is a window of its own unless it has a parent.
        self.plot.ctrlMenu.setParent(self.view, self.plot.ctrlMenu.windowFlags())
        self.plot.setContentsMargins(4, 10, 20, 4)
        self.plot.vb.setMouseEnabled(x=False, y=False)
        self.plot.vb.setDefaultPadding(0)
        self.plot.disableAutoRange()
        for name in self.axes:
            self.plot.getAxis(name).setZValue(-10)  # the grid lies behind what is drawn
        self.view.viewport().installEventFilter(self)
        scene = self.view.scene()
        scene.sigMouseClicked.connect(self._clicked)
        scene.sigMouseMoved.connect(self._moved)

    @property
    def chart(self) -> Chart | None:
        """What is shown."""
        return self._chart

    @property
    def row(self) -> int | None:
        """The row of its table that is marked, None where none is that it draws."""
        return self._row if self._markers else None

    def show_chart(self, chart: Chart, before: Chart | None = None) -> None:
        """Show another chart, and thinly the lines of one before it that are other ones."""
        self._chart, self._row = chart, None
        self._before = () if before is None else lines_before(before, chart)
        thin = self.tr("{0}; thin: the answer before").format(chart.subtitle)
        self.title.setText(chart.title)
        self.subtitle.setText(thin if self._before else chart.subtitle)
        for label in (self.title, self.subtitle):
            label.setVisible(bool(label.text()))
        self.setAccessibleName(chart.title)
        said = [chart.subtitle, chart.empty, *(label.text for label in chart.labels)]
        self.setAccessibleDescription("; ".join(text for text in said if text))
        self._draw()

    def mark_row(self, table: str, row: int | None) -> None:
        """Mark what stands for a row of a table, or nothing."""
        self._row = row if self._chart is not None and table == self._chart.table else None
        self._mark()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self._draw()

    @contextmanager
    def as_picture(self, ratio: float) -> Iterator[None]:
        """Look as in a picture of so many pixels to each of ours: pens count in pixels of the device."""
        before, self._pixels = self._pixels, ratio
        self._draw()
        try:
            yield
        finally:
            self._pixels = before
            self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the words at the mouse: a view of graphics asks its items for tips, which have none, and hides them."""
        return event.type() is QEvent.Type.ToolTip or super().eventFilter(watched, event)

    def resizeEvent(self, event: Any) -> None:
        """Keep what is said in place of marks in the middle."""
        super().resizeEvent(event)
        self._empty.resize(self.view.size())
        if self._chart is not None and self._narrow != (self.width() < _NARROW):
            self._set_labels(self._chart)

    def showEvent(self, event: Any) -> None:
        """Draw for the screen that it is on."""
        super().showEvent(event)
        if self._pixels != self.devicePixelRatioF():
            self._pixels = self.devicePixelRatioF()
            self._draw()

    # ------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        for item in self._items:
            if item.parentItem() is self.plot:
                self.view.scene().removeItem(item)
            else:
                self.plot.removeItem(item)
        self._items = []
        self.view.setBackground(self._tokens.background)
        chart = self._chart
        if chart is None:
            return
        for axis, shown in ((self.axes["bottom"], chart.bottom), (self.axes["left"], chart.left)):
            axis.show_axis(shown)
            axis.apply(self._tokens, self._tokens.secondary, 1.0, self._pixels)
            axis.setOpacity(0.0 if chart.empty else 1.0)
        self._empty.setText(chart.empty)
        self._empty.setVisible(bool(chart.empty))
        x, y = ([float(axis.places(end)) for end in (axis.low, axis.high)] for axis in (chart.bottom, chart.left))
        self.plot.vb.setRange(xRange=x, yRange=y, padding=0)
        maker = Maker(chart, self._tokens, self._pixels)
        for mark in () if chart.empty else (*self._before, *chart.marks):
            for item in maker.items(mark):
                self.plot.addItem(item)
                self._items.append(item)
            if isinstance(mark, Boxes):
                self._items += maker.texts(mark, self.plot)
            elif isinstance(mark, Texts):
                self._items += maker.beside(mark, self.plot)
        self.labels.apply(self._tokens, 1.0)
        self._set_labels(chart)
        self._mark()

    def _set_labels(self, chart: Chart) -> None:
        self._narrow = self.width() < _NARROW
        lines = self._lines(chart)
        places = {number: place for place, (number, _, _) in enumerate(lines)}
        self.labels.set_labels(
            [self._label(chart, each, places) for each in chart.labels if not chart.empty],
            [(x, y) for _, x, y in lines],
        )

    def _label(self, chart: Chart, each: Named, lines: dict[int, int]) -> Label:
        y = float("inf") if each.y is None else float(chart.left.places(each.y))
        text = each.short if each.short and self._narrow else each.text
        return Label(
            text, colour_of(each.colour, self._tokens).name(), float(chart.bottom.places(each.x)), y,
            bold=each.is_bold, side=each.side, optional=each.is_optional,
            line=None if each.follows is None else lines.get(each.follows),
        )  # fmt: skip

    def _lines(self, chart: Chart) -> list[tuple[int, Floats, Floats]]:
        """Return what labels keep away from, by the number of its mark: lines, and the outlines of bars in a row."""
        found: list[tuple[int, Floats, Floats]] = []
        for number, mark in enumerate(chart.marks):
            if isinstance(mark, Line) and not _is_guide(mark):
                x, y = chart.bottom.places(mark.x), chart.left.places(mark.y)
                found.append((number, *(stepped(x, y) if mark.is_stepped else (x, y))))
            elif isinstance(mark, Boxes) and len(mark.left):
                left, right, bottom, top = box_places(chart, mark)
                if (np.diff(left) >= 0).all() and (right[:-1] <= left[1:] + 1e-9).all():
                    found.append((number, np.stack([left, left, right, right], 1).ravel(),
                                  np.stack([bottom, top, top, bottom], 1).ravel()))  # fmt: skip
        # Rows may come from the highest to the lowest: such a line is the same from its other end.
        found = [(number, x[::-1], y[::-1]) if len(x) and x[0] > x[-1] else (number, x, y) for number, x, y in found]
        return [(number, x, y) for number, x, y in found if len(x) and (np.diff(x) >= 0).all()]

    def _mark(self) -> None:
        for marker in self._markers:
            self.plot.removeItem(marker)
        self._markers = []
        if self._chart is None or self._row is None:
            return
        maker = Maker(self._chart, self._tokens, self._pixels)
        for found in places_of(self._chart, self._row):
            marker = maker.ring(found.x, found.y) if found.box is None else maker.frame(*found.box)
            marker.setZValue(30)
            self.plot.addItem(marker)
            self._markers.append(marker)

    # --------------------------------------------------------------------------------------- mouse

    def hit_at(self, scene_position: QPointF) -> Hit | None:
        """Return the row that stands at a place of the scene."""
        view = self.plot.vb
        if self._chart is None or not view.sceneBoundingRect().contains(scene_position):
            return None
        place = view.mapSceneToView(scene_position)
        (left, right), (bottom, top) = view.viewRange()
        pixel = (right - left) / max(view.width(), 1.0), (top - bottom) / max(view.height(), 1.0)
        return hit(self._chart, place.x(), place.y(), pixel)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._chart is None:
            return
        found = self.hit_at(event.scenePos())
        if found is not None:
            self.row_clicked.emit(self._chart.table, found.row)
            event.accept()

    def _moved(self, scene_position: QPointF) -> None:
        found = self.hit_at(scene_position)
        self.view.setCursor(Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor)
        chart = self._chart
        if chart is None or found is None:
            QToolTip.hideText()
            return
        text = chart.tip(found.row) if chart.tip is not None else self._said(chart, found)
        QToolTip.showText(self.view.mapToGlobal(scene_position.toPoint()), plain_tip(text), self.view)

    @staticmethod
    def _said(chart: Chart, found: Hit) -> str:
        x = chart.bottom.write(chart.bottom.value(found.x))
        y = chart.left.write(chart.left.value(found.y if found.box is None else found.box[3]))
        return f"{x}: {y}"


def _is_guide(line: Line) -> bool:
    """Whether a line only leads the eye, so that a label may stand on it."""
    return line.is_dashed and line.width <= _GUIDE and not len(line.rows)
