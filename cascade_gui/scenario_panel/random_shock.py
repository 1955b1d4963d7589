"""The fields of a random shock: its process, the assets that move, how they move together, and the path itself."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from cascade_gui.scenario_panel import edits
from cascade_gui.scenario_panel.add_box import AddBox, FaultLabel
from cascade_gui.scenario_panel.field_list import Entry, FieldList, entries
from cascade_gui.scenario_panel.path_picture import PathPicture
from cascade_gui.scenario_panel.price_file import PriceFile, round_returns
from cascade_gui.scenario_panel.starting_values import VOLATILITY, is_stable
from cascade_gui.theme import SIZES
from cascade_gui.theme.plain_text import no_mnemonic, plain_label, plain_tip
from cascade_gui.wording import numbers
from cascade_gui.working.file_places import ask_file
from engine.scenario.schema import BootstrapProcess, RandomShock

if TYPE_CHECKING:
    from pathlib import Path

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens

_STABLE_VOLATILITY = 0.02
_ALIKE = 0.8
_EVERY_PAIR: tuple[str, ...] = ()


class RandomShockFields(QWidget):
    """Edits a random shock; shown while the shock is one.

    Parameters
    ----------
    document
        What is edited.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._process = FieldList(document)
        self._history = plain_label()
        self._history.setWordWrap(True)
        self._history.setProperty("role", "secondary")
        self._load = QPushButton(self.tr("Load past prices…"))
        self._load.setObjectName("shock_load_history")
        text = self.tr("A table with a column of prices for each asset, one row a round.")
        self._load.setToolTip(plain_tip(text))
        self._load.clicked.connect(self._ask_history)
        self._moving = FieldList(document)
        self._add = AddBox("shock_move_asset", self.tr("Let another asset move"))
        self._add.chosen.connect(self._add_moving)
        self._together = plain_label(self.tr("Correlation"))
        self._together.setProperty("role", "secondary")
        self._pairs = FieldList(document)
        self._correlate = AddBox("shock_correlate", self.tr("Correlate two assets"))
        self._correlate.chosen.connect(self._add_correlation)
        self._remove = QPushButton(self.tr("Remove"))
        self._remove.setObjectName("shock_remove")
        self._remove_menu = QMenu(self)
        self._remove.setMenu(self._remove_menu)
        self.picture = PathPicture()
        self._seed = plain_label()
        text = self.tr("The seed is under Simulation; the same seed gives the same path everywhere.")
        self._seed.setToolTip(plain_tip(text))
        self._another = QPushButton(self.tr("Another path"))
        self._another.setObjectName("shock_another_path")
        self._another.setToolTip(self.tr("Take the next seed"))
        self._another.clicked.connect(self._next_seed)
        self._prices = PriceFile("shock_history_questions")
        self._prices.answered.connect(self._take_history)
        self._fault = FaultLabel("shock_random_fault")
        self._lay_out()

    def _lay_out(self) -> None:
        seed = QHBoxLayout()
        seed.setContentsMargins(0, 0, 0, 0)
        seed.addWidget(self._seed, 1)
        seed.addWidget(self._another)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SIZES.grid)
        for widget in (self._process, self._history, self._load, self._prices, self._moving, self._add,
                       self._together, self._pairs, self._correlate, self._remove, self.picture):  # fmt: skip
            column.addWidget(widget)
        column.addLayout(seed)
        column.addWidget(self._fault)

    def refresh(self, shock: RandomShock) -> None:
        """Show the shock as it is now."""
        self._fault.hide()
        process = shock.process
        bootstrap = isinstance(process, BootstrapProcess)
        rows: list[Entry] = [("shock.process", self.tr("Process"), "variant")]
        rows += entries(self._document.parameters, "shock.process", process)
        self._process.show_entries([*rows, ("shock.over_rounds", "", "field")])
        self._moving.show_entries(self._moving_entries(shock))
        self._pairs.show_entries(
            [
                (f"shock.correlation.{index}.rho", self.tr("{0} with {1}").format(pair.a, pair.b), "field")
                for index, pair in enumerate(shock.correlation)
            ]
        )
        self._together.setVisible(bool(shock.correlation))
        self._history.setVisible(bootstrap)
        self._load.setVisible(bootstrap)
        self._prices.setVisible(bootstrap and self._prices.has_words)
        if isinstance(process, BootstrapProcess):
            rounds = len(next(iter(process.history.values()), ()))
            text = self.tr("Drawn from {0} past rounds of {1}")
            if not any(any(returns) for returns in process.history.values()):
                text = self.tr("No past prices yet: nothing moves")
            self._history.setText(text.format(numbers.count(rounds), ", ".join(process.history)))
        self._offer(shock)
        self.picture.show_path(self._document.parameters, shock)
        self._seed.setText(self.tr("Seed {0}").format(self._document.parameters.simulation.seed))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        for part in (self._process, self._moving, self._pairs, self.picture):
            part.apply_theme(tokens)

    def load_history(self, file: Path) -> None:
        """Take the returns between the rows of a table of prices as the history, as one step.

        Where a column may be another asset it is asked first.
        """
        self._take_history(file)

    def _take_history(self, file: Path | None = None) -> None:
        def change() -> Any:
            if file is not None:
                self._prices.open(file)
            path = self._prices.returns(self._document.parameters)
            return (
                edits.with_history(self._document.parameters, round_returns(path))
                if path
                else self._document.parameters
            )

        self._fault.try_change(self._document, change, self.tr("Load past prices"))

    def _moving_entries(self, shock: RandomShock) -> list[Entry]:
        process = shock.process
        if isinstance(process, BootstrapProcess):
            return []
        found: list[Entry] = []
        for name in self._document.parameters.assets:
            if name in process.volatility:
                found.append((f"shock.process.volatility.{name}", self.tr("{0} volatility").format(name), "field"))
            if name in process.drift:
                found.append((f"shock.process.drift.{name}", self.tr("{0} drift").format(name), "field"))
        return found

    def _offer(self, shock: RandomShock) -> None:
        """Fill the boxes that add and the menu that removes."""
        process, assets = shock.process, self._document.parameters.assets
        adding: list[tuple[str, Any]] = []
        pairs: list[tuple[str, Any]] = []
        moving = [name for name in assets if name in shock.moving]
        if not isinstance(process, BootstrapProcess):
            rest = sorted(
                (name for name in assets if name not in process.volatility), key=lambda n: is_stable(assets[n])
            )
            adding = [(name, ("volatility", name)) for name in rest]
            without_drift = [name for name in moving if name not in process.drift]
            adding += [(self.tr("drift of {0}").format(name), ("drift", name)) for name in without_drift]
            taken = {frozenset((pair.a, pair.b)) for pair in shock.correlation}
            free = [pair for pair in combinations(moving, 2) if frozenset(pair) not in taken]
            pairs = [(self.tr("{0} with {1}").format(*pair), pair) for pair in free]
            if len(moving) > 2 and free:
                alike = self.tr("every pair by {0}").format(numbers.full(_ALIKE))
                pairs.insert(0, (alike, _EVERY_PAIR))
        self._add.offer(self.tr("Move an asset…"), adding)
        self._correlate.offer(self.tr("Correlate…"), pairs)
        self._remove_menu.clear()
        for name in moving:
            self._remove_menu.addAction(no_mnemonic(name), lambda name=name: self._remove_moving(name))
        for index, pair in enumerate(shock.correlation):
            text = self.tr("{0} with {1}").format(pair.a, pair.b)
            self._remove_menu.addAction(
                no_mnemonic(text), lambda index=index, text=text: self._remove_correlation(index, text)
            )
        self._remove.setVisible(bool(moving))

    def _add_moving(self, choice: tuple[str, str]) -> None:
        key, name = choice
        stable = is_stable(self._document.parameters.assets[name])
        value = 0.0 if key == "drift" else _STABLE_VOLATILITY if stable else VOLATILITY
        self._document.set_parameter(f"shock.process.{key}.{name}", value)

    def _add_correlation(self, pair: tuple[str, ...]) -> None:
        parameters = self._document.parameters
        if pair == _EVERY_PAIR and isinstance(parameters.shock, RandomShock):
            moving = [name for name in parameters.assets if name in parameters.shock.moving]
            every = self.tr("Correlate every pair")
            self._fault.try_change(
                self._document, lambda: edits.with_one_correlation(parameters, moving, _ALIKE), every
            )
            return
        text = self.tr("Correlate {0} with {1}").format(*pair)
        self._fault.try_change(self._document, lambda: edits.with_correlation(parameters, pair[0], pair[1]), text)

    def _remove_moving(self, name: str) -> None:
        change = self.tr("Leave {0} out of the shock").format(name)
        self._fault.try_change(self._document, lambda: edits.without_moving(self._document.parameters, name), change)

    def _remove_correlation(self, index: int, pair: str) -> None:
        self._fault.try_change(
            self._document,
            lambda: edits.without_correlation(self._document.parameters, index),
            self.tr("Remove correlation of {0}").format(pair),
        )

    def _next_seed(self) -> None:
        self._document.set_parameter("simulation.seed", self._document.parameters.simulation.seed + 1)

    def _ask_history(self) -> None:
        patterns = self.tr("Tables (*.csv *.tsv *.xlsx *.ods *.parquet *.json);;All files (*)")
        path = ask_file(self, "prices", self.tr("Load past prices"), patterns)
        if path is not None:
            self.load_history(path)
