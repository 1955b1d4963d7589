"""What happens to prices from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from cascade_gui.scenario_panel import edits
from cascade_gui.scenario_panel.add_box import AddBox, FaultLabel
from cascade_gui.scenario_panel.editors import ChoiceEditor, NumberEditor
from cascade_gui.scenario_panel.field_list import Entry, FieldList
from cascade_gui.scenario_panel.heading import Foldable
from cascade_gui.scenario_panel.price_file import PriceFile
from cascade_gui.scenario_panel.random_shock import RandomShockFields
from cascade_gui.scenario_panel.starting_values import SOLD_USD, is_stable
from cascade_gui.theme.plain_text import plain_label, plain_tip
from cascade_gui.working.file_places import ask_file
from engine.scenario.schema import InstantShock, PathShock, RandomShock, SaleShock

if TYPE_CHECKING:
    from pathlib import Path

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Parameters, Shock


class ShockSection(Foldable):
    """The fall of each asset, at once, as a path from a file, as a random path, or as what a sale makes of it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.set_text(self.tr("Shock"))
        self._document = document
        self.reads = ("shock", "simulation", "assets")  # the picture of a random path takes all three
        self._fields = FieldList(document)
        self._random = RandomShockFields(document)
        self._add = AddBox("shock_add_asset", self.tr("Add an asset to the shock"))
        self._add.chosen.connect(self._add_asset)
        self._path = plain_label()
        self._path.setWordWrap(True)
        self._path.setProperty("role", "secondary")
        self._load = QPushButton(self.tr("Load a price path…"))
        self._load.setObjectName("shock_load_path")
        text = self.tr("A table with a column of prices for each asset; its first row is before the shock.")
        self._load.setToolTip(plain_tip(text))
        self._load.clicked.connect(self._ask_path)
        self._fault = FaultLabel("shock_fault")
        self._prices = PriceFile("shock_path_questions")
        self._prices.answered.connect(self._take_path)
        for widget in (self._fields, self._random, self._add, self._path, self._load, self._prices, self._fault):
            self.rows.addWidget(widget)
        self.rows.setSpacing(4)

    def first_editor(self) -> QWidget | None:
        """Return the field of its first number; where it has none, what chooses its kind."""
        shown = [widget for widget in self.body.findChildren(QWidget) if widget.isVisibleTo(self.body)]
        for wanted in (NumberEditor, ChoiceEditor):
            for widget in shown:
                if isinstance(widget, wanted):
                    return widget
        return None

    def refresh(self) -> None:
        """Show the shock as it is now."""
        shock = self._document.parameters.shock
        self._fields.show_entries(self._entries())
        self._fault.hide()
        self._random.setVisible(isinstance(shock, RandomShock))
        self._path.setVisible(isinstance(shock, PathShock))
        self._load.setVisible(isinstance(shock, PathShock))
        self._prices.setVisible(isinstance(shock, PathShock) and self._prices.has_words)
        if isinstance(shock, RandomShock):
            self._random.refresh(shock)
        if isinstance(shock, PathShock):
            rounds = len(next(iter(shock.returns.values()), ()))
            names = ", ".join(shock.returns)
            self._path.setText(self.tr("{0} rounds of {1}; the last is held on").format(rounds, names))
        self._offer_assets(shock)

    def refresh_values(self) -> None:
        """Show the shock's values as they are now; there are no other rows."""
        self._fault.hide()
        self._fields.refresh()
        shock = self._document.parameters.shock
        if isinstance(shock, RandomShock):
            self._random.refresh(shock)

    @property
    def edits(self) -> tuple[str, ...]:
        """The shock alone; all else is only looked at."""
        return ("shock",)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        super().apply_theme(tokens)
        self._fields.apply_theme(tokens)
        self._random.apply_theme(tokens)

    def load_path(self, file: Path) -> None:
        """Take a price path from a file as the shock, as one step; ask first where a column may be another asset."""
        self._take_path(file)

    def _take_path(self, file: Path | None = None) -> None:
        def change() -> Parameters:
            if file is not None:
                self._prices.open(file)
            returns = self._prices.returns(self._document.parameters)
            return edits.with_path_shock(self._document.parameters, returns) if returns else self._document.parameters

        self._fault.try_change(self._document, change, self.tr("Load a price path"))

    def _entries(self) -> list[Entry]:
        shock = self._document.parameters.shock
        found: list[Entry] = [("shock", self.tr("Kind"), "variant")]
        if isinstance(shock, InstantShock):
            found += [(f"shock.returns.{name}", name, "field") for name in shock.returns]
            found.append(("shock.over_rounds", "", "field"))
        if isinstance(shock, SaleShock):
            found += [(f"shock.usd.{name}", name, "field") for name in shock.usd]
            found.append(("shock.over_rounds", "", "field"))
        return found

    def _offer_assets(self, shock: Shock) -> None:
        assets = self._document.parameters.assets
        rest: list[str] = []
        if isinstance(shock, InstantShock | SaleShock):
            # Assets that can be expected to fall come first, stable ones last.
            moved = shock.returns if isinstance(shock, InstantShock) else shock.usd
            rest = [name for name in assets if name not in moved]
            rest.sort(key=lambda name: is_stable(assets[name]))
        self._add.offer(self.tr("Add an asset…"), [(name, name) for name in rest])

    def _add_asset(self, name: str) -> None:
        """Add an asset, unless the list was of a shock or of assets that are shown no more."""
        parameters = self._document.parameters
        if name not in parameters.assets:
            return
        if isinstance(parameters.shock, SaleShock):
            self._document.set_parameter(f"shock.usd.{name}", SOLD_USD)
        elif isinstance(parameters.shock, InstantShock):
            self._document.set_parameter(f"shock.returns.{name}", -0.1)

    def _ask_path(self) -> None:
        patterns = self.tr("Tables (*.csv *.tsv *.xlsx *.ods *.parquet *.json);;All files (*)")
        path = ask_file(self, "prices", self.tr("Load a price path"), patterns)
        if path is not None:
            self.load_path(path)
