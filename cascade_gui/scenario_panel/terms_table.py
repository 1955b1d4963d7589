"""The table of a market's risk parameters: typed into, copied from, pasted into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QScrollArea,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.loan_table.clipboard import read_block
from cascade_gui.loan_table.editing import counted
from cascade_gui.scenario_panel import edits
from cascade_gui.scenario_panel.field_list import Entry, FieldList
from cascade_gui.scenario_panel.terms_model import CATEGORY, CHANGED, COLUMNS, FIELDS, TermsModel, names_of_categories
from cascade_gui.theme import SIZES
from cascade_gui.theme.cell_lines import CellLineDelegate, quoted, selected_lines
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers
from cascade_gui.wording.long_words import breakable
from engine.base.faults import BadInput
from engine.importing.choices import ImportChoices
from engine.importing.pasted_terms import pasted_risk_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.importing.pasted_terms import PastedRiskParameters

Index = QModelIndex | QPersistentModelIndex

Pasted = tuple["Mapping[str, Mapping[str, float | None]]", "Mapping[str, list[str]]", tuple[str, ...]]
"""By asset its risk parameters, by asset its categories, and what is to be said."""

_MOST_ROWS: Final = 12
"""More than these are scrolled to."""
_WIDTHS: Final = (70, 50, 62, 96, 76)
"""Of the columns where all have room; else each is as wide as whole columns fill the room."""
_LEAST_WIDTH: Final = 70
_NAME_WIDTH: Final = 120
"""Of the longest asset's name that is not elided; the names stay where the columns are scrolled."""


class TermsTable(QWidget):
    """The risk parameters of one market, with the current asset's below as rows that have sliders.

    Parameters
    ----------
    document
        Where the parameters are.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.model = TermsModel(document, self)
        self.view = _TermsView(self.model, self)
        self._note = plain_label()
        self._note.setObjectName("terms_note")
        self._note.setProperty("role", "secondary")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.hide()
        self._refused = False
        self._fields = FieldList(document)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SIZES.grid)
        self._caption = plain_label(self.tr("The chosen row again, to drag its values:"))
        self._caption.setObjectName("terms_caption")
        self._caption.setProperty("role", "secondary")
        for widget in (self.view, self._note, self._caption, self._fields):
            column.addWidget(widget)
        self._in_sight = QTimer(self, singleShot=True, interval=0)  # when the note has its place
        self._in_sight.timeout.connect(self._bring_note_into_sight)
        self.model.refused.connect(self._refuse)
        self.view.begun.connect(self._forget_refusal)
        document.parameters_changed.connect(self._forget_refusal)
        self.model.modelReset.connect(self._choose_first)
        self.view.pasted.connect(self.paste)
        self.view.selectionModel().currentRowChanged.connect(self._show_fields)

    def show_market(self, name: str) -> None:
        """Show the collateral of a market as it is now."""
        if name != self.model.market:
            self._say("")
        self.model.show_market(name)
        self.view.setVisible(bool(self.model.assets))
        self._show_fields()

    def refresh_values(self) -> None:
        """Show the values as they are now; there are no other rows."""
        self.model.refresh()
        self._fields.refresh()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._fields.apply_theme(tokens)

    def paste(self, text: str) -> None:
        """Take a block of cells as one step: by the names of its assets, else from the current cell on.

        Assets of the scenario that are no collateral of the market yet become some.
        """
        parameters = self._document.parameters
        block = read_block(text)
        comma = numbers.number_locale().decimalPoint() == ","
        choices = ImportChoices(decimal="comma" if comma else "point")
        try:
            found = pasted_risk_parameters(block, {name: name for name in parameters.assets}, choices)
            terms, categories, said = self._from_current(block) if found is None else self._named(found)
            count = sum(map(len, terms.values())) + len(categories)
            if count:
                changed = edits.with_risk_parameters(parameters, self.model.market, terms, categories)
                what = counted(self.tr("Paste {0} risk parameter"), self.tr("Paste {0} risk parameters"), count)
                self._document.replace_parameters(changed, what)
        except ValueError as refusal:
            self._say(self.tr("Nothing was pasted: {0}").format(refusal))
            return
        except BadInput as refusal:
            self._say(self.tr("Nothing was pasted: {0}").format(refusal.faults[0]))
            return
        told = counted(self.tr("{0} value pasted."), self.tr("{0} values pasted."), count)
        self._say(" ".join([told, *(f"{line}." for line in said)]))

    def _named(self, found: PastedRiskParameters) -> Pasted:
        known = self._document.parameters.markets[self.model.market].categories
        categories = {asset: names_of_categories(text, known) for asset, text in found.categories.items()}
        return found.terms, categories, found.said

    def _from_current(self, block: list[list[str]]) -> Pasted:
        """Return what cells without names say from the current cell on, and how many have no place."""
        at = self.view.currentIndex()
        top, left = (at.row(), max(1, at.column())) if at.isValid() else (0, 1)
        terms: dict[str, dict[str, float | None]] = {}
        categories: dict[str, list[str]] = {}
        known = self._document.parameters.markets[self.model.market].categories
        outside = 0
        for down, cells in enumerate(block):
            for across, cell in enumerate(cells):
                row, column = top + down, left + across - 1
                if not cell.strip():
                    continue
                if row >= len(self.model.assets) or column >= len(COLUMNS):
                    outside += 1
                    continue
                asset, name = self.model.assets[row], COLUMNS[column]
                if name == CATEGORY:
                    categories[asset] = names_of_categories(cell, known)
                else:
                    terms.setdefault(asset, {})[name] = self.model.number(row, name, cell)
        said = (self.tr("Without a place in the table: {0}").format(numbers.count(outside)),) if outside else ()
        return terms, categories, said

    def _choose_first(self) -> None:
        if self.model.assets:
            self.view.setCurrentIndex(self.model.index(0, 1))

    def _show_fields(self) -> None:
        row = self.view.currentIndex().row()
        found = self._entries(row) if 0 <= row < len(self.model.assets) else []
        self._caption.setVisible(bool(found))
        self._fields.show_entries(found)

    def _entries(self, row: int) -> list[Entry]:
        asset = self.model.assets[row]
        names = (
            self.tr("{0} threshold"), self.tr("{0} bonus"), self.tr("{0} max LTV"), self.tr("{0} supply cap"),
        )  # fmt: skip
        return [
            (self.model.path(row, field), name.format(asset), "field")
            for field, name in zip(FIELDS, names, strict=True)
        ]

    def _refuse(self, text: str) -> None:
        """Say why a cell was not taken, in sight; nothing where it was."""
        self._say(text)
        self._refused = bool(text)
        _set_role(self._note, "loss" if text else "secondary")
        if text:
            self._in_sight.start()

    def _forget_refusal(self) -> None:
        """Say no longer why a cell was not taken: another one is typed into, or what was wrong may be right now."""
        if self._refused:
            self._refuse("")

    def _bring_note_into_sight(self) -> None:
        above: QWidget | None = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and self._note.isVisible():
            above.ensureWidgetVisible(self._note, 0, SIZES.grid)

    def _say(self, text: str) -> None:
        self._note.setText(breakable(text))
        self._note.setVisible(bool(text))


class _TermsView(QTableView):
    """Cells that are typed into as soon as a key is pressed. It is as high as its rows."""

    pasted = Signal(str)
    begun = Signal()
    """A cell is typed into."""

    def __init__(self, model: TermsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("terms_table")
        self.setAccessibleName(self.tr("Risk parameters: asset, threshold, bonus, largest LTV, category, supply cap"))
        self.setModel(model)
        delegate = _TermsDelegate(self)
        delegate.begun.connect(self.begun)
        self.setItemDelegate(delegate)
        self.setTabKeyNavigation(False)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setColumnHidden(0, True)  # its names stand in the header of the rows
        names = self.verticalHeader()
        names.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        names.setDefaultSectionSize(SIZES.table_row)
        names.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        names.setMaximumWidth(_NAME_WIDTH)
        names.setTextElideMode(Qt.TextElideMode.ElideRight)
        names.setHighlightSections(False)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(40)
        for column, width in enumerate(_WIDTHS, 1):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, width)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        model.modelReset.connect(self._fit)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the height of the rows."""
        rows = min(_MOST_ROWS, self.model().rowCount())
        bar = self.horizontalScrollBar().sizeHint().height()
        return QSize(super().sizeHint().width(), (rows + 1) * SIZES.table_row + 2 * self.frameWidth() + 4 + bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show whole columns, never a part of one: as many as have room."""
        super().resizeEvent(event)
        room = self.viewport().width()
        if room >= sum(_WIDTHS):
            widths = [width + (room - sum(_WIDTHS)) // len(_WIDTHS) for width in _WIDTHS]
        else:
            widths = [room // max(1, room // _LEAST_WIDTH)] * len(_WIDTHS)
        for column, width in enumerate(widths, 1):
            self.setColumnWidth(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and paste; all else as in every table."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what the keys do."""
        menu = QMenu(self)
        menu.setObjectName("terms_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy"), self.copy).setEnabled(bool(self.selectedIndexes()))
        has_text = bool(QGuiApplication.clipboard().text())
        menu.addAction(self.tr("Paste"), self.paste).setEnabled(has_text)
        menu.popup(event.globalPos())

    def paste(self) -> None:
        """Ask for what is on the clipboard to be pasted."""
        self.pasted.emit(QGuiApplication.clipboard().text())

    def copy(self) -> None:
        """Put the selected cells on the clipboard, with all digits; whole rows with their assets and all names."""
        lines = selected_lines(self, range(1, len(COLUMNS) + 1))
        if not lines:
            return
        if len({at.column() for at in self.selectedIndexes()}) == len(COLUMNS):
            rows = sorted({at.row() for at in self.selectedIndexes()})
            assets = [quoted(self.model().index(row, 0).data()) for row in rows]
            lines = [f"{asset}\t{line}" for asset, line in zip(assets, lines, strict=True)]
            heads = [self.model().headerData(at, Qt.Orientation.Horizontal) for at in range(len(COLUMNS) + 1)]
            lines.insert(0, "\t".join(quoted(str(head)) for head in heads))
        QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        shown = self.model().rowCount() <= _MOST_ROWS
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if shown else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)


class _TermsDelegate(CellLineDelegate):
    """Draws changed values bold, as the fields mark them, and tells when a cell is opened."""

    begun = Signal()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line to type into."""
        self.begun.emit()
        return super().createEditor(parent, option, index)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Take the weight that a cell's state asks for."""
        super().initStyleOption(option, index)
        if index.data(CHANGED):
            drawn: Any = option  # the stubs know fewer fields than there are
            drawn.font.setWeight(QFont.Weight.Bold)


def _set_role(label: QLabel, role: str) -> None:
    """Set what the style sheet colours a text by."""
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
