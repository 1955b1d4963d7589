"""A market's categories: who is in one has other parameters for some collateral."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from cascade_gui.scenario_panel import edits
from cascade_gui.scenario_panel.add_box import AddBox, FaultLabel
from cascade_gui.scenario_panel.field_list import Entry, FieldList
from cascade_gui.scenario_panel.heading import Foldable
from cascade_gui.theme.plain_text import no_mnemonic

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Parameters


class CategoryFields(Foldable):
    """The categories of one market: their parameters, and the collateral that these are for.

    Parameters
    ----------
    document
        Where the parameters are.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.set_text(self.tr("Categories"))  # until it is known of which market
        self._document = document
        self._market = ""
        self._fields = FieldList(document)
        self._take = AddBox("category_take", self.tr("Put collateral into a category"))
        self._take.chosen.connect(self._put_in)
        self._add = QPushButton(self.tr("Add a category…"))
        self._add.setObjectName("category_add")
        self._add.clicked.connect(self._ask_name)
        self._remove = QPushButton(self.tr("Remove from categories"))
        self._remove_menu = QMenu(self)
        self._remove.setMenu(self._remove_menu)
        self._fault = FaultLabel("category_fault")
        for widget in (self._fields, self._take, self._add, self._remove, self._fault):
            self.rows.addWidget(widget)
        self.rows.setSpacing(4)

    def show_market(self, name: str) -> None:
        """Show the categories of a market as they are now."""
        self._market = name
        parameters = self._document.parameters
        categories = parameters.markets[name].categories
        self._fault.hide()
        self.heading.set_text(self.tr("Categories · {0}").format(name))
        self._fields.show_entries(_entries(name, list(categories), self.tr("{0} threshold"), self.tr("{0} bonus")))
        known = parameters.markets[name].collateral
        free = [(key, asset) for key, category in categories.items() for asset in known if asset not in category.assets]
        self._take.offer(
            self.tr("Put collateral into a category…"),
            [(self.tr("{0} into {1}").format(asset, key), (key, asset)) for key, asset in free],
        )
        self._remove_menu.clear()
        for key, category in categories.items():
            for asset in category.assets:
                text = self.tr("{0} from {1}").format(asset, key)
                self._remove_menu.addAction(no_mnemonic(text), lambda key=key, asset=asset: self._take_out(key, asset))
            self._remove_menu.addAction(no_mnemonic(key), lambda key=key: self._remove_category(key))
        self._remove.setVisible(bool(categories))

    def refresh_values(self) -> None:
        """Show the values as they are now; there are no other rows."""
        self._fault.hide()
        self._fields.refresh()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        super().apply_theme(tokens)
        self._fields.apply_theme(tokens)

    def add_category(self, name: str) -> None:
        """Add a category as one step; a fault is shown below."""
        self._try(
            lambda: edits.with_category(self._document.parameters, self._market, name),
            self.tr("Add {0} to {1}").format(name, self._market),
        )

    def _ask_name(self) -> None:
        name, accepted = QInputDialog.getText(self, self.tr("Add a category"), self.tr("Name of the category"))
        if accepted:
            self.add_category(name.strip())

    def _put_in(self, choice: tuple[str, str]) -> None:
        category, asset = choice
        self._try(
            lambda: edits.with_in_category(self._document.parameters, self._market, category, asset),
            self.tr("Put {0} into {1}").format(asset, category),
        )

    def _take_out(self, category: str, asset: str) -> None:
        self._try(
            lambda: edits.without_in_category(self._document.parameters, self._market, category, asset),
            self.tr("Take {0} out of {1}").format(asset, category),
        )

    def _remove_category(self, name: str) -> None:
        self._try(
            lambda: edits.without_category(self._document.parameters, self._market, name),
            self.tr("Remove {0} from {1}").format(name, self._market),
        )

    def _try(self, change: Callable[[], Parameters], text: str) -> bool:
        return self._fault.try_change(self._document, change, text)


def _entries(market: str, categories: list[str], threshold: str, bonus: str) -> list[Entry]:
    found: list[Entry] = []
    for name in categories:
        place = f"markets.{market}.categories.{name}"
        found.append((f"{place}.liquidation_threshold", threshold.format(name), "field"))
        found.append((f"{place}.liquidation_bonus", bonus.format(name), "field"))
    return found
