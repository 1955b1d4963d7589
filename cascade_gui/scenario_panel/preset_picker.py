"""Puts the rules of a real protocol on a market."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from cascade_gui.scenario_panel.add_box import FaultLabel
from cascade_gui.theme.plain_text import plain_label, plain_tip
from engine.scenario import parameter_paths
from engine.scenario.presets import Preset, load_presets

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from cascade_gui.document.document import Document
    from engine.scenario.schema import Parameters, Rules

_WIDTH = 216
"""Titles of protocols are longer than the choices of other rows."""


class _Choice(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()


class PresetPicker(QWidget):
    """A list of presets; it shows which one the market's rules are, or that they are its own.

    Parameters
    ----------
    document
        Where the market is.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._market = ""
        self._rules: Rules | None = None
        self._index = 0
        self._presets = load_presets()
        self.choice = _Choice()
        self.choice.setObjectName("preset_picker")
        self.choice.setAccessibleName(self.tr("Rules of a protocol"))
        self.choice.setFixedWidth(_WIDTH)
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.addItem(self.tr("own rules"))
        for preset in self._presets:
            self.choice.addItem(preset.title)
            index = self.choice.count() - 1
            text = f"{preset.summary}\n{preset.leaves_out}".strip()
            self.choice.setItemData(index, plain_tip(text), Qt.ItemDataRole.ToolTipRole)
        self.choice.activated.connect(self._choose)
        self._fault = FaultLabel("preset_fault")
        line = QHBoxLayout()
        line.addWidget(plain_label(self.tr("Rules")), 1)
        line.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._fault)

    def show_market(self, market: str) -> None:
        """Show which preset a market's rules are; the size of its own pool or fund does not matter."""
        self._market = market
        self._fault.hide()
        rules = self._document.parameters.markets[market].rules
        if rules == self._rules and self.choice.currentIndex() == self._index:
            return
        self._rules = rules
        same = [preset.rules_for(rules) == rules for preset in self._presets]
        self.choice.setCurrentIndex(same.index(True) + 1 if True in same else 0)
        self._index = index = self.choice.currentIndex()
        self.choice.setToolTip(self.choice.itemData(index, Qt.ItemDataRole.ToolTipRole) or "")

    def _choose(self, index: int) -> None:
        if index == 0:
            self.show_market(self._market)
            return
        preset = self._presets[index - 1]
        text = self.tr("Use the rules of {0}").format(preset.title)

        def change() -> Parameters:
            return with_preset(self._document.parameters, self._market, preset, self._debt_usd())

        # A margin engine needs an asset of unlimited liquidity, which the scenario may lack.
        if not self._fault.try_change(self._document, change, text):
            self.choice.setCurrentIndex(self._index)

    def _debt_usd(self) -> float:
        """Return what the market's accounts owe, at the prices that the scenario starts with."""
        loans, assets = self._document.loans.to_table(), self._document.parameters.assets
        if self._market not in loans.market.names:
            return 0.0
        here = loans.market.codes == loans.market.names.index(self._market)
        owed = 0.0
        for code, name in enumerate(loans.debt_asset.names):
            if name in assets and not isnan(assets[name].price):
                amounts = loans.debt_amount[here & (loans.debt_asset.codes == code)]
                owed += float(np.nansum(amounts)) * assets[name].price
        return owed


def with_preset(parameters: Parameters, market: str, preset: Preset, debt_usd: float = 0.0) -> Parameters:
    """Return parameters in which a market has a preset's rules; its collateral stays as it is.

    A stability pool or an insurance fund keeps its size; one that the market had not before starts as
    a share of the market's debt.

    Parameters
    ----------
    parameters
        The parameters that hold the market.
    market
        Its name.
    preset
        Whose rules it gets.
    debt_usd
        What its accounts owe, in USD.
    """
    old = parameters.markets[market].rules
    rules = preset.rules_for(old).model_dump(mode="json", by_alias=True)
    settlement = rules["settlement"]
    if type(preset.rules.settlement) is not type(old.settlement):
        for name, share in preset.rules.settlement.starts_with.items():
            if settlement.get(name) == 0:
                settlement[name] = float(f"{share * debt_usd:.2g}")
    return parameter_paths.replace(parameters, f"markets.{market}.rules", rules)
