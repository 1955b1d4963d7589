"""The loan book as a table of columns: the rows as the user has them, not yet accounts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.base.faults import BadInput, Fault
from engine.base.kept import Kept
from engine.base.types import read_only

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats, Wholes

Codes = npt.NDArray[np.int32]

BLANK = -1
TEXT_COLUMNS = ("market", "collateral_asset", "debt_asset", "category")
NUMBER_COLUMNS = ("collateral_amount", "debt_amount", "liquidation_threshold", "liquidation_bonus", "entry_price")
COLUMNS = (
    "account",
    "market",
    "collateral_asset",
    "collateral_amount",
    "debt_asset",
    "debt_amount",
    "liquidation_threshold",
    "liquidation_bonus",
    "category",
    "entry_price",
)
REQUIRED_COLUMNS = COLUMNS[:6]
LATER_COLUMNS = ("category", "entry_price")
"""Columns that came after the first release: where all their cells are blank they are left out of files and hashes."""


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column of repeated names, as whole numbers into a short list.

    Parameters
    ----------
    codes
        Shape (rows,), int32: an index into `names`, or -1 for a blank cell.
    names
        The different names, each once.
    """

    codes: Codes
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", read_only(self.codes))

    @classmethod
    def from_values(cls, values: Iterable[str | None]) -> CodedColumn:
        """Code a sequence of names; None and "" are blank."""
        index: dict[str, int] = {}
        codes = [index.setdefault(value, len(index)) if value else BLANK for value in values]
        return cls(np.array(codes, dtype=np.int32), tuple(index))

    @classmethod
    def blank(cls, rows: int) -> CodedColumn:
        """Return a column of blank cells, which takes no memory; it is read-only."""
        return cls(np.broadcast_to(np.int32(BLANK), (rows,)), ())

    @property
    def is_blank(self) -> bool:
        """Whether all cells are blank."""
        return not self.names or not bool((self.codes != BLANK).any())

    def taken(self, rows: Flags | Wholes) -> CodedColumn:
        """Return some rows: those that are marked, or those at some places; of all names."""
        return CodedColumn(self.codes[rows], self.names)

    def values(self) -> list[str | None]:
        """Return the names row by row, None for blank."""
        names = (*self.names, None)
        return [names[code] for code in self.codes.tolist()]

    def recoded(self, order: Mapping[str, int]) -> Codes:
        """Return the codes as indices of another list; -1 for blank, -2 for a name not in it."""
        translation = np.array([*(order.get(name, -2) for name in self.names), BLANK], dtype=np.int32)
        return translation[self.codes]


_NO_COLUMN = CodedColumn(np.empty(0, dtype=np.int32), ())
_NO_NUMBERS = np.empty(0)


@dataclass(frozen=True, slots=True)
class LoanTable:
    """The rows of a loan book (Method, section 1). Either side of a row may be blank.

    The arrays are the table's from then on: what is worked out of them (the book laid out, its order of health, the
    hash of its rows) is kept with the table, and used again by every run on it. An edited book is another table.

    Parameters
    ----------
    account
        Shape (rows,), object array of str.
    market, collateral_asset, debt_asset
        Coded columns of names.
    collateral_amount, debt_amount
        Shape (rows,), float64, tokens, at least 0; NaN where the cell is blank.
    liquidation_threshold, liquidation_bonus
        Shape (rows,), float64, fractions; NaN where the market's parameters hold.
    category
        Coded column of the market's categories, the same on all rows of an account; blank for none. Left out: blank
        on all rows.
    entry_price
        Shape (rows,), float64, USD a token, above 0: what the row's position in a margin engine was entered at; NaN
        where it is not known. Left out: NaN on all rows.

    Attributes
    ----------
    kept
        What was worked out of the rows.
    """

    account: npt.NDArray[np.object_]
    market: CodedColumn
    collateral_asset: CodedColumn
    collateral_amount: Floats
    debt_asset: CodedColumn
    debt_amount: Floats
    liquidation_threshold: Floats
    liquidation_bonus: Floats
    category: CodedColumn = _NO_COLUMN
    entry_price: Floats = field(default_factory=lambda: _NO_NUMBERS)
    kept: Kept = field(default_factory=Kept, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.entry_price is _NO_NUMBERS:
            object.__setattr__(self, "entry_price", np.broadcast_to(np.nan, (len(self.account),)))
        for name in ("account", *NUMBER_COLUMNS):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        if self.category is _NO_COLUMN:
            object.__setattr__(self, "category", CodedColumn.blank(len(self.account)))

    def __len__(self) -> int:
        return len(self.account)

    def taken(self, rows: Flags | Wholes) -> LoanTable:
        """Return some rows: those that are marked, or those at some places."""
        columns: dict[str, Any] = {}
        for name in COLUMNS:
            column = getattr(self, name)
            columns[name] = column.taken(rows) if isinstance(column, CodedColumn) else column[rows]
        return LoanTable(**columns)

    def is_left_out(self, name: str) -> bool:
        """Whether a column came after the first release and all its cells are blank: files and hashes do without it."""
        if name not in LATER_COLUMNS:
            return False
        column = getattr(self, name)
        if isinstance(column, CodedColumn):
            return column.is_blank
        if column.strides == (0,):  # one blank for all rows
            column = column[:1]
        return bool(np.isnan(column).all())

    @classmethod
    def empty(cls) -> LoanTable:
        """Return a table without rows."""
        return cls.from_records([])

    @classmethod
    def from_records(cls, records: Sequence[Mapping[str, Any]]) -> LoanTable:
        """Make a table of dicts as they stand in a ``.json`` scenario.

        Raises
        ------
        BadInput
            For unknown keys, missing keys, and wrong types, each with its row (from 1).
        """
        faults = [fault for number, record in enumerate(records, 1) for fault in _record_faults(number, record)]
        if faults:
            raise BadInput(faults)
        return cls.of_values(records)

    @classmethod
    def of_values(cls, records: Sequence[Mapping[str, Any]]) -> LoanTable:
        """Make a table of dicts whose values are known to be of the right types; what is not there is blank."""
        text: dict[str, Any] = {
            name: CodedColumn.from_values(record.get(name) for record in records) for name in TEXT_COLUMNS
        }
        numbers: dict[str, Any] = {
            name: np.array(
                [np.nan if record.get(name) is None else float(record[name]) for record in records],
                dtype=np.float64,
            )
            for name in NUMBER_COLUMNS
        }
        account = np.empty(len(records), dtype=object)
        account[:] = [str(record.get("account") or "") for record in records]
        return cls(account=account, **text, **numbers)

    def to_records(self) -> list[dict[str, Any]]:
        """Return the rows as dicts; blank cells are left out."""
        columns: dict[str, list[Any]] = {"account": self.account.tolist()}
        for name in COLUMNS[1:]:
            column: Any = getattr(self, name)
            if isinstance(column, CodedColumn):
                columns[name] = column.values()
            else:
                columns[name] = [None if math.isnan(value) else value for value in column.tolist()]
        rows = zip(*(columns[name] for name in COLUMNS), strict=True)
        return [{name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None} for row in rows]

    def same_as(self, other: LoanTable) -> bool:
        """Whether both tables hold the same rows in the same order."""
        if len(self) != len(other):
            return False
        for name in COLUMNS:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, CodedColumn):
                if mine.names == theirs.names and _same_memory(mine.codes, theirs.codes):
                    continue
                order = {name: index for index, name in enumerate(mine.names)}
                if not np.array_equal(mine.codes, theirs.recoded(order)):
                    return False
            elif _same_memory(mine, theirs):
                continue
            elif name == "account":
                if not np.array_equal(mine, theirs):
                    return False
            elif not np.array_equal(mine, theirs, equal_nan=True):
                return False
        return True


def _same_memory(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Whether two arrays are the same numbers in the same place: an edited table shares the columns it left alone."""
    facts = (one.ctypes.data, one.shape, one.strides, one.dtype)
    return facts == (other.ctypes.data, other.shape, other.strides, other.dtype)


def _record_faults(number: int, record: object) -> Iterable[Fault]:
    row = f"loans row {number}"
    if not isinstance(record, Mapping):
        yield Fault(row, f"{record!r}", "a group of keys: " + ", ".join(COLUMNS))
        return
    for key in record:
        if key not in COLUMNS:
            yield Fault(f"{row}, {key}", "unknown key", "one of " + ", ".join(COLUMNS))
    for name in ("account", "market"):
        if not isinstance(record.get(name), str) or not record[name]:
            yield Fault(f"{row}, {name}", f"{record.get(name)!r}", "a name")
    for name, what in (("collateral_asset", "an asset"), ("debt_asset", "an asset"), ("category", "a category")):
        if not isinstance(record.get(name), (str, type(None))):
            yield Fault(f"{row}, {name}", f"{record[name]!r}", f"the name of {what}, or left out")
    for name in NUMBER_COLUMNS:
        if not _is_number_or_blank(record.get(name)):
            yield Fault(f"{row}, {name}", f"{record[name]!r}", "a finite number, or left out")


def _is_number_or_blank(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool) and _is_finite(value)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond float64
        return False
