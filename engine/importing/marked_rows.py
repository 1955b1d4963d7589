"""Wrong rows of a book that come in all the same, with what cannot be read marked: nobody runs them unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.names import renamed
from engine.importing.numbers import number_from_text
from engine.importing.roles import SIDES
from engine.importing.sides import COLLATERAL, DEBT, Sides
from engine.importing.wide_columns import groups_of_tokens
from engine.scenario.loans import BLANK, NUMBER_COLUMNS, CodedColumn, LoanTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Flags
    from engine.importing.book_shapes import Rows
    from engine.importing.cells import Cells

Mark = tuple[int, str, str]
"""Loan row, column and text of a cell that holds no value."""
_SEEN = frozenset({"market", "category", "collateral_asset", "debt_asset"})
"""Roles whose wrong cells are blank or odd in the loan table, and are marked there."""


def with_marks(cells: Cells, rows: Rows, keep: Flags, aliases: Mapping[str, str]) -> tuple[LoanTable, tuple[Mark, ...]]:
    """Return the loans of a file with its wrong rows, and the cells of them that hold no value.

    Of a file of loans each row stays what it is, its wrong cells blank with their text kept. Of other files a wrong row
    is a loan row of its own with the text that could not be read as its amount; where its side or token cannot be told
    it stands as collateral. What is right of the account comes in as always.

    Parameters
    ----------
    cells
        The file, and its wrong cells.
    rows
        What a shape made of it.
    keep
        Shape (rows of the file,): those to take, wrong ones among them.
    aliases
        Names of assets that stand for another.
    """
    if rows.loans is not None:
        return _loans(cells, rows.loans, keep)
    return _sides(cells, rows, keep, aliases)


def _loans(cells: Cells, loans: LoanTable, keep: Flags) -> tuple[LoanTable, tuple[Mark, ...]]:
    taken = keep | cells.bad
    position = np.cumsum(taken) - 1
    table = _rows(loans, taken)
    numbers = {name: getattr(table, name).copy() for name in NUMBER_COLUMNS}
    marks: dict[tuple[int, str], str] = {}
    for index, role, column in cells.marks:
        row = int(position[index])
        shown = cells.source.shown_cell(column, index).strip() if column else ""
        if role in _SEEN or (role == "account" and not table.account[row]):
            continue
        if role in NUMBER_COLUMNS:
            if np.isnan(numbers[role][row]) and shown:
                marks.setdefault((row, role), shown)
            continue  # a number that cannot be is marked by the loan table
        amount = "collateral_amount" if table.collateral_asset.codes[row] != BLANK else "debt_amount"
        numbers[amount][row] = np.nan
        marks[row, amount] = f"{column} {shown!r}"
    return replace(table, **numbers), tuple((row, column, text) for (row, column), text in marks.items())


def _sides(cells: Cells, rows: Rows, keep: Flags, aliases: Mapping[str, str]) -> tuple[LoanTable, tuple[Mark, ...]]:
    sides = rows.sides
    assert sides is not None
    whole = sides.taken((keep & ~cells.bad)[sides.row]).loans()
    wrong = _WrongRows(cells, rows, sides, aliases)
    found = [wrong.marked(*mark) for mark in cells.marks]
    found += [(record, "") for record in wrong.right_parts()]
    marks = tuple(
        (len(whole) + row, "debt_amount" if "debt_asset" in record else "collateral_amount", text)
        for row, (record, text) in enumerate(found)
        if text
    )
    return _joined(whole, _table([record for record, _ in found])), marks


_AMOUNTS = frozenset({"amount", "supplied", "borrowed", "collateral_amount", "debt_amount"})
_OF_ONE_SIDE = {"supplied": COLLATERAL, "borrowed": DEBT, "collateral_usd": COLLATERAL, "debt_usd": DEBT}


class _WrongRows:
    """What can be read of the wrong rows of a file whose rows are sides of accounts."""

    def __init__(self, cells: Cells, rows: Rows, sides: Sides, aliases: Mapping[str, str]) -> None:
        self._cells, self._owner, self._sides = cells, rows.owner, sides
        self._markets = dict(zip(sides.row.tolist(), sides.market.codes.tolist(), strict=True))
        role = next((role for role in ("asset", "collateral_asset") if cells.given(role)), None)
        self._assets = None if role is None else renamed(cells.names(role), aliases)
        self._side = cells.names("side") if cells.given("side") else None
        self._tokens: dict[str, str] = {}
        if role is None:
            for name, roles in groups_of_tokens(cells.source, cells.choices.columns).items():
                for columns in roles.values():
                    self._tokens |= dict.fromkeys(columns, aliases.get(name, name))

    def marked(self, index: int, role: str, column: str) -> tuple[dict[str, Any], str]:
        """Return a wrong cell as a loan, and the text that marks it; "" where its amount itself is what is wrong."""
        shown = self._cells.source.shown_cell(column, index).strip() if column else ""
        side = "debt" if self._is_debt(index, role) else "collateral"
        record = self._record(index)
        record[f"{side}_asset"] = self._asset(index, column)
        value = number_from_text(shown, decimal_comma=self._cells.comma)
        if role not in _AMOUNTS or (value is not None and value >= 0):
            return record, f"{column} {shown!r}" if column else role
        if value is not None:
            record[f"{side}_amount"] = value
            return record, ""
        return record, shown or f"{column} blank"

    def right_parts(self) -> list[dict[str, Any]]:
        """Return what wrong rows say rightly in other columns: the debt beside a supply that cannot be read."""
        cells, sides = self._cells, self._sides
        wrong: dict[int, set[tuple[str | None, int | None]]] = {}
        spoilt = set()
        for index, role, column in cells.marks:
            if role not in _OF_ONE_SIDE and not (role == "amount" and column in self._tokens):
                spoilt.add(index)
            wrong.setdefault(index, set()).add((self._asset(index, column), _OF_ONE_SIDE.get(role)))
        found = []
        for place in np.flatnonzero(cells.bad[sides.row]).tolist():
            index, side, amount = int(sides.row[place]), int(sides.side[place]), float(sides.amount[place])
            asset = _name(sides.asset, place)
            unread = any(each in {(asset, side), (asset, None), (None, side)} for each in wrong.get(index, ()))
            if index in spoilt or unread or side not in {COLLATERAL, DEBT} or not amount > 0:
                continue
            name = "debt" if side == DEBT else "collateral"
            found.append({**self._record(index), f"{name}_asset": asset, f"{name}_amount": amount})
        return found

    def _record(self, index: int) -> dict[str, Any]:
        code = self._markets.get(index, 0 if self._sides.market.names else BLANK)
        return {
            "account": self._owner[index] or "",
            "market": None if code == BLANK else self._sides.market.names[code],
        }

    def _asset(self, index: int, column: str) -> str | None:
        return self._tokens.get(column) if self._assets is None else _name(self._assets, index)

    def _is_debt(self, index: int, role: str) -> bool:
        if role in {"borrowed", "debt_amount", "debt_usd"}:
            return True
        word = _name(self._side, index) if self._side is not None and role not in _OF_ONE_SIDE else None
        return SIDES.get((word or "").lower(), COLLATERAL) == DEBT


def _name(column: CodedColumn, row: int) -> str | None:
    code = int(column.codes[row])
    return None if code == BLANK else column.names[code]


def _rows(loans: LoanTable, taken: Flags) -> LoanTable:
    """Return some rows of a loan table, an account without a name as an empty one."""
    account = loans.account[taken]
    account[np.array([name is None for name in account.tolist()], dtype=np.bool_)] = ""
    return replace(loans.taken(taken), account=account)


def _table(records: list[dict[str, Any]]) -> LoanTable:
    def names(column: str) -> CodedColumn:
        return CodedColumn.from_values([record.get(column) for record in records])

    def numbers(column: str) -> Any:
        return np.array([record.get(column, np.nan) for record in records], dtype=np.float64)

    blank = np.full(len(records), np.nan)
    account = np.empty(len(records), dtype=object)
    account[:] = [record["account"] for record in records]
    return LoanTable(
        account,
        names("market"),
        names("collateral_asset"),
        numbers("collateral_amount"),
        names("debt_asset"),
        numbers("debt_amount"),
        blank,
        blank,
        CodedColumn.blank(len(records)),
    )


def _joined(one: LoanTable, other: LoanTable) -> LoanTable:
    parts: dict[str, Any] = {}
    for name in ("account", *NUMBER_COLUMNS):
        parts[name] = np.concatenate([getattr(one, name), getattr(other, name)])
    for name in ("market", "collateral_asset", "debt_asset", "category"):
        columns = [getattr(one, name), getattr(other, name)]
        known = tuple(dict.fromkeys(each for column in columns for each in column.names))
        order = {each: place for place, each in enumerate(known)}
        codes = np.concatenate([column.recoded(order) for column in columns]).astype(np.int32)
        parts[name] = CodedColumn(codes, known)
    return LoanTable(**parts)
