"""The axes of charts: those of the plots, with logarithms, names, and falling numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from cascade_gui.plots.axes import LEFT_WIDTH, PlainAxis
from cascade_gui.theme import SIZES, font

if TYPE_CHECKING:
    from cascade_gui.studies.drawing.chart import Axis
    from cascade_gui.theme import Tokens

_APART: Final = 12.0
"""Free pixels between two texts along the bottom."""
_ROW: Final = 16.0
"""Pixels from one text to the next one above it."""
_WIDEST: Final = 230
"""Names of bars are no wider than this."""
_BEFORE: Final = 14
"""Pixels beside the texts of a left axis."""


class ChartAxis(PlainAxis):
    """An axis that shows what an `Axis` says."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, lambda _: "", pixels=84 if orientation == "bottom" else 46)
        self._axis: Axis | None = None

    def show_axis(self, axis: Axis) -> None:
        """Measure something else."""
        self._axis = axis
        self.write = lambda place: axis.write(axis.value(place))
        self.fixed_ticks = axis.tick_places()
        self.title = axis.title if self.orientation == "bottom" else ""
        self.picture = None
        self.update()

    def apply(self, tokens: Tokens, colour: str, scale: float, pixel_ratio: float = 1.0) -> None:
        """Take the colours, and on the left so much room as the texts need."""
        super().apply(tokens, colour, scale, pixel_ratio)
        if self.orientation == "left" and self._axis is not None and self._axis.ticks is not None:
            metrics = QFontMetricsF(font(SIZES.secondary * scale))
            widest = max((metrics.horizontalAdvance(self._axis.write(each)) for each in self._axis.ticks), default=0.0)
            self.setWidth(round(min(max(widest + _BEFORE, LEFT_WIDTH * scale), _WIDEST * scale)))
        self.picture = None

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Any:  # noqa: N803 - pyqtgraph's
        """Return where numbers stand; of those that are given, as many as have room."""
        found = super().tickValues(minVal, maxVal, size)
        if self.fixed_ticks is None or maxVal <= minVal:
            return found
        metrics = QFontMetricsF(self._texts.font)
        kept: list[float] = []
        taken = float("-inf")
        for place in sorted(found[0][1]):
            wide = metrics.horizontalAdvance(self.write(place)) if self.orientation == "bottom" else _ROW
            middle = (place - minVal) / (maxVal - minVal) * size
            if middle - wide / 2 >= taken:
                kept.append(place)
                taken = middle + wide / 2 + (_APART if self.orientation == "bottom" else 0.0)
        return [(1.0, kept)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the texts; those that are too wide end in dots."""
        texts = super().tickStrings(values, scale, spacing)
        if self.orientation != "left":
            return texts
        metrics = QFontMetricsF(self._texts.font)
        return [metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, _WIDEST - _BEFORE) for text in texts]
