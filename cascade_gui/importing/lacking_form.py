"""Asks for what the scenario lacks to run an imported book: prices and depths of new assets, rules of markets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.wording import numbers
from engine.importing.depths import proposed_depth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cascade_gui.importing.lacking import Lacking

_MOST_HEIGHT: Final = 150


class LackingForm(QWidget):
    """Prices, depths and rules to add to the scenario together with the loans. Hidden while nothing is lacking."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_lacking")
        self._lacking: Lacking | None = None
        self._prices: dict[str, QLineEdit] = {}
        self._depths: dict[str, QLineEdit] = {}
        self._add = QCheckBox()
        self._add.setObjectName("import_add_lacking")
        self._add.toggled.connect(self._show)
        self._add.toggled.connect(self.changed)
        self._preset: QComboBox | None = None
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self._add)
        box.addWidget(self._area)
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether what is lacking is to be added."""
        return self._lacking is not None and self._add.isChecked()

    @property
    def preset(self) -> str | None:
        """The protocol whose rules and collateral are taken; None for those of the scenario's first market."""
        name = None if self._preset is None else self._preset.currentData()
        return None if name is None else str(name)

    @property
    def is_complete(self) -> bool:
        """Whether every price, and every depth that is given, is a number above 0, or nothing is to be added."""
        if not self.wanted or self._lacking is None:
            return True
        given = sum(bool(line.text().strip()) for line in self._depths.values())
        return len(self.prices()) == len(self._lacking.assets) and len(self.depths()) == given

    def prices(self) -> dict[str, float]:
        """Return the prices that can be read."""
        return _above_zero(self._prices)

    def depths(self) -> dict[str, float]:
        """Return the 2 % depths that can be read; an empty field leaves an asset without one."""
        return _above_zero(self._depths)

    def set_lacking(self, lacking: Lacking | None) -> None:
        """Ask for what is lacking; None or nothing hides the form."""
        if lacking == self._lacking:
            return
        self._lacking = lacking
        self._prices.clear()
        self._depths.clear()
        self._preset = None
        self.setVisible(bool(lacking))
        if not lacking:
            return
        names = [*lacking.assets, *lacking.markets]
        names = names or sorted({asset for _, asset in lacking.collateral})
        shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
        self._add.setText(self.tr("Add what the scenario lacks: {0}").format(shown))
        self._add.setToolTip(self.tr("Without it the cells that name these are marked until you add them."))
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(24, 0, 8, 0)
        form.setVerticalSpacing(4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for name, price in lacking.assets.items():
            form.addRow(QLabel(self.tr("{0}, price in USD").format(name)), self._asset_row(name, price))
        if lacking.markets or lacking.collateral:
            self._preset = self._presets()
            form.addRow(QLabel(self.tr("Rules and collateral of")), self._preset)
        self._area.setWidget(page)
        self._area.setFixedHeight(min(_MOST_HEIGHT, page.sizeHint().height() + 4))
        self._add.setChecked(True)
        self._show()

    def _asset_row(self, name: str, price: float | None) -> QWidget:
        """Return the fields of a new asset: its price, and a depth, which is proposed where one is known of."""
        proposal = proposed_depth(name)
        line = QLineEdit("" if price is None else numbers.editable(price))
        line.setObjectName(f"import_price_{name}")
        line.setAccessibleName(self.tr("Price of {0} in USD").format(name))
        depth = QLineEdit("" if proposal is None else numbers.editable(proposal.depth_2pct_usd))
        depth.setObjectName(f"import_depth_{name}")
        depth.setAccessibleName(self.tr("2 % depth of {0} in USD").format(name))
        depth.setPlaceholderText(self.tr("no limit"))
        depth.setToolTip(self.tr("The sale in USD that moves the price down by 2 %; without one sales do not move it."))
        basis = QLabel("" if proposal is None else self.tr("assumed: {0}").format(proposal.basis))
        basis.setProperty("role", "secondary")
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        for field in (line, depth):
            field.setMaximumWidth(120)
            field.textChanged.connect(self._edited)
        self._prices[name], self._depths[name] = line, depth
        for widget in (line, QLabel(self.tr("2 % depth")), depth, basis):
            across.addWidget(widget)
        across.addStretch(1)
        return row

    def _presets(self) -> QComboBox:
        from engine.scenario.presets import load_presets

        box = QComboBox()
        box.setObjectName("import_preset")
        box.setAccessibleName(self.tr("Rules and collateral of"))
        box.setMaximumWidth(260)
        box.addItem(self.tr("The scenario's first market"), None)
        for preset in load_presets():
            box.addItem(preset.title, preset.name)
        return box

    def _edited(self) -> None:
        prices, depths = self.prices(), self.depths()
        for name, line in self._prices.items():
            _mark(line, name in prices)
        for name, line in self._depths.items():
            _mark(line, name in depths or not line.text().strip())
        self.changed.emit()

    def _show(self) -> None:
        self._area.setVisible(self._add.isChecked())
        if self._add.isChecked():
            self._edited()


def _above_zero(fields: Mapping[str, QLineEdit]) -> dict[str, float]:
    """Return the numbers above 0 that stand in fields."""
    found: dict[str, float] = {}
    for name, line in fields.items():
        try:
            value = numbers.parse_number(line.text())
        except ValueError:
            continue
        if value > 0:
            found[name] = value
    return found


def _mark(line: QLineEdit, right: bool) -> None:
    state = "" if right else "fault"
    if line.property("state") != state:
        line.setProperty("state", state)
        line.style().unpolish(line)
        line.style().polish(line)
