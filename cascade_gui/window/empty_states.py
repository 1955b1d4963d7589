"""What stands in the plots and the account panel of a book without loans: what will be there, and how loans come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from cascade_gui.account.panel import AccountPanel
    from cascade_gui.document.document import Document
    from cascade_gui.plots.grid import PlotGrid


class EmptyStates(QObject):
    """Tells plots and account panel whether the book has loans.

    Parameters
    ----------
    document
        Whose book it is.
    plots, account
        What shows it.
    """

    def __init__(self, document: Document, plots: PlotGrid, account: AccountPanel) -> None:
        super().__init__(plots)
        self._document, self._plots, self._account = document, plots, account
        self._has_loans = True
        document.loans_changed.connect(self._look)
        document.replaced.connect(self._look)
        self._look()

    def _look(self) -> None:
        has_loans = len(self._document.loans) > 0
        if has_loans == self._has_loans:
            return
        self._has_loans = has_loans
        plots = self._plots
        texts = {
            plots.price: self.tr("No loans yet: import a book below, or open an example from the start page"),
            plots.liquidations: self.tr("Debt that is repaid is shown here round by round"),
            plots.losses: self.tr("Who lost how much is shown here round by round"),
            plots.health: self.tr("The debt of the book is shown here by its health"),
            plots.map: self.tr("The debt of the book is shown here by the fall that makes it liquidatable"),
        }
        for plot, text in texts.items():
            plot.set_without_loans("" if has_loans else text)
        self._account.set_has_loans(has_loans)
