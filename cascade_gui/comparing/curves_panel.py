"""Price and debt repaid of today's run and of the proposal's over each other, along one path."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cascade_gui.comparing.curves_picture import CurvesPicture, Line
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.comparing.run_curves import BothCurves, RunCurves
    from cascade_gui.theme import Tokens

_PATIENCE_MS: Final = 400
"""Curves of another wish are taken away when those of this one are not there after so long."""
_FEWEST_LETTERS: Final = 12
"""Of the name of a path that are read at least."""


class CurvesPanel(QWidget):
    """Shows two runs along the path that is chosen."""

    path_chosen = Signal()
    """Another path is to be shown."""
    open_wanted = Signal(bool)
    """The run that is shown is to be opened as a cascade: today's, or the proposal's (true)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 12, 0)
        row = QHBoxLayout()
        self.paths = QComboBox()
        self.paths.setObjectName("compare_path")
        self.paths.setAccessibleName(self.tr("Along which path the runs go that are shown"))
        self.paths.setToolTip(self.paths.accessibleName())
        self.paths.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.paths.setMinimumContentsLength(_FEWEST_LETTERS)
        self.open_today, self.open_then = QPushButton(self.tr("Play today's")), QPushButton(self.tr("Play this"))
        self.open_today.setToolTip(self.tr("Open today's run as a cascade, as one step that can be undone"))
        self.open_today.clicked.connect(lambda: self.open_wanted.emit(False))
        self.open_then.clicked.connect(lambda: self.open_wanted.emit(True))
        row.addWidget(self.paths, 1)
        row.addWidget(self.open_today)
        row.addWidget(self.open_then)
        column.addLayout(row)
        self.price, self.repaid = CurvesPicture("compare_price"), CurvesPicture("compare_repaid")
        column.addWidget(self.price, 1)
        column.addWidget(self.repaid, 1)
        self.paths.currentIndexChanged.connect(self._choose)
        self._waiting = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._waiting.timeout.connect(partial(self.show_curves, None, ""))

    @property
    def path(self) -> int | None:
        """The place of the path among those of the answer; None for the scenario's own shock."""
        found: int | None = self.paths.currentData()
        return found

    def offer(self, paths: Sequence[tuple[str, int]]) -> None:
        """Offer the paths of an answer beside the scenario's own shock.

        Parameters
        ----------
        paths
            What each is called, and its place.
        """
        chosen = self.paths.currentIndex() if len(paths) + 1 == self.paths.count() else min(len(paths), 1)
        self.paths.blockSignals(True)
        self.paths.clear()
        self.paths.addItem(self.tr("the scenario's own shock"), None)
        for name, place in paths:
            self.paths.addItem(name, place)
        self.paths.setCurrentIndex(chosen)
        self.paths.blockSignals(False)

    def wait(self) -> None:
        """Show nothing of another wish when the curves of this one are not there soon."""
        self._waiting.start()

    def show_curves(self, both: BothCurves | None, name: str) -> None:
        """Show two runs; nothing for None.

        Parameters
        ----------
        both
            The runs.
        name
            What the second is of.
        """
        self._waiting.stop()
        for button in (self.open_today, self.open_then):
            button.setEnabled(both is not None)
        self.open_then.setToolTip(plain_tip(self.tr("Open the run of {0} as a cascade").format(name)))
        if both is None:
            self.price.show_lines("", "", (), 1.0, numbers.price, from_zero=False)
            self.repaid.show_lines("", "", (), 1.0, numbers.money, from_zero=True)
            return
        today, then = both.today, both.then
        prices = [each.market[:, each.names.index(both.asset)] for each in (today, then)]
        calm = today.undisturbed[:, today.names.index(both.asset)]
        lowest = [numbers.price(float(each.min())) for each in prices]
        self.price.show_lines(
            self.tr("Price of {0}").format(both.asset), self.tr("USD"),
            (
                Line(calm, self.tr("without liquidations"), "secondary", 1.0, dashed=True),
                Line(prices[1], self.tr("proposal, lowest {0}").format(lowest[1]), "accent", 2.0),
                Line(prices[0], self.tr("today, lowest {0}").format(lowest[0]), "text", 1.0),
            ),
            today.seconds, numbers.price_short, from_zero=False,
        )  # fmt: skip
        self.repaid.show_lines(
            self.tr("Liquidations"), self.tr("debt repaid so far, USD"),
            (
                Line(then.repaid, self.tr("proposal {0}").format(_last(then)), "accent", 2.0),
                Line(today.repaid, self.tr("today {0}").format(_last(today)), "text", 1.0),
            ),
            today.seconds, numbers.money, from_zero=True,
        )  # fmt: skip

        room = max(self.price.names_width(), self.repaid.names_width())
        self.price.room_for_names = self.repaid.room_for_names = room

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.price.apply_theme(tokens)
        self.repaid.apply_theme(tokens)

    def _choose(self, _: int) -> None:
        self.path_chosen.emit()


def _last(run: RunCurves) -> str:
    return numbers.money(float(run.repaid[-1]))
