"""A few runs side by side, each with its picture, its figure and a button that plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cascade_gui.studies.drawing.chart_view import ChartView
from cascade_gui.studies.drawing.elided_label import ElidedLabel
from cascade_gui.theme import Tokens, tokens
from cascade_gui.theme.plain_text import plain_label, plain_tip

if TYPE_CHECKING:
    from cascade_gui.studies.drawing.picture import Card, Cards

_LEAST: Final = (110, 76)
"""Pixels of the chart of a card at least."""


class RunCards(QWidget):
    """Shows runs that are worth a look."""

    open_asked = Signal(int)
    """The number of the row that is to be shown as a cascade."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("study_cards")
        self.setProperty("surface", "background")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tokens: Tokens = tokens(dark=True)
        self.title, self.subtitle = plain_label(), ElidedLabel("secondary")
        self.title.setProperty("role", "title")
        self._views: list[ChartView] = []
        self.buttons: list[QPushButton] = []
        self._holder = QWidget()
        heading = QHBoxLayout()
        heading.setContentsMargins(16, 4, 16, 0)
        heading.setSpacing(12)
        heading.addWidget(self.title)
        heading.addWidget(self.subtitle, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(2)
        self._column.addLayout(heading)
        self._column.addWidget(self._holder, 1)

    @property
    def charts(self) -> list[ChartView]:
        """The charts of the cards."""
        return list(self._views)

    def show_cards(self, shown: Cards, *, can_play: bool) -> None:
        """Show other runs.

        Parameters
        ----------
        shown
            The runs.
        can_play
            Whether they can be played: the loan book that was studied is there.
        """
        self.title.setText(shown.title)
        self.subtitle.setText(shown.subtitle)
        self._column.removeWidget(self._holder)
        self._holder.hide()
        self._holder.deleteLater()
        self._holder = QWidget()
        row = QHBoxLayout(self._holder)
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(0)
        self._views, self.buttons = [], []
        for place, card in enumerate(shown.cards):
            row.addLayout(self._made(card, can_play=can_play), 1)
            if place:  # they share the axis of the first
                self._views[-1].plot.hideAxis("left")
        self._column.addWidget(self._holder, 1)
        self.apply_theme(self._tokens)

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        for view in self._views:
            view.apply_theme(colours)

    def _made(self, card: Card, *, can_play: bool) -> QVBoxLayout:
        view = ChartView()
        view.setMinimumSize(*_LEAST)
        view.apply_theme(self._tokens)
        view.show_chart(card.chart)
        view.setAccessibleName(card.name)
        figure = plain_label(card.figure)
        figure.setProperty("role", "figure")
        figure.setProperty("tone", "loss")
        figure.setToolTip(plain_tip(card.tip))
        note = ElidedLabel("secondary")
        note.setText(card.note)
        play = QPushButton(self.tr("Play"))
        play.setAccessibleName(self.tr("Play {0}").format(card.name))
        play.setEnabled(can_play)
        if can_play:
            view.row_clicked.connect(lambda _, row=card.row: self.open_asked.emit(row))
        play.clicked.connect(lambda _=False, row=card.row: self.open_asked.emit(row))
        below = QVBoxLayout()
        below.setContentsMargins(16, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(figure)
        below.addWidget(note)
        playing = QHBoxLayout()
        playing.setSpacing(8)
        name = ElidedLabel("secondary")
        name.setText(card.name)
        playing.addWidget(play)
        playing.addWidget(name, 1)
        below.addLayout(playing)
        whole = QVBoxLayout()
        whole.setSpacing(0)
        whole.addWidget(view, 1)
        whole.addLayout(below)
        self._views.append(view)
        self.buttons.append(play)
        return whole
