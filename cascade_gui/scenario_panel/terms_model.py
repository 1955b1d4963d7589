"""The risk parameters of a market's collateral, one asset a row, as a table shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from cascade_gui.scenario_panel import edits, values
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers
from cascade_gui.wording.parameter_names import said
from engine.base.faults import BadInput, Fault
from engine.scenario import parameter_paths
from engine.scenario.rule_bonuses import rule_bonus

if TYPE_CHECKING:
    from collections.abc import Container

    from cascade_gui.document.document import Document
    from engine.scenario.parameter_paths import ParameterInfo
    from engine.scenario.rule_bonuses import RuleBonus

Index = QModelIndex | QPersistentModelIndex

FIELDS: Final = ("liquidation_threshold", "liquidation_bonus", "max_ltv", "supply_cap")
"""Parameters of a collateral that are a number."""
CATEGORY: Final = "category"
COLUMNS: Final = (*FIELDS[:3], CATEGORY, *FIELDS[3:])
"""What stands beside the asset."""
BETWEEN: Final = ", "
"""Stands between the names of several categories."""
CHANGED: Final = Qt.ItemDataRole.UserRole
"""A role: whether a value is other than the one that was opened or saved."""


class TermsModel(QAbstractTableModel):
    """The risk parameters and categories of each collateral; what is typed is one step that can be undone.

    Parameters
    ----------
    document
        Where the parameters are.
    """

    refused = Signal(str)
    """Why what was typed was not taken; empty when something was."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._market = ""
        self._assets: tuple[str, ...] = ()

    @property
    def market(self) -> str:
        """The market whose collateral is shown."""
        return self._market

    @property
    def assets(self) -> tuple[str, ...]:
        """The collateral, row by row."""
        return self._assets

    def show_market(self, market: str) -> None:
        """Show the collateral of a market as it is now."""
        assets = tuple(self._document.parameters.markets[market].collateral)
        if (market, assets) == (self._market, self._assets):
            self.refresh()
            return
        self.beginResetModel()
        self._market, self._assets = market, assets
        self.endResetModel()

    def refresh(self) -> None:
        """Show the values as they are now; there are no other rows."""
        if self._assets:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._assets) - 1, len(COLUMNS)))

    def path(self, row: int, field: str) -> str:
        """Return where a value stands in the parameters."""
        return f"markets.{self._market}.collateral.{self._assets[row]}.{field}"

    def number(self, row: int, field: str, text: str) -> float | None:
        """Read what was written for a parameter; None for an empty text where it may be absent.

        Raises
        ------
        ValueError
            With one sentence that says what is wrong.
        """
        value = values.read(self._info(row, COLUMNS.index(field) + 1), text)
        assert not isinstance(value, str)
        return value

    # --------------------------------------------------------------------------------------- Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of assets."""
        return 0 if parent.isValid() else len(self._assets)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns: the asset and its values."""
        return 0 if parent.isValid() else len(COLUMNS) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return whether a cell can be typed into."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.column() or self._bonus_of_rules(index.row(), index.column()) is not None:
            return flags
        return flags | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name, and what it means as its tip; of a row its asset."""
        if orientation != Qt.Orientation.Horizontal:
            return self._name(section, role) if section < len(self._assets) else None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Asset"), self.tr("Threshold"), self.tr("Bonus"), self.tr("Max LTV"), self.tr("Category"),
                self.tr("Cap, tokens"),
            )[section]  # fmt: skip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole and section and self._assets:
            return plain_tip(self._explained(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if not column:
            return self._name(row, role)
        return self._category(row, role) if COLUMNS[column - 1] == CATEGORY else self._value(row, column, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed into a cell, or say why it is not taken."""
        if role != Qt.ItemDataRole.EditRole or not index.column():
            return False
        if COLUMNS[index.column() - 1] == CATEGORY:
            return self._take_categories(index.row(), str(value))
        info = self._info(index.row(), index.column())
        parameters = self._document.parameters
        try:
            read = values.read(info, str(value))
        except ValueError as refusal:
            self.refused.emit(said(parameters, Fault(info.path, str(refusal))))
            return False
        try:
            self._document.set_parameter(info.path, read)
        except BadInput as refusal:
            self._document.set_pending_fault(info.path, None)  # the cell shows the value that holds
            fault = refusal.faults[0]
            if values.is_outside(info, read):
                fault = Fault(info.path, values.shown(info, read), values.allowed(info))
            self.refused.emit(said(parameters, fault))
            return False
        self.refused.emit("")
        return True

    def _value(self, row: int, column: int, role: int) -> Any:
        field = COLUMNS[column - 1]
        if role == CHANGED:
            return self._document.is_changed(self.path(row, field))
        terms = self._document.parameters.markets[self._market].collateral[self._assets[row]]
        made = self._bonus_of_rules(row, column)
        if made is not None and role == Qt.ItemDataRole.DisplayRole:
            return self.tr("by health") if made.value is None else values.shown(self._info(row, column), made.value)
        if made is not None and role == Qt.ItemDataRole.ToolTipRole:
            text = self.tr("The market's rules make the bonus from {0}; the collateral's own has no effect.")
            return plain_tip(text.format(made.by))
        if role == Qt.ItemDataRole.DisplayRole:
            capped = field == "supply_cap" and terms.supply_cap is not None
            # The unit of a cap stands in the head.
            return (
                numbers.full(terms.supply_cap or 0.0)
                if capped
                else values.shown(self._info(row, column), getattr(terms, field))
            )
        if role == Qt.ItemDataRole.EditRole:
            return values.editable(self._info(row, column), getattr(terms, field))
        return None

    def _bonus_of_rules(self, row: int, column: int) -> RuleBonus | None:
        """Return the bonus that the market's rules make; None of other cells, and where the collateral's own counts."""
        if COLUMNS[column - 1] != "liquidation_bonus":
            return None
        market = self._document.parameters.markets[self._market]
        return rule_bonus(market.rules, market.collateral[self._assets[row]].liquidation_threshold)

    def _category(self, row: int, role: int) -> Any:
        """Return the categories that have parameters for an asset."""
        asset = self._assets[row]
        now, before = (
            [name for name, category in (categories or {}).items() if asset in category["assets"]]
            for categories in self._document.plain(("markets", self._market, "categories"))
        )
        if role == CHANGED:
            return set(now) != set(before)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return BETWEEN.join(now)
        if role == Qt.ItemDataRole.ToolTipRole and now:
            return plain_tip(BETWEEN.join(now))
        return None

    def _take_categories(self, row: int, text: str) -> bool:
        asset, parameters = self._assets[row], self._document.parameters
        names = names_of_categories(text, parameters.markets[self._market].categories)
        try:
            changed = edits.with_risk_parameters(parameters, self._market, {}, {asset: names})
        except BadInput as refusal:
            self.refused.emit(str(refusal.faults[0]))
            return False
        self._document.replace_parameters(changed, self.tr("Change the categories of {0}").format(asset))
        self.refused.emit("")
        return True

    def _explained(self, section: int) -> str:
        if COLUMNS[section - 1] == CATEGORY:
            return self.tr("Efficiency modes of the market that have other parameters for the asset.")
        return values.explained(self._info(0, section))

    def _name(self, row: int, role: int) -> str | None:
        asset = self._assets[row]
        if role == Qt.ItemDataRole.DisplayRole:
            return asset
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(asset)
        return None

    def _info(self, row: int, column: int) -> ParameterInfo:
        return parameter_paths.describe(self._document.parameters, self.path(row, COLUMNS[column - 1]))


def names_of_categories(text: str, known: Container[str]) -> list[str]:
    """Return the names of categories in a text: one that there is, or several with commas or semicolons between."""
    whole = text.strip()
    parts = [whole] if whole in known else whole.replace(";", BETWEEN.strip()).split(BETWEEN.strip())
    return [part.strip() for part in parts if part.strip()]


def _alignment(column: int) -> int:
    is_text = not column or COLUMNS[column - 1] == CATEGORY
    side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignVCenter)
