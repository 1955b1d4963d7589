"""One asset at a time: price, liquidity, oracle, cross impact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QPushButton, QWidget

from cascade_gui.scenario_panel import edits
from cascade_gui.scenario_panel.add_box import AddBox, FaultLabel
from cascade_gui.scenario_panel.curve_picture import CurvePicture
from cascade_gui.scenario_panel.curve_points import CurvePointsDialog
from cascade_gui.scenario_panel.field_list import Entry, FieldList, entries
from cascade_gui.scenario_panel.heading import Foldable
from cascade_gui.scenario_panel.picker import Picker
from cascade_gui.wording import numbers
from engine.scenario.schema import BootstrapProcess, CurveLiquidity, RandomShock, SaleShock
from engine.scenario.unpriced import unpriced

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Parameters

_CROSS_SHARE = 0.9
_HALF, _LEAST_FACTOR, _MOST_FACTOR = 0.5, 0.001, 1_000.0


class AssetSection(Foldable):
    """The parameters of the chosen asset, with a live picture of its curve."""

    asset_chosen = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.set_text(self.tr("Asset"))  # until it is known which one
        self._document = document
        self.reads = ("assets", "cross_impact")
        self.picker = Picker(self.tr("Asset"), "asset_picker")
        self.picker.menu.addAction(self.tr("Add an asset…"), self._ask_asset)
        self.picker.menu.addAction(self.tr("Remove this asset"), self._remove_asset)
        self.picker.picked.connect(self._picked)
        self._liquidity = FieldList(document)
        self._points = QPushButton(self.tr("Edit its points…"))
        self._points.setObjectName("curve_points")
        self._points.clicked.connect(self._edit_points)
        self.picture = CurvePicture()
        self._depths = QPushButton(self.tr("Scale the depth of all assets…"))
        self._depths.setObjectName("depth_of_all")
        self._depths.setToolTip(self.tr("Multiplies every depth by one factor: 0.5 halves them."))
        self._depths.clicked.connect(self._ask_depths)
        self._oracle = FieldList(document)
        self._cross = AddBox("cross_add", self.tr("Cross impact: selling it also moves"))
        self._cross.chosen.connect(self._add_cross)
        self._fault = FaultLabel("asset_fault")
        for widget in (
            self.picker, self._liquidity, self._points, self.picture, self._depths, self._oracle, self._cross,
            self._fault,
        ):  # fmt: skip
            self.rows.addWidget(widget)
        self.rows.setSpacing(4)

    def refresh(self) -> None:
        """Show the chosen asset as it is now."""
        parameters = self._document.parameters
        self.picker.show_names(list(parameters.assets), _most_shocked(parameters))
        name = self.picker.current
        asset = parameters.assets[name]
        self._fault.hide()
        self.heading.set_text(self.tr("Asset · {0}").format(name))
        place = f"assets.{name}"
        curve: list[Entry] = [(f"{place}.price", "", "field"), (f"{place}.liquidity", self.tr("Curve"), "variant")]
        self._liquidity.show_entries(curve + entries(parameters, f"{place}.liquidity", asset.liquidity))
        oracle: list[Entry] = [(f"{place}.oracle", self.tr("Oracle"), "variant")]
        oracle += entries(parameters, f"{place}.oracle", asset.oracle)
        for index, entry in enumerate(parameters.cross_impact):
            if entry.source == name:
                label = self.tr("Moves {0} by").format(entry.target)
                oracle.append((f"cross_impact.{index}.share", label, "field"))
        self._oracle.show_entries(oracle)
        self.picture.show_curve(asset.liquidity)
        self._points.setVisible(isinstance(asset.liquidity, CurveLiquidity))
        if isinstance(asset.liquidity, CurveLiquidity):
            self._points.setText(self.tr("Edit its {0} points…").format(len(asset.liquidity.points)))
        self._offer_cross(name)
        self._depths.setVisible(bool(edits.with_depth(parameters)))

    def refresh_values(self) -> None:
        """Show the chosen asset's values as they are now; there are no other rows."""
        self._fault.hide()
        for fields in (self._liquidity, self._oracle):
            fields.refresh()
        self.picture.show_curve(self._document.parameters.assets[self.picker.current].liquidity)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        super().apply_theme(tokens)
        for part in (self._liquidity, self.picture, self._oracle):
            part.apply_theme(tokens)

    def add_asset(self, name: str, price: float = 1.0) -> None:
        """Add an asset as one step and choose it; a fault is shown below."""
        if self._try(lambda: edits.with_asset(self._document.parameters, name, price), self.tr("Add {0}").format(name)):
            self.picker.names.setCurrentText(name)

    def scale_depths(self, factor: float) -> None:
        """Multiply the depth of every asset that has one, as one step; a fault is shown below."""
        text = self.tr("Depth of all assets × {0}").format(numbers.significant(factor))
        self._try(lambda: edits.with_depths_times(self._document.parameters, factor), text)

    def _ask_depths(self) -> None:
        count = len(edits.with_depth(self._document.parameters))
        question = self.tr("Multiply the depth of all assets that have one ({0}) by").format(numbers.count(count))
        factor, accepted = QInputDialog.getDouble(
            self, self.tr("Depth of all assets"), question, _HALF, _LEAST_FACTOR, _MOST_FACTOR, 3
        )
        if accepted:
            self.scale_depths(factor)

    def _picked(self, name: str) -> None:
        if name:
            self.refresh()
            self.asset_chosen.emit(name)

    def _ask_asset(self) -> None:
        name, accepted = QInputDialog.getText(self, self.tr("Add an asset"), self.tr("Name of the asset"))
        if accepted:
            self.add_asset(name.strip())

    def _remove_asset(self) -> None:
        name = self.picker.current
        self._try(lambda: edits.without_asset(self._document.parameters, name), self.tr("Remove {0}").format(name))

    def _offer_cross(self, name: str) -> None:
        parameters = self._document.parameters
        taken = {entry.target for entry in parameters.cross_impact if entry.source == name}
        others = [other for other in parameters.assets if other != name and other not in taken]
        self._cross.offer(self.tr("Cross impact: also moves…"), [(other, other) for other in others])

    def _add_cross(self, target: str) -> None:
        source = self.picker.current
        self._try(
            lambda: edits.with_cross_impact(self._document.parameters, source, target, _CROSS_SHARE),
            self.tr("Let {0} move {1}").format(source, target),
        )

    def _edit_points(self) -> None:
        name = self.picker.current
        liquidity = self._document.parameters.assets[name].liquidity
        if isinstance(liquidity, CurveLiquidity):
            dialog = CurvePointsDialog(name, liquidity, self)
            if self._tokens is not None:
                dialog.apply_theme(self._tokens)
            if dialog.exec():
                points = [list(point) for point in dialog.points()]
                self._document.set_parameter(f"assets.{name}.liquidity.points", points)

    def _try(self, change: Callable[[], Parameters], text: str) -> bool:
        return self._fault.try_change(self._document, change, text)


def _most_shocked(parameters: Parameters) -> str:
    """Return the asset that people look at: one without a price, else the one that falls most.

    Where nothing falls it is the first that is no stablecoin.
    """
    if unpriced(parameters):
        return unpriced(parameters)[0]
    shock = parameters.shock
    falls: dict[str, float] = {}
    if isinstance(shock, RandomShock):
        if not isinstance(shock.process, BootstrapProcess):
            falls = {name: -volatility for name, volatility in shock.process.volatility.items()}
    elif isinstance(shock, SaleShock):
        falls = {name: -usd for name, usd in shock.usd.items()}
    else:
        falls = {name: min(row) if isinstance(row, tuple) else row for name, row in shock.returns.items()}
    if falls:
        return min(falls, key=lambda name: falls[name])
    volatile = [name for name, asset in parameters.assets.items() if abs(asset.price - 1) > 0.05]
    return volatile[0] if volatile else next(iter(parameters.assets))
