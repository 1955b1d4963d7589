"""Price and debt repaid of today's run and of those that it is compared with over each other, along one path."""

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

    from cascade_gui.comparing.curves_picture import Tone
    from cascade_gui.comparing.run_curves import ComparedCurves, RunCurves
    from cascade_gui.theme import Tokens

_PATIENCE_MS: Final = 400
"""Curves of another wish are taken away when those of this one are not there after so long."""
_MOST_LETTERS: Final = 22
"""Of the name of a run beside its line."""
_BEHIND: Final[tuple[Tone, ...]] = ("violet", "amber", "green")
"""Colours of the runs behind the one in front."""
_FEWEST_LETTERS: Final = 12
"""Of the name of a path that are read at least."""


class CurvesPanel(QWidget):
    """Shows runs along the path that is chosen."""

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
        self._waiting.timeout.connect(partial(self.show_curves, None))

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

    def show_curves(self, compared: ComparedCurves | None, names: Sequence[str] = ()) -> None:
        """Show runs; nothing for None.

        Parameters
        ----------
        compared
            The runs.
        names
            What those are of that today's is compared with; the first is in front.
        """
        self._waiting.stop()
        for button in (self.open_today, self.open_then):
            button.setEnabled(compared is not None)
        self.open_then.setToolTip(plain_tip(self.tr("Open the run of {0} as a cascade").format("".join(names[:1]))))
        if compared is None:
            self.price.show_lines("", "", (), 1.0, numbers.price, from_zero=False)
            self.repaid.show_lines("", "", (), 1.0, numbers.money, from_zero=True)
            return
        today = compared.today
        runs = [*reversed(list(zip(compared.then, self._called(names), _tones(len(names)), strict=True))),
                (today, self.tr("today"), "text")]  # fmt: skip
        column = [run.names.index(compared.asset) for run, _, _ in runs]
        prices = [run.market[:, place] for (run, _, _), place in zip(runs, column, strict=True)]
        calm = today.undisturbed[:, today.names.index(compared.asset)]
        named = self.tr("{0}, lowest {1}")
        self.price.show_lines(
            self.tr("Price of {0}").format(compared.asset), self.tr("USD"),
            (
                Line(calm, self.tr("without liquidations"), "secondary", 1.0, dashed=True),
                *(Line(each, named.format(name, numbers.price(float(each.min()))), tone, _width(tone))
                  for each, (_, name, tone) in zip(prices, runs, strict=True)),
            ),
            today.seconds, numbers.price_short, from_zero=False,
        )  # fmt: skip
        self.repaid.show_lines(
            self.tr("Liquidations"), self.tr("debt repaid so far, USD"),
            tuple(Line(run.repaid, f"{name} {_last(run)}", tone, _width(tone)) for run, name, tone in runs),
            today.seconds, numbers.money, from_zero=True,
        )  # fmt: skip

        room = max(self.price.names_width(), self.repaid.names_width())
        self.price.room_for_names = self.repaid.room_for_names = room

    def _called(self, names: Sequence[str]) -> list[str]:
        """Return what stands beside the lines: a single one is the proposal, of several each has its name."""
        if len(names) == 1:
            return [self.tr("proposal")]
        return [name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1].rstrip()}…" for name in names]

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.price.apply_theme(tokens)
        self.repaid.apply_theme(tokens)

    def _choose(self, _: int) -> None:
        self.path_chosen.emit()


def _tones(count: int) -> list[Tone]:
    """Return the colours of so many runs, first that of the one in front."""
    return ["accent", *(_BEHIND[place % len(_BEHIND)] for place in range(count - 1))]


def _width(tone: Tone) -> float:
    return 2.0 if tone == "accent" else 1.0 if tone == "text" else 1.5


def _last(run: RunCurves) -> str:
    return numbers.money(float(run.repaid[-1]))
