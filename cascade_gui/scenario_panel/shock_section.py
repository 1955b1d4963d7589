"""What happens to prices from outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QWidget

from cascade_gui.scenario_panel import edits
from cascade_gui.scenario_panel.field_list import Entry, FieldList
from cascade_gui.scenario_panel.heading import Foldable
from cascade_gui.scenario_panel.path_file import read_path
from engine.faults import BadInput
from engine.scenario.schema import InstantShock, PathShock

if TYPE_CHECKING:
    from cascade_gui.document import Document
    from cascade_gui.theme import Tokens

_STABLE = 0.05


class ShockSection(Foldable):
    """The fall of each asset, at once or as a path from a file."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.set_text(self.tr("Shock"))
        self._document = document
        self._fields = FieldList(document)
        self._add = QComboBox()
        self._add.setObjectName("shock_add_asset")
        self._add.setAccessibleName(self.tr("Add an asset to the shock"))
        self._add.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._add.activated.connect(self._add_asset)
        self._path = QLabel()
        self._path.setWordWrap(True)
        self._path.setProperty("role", "secondary")
        self._load = QPushButton(self.tr("Load a price path…"))
        self._load.setObjectName("shock_load_path")
        self._load.setToolTip(
            self.tr("A table with a column of prices for each asset; its first row is before the shock.")
        )
        self._load.clicked.connect(self._ask_path)
        self._fault = QLabel()
        self._fault.setProperty("role", "loss")
        self._fault.setWordWrap(True)
        for widget in (self._fields, self._add, self._path, self._load, self._fault):
            self.rows.addWidget(widget)
        self.rows.setSpacing(4)

    def refresh(self) -> None:
        """Show the shock as it is now."""
        shock = self._document.parameters.shock
        self._fields.show_entries(self._entries())
        self._fault.hide()
        instant = isinstance(shock, InstantShock)
        self._path.setVisible(not instant)
        self._load.setVisible(not instant)
        if isinstance(shock, PathShock):
            rounds = len(next(iter(shock.returns.values()), ()))
            names = ", ".join(shock.returns)
            self._path.setText(self.tr("{0} rounds of {1}; the last is held on").format(rounds, names))
        self._offer_assets(instant)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        super().apply_theme(tokens)
        self._fields.apply_theme(tokens)

    def load_path(self, file: Path) -> None:
        """Take a price path from a file as the shock, as one step."""
        try:
            returns = read_path(file, tuple(self._document.parameters.assets))
            changed = edits.with_path_shock(self._document.parameters, returns)
        except BadInput as error:
            self._fault.setText(str(error.faults[0]))
            self._fault.show()
            return
        self._document.replace_parameters(changed, self.tr("Load a price path"))

    def _entries(self) -> list[Entry]:
        shock = self._document.parameters.shock
        found: list[Entry] = [("shock", self.tr("Kind"), "variant")]
        if isinstance(shock, InstantShock):
            found += [(f"shock.returns.{name}", name, "field") for name in shock.returns]
            found.append(("shock.over_rounds", "", "field"))
        return found

    def _offer_assets(self, instant: bool) -> None:
        assets = self._document.parameters.assets
        rest = [name for name in assets if name not in self._document.parameters.shock.returns]
        # Assets that can be expected to fall come first, stable ones last.
        rest.sort(key=lambda name: abs(assets[name].price - 1) <= _STABLE)
        self._add.clear()
        self._add.addItem(self.tr("Add an asset…"))
        self._add.addItems(rest)
        self._add.setVisible(instant and bool(rest))

    def _add_asset(self, index: int) -> None:
        if index > 0:
            self._document.set_parameter(f"shock.returns.{self._add.itemText(index)}", -0.1)

    def _ask_path(self) -> None:
        patterns = self.tr("Tables (*.csv *.tsv *.xlsx *.ods *.parquet *.json);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Load a price path"), "", patterns)
        if name:
            self.load_path(Path(name))
