"""The form that says what each column of a file means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from cascade_gui.wording import numbers
from engine.importing.mapping import FIELDS, SHAPE_LABELS, ColumnMapping, Shape, guess_mapping

if TYPE_CHECKING:
    from engine.importing.source import Source

_NONE = "–"


class MappingForm(QWidget):
    """One choice of column for each thing that the import can use.

    Parameters
    ----------
    source
        The file.
    market, debt_asset
        What rows get that no column tells; proposals from the scenario.
    """

    changed = Signal()

    def __init__(self, source: Source, market: str, debt_asset: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._mapping = replace(guess_mapping(source), market=market, debt_asset=debt_asset)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(4)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._shape = QComboBox()
        self._shape.setObjectName("import_shape")
        self._shape.setAccessibleName(self.tr("What a row is"))
        _let_shrink(self._shape)
        for shape, label in SHAPE_LABELS.items():
            self._shape.addItem(label, shape)
        self._shape.setCurrentIndex(self._shape.findData(self._mapping.shape))
        self._shape.currentIndexChanged.connect(self._shape_chosen)
        self._decimals = QComboBox()
        self._decimals.setObjectName("import_decimals")
        self._decimals.setAccessibleName(self.tr("How numbers are written"))
        self._decimals.addItem("1,234.56", userData=False)
        self._decimals.addItem("1.234,56", userData=True)
        self._decimals.setCurrentIndex(int(source.decimal_comma))
        self._decimals.currentIndexChanged.connect(self._edited)
        self._form.addRow(self.tr("A row is"), self._shape)
        self._form.addRow(self.tr("Numbers"), self._decimals)
        self._columns: dict[str, QComboBox] = {}
        self._texts: dict[str, QLineEdit] = {}
        self._fill()

    @property
    def mapping(self) -> ColumnMapping:
        """What is chosen now; it may be incomplete."""
        return self._mapping

    def choose(self, field: str, column: str | None) -> None:
        """Take a column for a field, None for no column."""
        box = self._columns[field]
        box.setCurrentIndex(0 if column is None else box.findData(column))

    def _fill(self) -> None:
        """Make the fields of the chosen shape."""
        while self._form.rowCount() > 2:
            self._form.removeRow(2)
        self._columns.clear()
        self._texts.clear()
        for entry in FIELDS[self._mapping.shape]:
            box = QComboBox()
            box.setObjectName(f"import_{entry.name}")
            box.setAccessibleName(entry.label)
            _let_shrink(box)
            box.addItem(_NONE, None)
            for column in self._source.columns:
                box.addItem(column, column)
            chosen = self._mapping.columns.get(entry.name)
            box.setCurrentIndex(0 if chosen is None else box.findData(chosen))
            box.currentIndexChanged.connect(self._edited)
            self._columns[entry.name] = box
            self._form.addRow(QLabel(entry.label + (" *" if entry.required else "")), box)
        self._add_text("market", self.tr("Market of all rows"), self._mapping.market)
        if self._mapping.shape == "liquidation_price":
            self._add_text("debt_asset", self.tr("Debt is in"), self._mapping.debt_asset)
            known = self._mapping.threshold
            shown = "" if known is None else numbers.percent_short(known)
            self._add_text("threshold", self.tr("Threshold, where unknown"), shown)
        self._mark()

    def _add_text(self, name: str, label: str, text: str) -> None:
        line = QLineEdit(text)
        line.setObjectName(f"import_{name}_text")
        line.setAccessibleName(label)
        line.editingFinished.connect(self._edited)
        self._texts[name] = line
        self._form.addRow(label, line)

    def _shape_chosen(self) -> None:
        shape: Shape = self._shape.currentData()
        guessed = guess_mapping(self._source, shape)
        self._mapping = replace(self._mapping, shape=shape, columns=guessed.columns)
        self._fill()
        self.changed.emit()

    def _edited(self) -> None:
        columns = {name: str(box.currentData()) for name, box in self._columns.items() if box.currentData() is not None}
        threshold = self._mapping.threshold
        if "threshold" in self._texts:
            threshold = self._threshold()
        mapping = replace(
            self._mapping,
            columns=columns,
            market=self._texts["market"].text().strip() or self._mapping.market,
            debt_asset=self._texts["debt_asset"].text().strip() if "debt_asset" in self._texts else "USD",
            threshold=threshold,
            decimal_comma=bool(self._decimals.currentData()),
        )
        if mapping != self._mapping:
            self._mapping = mapping
            self._mark()
            self.changed.emit()

    def _threshold(self) -> float | None:
        line = self._texts["threshold"]
        try:
            value = numbers.parse_share(line.text()) if line.text().strip() else None
        except ValueError as problem:
            line.setToolTip(str(problem))
            _set_state(line, "fault")
            return None
        line.setToolTip("")
        _set_state(line, "")
        return value

    def _mark(self) -> None:
        """Outline the required fields that have no column."""
        missing = {entry.name for entry in self._mapping.missing}
        for name, box in self._columns.items():
            _set_state(box, "fault" if name in missing else "")
        self._texts["market"].setEnabled("market" not in self._mapping.columns)


def _let_shrink(box: QComboBox) -> None:
    """Let a long entry be cut rather than widen the form."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)


def _set_state(widget: QWidget, state: str) -> None:
    if widget.property("state") != state:
        widget.setProperty("state", state)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
