"""The four figures at the foot of the stage: label and value, large enough for the last row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QWidget

from cascade_gui.stage.captions import shares
from cascade_gui.theme import SIZES, Tokens, font, tokens
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from typing import Any

    from cascade_gui.stage.told_round import ToldRound


def _tr(text: str) -> str:
    return QCoreApplication.translate("StageFigures", text)


def figures(told: ToldRound) -> list[tuple[str, str, bool]]:
    """Return label, value and whether it is what the sales did, four times; shares of the fall add up."""
    sold = _tr("sold so far"), numbers.money(told.sold_so_far), False
    if told.number == 0:
        return [
            (_tr("{asset} costs").format(asset=told.asset), f"${numbers.price(told.price)}", False),
            (_tr("has fallen"), numbers.percent_short(0.0), False),
            (_tr("all loans owe"), numbers.money(told.owed), False),
            sold,
        ]
    whole, news, sales = shares(told)
    fallen = _tr("{asset} has fallen") if whole >= 0 else _tr("{asset} has risen")
    sign = 1 if whole >= 0 else -1
    return [
        (fallen.format(asset=told.asset), numbers.percent_short(sign * whole), False),
        (_tr("from the news"), numbers.percent_short(sign * news), False),
        (
            _tr("from the sales") if not told.shorts else _tr("from the buying"),
            numbers.percent_short(sign * sales),
            True,
        ),
        sold,
    ]


class StageFigures(QWidget):
    """Draws the four figures side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage_figures")
        self._tokens: Tokens = tokens(dark=True)
        self._scale = 1.0
        self.shown: list[tuple[str, str, bool]] = []

    def tell(self, told: ToldRound | None) -> None:
        """Show the figures of a round, or none."""
        self.shown = [] if told is None else figures(told)
        self.setAccessibleName(", ".join(f"{label} {value}" for label, value, _ in self.shown))
        self.update()

    def set_look(self, colours: Tokens, scale: float) -> None:
        """Take other colours and another size."""
        self._tokens, self._scale = colours, scale
        self.setFixedHeight(round(132 * scale))
        self.update()

    def paintEvent(self, _: Any) -> None:  # noqa: D102 - Qt's
        if not self.shown:
            return
        painter = QPainter(self)
        width = self.width() / len(self.shown)
        for at, (label, value, is_sales) in enumerate(self.shown):
            room = QRectF(at * width, 0.0, width - 16 * self._scale, 40 * self._scale)
            painter.setFont(font(SIZES.stage_text * self._scale))
            painter.setPen(QColor(self._tokens.secondary))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                room, left, painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(room.width()))
            )
            painter.setFont(font(SIZES.stage_figure * self._scale, QFont.Weight.DemiBold))
            painter.setPen(QColor(self._tokens.vermilion if is_sales else self._tokens.text))
            painter.drawText(room.translated(0.0, 40 * self._scale).adjusted(0, 0, 0, 50 * self._scale), left, value)
        painter.end()
