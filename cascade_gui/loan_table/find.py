"""The find bar of the loan book: jumps from row to row that holds a text, hiding nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cascade_gui.loan_table.columns import COLUMNS, INDEX
from cascade_gui.loan_table.filter.conditions import FreeText, TextCondition
from cascade_gui.working.find_bar import TableFindBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.view import LoanTableView


class FindBar(TableFindBar):
    """Finds a text in accounts, markets and assets of the shown rows.

    Parameters
    ----------
    view
        The table to move in.
    """

    def __init__(self, view: LoanTableView, parent: QWidget | None = None) -> None:
        self._view = view
        super().__init__(view, "loan_find", "", "", parent)
        self._text.setPlaceholderText(self.tr("Find an account, market or asset"))
        self._text.setAccessibleName(self.tr("Find in the loan book"))
        view.loans.order_changed.connect(self.search)

    def rows_with(self, text: str) -> Rows:
        """Return the shown rows whose account, market or assets hold a text."""
        values = self._view.loans.values
        mask = FreeText(text).mask(values)
        for column in ("market", "collateral_asset", "debt_asset"):
            mask |= TextCondition(column, f"*{text}*", uses_live=False).mask(values)
        order = self._view.loans.order
        return np.flatnonzero(mask if order is None else mask[order])

    def go_to(self, row: int, text: str) -> None:
        """Go to a shown row, to the cell that holds the text."""
        model = self._view.loans
        wanted = text.casefold()
        columns = ("account", "market", "collateral_asset", "debt_asset")
        names = {key: model.cells.text(model.store_row(row), INDEX[key]).casefold() for key in columns}
        key = next((key for key in columns if wanted in names[key]), "account")
        self._view.go_to(model.store_row(row), COLUMNS[INDEX[key]].key)
