"""The switch between the table of the shown round and the book as it stands, which is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from cascade_gui.loan_table.columns import COLUMNS
from cascade_gui.theme.plain_text import plain_tip

if TYPE_CHECKING:
    from cascade_gui.loan_table.view import LoanTableView

_OF_ROUND = tuple(
    at for at, column in enumerate(COLUMNS) if column.live and not column.editable and not column.key.endswith("_usd")
)
"""Columns that say something of a round and nothing of the book."""


class BookSwitch(QWidget):
    """``loan_round_or_book``: whether the table shows a round or the book. It is there while a round is shown.

    In the book amounts and USD are those before the first round, and what belongs to a round is put away, so that no
    cell of a row is of another time than the others.

    Parameters
    ----------
    table
        What it switches.
    """

    switched = Signal()
    """The table shows the other one."""

    def __init__(self, table: LoanTableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loan_round_or_book")
        self._table = table
        self._put_away: list[int] = []
        self._round = self._button(self.tr("This round"), self.tr("Every cell at the end of the shown round."))
        self._book = self._button(self.tr("The book"), self.tr("The rows as they stand in the book, to be edited."))
        self._round.setChecked(True)
        self._one = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in (self._round, self._book):
            self._one.addButton(button)
            row.addWidget(button)
        self._book.toggled.connect(self._switch)
        self.hide()

    @property
    def in_book(self) -> bool:
        """Whether the book is shown."""
        return self._book.isChecked()

    def offer(self, number: int | None) -> None:
        """Be there while a round after the start is shown; else the table is the book, and its values are live."""
        self.setVisible(bool(number))
        if not number:
            self._round.setChecked(True)

    def keep(self) -> None:
        """Put away again what came meanwhile."""
        if self.in_book:
            for at in _OF_ROUND:
                if not self._table.isColumnHidden(at):
                    self._put_away.append(at)
                    self._table.setColumnHidden(at, True)

    def _switch(self, in_book: bool) -> None:
        model = self._table.loans
        model.live.in_book = in_book
        if in_book:
            self.keep()
        else:
            for at in self._put_away:
                self._table.setColumnHidden(at, False)
            self._put_away.clear()
        self._table.fit_columns()
        model.show_anew()
        self.switched.emit()

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(plain_tip(tip))
        button.setCheckable(True)
        button.setAutoRaise(True)
        return button
