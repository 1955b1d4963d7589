"""The assets of a book that is imported, one a row: price, threshold, bonus, 2 % depth, and where each is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers
from engine.importing.choices import may_be_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importing.asset_terms import AssetTerms, Term

Index = QModelIndex | QPersistentModelIndex

FIELDS: Final = ("price", "threshold", "bonus", "depth")
KEYS: Final = {"price": "prices", "threshold": "thresholds", "bonus": "bonuses", "depth": "depths"}
"""Which group of the choices a column types into."""
_SHARES: Final = {"threshold", "bonus"}
STATE: Final = Qt.ItemDataRole.UserRole
"""A role: "missing", "wrong", "assumed", "typed", "quiet" or ""."""


class AssetModel(QAbstractTableModel):
    """What an import takes for each asset. A cell that is typed into says so by a signal, and waits to be told."""

    typed = Signal(object)
    """By group of the choices (``prices`` ...) and asset: a value, "" to take back what was typed."""

    changed = Signal()
    """What is wrong or missing may be something else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._assets: tuple[AssetTerms, ...] = ()
        self._is_perpetual = False
        self._wrong: dict[tuple[str, str], tuple[str, str]] = {}

    @property
    def assets(self) -> tuple[AssetTerms, ...]:
        """What is shown."""
        return self._assets

    @property
    def missing(self) -> int:
        """How many values are needed and not there."""
        return sum(len(terms.missing) for terms in self._assets)

    @property
    def is_perpetual(self) -> bool:
        """Whether the assets are of perpetual positions: a maintenance margin stands where a threshold does."""
        return self._is_perpetual

    @property
    def wrong(self) -> int:
        """How many cells hold a text that is no value."""
        return len(self._wrong)

    def set_assets(self, assets: tuple[AssetTerms, ...]) -> None:
        """Show assets; what was typed wrong stays while its asset does."""
        is_perpetual = any(each.is_perpetual for each in assets)
        same = [each.asset for each in assets] == [each.asset for each in self._assets]
        same, self._is_perpetual = same and is_perpetual == self._is_perpetual, is_perpetual
        names = {each.asset for each in assets}
        self._wrong = {key: text for key, text in self._wrong.items() if key[0] in names}
        if same:
            self._assets = assets
            if assets:
                self.dataChanged.emit(self.index(0, 0), self.index(len(assets) - 1, len(FIELDS) + 1))
        else:
            self.beginResetModel()
            self._assets = assets
            self.endResetModel()
        self.changed.emit()

    # --------------------------------------------------------------------------------------- shape

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of assets."""
        return 0 if parent.isValid() else len(self._assets)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns: the asset, its values, where they are from."""
        return 0 if parent.isValid() else len(FIELDS) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Asset"),
                self.tr("Price, USD"),
                self.tr("Maint. margin") if self._is_perpetual else self.tr("Threshold"),
                self.tr("Bonus"),
                self.tr("2 % depth, USD"),
                self.tr("Where from"),
            )[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if 1 <= section <= len(FIELDS) else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return whether a cell can be typed into."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self.is_editable(index.row(), index.column()) else flags

    def is_editable(self, row: int, column: int) -> bool:
        """Whether a cell can be typed into: thresholds and bonuses only where the rows do not bring their own."""
        if not (0 <= row < len(self._assets) and 1 <= column <= len(FIELDS)):
            return False
        field = FIELDS[column - 1]
        if self.term(row, field).origin == "rules":
            return False
        return (
            field not in _SHARES
            or self.term(row, field).origin not in {"none", "book"}
            or (self.term(row, field).value is not None)
        )

    def term(self, row: int, field: str) -> Term:
        """Return one value of an asset."""
        found: Term = getattr(self._assets[row], field)
        return found

    # --------------------------------------------------------------------------------------- cells

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says and how it is drawn."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if 1 <= column <= len(FIELDS) else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        terms = self._assets[row]
        if column == 0:
            return self._name(terms, role)
        if column > len(FIELDS):
            return self._origins(terms, role)
        return self._value(row, FIELDS[column - 1], role)

    def _name(self, terms: AssetTerms, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return terms.asset
        if role == Qt.ItemDataRole.ToolTipRole and terms.names:
            return plain_tip(self.tr("in the file: {0}").format(", ".join(terms.names)))
        return None

    def _value(self, row: int, field: str, role: int) -> Any:
        wrong = self._wrong.get((self._assets[row].asset, field))
        term = self.term(row, field)
        if role == STATE:
            return self._state(term, wrong is not None, field)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(wrong[1]) if wrong else self._tip(term, field)
        if role == Qt.ItemDataRole.DisplayRole:
            return wrong[0] if wrong else self._shown(term, field)
        if role == Qt.ItemDataRole.EditRole:
            return wrong[0] if wrong else "" if term.value is None else _written(self._told(term.value, field), field)
        return None

    @staticmethod
    def _state(term: Term, wrong: bool, field: str) -> str:
        if wrong or term.origin == "missing":
            return "wrong" if wrong else "missing"
        if term.origin in {"assumed", "typed"}:
            return term.origin
        return "quiet" if term.value is None or (term.origin == "none" and field in _SHARES) else ""

    def _shown(self, term: Term, field: str) -> str:
        if term.value is not None:
            shown = self._told(term.value, field)
            return numbers.percent_short(shown) if field in _SHARES else numbers.looked_over(shown)
        words = {
            "missing": self.tr("missing"),
            "several": self.tr("by market"),
            "book": self.tr("by row"),
            "curve": self.tr("a curve"),
            "rules": self.tr("by rules"),
        }
        without = self.tr("debt only") if field == "threshold" and not self._is_perpetual else ""
        return words.get(term.origin, without) or (self.tr("no limit") if field == "depth" else "")

    def _told(self, value: float, field: str) -> float:
        """Return a value as it is shown and typed: of perpetuals the maintenance margin for the threshold."""
        return round(1 - value, 12) if self._is_perpetual and field == "threshold" else value

    def _tip(self, term: Term, field: str) -> str:
        if term.origin == "rules":
            return self.tr("The market's rules make the bonus {0}; one that is given has no effect.").format(term.basis)
        if term.basis:
            return self.tr("An assumption: {0}. Type yours, or clear it: sales then do not move the price.").format(
                term.basis
            )
        if field == "depth":
            return self.tr("The sale in USD that moves the price down by 2 %; without one sales do not move it.")
        if field == "price" and term.value is not None:
            return numbers.full(term.value)
        if field == "threshold" and self._is_perpetual:
            return self.tr("A position is closed when its margin is below this share of what it is worth.")
        return ""

    def _origins(self, terms: AssetTerms, role: int) -> str | None:
        """Return where an asset's values are from: the sources in a few words, in a tip value by value."""
        words = {
            "typed": self.tr("typed"),
            "table": self.tr("parameters"),
            "book": self.tr("book"),
            "preset": self.tr("protocol"),
            "rules": self.tr("rules"),
            "scenario": self.tr("scenario"),
            "curve": self.tr("liquidity"),
            "assumed": self.tr("assumed"),
        }
        found: dict[str, list[str]] = {}
        for field in FIELDS:
            word = words.get(getattr(terms, field).origin)
            if word is not None:
                found.setdefault(word, []).append(self._field(field))
        if role == Qt.ItemDataRole.DisplayRole:
            return ", ".join(found)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "; ".join(f"{', '.join(fields)}: {word}" for word, fields in found.items())
        return None

    def _field(self, field: str) -> str:
        return {
            "price": self.tr("price"),
            "threshold": self.tr("maintenance margin") if self._is_perpetual else self.tr("threshold"),
            "bonus": self.tr("bonus"),
            "depth": self.tr("depth"),
        }[field]

    # -------------------------------------------------------------------------------------- typing

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed into a cell."""
        if role != Qt.ItemDataRole.EditRole or not self.is_editable(index.row(), index.column()):
            return False
        self.take({(index.row(), index.column()): str(value)})
        return True

    def take(self, texts: dict[tuple[int, int], str]) -> None:
        """Take texts for several cells at once: values are told, what is none is marked."""
        told: dict[str, dict[str, float | str | None]] = {}
        for (row, column), text in texts.items():
            asset, field = self._assets[row].asset, FIELDS[column - 1]
            self._wrong.pop((asset, field), None)
            try:
                value = _read(text, field, is_perpetual=self._is_perpetual)
            except ValueError as refusal:
                self._wrong[asset, field] = (text.strip(), str(refusal))
                continue
            told.setdefault(KEYS[field], {})[asset] = value
        if self._assets:
            self.dataChanged.emit(self.index(0, 1), self.index(len(self._assets) - 1, len(FIELDS) + 1))
        self.changed.emit()
        if told:
            self.typed.emit(told)

    def take_values(self, values: dict[str, dict[str, float]]) -> None:
        """Take values by group of the choices and asset, as they were pasted."""
        fields = {key: field for field, key in KEYS.items()}
        for key, by_asset in values.items():
            for asset in by_asset:
                self._wrong.pop((asset, fields[key]), None)
        self.changed.emit()
        self.typed.emit(values)


def _written(value: float, field: str) -> str:
    return numbers.percent(value, 4) if field in _SHARES else numbers.editable(value)


def _read(text: str, field: str, *, is_perpetual: bool) -> float | str | None:
    """Return a typed value; "" for nothing, None for a depth without a limit, a threshold for a maintenance margin.

    Raises
    ------
    ValueError
        With what is wrong, in a sentence.
    """
    if not text.strip():
        return None if field == "depth" else ""
    if is_perpetual and field == "threshold":
        margin = numbers.parse_risk_share(text, "maintenance_margin")
        if not 0 <= margin < 1:
            raise ValueError(_allowed("margin"))
        return round(1 - margin, 12)
    term = f"liquidation_{field}"
    value = numbers.parse_risk_share(text, term) if field in _SHARES else numbers.parse_number(text)
    if not may_be_typed(KEYS[field], value):
        raise ValueError(_allowed(field))
    return value


def _allowed(field: str) -> str:
    sentences: Sequence[tuple[str, str]] = (
        ("price", "A price is above 0."),
        ("threshold", "A threshold is at least 0 and below 150 %."),
        ("margin", "A maintenance margin is at least 0 and below 100 %."),
        ("bonus", "A bonus is at least 0."),
        ("depth", "A depth is above 0, or blank for no limit."),
    )
    return QCoreApplication.translate("importing", dict(sentences)[field])
