"""The tour of the window: what its six steps show, and when it is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.help.tour import Tour, TourStep
from cascade_gui.help.tour_offer import TourOffer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget

    from cascade_gui.theme import Tokens
    from cascade_gui.window.main_window import MainWindow


class TourCommands(QObject):
    """Shows the tour and offers it.

    Parameters
    ----------
    window
        Which it goes through.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._tour: Tour | None = None
        self._offer: TourOffer | None = None
        self._closed: list[QDockWidget] = []
        window.theme.changed.connect(self._recolour)

    @property
    def tour(self) -> Tour | None:
        """The tour while it goes on."""
        return self._tour

    def show(self) -> None:
        """Go through the window, on an example where nothing is open; panels that were closed are shown meanwhile."""
        if self._tour is not None:
            return
        window = self._window
        self._withdraw()
        if not window.start.is_open:
            from engine.files.examples import FIRST, find_example

            window.files.open_example(find_example(FIRST))
        window.views.show_cascade()
        self._closed = [dock for dock in (window.panels.scenario, window.panels.book) if dock.isHidden()]
        for dock in self._closed:
            dock.show()
        self._tour = Tour(self._steps(), window.theme.tokens, window)
        self._tour.ended.connect(self._end)

    def offer(self) -> None:
        """Offer the tour until that is answered, or something is edited or opened."""
        window = self._window
        self._offer = TourOffer(window.book)  # what plays is above it
        self._offer.taken.connect(self.show)
        self._offer.destroyed.connect(self._forget_offer)
        for moves_on in (window.document.replaced, window.document.undo_stack.indexChanged):
            moves_on.connect(self._withdraw)

    def _withdraw(self) -> None:
        if self._offer is not None:
            window, offer, self._offer = self._window, self._offer, None
            for moves_on in (window.document.replaced, window.document.undo_stack.indexChanged):
                moves_on.disconnect(self._withdraw)
            offer.end()

    def _forget_offer(self) -> None:
        self._offer = None

    def _end(self) -> None:
        self._tour = None
        for dock in self._closed:
            dock.hide()
        self._closed = []

    def _recolour(self, tokens: Tokens) -> None:
        if self._tour is not None:
            self._tour.apply_theme(tokens)

    def _steps(self) -> list[TourStep]:
        window = self._window
        return [
            TourStep(
                self.tr("The scenario"),
                self.tr(
                    "What happens and by which rules: the shock, each asset's depth, the markets, the liquidators; what"
                    " you change gets an amber dot."
                ),
                window.scenario_panel,
            ),
            TourStep(
                self.tr("Run"),
                self.tr("Computes the cascade round by round; with Live beside it, every edit runs at once."),
                window.toolbar.run,
            ),
            TourStep(
                self.tr("What the shown round did"),
                self.tr(
                    "Prices with and without the liquidations, who was sold, and the wall of debt: all plots show the"
                    " same round, and a click goes to another."
                ),
                window.plots,
            ),
            TourStep(
                self.tr("Round by round"),
                self.tr(
                    "Play with Space, step with Left and Right, present it with F5; a tick is taller where more was"
                    " liquidated."
                ),
                window.transport,
            ),
            TourStep(
                self.tr("The loan book"),
                self.tr(
                    "Every loan as the shown round left it: filter it, edit it like a spreadsheet, and select a row to"
                    " read why it was or was not liquidated."
                ),
                window.book,
            ),
            TourStep(
                self.tr("Questions and comparisons"),
                self.tr(
                    "Studies ask what needs many runs, Compare sets proposals side by side; the question mark shows all"
                    " keys, and Help has this tour."
                ),
                window.view_tabs,
            ),
        ]
