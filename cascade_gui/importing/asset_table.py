"""The table of assets in an import: typed into, pasted into, with what is missing outlined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.importing.asset_model import FIELDS, STATE, AssetModel
from cascade_gui.loan_table.clipboard import read_block
from cascade_gui.loan_table.editing import counted
from cascade_gui.theme.cell_lines import CellLineDelegate, selected_lines
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.theme.tokens import tokens
from cascade_gui.wording import numbers
from cascade_gui.wording.long_words import breakable
from engine.base.faults import BadInput
from engine.importing.choices import ImportChoices
from engine.importing.pasted_terms import pasted_terms

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent

    from engine.importing.asset_terms import AssetTerms

Index = QModelIndex | QPersistentModelIndex

_ROW: Final = 28
_WIDTHS: Final = (112, 104, 98, 76, 118)


class AssetTable(QWidget):
    """Assets with their values, and a line on what is missing or was pasted. Hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_assets")
        self._pasted = ""
        self.model = AssetModel(self)
        self.view = _AssetView(self.model, self)
        self._note = plain_label()
        self._note.setObjectName("import_assets_note")
        self._note.setProperty("role", "secondary")
        self._note.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        title = plain_label(self.tr("Assets"))
        title.setProperty("role", "section")
        box.addWidget(title)
        box.addWidget(self.view, 1)
        box.addWidget(self._note)
        box.addStretch(0)
        self.model.changed.connect(self._say_missing)
        self.model.typed.connect(lambda: self._tell(""))
        self.view.said.connect(self._tell)
        self.hide()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and every typed text is a value."""
        return not self.model.missing and not self.model.wrong

    def set_assets(self, assets: tuple[AssetTerms, ...]) -> None:
        """Show what an import takes for its assets."""
        self.model.set_assets(assets)
        self.view.setMaximumHeight(self.view.horizontalHeader().sizeHint().height() + max(3, len(assets)) * _ROW + 2)
        lines = 4 * self._note.fontMetrics().lineSpacing()  # of the title and the note, which may take two
        self.setMaximumHeight(self.view.maximumHeight() + lines)
        self.setVisible(bool(assets))
        self._say_missing()

    def _tell(self, pasted: str) -> None:
        """Say what was pasted, until something else is typed."""
        self._pasted = pasted
        self._say_missing()

    def _say_missing(self) -> None:
        lines = [self._pasted] if self._pasted else []
        if self.model.missing:
            one, many = self.tr("{0} value is missing."), self.tr("{0} values are missing.")
            lines.append(counted(one, many, self.model.missing))
        if self.model.wrong:
            one, many = self.tr("{0} cell holds no value."), self.tr("{0} cells hold no value.")
            lines.append(counted(one, many, self.model.wrong))
        if any(terms.depth.origin == "assumed" for terms in self.model.assets):
            lines.append(self.tr("Depths in italics are assumptions: type yours, or clear them for no limit."))
        if not lines:
            lines.append(self.tr("Type into the cells, or paste a block from a spreadsheet."))
        self._note.setText(breakable(" ".join(lines)))


class _AssetView(QTableView):
    """Cells that are typed into as soon as a key is pressed; a pasted block goes where its names say."""

    said = Signal(str)

    def __init__(self, model: AssetModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("import_assets_view")
        self.setAccessibleName(self.tr("Assets: price, threshold, bonus and 2 % depth"))
        self.setModel(model)
        self.setItemDelegate(_AssetDelegate(self))
        self.setTabKeyNavigation(False)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self.setMinimumHeight(3 * _ROW + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste and clear; all else as in every table."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._clear()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what the keys do."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """Return a menu of what can be done with the selected cells."""
        menu = QMenu(self)
        menu.setObjectName("import_assets_menu")
        menu.addAction(self.tr("Copy"), self._copy).setEnabled(bool(self._selected()))
        board = QGuiApplication.clipboard()
        menu.addAction(self.tr("Paste"), lambda: self.paste(board.text())).setEnabled(bool(board.text()))
        typed = [cell for cell in self._selected() if self._model.is_editable(*cell)]
        menu.addAction(self.tr("Clear"), self._clear).setEnabled(bool(typed))
        return menu

    def _clear(self) -> None:
        """Take back what was typed into the selected cells; a depth is then without limit."""
        self._model.take({cell: "" for cell in self._selected() if self._model.is_editable(*cell)})

    def paste(self, text: str) -> None:
        """Take a block of cells: by the names of its assets, else from the current cell on."""
        block = read_block(text)
        names = {name: terms.asset for terms in self._model.assets for name in (*terms.names, terms.asset)}
        comma = numbers.number_locale().decimalPoint() == ","
        try:
            found = pasted_terms(
                block, names, ImportChoices(decimal="comma" if comma else "point"), perpetual=self._model.is_perpetual
            )
        except BadInput as refusal:
            more = len(refusal.faults) - 1
            rest = self.tr(" (and {0} more)").format(more) if more else ""
            self.said.emit(self.tr("Nothing was pasted: {0}").format(str(refusal.faults[0])) + rest)
            return
        if found is None:
            self._fill(block)
            return
        if found.count:
            self._model.take_values(found.values)
        one, many = self.tr("{0} value pasted."), self.tr("{0} values pasted.")
        self.said.emit(" ".join([counted(one, many, found.count), *(f"{line}." for line in found.said)]))

    def _fill(self, block: list[list[str]]) -> None:
        """Put the cells of a block from the current cell on."""
        at = self.currentIndex()
        row, column = (at.row(), at.column()) if at.isValid() else (0, 1)
        texts = {
            (row + down, column + across): cell
            for down, cells in enumerate(block)
            for across, cell in enumerate(cells)
            if cell.strip() and self._model.is_editable(row + down, column + across)
        }
        outside = sum(bool(cell.strip()) for cells in block for cell in cells) - len(texts)
        self._model.take(texts)
        one, many = self.tr("{0} cell pasted."), self.tr("{0} cells pasted.")
        said = counted(one, many, len(texts))
        if outside:
            said += " " + self.tr("Without a place in the table: {0}.").format(numbers.count(outside))
        self.said.emit(said)

    def _selected(self) -> list[tuple[int, int]]:
        return sorted((index.row(), index.column()) for index in self.selectedIndexes())

    def _copy(self) -> None:
        lines = selected_lines(self, range(1, len(FIELDS) + 1))
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")


class _AssetDelegate(CellLineDelegate):
    """Draws what is missing with an amber outline, what is wrong with a vermilion one, assumptions in italics."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Take the colour and slant that a cell's state asks for."""
        super().initStyleOption(option, index)
        state = index.data(STATE)
        colours = tokens(_is_dark(option.palette))
        drawn: Any = option  # the stubs know fewer fields than there are
        if state == "assumed":
            drawn.font.setItalic(True)
        colour = {
            "missing": colours.amber,
            "wrong": colours.vermilion,
            "assumed": colours.secondary,
            "quiet": colours.faint,
        }.get(state, colours.secondary if index.column() > len(FIELDS) else "")
        if colour:
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                drawn.palette.setColor(role, QColor(colour))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell, and its outline if something is missing or wrong in it."""
        super().paint(painter, option, index)
        state = index.data(STATE)
        if state not in {"missing", "wrong"}:
            return
        drawn: Any = option
        colours = tokens(_is_dark(drawn.palette))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.amber if state == "missing" else colours.vermilion), 1))
        painter.drawRoundedRect(QRectF(drawn.rect).adjusted(2.5, 2.5, -2.5, -2.5), 3, 3)
        painter.restore()


def _is_dark(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Base).lightness() < 128
