"""The charts of an answer, in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cascade_gui.studies.drawing.chart_view import ChartView
from cascade_gui.theme import Tokens, tokens

if TYPE_CHECKING:
    from cascade_gui.studies.drawing.picture import Picture


class PictureView(QWidget):
    """Draws the charts of a picture; widgets are used again for a picture of the same shape."""

    row_clicked = Signal(str, int)
    """The table and the number of a row that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("study_plot")
        self.setProperty("surface", "background")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tokens: Tokens = tokens(dark=True)
        self._rows: list[list[ChartView]] = []
        self._lines: list[QHBoxLayout] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    @property
    def charts(self) -> list[ChartView]:
        """The charts, from top to bottom and from left to right."""
        return [view for row in self._rows for view in row]

    @property
    def background(self) -> str:
        """The colour behind it, ``#rrggbb``."""
        return self._tokens.background

    def show_picture(self, picture: Picture, *, keeps_before: bool = False) -> None:
        """Show the charts of a picture, with the lines of those before behind them where these are to be kept."""
        if [len(row) for row in picture.charts] != [len(row) for row in self._rows]:
            self._arrange([len(row) for row in picture.charts])
        for line, views, charts in zip(self._lines, self._rows, picture.charts, strict=True):
            for place, (view, chart) in enumerate(zip(views, charts, strict=True)):
                view.show_chart(chart, view.chart if keeps_before else None)
                line.setStretch(place, round(100 * chart.share))

    def mark_row(self, table: str, row: int | None) -> None:
        """Mark what stands for a row of a table."""
        for view in self.charts:
            view.mark_row(table, row)

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        for view in self.charts:
            view.apply_theme(colours)

    def _arrange(self, counts: list[int]) -> None:
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._rows, self._lines = [], []
        for count in counts:
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(0)
            views = [ChartView() for _ in range(count)]
            for view in views:
                view.apply_theme(self._tokens)
                view.row_clicked.connect(self.row_clicked)
                row.addWidget(view)
            self._rows.append(views)
            self._lines.append(row)
            self._column.addWidget(holder, 1)
