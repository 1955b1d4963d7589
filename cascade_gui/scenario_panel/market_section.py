"""One market at a time: its rules, its safety devices, its collateral, its categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from cascade_gui.scenario_panel import edits
from cascade_gui.scenario_panel.add_box import AddBox, FaultLabel
from cascade_gui.scenario_panel.category_fields import CategoryFields
from cascade_gui.scenario_panel.field_list import FieldList, entries
from cascade_gui.scenario_panel.heading import Foldable
from cascade_gui.scenario_panel.picker import Picker
from cascade_gui.scenario_panel.preset_picker import PresetPicker
from cascade_gui.scenario_panel.rule_rows import rule_entries
from cascade_gui.scenario_panel.terms_table import TermsTable
from cascade_gui.theme.plain_text import no_mnemonic

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Parameters


class MarketSection(Foldable):
    """The rules of the chosen market, with a picker of real protocols' rules."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.set_text(self.tr("Market"))  # until it is known which one
        self._document = document
        self.reads = ("markets",)
        self.picker = Picker(self.tr("Market"), "market_picker")
        self.picker.menu.addAction(self.tr("Add a market…"), self._ask_market)
        self.picker.menu.addAction(self.tr("Remove this market"), self._remove_market)
        self.picker.picked.connect(self._picked)
        self.presets = PresetPicker(document)
        self._fields = FieldList(document)
        self._safety = FieldList(document)
        self.terms = TermsTable(document)
        self._add = AddBox("collateral_add", self.tr("Add collateral"))
        self._add.chosen.connect(self._add_collateral)
        self._remove = QPushButton(self.tr("Remove a collateral"))
        self._remove_menu = QMenu(self)
        self._remove_menu.triggered.connect(self._remove_collateral)
        self._remove.setMenu(self._remove_menu)
        self._fault = FaultLabel("market_fault")
        self.categories = CategoryFields(document)
        self._safety_heading = Foldable(self.tr("Safety"))
        self._safety_heading.rows.addWidget(self._safety)
        self._collateral_heading = Foldable(self.tr("Collateral"))
        below: tuple[QWidget, ...] = (self.terms, self._add, self._remove)
        for widget in below:
            self._collateral_heading.rows.addWidget(widget)
        parts: tuple[QWidget, ...] = (self.picker, self.presets, self._fields, self._fault)
        for widget in (*parts, self._safety_heading, self._collateral_heading, self.categories):
            self.rows.addWidget(widget)
        self.rows.setSpacing(4)

    def refresh(self) -> None:
        """Show the chosen market as it is now."""
        parameters = self._document.parameters
        self.picker.show_names(list(parameters.markets))
        name = self.picker.current
        market = parameters.markets[name]
        place = f"markets.{name}"
        self._fault.hide()
        self.heading.set_text(self.tr("Market · {0}").format(name))
        self._safety_heading.heading.set_text(self.tr("Safety · {0}").format(name))
        self._collateral_heading.heading.set_text(self.tr("Collateral · {0}").format(name))
        self.presets.show_market(name)
        self._fields.show_entries(rule_entries(parameters, name))
        self._safety.show_entries(entries(parameters, f"{place}.safety", market.safety))
        self.terms.show_market(name)
        rest = [asset for asset in parameters.assets if asset not in market.collateral]
        self._add.offer(self.tr("Add collateral…"), [(asset, asset) for asset in rest])
        self._remove_menu.clear()
        for asset in market.collateral:
            self._remove_menu.addAction(no_mnemonic(asset)).setData(asset)
        self._remove.setVisible(bool(market.collateral))
        self.categories.show_market(name)

    def refresh_values(self) -> None:
        """Show the chosen market's values as they are now; there are no other rows."""
        self._fault.hide()
        for fields in (self._fields, self._safety):
            fields.refresh()
        self.terms.refresh_values()
        self.presets.show_market(self.picker.current)
        self.categories.refresh_values()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        super().apply_theme(tokens)
        parts = (self._fields, self._safety, self.terms, self.categories)
        for part in (self._safety_heading, self._collateral_heading, *parts):
            part.apply_theme(tokens)

    def _picked(self, name: str) -> None:
        if name:
            self.refresh()

    def _ask_market(self) -> None:
        name, accepted = QInputDialog.getText(self, self.tr("Add a market"), self.tr("Name of the market"))
        if accepted and self._try(
            lambda: edits.with_market(self._document.parameters, name.strip()), self.tr("Add {0}").format(name.strip())
        ):
            self.picker.names.setCurrentText(name.strip())

    def _remove_market(self) -> None:
        name = self.picker.current
        self._try(lambda: edits.without_market(self._document.parameters, name), self.tr("Remove {0}").format(name))

    def _add_collateral(self, asset: str) -> None:
        market = self.picker.current
        self._try(
            lambda: edits.with_collateral(self._document.parameters, market, asset),
            self.tr("Add {0} to {1}").format(asset, market),
        )

    def _remove_collateral(self, action: object) -> None:
        market, asset = self.picker.current, action.data()  # type: ignore[attr-defined]
        self._try(
            lambda: edits.without_collateral(self._document.parameters, market, asset),
            self.tr("Remove {0} from {1}").format(asset, market),
        )

    def _try(self, change: Callable[[], Parameters], text: str) -> bool:
        return self._fault.try_change(self._document, change, text)
