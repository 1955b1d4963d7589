"""What stands in plots, panels and views of a book without loans: what will be there, and how loans come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.window.veil import Veil

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.theme import Tokens
    from cascade_gui.window.main_window import MainWindow


class EmptyStates(QObject):
    """Tells plots and account panel whether the book has loans, and covers answers about a book that has none.

    Parameters
    ----------
    window
        With its parts and its views.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window.plots)
        self._window = window
        self._has_loans = True
        self._veils: dict[QWidget, Veil] = {}
        document = window.document
        document.loans_changed.connect(self._look)
        document.replaced.connect(self._look)
        window.views.shown.connect(self._cover)
        window.theme.changed.connect(self._recolour)
        self._look()

    def _look(self) -> None:
        has_loans = len(self._window.document.loans) > 0
        if has_loans == self._has_loans:
            return
        self._has_loans = has_loans
        plots = self._window.plots
        texts = {
            plots.price: self.tr("No loans yet: import a book below, or open an example from the start page"),
            plots.liquidations: self.tr("Debt that is repaid is shown here round by round"),
            plots.losses: self.tr("Who lost how much is shown here round by round"),
            plots.health: self.tr("The debt of the book is shown here by its health"),
            plots.map: self.tr("The debt of the book is shown here by the fall that makes it liquidatable"),
        }
        for plot, text in texts.items():
            plot.set_without_loans("" if has_loans else text)
        self._window.account.set_has_loans(has_loans)
        self._cover()

    def _cover(self) -> None:
        """Say over answers that there is no book to ask about: they would say that nothing ever breaks."""
        views = self._window.views
        text = self.tr(
            "The book has no loans yet: import one (Ctrl+I), or open an example from the start page (Ctrl+0)"
        )
        for page in (views.studies, views.compare):
            if page is None:
                continue
            veil = self._veils.get(page.answer)
            if veil is None:
                veil = self._veils[page.answer] = Veil(page.answer)
                veil.apply_theme(self._window.theme.tokens)
            if veil.text != ("" if self._has_loans else text):
                veil.say("" if self._has_loans else text)

    def _recolour(self, tokens: Tokens) -> None:
        for veil in self._veils.values():
            veil.apply_theme(tokens)
