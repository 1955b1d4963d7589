"""The loan book's panel: title, filter, totals, table, find bar, and what to do when it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QEvent, QModelIndex, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from cascade_gui.generator import GeneratorDialog
from cascade_gui.loan_table import totals
from cascade_gui.loan_table.book_switch import BookSwitch
from cascade_gui.loan_table.checks import MANY, rows_with_faults
from cascade_gui.loan_table.columns import COLUMNS, long_title
from cascade_gui.loan_table.editing import LoanEditor, counted
from cascade_gui.loan_table.empty import EmptyBook, NothingFits
from cascade_gui.loan_table.fault_count import FaultCount
from cascade_gui.loan_table.filter_bar import FilterBar
from cascade_gui.loan_table.find import FindBar
from cascade_gui.loan_table.names import KnownNames
from cascade_gui.loan_table.over_message import OverMessage
from cascade_gui.loan_table.suiting import brought_up, suited
from cascade_gui.loan_table.view import LoanTableView
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.theme.steady_labels import FillingLabel, SteadyLabel
from cascade_gui.theme.tokens import DARK, Tokens
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.document.document import Document
    from cascade_gui.loan_table.abilities import Abilities
    from cascade_gui.loan_table.filter import Condition
    from cascade_gui.loan_table.viewed import BookOfView, View
    from engine.scenario.loans import LoanTable

_MESSAGE_MS: Final = 8_000


class LoanBookPanel(QWidget):
    """Filter bar, totals and table of a document's loan book.

    Parameters
    ----------
    document
        Whose loans are shown and edited.
    """

    account_selected = Signal(object)
    """The account of the current row in the engine's book, None where it has none."""

    row_chosen = Signal()
    """The user went to a row."""

    abilities_changed = Signal(object)
    """What the table's actions can do now: `cascade_gui.loan_table.view.Abilities`."""

    message = Signal(str)
    """Something the user should know; shown in the panel too."""

    import_requested = Signal()
    """The user wants to import a book."""
    import_of_text_requested = Signal(str)
    """The user has pasted a table that is to be imported."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loan_book")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self.editor = LoanEditor(document.loans, document.undo_stack)
        self.table = LoanTableView(self.editor)
        self.filter = FilterBar()
        self.find_bar = FindBar(self.table)
        self._selected: int | None = None
        self._keeps_account = self._follows = self._awaits_view = False
        self._followed = -1
        self._told_at = 0
        self._parts()
        self._layout()
        self._connect()
        self._names_changed()
        self._filter_names()
        self._show_state()
        self.apply_theme(DARK)

    def _parts(self) -> None:
        self._title = SteadyLabel(self.tr("Loan book"))
        self._title.setProperty("role", "title")
        self._totals_room = FillingLabel()
        self._totals = self._totals_room.label
        self._totals.setObjectName("loan_totals")
        self._totals.setProperty("role", "secondary")
        self._which = BookSwitch(self.table)
        self._again = QPushButton(self.tr("Sort and filter again"))
        self._again.setObjectName("loan_order_again")
        self._again.setProperty("kind", "flat")
        self._again.setToolTip(self.tr("Values have changed since the rows were put in this order."))
        self._wrong = QPushButton()
        self._wrong.setObjectName("loan_wrong_cells")
        self._wrong.setProperty("kind", "flat")
        self._wrong.setToolTip(self.tr("Go to the next row with a wrong cell"))
        self._shown = QWidget()
        self._fault = OverMessage("loan_filter_fault", self._shown)
        self._message = OverMessage("loan_message", self._shown)
        for widget in (self._again, self._wrong):
            widget.hide()
        self._empty = EmptyBook()
        self._nothing_fits = NothingFits()
        self._totals_timer = QTimer(self, singleShot=True, interval=0)
        self._counting = FaultCount(self._document, self)
        self._message_timer = QTimer(self, singleShot=True, interval=_MESSAGE_MS)

    def _layout(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addWidget(self.filter, 2)
        head.addWidget(self._totals_room, 3)
        for at_the_right in (self._again, self._wrong, self._which):  # what comes and goes moves nothing beside it
            head.addWidget(at_the_right)
        self.filter.setMaximumWidth(420)
        self._stack = QStackedLayout(self._shown)
        for widget in (self.table, self._empty, self._nothing_fits):
            widget.setParent(self._shown)  # the first is shown at once, and would be a window of its own
            self._stack.addWidget(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._shown, 1)
        box.addWidget(self.find_bar)
        QWidget.setTabOrder(self.filter, self.table)  # Tab moves between cells in the table: what is above comes first

    def _connect(self) -> None:
        table, model = self.table, self.table.loans
        self.filter.filter_changed.connect(self._filter)
        self.filter.fault_changed.connect(self._show_filter_fault)
        self.filter.left.connect(self._to_table)
        self.filter.installEventFilter(self)
        self._again.clicked.connect(self._order_again)
        self._which.switched.connect(self._show_time)
        self._which.switched.connect(self._totals_soon)
        self._wrong.clicked.connect(self.go_to_next_fault)
        self._nothing_fits.clear_wanted.connect(self.filter.clear)
        self._empty.row_wanted.connect(self.insert_rows)
        self._empty.paste_wanted.connect(self.paste)
        self._empty.import_wanted.connect(self.import_requested)
        self.table.foreign_table_pasted.connect(self.import_of_text_requested)
        self._empty.generate_wanted.connect(self.generate)
        table.message.connect(self.show_message)
        table.find_requested.connect(self.find_bar.open_bar)
        table.abilities_changed.connect(self.abilities_changed)
        table.selectionModel().currentChanged.connect(self._current_changed)
        model.order_changed.connect(self._show_state)
        model.order_outdated.connect(self._offer_order)
        self._document.parameters_changed.connect(self._names_changed)
        self._document.loans.changed.connect(self._loans_changed)
        # A filter and an order were for another book.
        for begin in (self._suit_columns, self._await_view, self.filter.clear, self._unsort):
            self._document.loans.replaced.connect(begin)
        self._document.replaced.connect(self._forget_view)
        self._document.undo_stack.indexChanged.connect(self._step_taken)
        self._totals_timer.timeout.connect(self._show_totals)
        self._counting.counted.connect(self._say_faults)
        self._counting.found_apart.connect(self.table.loans.mark_anew)
        self._message_timer.timeout.connect(self._message.hide)

    def _unsort(self) -> None:
        """Show the rows in the order of the file, without a word on it: nobody has asked for it."""
        head = self.table.horizontalHeader()
        with QSignalBlocker(head):
            head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        if self.table.loans.sorted_by is not None:
            self.table.loans.sort(-1)

    def _forget_view(self) -> None:
        """Show no values of another document's book; those of this one come soon."""
        self.set_view(None, None)
        self._await_view()

    # ------------------------------------------------------------------- what the window calls

    def set_view(self, view: View | None, book: BookOfView | None, loans: LoanTable | None = None) -> None:
        """Show the live columns and totals at a round.

        Parameters
        ----------
        view
            What the engine says about every account at the round; None for no live values.
        book
            The engine's book that the view is of.
        loans
            The rows that this was made of, where they are known.
        """
        self._awaits_view = False
        self.table.loans.set_view(view, book, loans)
        self._show_time()
        self._totals_soon()
        self._tell_account()

    def _show_time(self) -> None:
        """Say of which round the rows are."""
        number = self.table.loans.live.round
        self._which.offer(number)
        if not number or self._which.in_book:
            self._title.setText(self.tr("Loan book"))
            self._title.setToolTip("")
            return
        self._title.setText(self.tr("Loan book, round {0}").format(numbers.count(number)))
        text = self.tr(
            "Every cell is of the end of this round. Small: what the book has. Editing shows and changes the book."
        )
        self._title.setToolTip(plain_tip(text))

    def follow_round(self) -> None:
        """Sort and filter again for a round that stays; the selected account stays selected, and what is seen stays.

        A large book is left to the button.
        """
        model = self.table.loans
        number = model.live.round
        if number == self._followed:
            return
        self._followed = -1 if number is None else number
        if model.is_outdated and len(self._document.loans) < MANY and not self._is_edited():
            self._keeps_account = self._selected is not None
            self._follows = True
            seen = self.table.verticalScrollBar().value()
            self._order_again()
            self.table.verticalScrollBar().setValue(seen)
            self._follows = False

    def _is_edited(self) -> bool:
        return self.table.state() == QAbstractItemView.State.EditingState

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.table.apply_theme(tokens)
        self.filter.apply_theme(tokens)
        self.find_bar.apply_theme(tokens)
        self._wrong.setStyleSheet(f"QPushButton {{ color: {tokens.vermilion}; }}")
        self._again.setStyleSheet(f"QPushButton {{ color: {tokens.amber}; }}")
        self._message.apply_colours(tokens, tokens.text)
        self._fault.apply_colours(tokens, tokens.vermilion)

    @property
    def abilities(self) -> Abilities:
        """What the table's actions can do now."""
        return self.table.abilities

    def cut(self) -> None:
        """Cut the selected cells."""
        self.table.cut()

    def copy(self) -> None:
        """Copy the selected cells."""
        self.table.copy()

    def paste(self) -> None:
        """Paste at the selection."""
        self.table.paste()

    def fill_down(self) -> None:
        """Copy the first selected cells down."""
        self.table.fill_down()

    def insert_rows(self) -> None:
        """Insert blank rows."""
        self.table.insert_rows()

    def delete_rows(self) -> None:
        """Delete the selected rows."""
        self.table.delete_rows()

    def find(self) -> None:  # type: ignore[override] # QWidget.find(window id) is of no use here
        """Open the find bar."""
        self.find_bar.open_bar()

    def generate(self) -> None:
        """Open the dialog that makes a synthetic book."""
        GeneratorDialog(self._document, self).open()

    def go_to_next_fault(self) -> None:
        """Go to the next row with a wrong cell, below the current one and then from the top."""
        model = self.table.loans
        wrong = np.flatnonzero(rows_with_faults(self._document.loans, self.editor.names))
        if not len(wrong):
            return
        shown = np.flatnonzero(np.isin(model.order, wrong)) if model.order is not None else wrong
        if not len(shown):
            self.filter.clear()
            shown = wrong if model.order is None else np.flatnonzero(np.isin(model.order, wrong))
        at = int(np.searchsorted(shown, self.table.currentIndex().row(), side="right")) % len(shown)
        row = model.store_row(int(shown[at]))
        column = next((c.key for c in COLUMNS if c.editable and model.cells.fault(row, c.key)), "account")
        self.table.go_to(row, column)
        self.table.setFocus()
        if why := model.cells.fault(row, column):
            self.show_message(self.tr("Row {0}, {1}: {2}").format(numbers.count(row + 1), long_title(column), why))

    def show_message(self, text: str) -> None:
        """Say something over the lower edge of the table for some seconds."""
        if not self._fault.isVisibleTo(self):
            self._message.say(text)
        self._message_timer.start()
        self._told_at = self._document.undo_stack.index()
        self.message.emit(text)

    def _step_taken(self, index: int) -> None:
        """Say no longer what was taken back."""
        if index < self._told_at:
            self._message.hide()

    # ----------------------------------------------------------------------------------- working

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc clears the filter, Down goes to the table."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                if self.filter.text():
                    self.filter.clear()
                else:
                    self._to_table()
                return True
            if event.key() == Qt.Key.Key_Down and self.filter.apply_now():
                self._to_table()
                return True
        return super().eventFilter(watched, event)

    def _filter(self, condition: Condition | None) -> None:
        self.table.loans.set_filter(condition)

    def _offer_order(self, outdated: bool) -> None:
        """Say in whose round's order the rows stand while that is not the shown one, and offer to order them anew."""
        at = self.table.loans.ordered_at
        text = self.tr("Sort and filter again")
        if at is not None:
            text = self.tr("Order of round {0}").format(numbers.count(at)) if at else self.tr("Order of the start")
        self._again.setText(text)
        self._again.setVisible(outdated)

    def _order_again(self) -> None:
        self.table.loans.refresh_order()

    def _to_table(self) -> None:
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.table.loans.rowCount():
            self.table.setCurrentIndex(self.table.loans.index(0, self.table.visible_columns()[0]))

    def _show_filter_fault(self, text: str) -> None:
        if text:
            self._message.hide()
        self._fault.say(text)

    def _names_changed(self) -> None:
        names = KnownNames.of(self._document.parameters)
        if names == self.editor.names:
            return
        self.table.loans.set_names(names)
        self._suit_columns()
        self._filter_names()
        self._totals_soon()
        self._counting.count_soon(self.editor.names)

    def _filter_names(self) -> None:
        """Let a filter also name what stands in the book without being in the scenario."""
        known, loans = self.editor.names, self._document.loans
        assets = dict.fromkeys((*known.assets, *loans.names("collateral_asset"), *loans.names("debt_asset")))
        markets = dict.fromkeys((*known.markets, *loans.names("market")))
        categories = {**known.categories, "": dict.fromkeys(loans.names("category"), frozenset[str]())}
        self.filter.set_names(KnownNames(tuple(assets), tuple(markets), known.collateral, known.prices, categories))

    def _suit_columns(self) -> None:
        for key, shown in suited(self.editor.names, self._document.loans).items():
            self.table.show_column(key, shown=shown)
        self._which.keep()

    def _loans_changed(self) -> None:
        for key in brought_up(self.editor.names, self._document.loans):
            self.table.show_column(key, shown=True)
        self._filter_names()
        self._show_state()
        self._counting.count_soon(self.editor.names)
        self._keeps_account = False
        self._tell_account()

    def _await_view(self) -> None:
        """Say no sums of rows for the moment until there are those of accounts."""
        self._awaits_view, self._keeps_account, self._followed = True, False, -1

    def _show_state(self) -> None:
        if not len(self._document.loans):
            wanted: QWidget = self._empty
        elif not self.table.loans.rowCount() and self.table.loans.is_filtered:
            wanted = self._nothing_fits
        else:
            wanted = self.table
        if self._stack.currentWidget() is not wanted:
            self._stack.setCurrentWidget(wanted)
        self._totals_soon()

    def _totals_soon(self) -> None:
        """Add up once for all that changes now; for a large book not for every round that flies past."""
        if not self._totals_timer.isActive():
            self._totals_timer.start(0 if len(self._document.loans) < MANY else 150)

    def _show_totals(self) -> None:
        found = totals.totals(self.table.loans)
        known = len(self._document.loans) > 0 and not (self._awaits_view and not found.by_account)
        self._totals_room.say(totals.line(found) if known else "")
        whole = totals.Totals(found.whole, found.whole, filtered=False, by_account=found.by_account)
        self._totals.setToolTip(self.tr("Whole book: {0}").format(totals.line(whole)) if found.filtered else "")

    def shut_down(self) -> None:
        """Wait for what is done in the background, and forget it."""
        self._counting.shut_down()
        self.table.loans.shut_down()

    def _say_faults(self, count: int) -> None:
        self._wrong.setText(counted(self.tr("{0} row with a wrong cell"), self.tr("{0} rows with wrong cells"), count))
        self._wrong.setVisible(count > 0)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._follows:
            self._keeps_account = False
            self._tell_account()
            if current.isValid() and self.window().focusWidget() is self.table:
                self.row_chosen.emit()

    def show_account(self, account: int) -> None:
        """Go to the first row of an account of the engine's book; say so where the filter hides it."""
        rows = np.flatnonzero(self.table.loans.live.accounts == account)
        if not any(self.table.go_to(int(row)) for row in rows[:1]):
            self.show_message(self.tr("The filter hides this account."))
            self._selected = account
            self._keeps_account = True
            self.account_selected.emit(account)

    def _tell_account(self) -> None:
        if self._keeps_account:  # though the filter may hide it now
            return
        current, loans = self.table.currentIndex(), self.table.loans
        account = loans.account(current.row()) if 0 <= current.row() < loans.rowCount() else None
        if account != self._selected:
            self._selected = account
            self.account_selected.emit(account)
