"""The table of a file's columns with their roles, which are changed there by mouse and keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.importing.column_uses import possible_roles, taken_for
from cascade_gui.importing.columns_model import FIRST, MARK, NAME, RESULT, ROLE, SECOND, USE, ColumnsModel
from cascade_gui.loan_table.editing import counted
from cascade_gui.theme.plain_text import no_mnemonic, plain_label
from cascade_gui.theme.tokens import Tokens, tokens
from cascade_gui.wording.long_words import breakable
from engine.importing.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent

    from cascade_gui.importing.column_uses import ColumnUse
    from engine.importing.asking import Question
    from engine.importing.book_reading import Reading
    from engine.importing.source import Source

Index = QModelIndex | QPersistentModelIndex

_ROW: Final = 26
_LEAST_ROWS: Final = 4
_MARK: Final = 30
_SHARES: Final = {NAME: 0.2, FIRST: 0.17, SECOND: 0.17, ROLE: 0.25}
"""What part of the width each has; the last has the rest."""
_LONGEST: Final = 40
_BETWEEN: Final = 4
_OPENING: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space})


class ColumnsTable(QWidget):
    """The columns of a file: a title that counts them, and a row for each."""

    changed = Signal(object)
    """The fields of `ImportChoices` that the user has set, as a dictionary."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_columns")
        self._reading: Reading | None = None
        self.model = ColumnsModel(self)
        self.view = _ColumnsView(self.model, self)
        self.view.chosen.connect(self._choose)
        title = plain_label(self.tr("Columns"))
        title.setProperty("role", "section")
        self._counts = plain_label()
        self._counts.setObjectName("import_columns_counts")
        self._counts.setProperty("role", "secondary")
        self._counts.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(title)
        head.addWidget(self._counts, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(_BETWEEN)
        box.addLayout(head)
        box.addWidget(self.view, 1)

    def set_source(self, source: Source) -> None:
        """Show the columns of a file before it is looked through."""
        self.model.set_source(source)
        self._reading = None
        self.view.set_reading(None)
        self._counts.setText("")
        self._fit()

    def set_reading(self, reading: Reading, questions: Sequence[Question]) -> None:
        """Show what the columns are taken for."""
        self.model.set_reading(reading, questions)
        self._reading = reading
        self.view.set_reading(reading)
        said = self.tr("{0} is {1} in all rows")
        same = [said.format(_within(role), value) for role, value in reading.choices.constants.items() if role in ROLES]
        counts = self._counted([use.kind for use in self.model.uses])
        self._counts.setText(breakable(" · ".join([counts, *same])))
        self._fit()
        asked = next((row for row, use in enumerate(self.model.uses) if use.kind == "asked"), None)
        if asked is not None and not self.view.currentIndex().isValid():
            self.view.scrollTo(self.model.index(asked, NAME), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _choose(self, roles: dict[str, str]) -> None:
        """Take other roles; what a row is stays what it was taken for."""
        shape = None if self._reading is None else self._reading.shape
        self.changed.emit({"columns": roles} if shape is None else {"columns": roles, "shape": shape})

    def _counted(self, kinds: list[str]) -> str:
        checks, asked, over = (kinds.count(kind) for kind in ("check", "asked", "none"))
        parts = [self.tr("{0} recognised").format(len(kinds) - checks - asked - over)]
        if asked:
            parts.append(self.tr("{0} asked about").format(asked))
        if checks:
            parts.append(counted(self.tr("{0} kept as a check"), self.tr("{0} kept as checks"), checks))
        parts.append(self.tr("{0} passed over").format(over) if over else self.tr("none passed over"))
        return f"{self.tr('{0} in the file').format(len(kinds))} · {', '.join(parts)}"

    def _fit(self) -> None:
        """Take no more height than all rows need, and no less than a few."""
        self.view.setMaximumHeight(self.view.height_of(self.model.rowCount()))
        self.view.setMinimumHeight(self.view.height_of(min(self.model.rowCount(), _LEAST_ROWS)))
        self.setMaximumHeight(self.view.maximumHeight() + 2 * self._counts.fontMetrics().lineSpacing() + _BETWEEN)


class _ColumnsView(QTableView):
    """Rows of columns; a press on a role, or Enter on a row, opens the list of roles."""

    chosen = Signal(object)
    """Role to column, as the user wants it."""

    def __init__(self, model: ColumnsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self.setObjectName("import_columns_view")
        self.setAccessibleName(self.tr("Columns of the file, and what each is read as"))
        self.setModel(model)
        self.setItemDelegate(_ColumnsDelegate(self))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(_MARK)

    def set_reading(self, reading: Reading | None) -> None:
        """Take the reading whose roles can be changed."""
        self._reading = reading

    def height_of(self, rows: int) -> int:
        """Return the height in which so many rows stand."""
        return self.horizontalHeader().sizeHint().height() + rows * _ROW + 2 * self.frameWidth()

    def minimumSizeHint(self) -> QSize:
        """Return a size that lets the table shrink to what its minimum says."""
        return QSize(300, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among what is said of a column."""
        super().resizeEvent(event)
        free = self.viewport().width() - _MARK
        self.setColumnWidth(MARK, _MARK)
        for column, share in _SHARES.items():
            self.setColumnWidth(column, int(free * share))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list of roles on the keys that open or edit elsewhere."""
        down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if (event.key() in _OPENING or down) and self.currentIndex().isValid():
            self._open(self.currentIndex().row())
            event.accept()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the list of roles where a role was pressed."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() == ROLE:
            self._open(index.row())

    def _open(self, row: int) -> None:
        menu = self.roles_menu(row)
        if menu is None:
            return
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = self.visualRect(self.model().index(row, ROLE))
        menu.setMinimumWidth(place.width())
        menu.popup(self.viewport().mapToGlobal(place.bottomLeft()))
        current = next((action for action in menu.actions() if action.isChecked()), None)
        if current is not None:
            menu.setActiveAction(current)

    def roles_menu(self, row: int) -> QMenu | None:
        """Return the list of roles that a column can have; None where it has none of its own."""
        use: ColumnUse | None = self.model().index(row, NAME).data(USE)
        reading = self._reading
        if reading is None or use is None or use.token:
            return None
        menu = QMenu(self)
        menu.setObjectName("import_roles_menu")
        own = use.role if use.kind in {"read", "asked", "check"} else ""
        self._offer(menu, use.column, None, self.tr("passed over"), is_own=not own)
        menu.addSeparator()
        required, optional = possible_roles(reading)
        for role in (*required, *optional):
            self._offer(menu, use.column, role, _label(reading, role, use.column, required), is_own=role == own)
        return menu

    def _offer(self, menu: QMenu, column: str, role: str | None, text: str, *, is_own: bool) -> None:
        action = menu.addAction(no_mnemonic(text))
        action.setCheckable(True)
        action.setChecked(is_own)
        action.setData(role)
        action.triggered.connect(lambda: self._choose(column, role, is_own=is_own))

    def _choose(self, column: str, role: str | None, *, is_own: bool) -> None:
        if not is_own and self._reading is not None:
            self.chosen.emit(taken_for(self._reading, column, role))


def _label(reading: Reading, role: str, column: str, required: Sequence[str]) -> str:
    """Return how the list calls a role: a star where the file needs it, and the column that has it now."""
    text = ROLES[role].label + (" *" if role in required else "")
    now = [other for other in reading.columns.get(role, ()) if other != column]
    return f"{text}  ({now[0][:_LONGEST]})" if now else text


def _within(role: str) -> str:
    """Return a role's label as it stands within a sentence."""
    label = ROLES[role].label
    return label[:1].lower() + label[1:]


class _ColumnsDelegate(QStyledItemDelegate):
    """Draws marks and values in the colour of what they mean, and roles as boxes that open."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Take the colour that a cell asks for."""
        super().initStyleOption(option, index)
        drawn: Any = option  # the stubs know fewer fields than there are
        colour = _colour(index.data(USE), index.column(), _tokens(drawn.palette))
        if index.column() == NAME:
            drawn.font.setWeight(drawn.font.Weight.DemiBold)
        if colour:
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                drawn.palette.setColor(role, QColor(colour))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; a role in a box with an arrow."""
        use: ColumnUse | None = index.data(USE)
        if index.column() != ROLE or use is None or use.token:
            super().paint(painter, option, index)
            return
        drawn: Any = option
        colours = _tokens(drawn.palette)
        painter.save()
        if drawn.state & drawn.state.__class__.State_Selected:
            painter.fillRect(drawn.rect, QColor(colours.selection))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(drawn.rect).adjusted(2.5, 2.5, -8.5, -2.5)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(box, 4, 4)
        _draw_arrow(painter, box, colours)
        painter.setPen(QColor(colours.secondary if use.kind == "none" else colours.text))
        inside = QRect(drawn.rect).adjusted(12, 0, -30, 0)
        text = drawn.fontMetrics.elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()


def _draw_arrow(painter: QPainter, box: QRectF, colours: Tokens) -> None:
    right, middle = box.right() - 12, box.center().y()
    painter.setPen(QPen(QColor(colours.secondary), 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    corners = [QPointF(right - 4, middle - 2), QPointF(right, middle + 2), QPointF(right + 4, middle - 2)]
    painter.drawPolyline(QPolygonF(corners))


def _colour(use: ColumnUse | None, column: int, colours: Tokens) -> str:
    if column in {FIRST, SECOND}:
        return colours.secondary
    if use is None:
        return ""
    if use.kind == "asked" and column in {MARK, RESULT}:
        return colours.amber
    if use.kind == "none":
        return colours.secondary
    if column == MARK:
        return colours.accent if use.kind == "check" else colours.green
    return ""


def _tokens(palette: QPalette) -> Tokens:
    return tokens(palette.color(QPalette.ColorRole.Base).lightness() < 128)
