"""Puts the rules of a real protocol on a market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from cascade_gui.scenario_panel.editors import WIDTH
from engine.presets import Preset, load_presets
from engine.scenario import parameter_paths

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from cascade_gui.document import Document
    from engine.scenario.schema import Parameters


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
        self._presets = load_presets()
        self._rules = [preset.market().rules for preset in self._presets]
        self.choice = _Choice()
        self.choice.setObjectName("preset_picker")
        self.choice.setAccessibleName(self.tr("Rules of a protocol"))
        self.choice.setFixedWidth(WIDTH + 48)
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.addItem(self.tr("own rules"))
        for preset in self._presets:
            self.choice.addItem(preset.title)
            index = self.choice.count() - 1
            text = f"{preset.summary}\n{preset.leaves_out}".strip()
            self.choice.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)
        self.choice.activated.connect(self._choose)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 2, 0, 2)
        line.addWidget(QLabel(self.tr("Rules")), 1)
        line.addWidget(self.choice)

    def show_market(self, market: str) -> None:
        """Show which preset a market's rules are."""
        self._market = market
        rules = self._document.parameters.markets[market].rules
        self.choice.setCurrentIndex(self._rules.index(rules) + 1 if rules in self._rules else 0)

    def _choose(self, index: int) -> None:
        if index == 0:
            self.show_market(self._market)
            return
        preset = self._presets[index - 1]
        changed = with_preset(self._document.parameters, self._market, preset)
        text = self.tr("Use the rules of {0}").format(preset.title)
        self._document.replace_parameters(changed, text)


def with_preset(parameters: Parameters, market: str, preset: Preset) -> Parameters:
    """Return parameters in which a market has a preset's rules; its collateral stays as it is."""
    rules = preset.market().rules.model_dump(mode="json", by_alias=True)
    return parameter_paths.replace(parameters, f"markets.{market}.rules", rules)
