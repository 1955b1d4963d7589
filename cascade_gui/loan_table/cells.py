"""The texts of single cells, made when they are shown and kept until something changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from cascade_gui.loan_table import formatting
from cascade_gui.loan_table.checks import wrong_cells
from cascade_gui.loan_table.columns import COLUMNS, INDEX, Kind
from cascade_gui.loan_table.parsing import shown_in_editor
from cascade_gui.loan_table.states import DELEVERAGED
from cascade_gui.theme.plain_text import plain_tip

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.values import Values

_STRIDE: Final = 32  # more than there are columns: row * stride + column names a cell
_MOST: Final = 40_000
_LIVE: Final = tuple(column.live for column in COLUMNS)
_IS_TEXT: Final = tuple(column.is_text for column in COLUMNS)
_AMOUNTS: Final = {INDEX["collateral_amount"]: "collateral", INDEX["debt_amount"]: "debt"}
_COMPARED: Final = {INDEX["health"]: "health", INDEX["liquidation_price"]: "liquidation_price"}
"""Columns beside whose values those before the first round stand small."""
COMPARED: Final = tuple(at in _AMOUNTS or at in _COMPARED for at in range(len(COLUMNS)))
"""Whether something may stand small beside a column's values."""
_LOST: Final = frozenset({INDEX["lost"], INDEX["lost_in_round"]})
_MARKED: Final = frozenset({INDEX["liquidation_price"], INDEX["distance"]})
MARKED: Final = tuple(at in _MARKED for at in range(len(COLUMNS)))
"""Whether an asset or a direction may stand before a column's values."""


class Cells:
    """What cells show, by their row in the file.

    Parameters
    ----------
    values
        The columns of the table.
    nearby
        Returns rows that will be asked for soon with a row, itself first: they are checked together.
    """

    def __init__(self, values: Values, nearby: Callable[[int], Rows]) -> None:
        self._values = values
        self._store = values.store
        self._nearby = nearby
        self._texts: dict[int, str] = {}
        self._live_texts: dict[int, str] = {}
        self._marks: dict[int, str] = {}
        self._before: dict[int, tuple[float, float]] = {}
        self._wrong: dict[int, dict[str, str]] = {}

    def forget(self) -> None:
        """Make everything anew: rows, names or colours are other ones."""
        self._texts.clear()
        self.forget_live()
        self._wrong.clear()

    def forget_live(self, *, begins_alike: bool = False) -> None:
        """Make the live columns anew: the round is another one.

        Parameters
        ----------
        begins_alike
            Whether what rows showed before the first round is as it was.
        """
        self._live_texts.clear()
        self._marks.clear()
        if not begins_alike:
            self._before.clear()

    def forget_rows(self, rows: Rows) -> None:
        """Make the given columns of some rows anew: they were edited."""
        if len(rows) > 1_000:
            self.forget()
            return
        for row in rows.tolist():
            self._wrong.pop(row, None)
            self._before.pop(row, None)
            for column, live in enumerate(_LIVE):
                (self._live_texts if live else self._texts).pop(row * _STRIDE + column, None)

    def forget_faults(self) -> None:
        """Check all rows anew: an edit of one row may put another row of its account right or wrong."""
        self._wrong.clear()

    def text(self, row: int, column: int) -> str:
        """Return the short text of a cell."""
        cell = row * _STRIDE + column
        texts = self._live_texts if _LIVE[column] else self._texts
        known = texts.get(cell)
        if known is None:
            if len(texts) > _MOST:
                texts.clear()
            known = texts[cell] = self._made_text(row, column)
        return known

    def mark(self, row: int, column: int) -> str:
        """Return what stands at the left of a number: the asset and direction of a price; mostly nothing."""
        if column not in _MARKED:
            return ""
        cell = row * _STRIDE + column
        known = self._marks.get(cell)
        if known is None:
            if len(self._marks) > _MOST:
                self._marks.clear()
            known = self._marks[cell] = self._made_mark(row, column)
        return known

    def before(self, row: int, column: int) -> str:
        """Return what stands small beside a value of the shown round; nothing where it reads alike.

        Beside an amount that is the book's, beside health and liquidation price theirs before the first round.
        """
        side = _AMOUNTS.get(column)
        if side is not None:
            if not self._values.live.is_changed(row, side):
                return ""
            found = float(self._store.column(f"{side}_amount")[row])
        elif column in _COMPARED and self._values.live.round:
            found = self._number_before(row, column)
        else:
            return ""
        text = formatting.short(COLUMNS[column].kind, found)
        return text if text != self.text(row, column) else ""

    def whole_text(self, row: int, column: int) -> str:
        """Return the short text of a cell with its mark, as it reads."""
        mark, text = self.mark(row, column), self.text(row, column)
        return f"{mark} {text}" if mark else text

    def spoken_text(self, row: int, column: int) -> str:
        """Return the short text of a cell for those who listen: the mark in words."""
        text = self.text(row, column)
        priced = self._values.live.priced(row) if self.mark(row, column) else None
        if before := self.before(row, column):
            return formatting.spoken_with_before(text, before)
        return text if priced is None else formatting.spoken(text, priced[0], rises=priced[1])

    def edit_text(self, row: int, key: str) -> str:
        """Return the full text of a cell, as an editor shows it."""
        column = COLUMNS[INDEX[key]]
        if not column.editable:
            return self.full_text(row, INDEX[key])
        bad = self._store.bad_text(row, key)
        return bad if bad is not None else shown_in_editor(self._store.value(row, key))

    def full_text(self, row: int, column: int) -> str:
        """Return the text of a cell with all digits."""
        shape = COLUMNS[column]
        if shape.is_text:
            return self.text(row, column)
        return formatting.full(shape.kind, self._values.number(row, shape.key))

    def tool_tip(self, row: int, column: int) -> str | None:
        """Return why a cell is wrong, else what it says in full."""
        text = self._said_in_full(row, column)
        return None if text is None else plain_tip(text)

    def _said_in_full(self, row: int, column: int) -> str | None:
        why = self.fault(row, COLUMNS[column].key)
        if why:
            return why
        if COLUMNS[column].kind is Kind.STATUS:
            live = self._values.live
            return formatting.status_sentence(*live.status(row)) if live.view is not None else None
        lines = (self.full_text(row, column), self._told_before(row, column), self._explained(row, column))
        return "\n".join(filter(None, lines)) or None

    def is_entry_told(self, row: int) -> bool:
        """Whether the book says what a row's position was entered at, in this row or another one of the position."""
        own = float(self._store.column("entry_price")[row])
        return not math.isnan(own) or self._values.live.is_entry_told(row)

    def fault(self, row: int, key: str) -> str | None:
        """Return why a cell is wrong, None where it is not."""
        wrong = self._wrong.get(row)
        if wrong is None:
            if len(self._wrong) > _MOST:
                self._wrong.clear()
            rows = self._nearby(row)
            for known in rows.tolist():
                self._wrong[known] = {}
            for (at, column), why in wrong_cells(self._store, self._values.names, rows).items():
                self._wrong[int(rows[at])][column] = why
            wrong = self._wrong[row]
        return wrong.get(key) if wrong else None

    def _number_before(self, row: int, column: int) -> float:
        known = self._before.get(row)
        if known is None:
            if len(self._before) > _MOST:
                self._before.clear()
            rows = self._nearby(row)
            rows = rows[[self._values.live.is_known(each) for each in rows.tolist()]]
            found = self._values.live.before(rows) if row in rows else None
            if found is not None:
                pairs = zip(found.health.tolist(), found.liquidation_price.tolist(), strict=True)
                self._before.update(zip(rows.tolist(), pairs, strict=True))
            known = self._before.setdefault(row, (math.nan, math.nan))
        return known[0 if _COMPARED[column] == "health" else 1]

    def _made_mark(self, row: int, column: int) -> str:
        priced = self._values.live.priced(row)
        if priced is None:
            return ""
        asset, rises = priced
        if column == INDEX["distance"]:
            return formatting.RISES if rises else ""
        if not rises and asset == self._store.value(row, "collateral_asset"):
            return ""
        return formatting.price_mark(asset, rises=rises)

    def _told_before(self, row: int, column: int) -> str:
        """Return what the book has, or what was before the first round, in words and in full; mostly nothing."""
        if not self.before(row, column):
            return ""
        side = _AMOUNTS.get(column)
        if side is None:
            return formatting.before_sentence(COLUMNS[column].kind, self._number_before(row, column))
        return formatting.book_sentence(COLUMNS[column].kind, float(self._store.column(f"{side}_amount")[row]))

    def _explained(self, row: int, column: int) -> str:
        """Return what a liquidation price, the distance from it, or an entry price is; nothing of other cells."""
        if column == INDEX["entry"]:
            return formatting.entry_sentence(told=self.is_entry_told(row)) if self.text(row, column) else ""
        priced = self._values.live.priced(row) if column in _MARKED else None
        if priced is None:
            return ""
        asset, rises = priced
        if column == INDEX["distance"]:
            return formatting.distance_sentence(asset, self._values.number(row, "distance"), rises=rises)
        return formatting.price_sentence(asset, rises=rises)

    def status_text(self, row: int, *, short: bool = False) -> str:
        """Return the status of a row's account with its place among those deleveraged; short for a narrow column."""
        state, first, last = self._values.live.status(row)
        place = self._values.live.place(row) if state == DELEVERAGED else 0
        return formatting.whole_status(state, first, last, place, short=short)

    def _made_text(self, row: int, column: int) -> str:
        shape = COLUMNS[column]
        if shape.kind is Kind.STATUS:
            return self.status_text(row)
        if _IS_TEXT[column]:
            return str(self._store.value(row, shape.key) or "")
        bad = self._store.bad_text(row, shape.key) if shape.editable else None
        if bad is not None:
            return bad
        value = self._values.number(row, shape.key)
        if not value and column in _LOST:
            return ""  # most lose nothing
        if column == INDEX["distance"]:
            return formatting.distance(value)
        return formatting.short(shape.kind, value)
