"""Offers the tour to whoever starts the program for the first time, at the edge of what plays there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from cascade_gui.theme.plain_text import plain_label

_EDGE: Final = 20


class TourOffer(QFrame):
    """``tour_offer``: stands in the lower right corner of a part of the window until it is answered.

    Parameters
    ----------
    over
        The part.
    """

    taken = Signal()
    """The tour is wanted."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("tour_offer")
        self.setProperty("surface", "card")
        self._over = over
        self.show_tour = QPushButton(self.tr("Show me around"))
        self.show_tour.setProperty("kind", "primary")
        self.show_tour.clicked.connect(self._take)
        self.skip = QPushButton(self.tr("Not now"))
        self.skip.setProperty("kind", "flat")
        self.skip.setToolTip(self.tr("Help > Tour shows it at any time"))
        self.skip.clicked.connect(self.end)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(plain_label(self.tr("New here? Six steps show what is where.")))
        row.addWidget(self.show_tour)
        row.addWidget(self.skip)
        over.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()

    def end(self) -> None:
        """Go, and do not come again."""
        self._over.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        self.end()
        self.taken.emit()

    def _place(self) -> None:
        self.adjustSize()
        self.move(self._over.width() - self.width() - _EDGE, self._over.height() - self.height() - _EDGE)
