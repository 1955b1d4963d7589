"""The form that shows how a file is read: what a row is, how numbers are written, where the names stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from cascade_gui.working.wide_lists import WideListBox
from engine.importing.filling import used_names

if TYPE_CHECKING:
    from engine.importing.book_reading import Reading
    from engine.importing.choices import Shape
    from engine.importing.source import Source

_LAST_HEADER: Final = 9_999
SHAPE_LABELS: Final[dict[Shape, str]] = {
    "loans": "A loan, either side blank",
    "positions": "One side of one asset",
    "both_sides": "An asset, supplied and borrowed",
    "wide": "An account, token columns",
    "totals": "An account, totals in USD",
    "liquidation_prices": "An account, a liquidation price",
    "perpetuals": "A perpetual position",
}


class MappingForm(QWidget):
    """What holds for the whole file.

    Parameters
    ----------
    market
        The market of rows for which no column tells one; a proposal from the scenario.
    """

    changed = Signal(object)
    """The fields of `ImportChoices` that the user has set, as a dictionary."""

    def __init__(self, market: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposed = market
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(4)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._shape = WideListBox()
        self._shape.setObjectName("import_shape")
        self._shape.setAccessibleName(self.tr("What a row is"))
        _let_shrink(self._shape)
        self._shape.addItem(self.tr("not known"), None)
        for shape, label in SHAPE_LABELS.items():
            self._shape.addItem(label, shape)
        self._shape.activated.connect(lambda: self.changed.emit({"shape": self._shape.currentData(), "columns": {}}))
        self._decimals = QComboBox()
        self._decimals.setObjectName("import_decimals")
        self._decimals.setAccessibleName(self.tr("How numbers are written"))
        self._decimals.addItem(self.tr("as they show"), None)
        self._decimals.addItem("1,234.56", "point")
        self._decimals.addItem("1.234,56", "comma")
        self._decimals.activated.connect(lambda: self.changed.emit({"decimal": self._decimals.currentData()}))
        self._header = QSpinBox()
        self._header.setObjectName("import_header_row")
        self._header.setAccessibleName(self.tr("Row with the names of the columns"))
        self._header.setToolTip(self.tr("Names of the columns in this row; rows above it are titles and passed over"))
        self._header.setRange(0, _LAST_HEADER)
        self._header.setSpecialValueText(self.tr("found by itself"))
        self._header.setKeyboardTracking(False)  # 12 is not first 1
        self._header.valueChanged.connect(lambda row: self.changed.emit({"header_row": row or None}))
        self._sheet = WideListBox()
        self._sheet.setObjectName("import_sheet")
        self._sheet.setAccessibleName(self.tr("Which sheet of the file"))
        _let_shrink(self._sheet)
        self._sheet.activated.connect(lambda: self.changed.emit({"sheet": self._sheet.currentData()}))
        self._form.addRow(self.tr("Sheet"), self._sheet)
        self._form.setRowVisible(self._sheet, False)
        self._form.addRow(self.tr("A row is"), self._shape)
        self._form.addRow(self.tr("Numbers"), self._decimals)
        self._form.addRow(self.tr("Names in row"), self._header)
        self._market = self._add_market()

    def show_reading(self, reading: Reading) -> None:
        """Show what a file was taken for."""
        choices = reading.choices
        with QSignalBlocker(self._shape), QSignalBlocker(self._decimals), QSignalBlocker(self._header):
            self._shape.setCurrentIndex(self._shape.findData(reading.shape))
            self._decimals.setCurrentIndex(self._decimals.findData(choices.decimal))
            self._header.setValue(choices.header_row or 0)
        self._header.setEnabled(reading.source.kind in {"csv", "xlsx", "ods"})  # others name each column themselves
        self._show_sheets(reading.source)
        self._market.setEnabled("market" not in reading.columns)
        made = [] if "market" in reading.columns else used_names(reading.loans.market)
        self._market.setText(choices.market or next(iter(made), self._proposed))

    def _show_sheets(self, source: Source) -> None:
        with QSignalBlocker(self._sheet):
            self._sheet.clear()
            for name in source.sheets:
                self._sheet.addItem(name, name)
            self._sheet.setCurrentIndex(self._sheet.findData(source.sheet))
        self._form.setRowVisible(self._sheet, len(source.sheets) > 1)

    def _add_market(self) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName("import_market_text")
        line.setAccessibleName(self.tr("Market of all rows"))
        line.editingFinished.connect(self._name_market)
        self._form.addRow(self.tr("Market of all rows"), line)
        return line

    def _name_market(self) -> None:
        if self._market.isModified():
            self._market.setModified(False)
            self.changed.emit({"market": self._market.text().strip() or None})


def _let_shrink(box: QComboBox) -> None:
    """Let a long entry be cut rather than widen the form."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
