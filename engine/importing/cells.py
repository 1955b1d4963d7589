"""Cells of a file by what they mean: a role's numbers and names, from its column, a constant or a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.base.faults import BadInput, Fault
from engine.importing.formulas import evaluated
from engine.importing.names import accounts, coded, cut_numbers, trimmed
from engine.importing.numbers import as_written, number_from_text, numbers_from_column
from engine.importing.recognition import in_dollars
from engine.importing.roles import TOKEN_ROLES
from engine.importing.share_forms import bonuses, percent_signs, thresholds
from engine.importing.source import MOST_FAULTS
from engine.scenario.loans import BLANK, CodedColumn

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats
    from engine.importing.asking import Notes
    from engine.importing.choices import ImportChoices
    from engine.importing.recognition import Found
    from engine.importing.source import Source

_FIRST = 2
"""So many cells of each column are kept as they are read."""
_NO_CATEGORY = frozenset({"0", "none", "null", "nan", "n/a", "-"})


class Cells:
    """Reads a file by roles, and keeps what is wrong with its rows.

    Parameters
    ----------
    source
        The file, with the rows that pass the filters only.
    found
        Its columns by role.
    choices
        What the user says.
    notes
        Gets lines and questions.
    comma
        Whether numbers have a decimal comma.

    Attributes
    ----------
    marks
        Each wrong cell: its row, role and column ("" for a constant or formula).
    as_read
        By column, its first cells as what they were read: names, or numbers in their unit (NaN where blank).
    coded
        By column, its names coded, and how many addresses stand there in several spellings.
    """

    def __init__(self, source: Source, found: Found, choices: ImportChoices, notes: Notes, *, comma: bool) -> None:
        self.source = source
        self.columns = found.columns
        self.units = found.units
        self.choices = choices
        self.notes = notes
        self.comma = comma
        self.rows = len(source)
        self.bad: Flags = np.zeros(self.rows, dtype=np.bool_)
        self.marks: list[tuple[int, str, str]] = []
        self._faults: list[tuple[int, Fault]] = []
        self._unsaid = [0]
        self._numbers: dict[str, Floats] = {}
        self.coded: dict[str, tuple[CodedColumn, int]] = {}
        self.as_read: dict[str, tuple[str | float, ...]] = {}

    def of(self, found: Found) -> Cells:
        """Return a reader of other columns of the same rows, which keeps what is wrong here."""
        other = Cells(self.source, found, self.choices, self.notes, comma=self.comma)
        other.bad, other.marks, other.as_read = self.bad, self.marks, self.as_read
        other.coded = self.coded
        other.keep_in(self._faults, self._unsaid)
        return other

    def keep_in(self, faults: list[tuple[int, Fault]], unsaid: list[int]) -> None:
        """Note what is wrong from now on in these lists."""
        self._faults, self._unsaid = faults, unsaid

    def keep_read(self, role: str, values: npt.NDArray[Any]) -> None:
        """Keep what a role's first cells were read as, to be shown beside them."""
        if role not in self.choices.scale:
            for column in self.columns.get(role, ())[:1]:
                self.as_read[column] = tuple(values[:_FIRST].tolist())

    # ---------------------------------------------------------------------------------- what is wrong

    def fault(self, wrong: Flags, role: str, allowed: str) -> None:
        """Note a fault in a role's cell in each of the rows that are marked."""
        if not wrong.any():
            return
        columns = self.columns.get(role, ())
        for index in np.flatnonzero(wrong).tolist():
            self.bad[index] = True
            self.marks.append((index, role, columns[0] if columns else ""))
            if len(self._faults) < MOST_FAULTS:
                self._faults.append((index, self._fault_at(index, columns, role, allowed)))
            else:
                self._unsaid[0] += 1

    def _fault_at(self, index: int, columns: tuple[str, ...], role: str, allowed: str) -> Fault:
        if role in self.choices.scale or not columns:
            place = self.source.place(index)
            return Fault(
                f"{place}, {role}",
                self.choices.scale.get(role) or self.choices.constants.get(role) or "nothing",
                allowed,
            )
        shown = self.source.shown_cell(columns[0], index)
        text = f"{shown[:60]!r}" if shown.strip() else "blank"
        return Fault(self.source.place(index, columns[0]), text, allowed)

    def faults(self) -> list[Fault]:
        """Return what is wrong in row order, at most 1,000 and then a line with the number of the others."""
        listed = [*self.source.faults, *(fault for _, fault in sorted(self._faults, key=lambda entry: entry[0]))]
        if self._unsaid[0]:
            listed.append(Fault(self.source.name, f"{self._unsaid[0]:,} more faults"))
        return listed

    def wrong_rows(self) -> dict[int, str]:
        """Return what is wrong with rows by their positions, of as many as `faults` lists."""
        found: dict[int, str] = {}
        for index, fault in self._faults:
            found[index] = f"{found[index]}; {fault}" if index in found else str(fault)
        return found

    # ------------------------------------------------------------------------------------- what is there

    def given(self, role: str) -> bool:
        """Whether a column, a constant or a formula says something about a role."""
        return role in self.columns or role in self.choices.constants or role in self.choices.scale

    def where(self, role: str) -> str:
        """Return how messages call a role's column."""
        if role in self.columns and role not in self.choices.scale:
            return f"{self.source.name}, column {self.columns[role][0]}"
        return f"{self.source.name}, {role}"

    def unit(self, role: str) -> str:
        """Return what the column's name says about its unit, or its cells: $5,000."""
        if role not in self.columns:
            return ""
        column = self.columns[role][0]
        return self.units.get(column) or ("usd" if in_dollars(self.source, column) else "")

    def plain_numbers(self, column: str) -> Floats:
        """Return the numbers of a column by its name; NaN where blank or no number, which is no fault here."""
        if column not in self._numbers:
            values, _ = numbers_from_column(self.source.column(column), decimal_comma=self.comma)
            self._numbers[column] = values
        return self._numbers[column]

    def numbers(self, role: str, allowed: str = "a number of at least 0", *, signed: bool = False) -> Floats:
        """Return a role's numbers, NaN where blank or wrong; what is no number, and negative ones, are faults."""
        if role in self.choices.scale:
            return self._scaled(role, allowed, signed=signed)
        if role not in self.columns:
            return np.full(self.rows, self._constant(role))
        total = np.full(self.rows, np.nan)
        for column in self.columns[role]:
            cells, percent = self.source.column(column), role not in TOKEN_ROLES
            values, wrong = numbers_from_column(cells, decimal_comma=self.comma, percent=percent)
            marked = np.zeros(self.rows, dtype=np.bool_) if signed else values < 0
            marked[wrong] = False
            self.fault(marked, role, allowed)
            unread = np.zeros(self.rows, dtype=np.bool_)
            unread[wrong] = True
            self.fault(unread, role, as_written(allowed, decimal_comma=self.comma))
            self.as_read[column] = tuple(values[:_FIRST].tolist())
            total = values if len(self.columns[role]) == 1 else np.where(np.isnan(total), values, _plus(total, values))
        return total

    def _scaled(self, role: str, allowed: str, *, signed: bool) -> Floats:
        formula = self.choices.scale[role].strip()
        if formula[:1] in {"*", "/", "×"}:
            if role not in self.columns:
                raise BadInput.at(f"scale {role}", f"{formula!r}", f"a column for {role}, or a whole formula")
            formula = f"[{self.columns[role][0]}] {formula}"
        values = evaluated(formula, self.plain_numbers, self.rows, f"scale {role}")
        marked = np.isinf(values) if signed else (values < 0) | np.isinf(values)
        self.fault(marked, role, allowed)
        return values

    def _constant(self, role: str) -> float:
        text = self.choices.constants.get(role)
        if text is None:
            return np.nan
        value = number_from_text(text)
        if value is None:
            raise BadInput.at(f"constant {role}", repr(text), "a number")
        return value

    def names(self, role: str, *, required: bool = False) -> CodedColumn:
        """Return a role's names, coded; addresses are compared without case."""
        if role not in self.columns:
            text = self.choices.constants.get(role)
            if text is None:
                return CodedColumn.blank(self.rows)
            return CodedColumn(np.zeros(self.rows, dtype=np.int32), (text,))
        name = self.columns[role][0]
        if name not in self.coded:  # which names there are is asked before what they stand for
            self.coded[name] = coded(self.source.column(name))
        column, several = self.coded[name]
        self._say_spellings(several, role)
        self.keep_read(role, np.array([*column.names, ""], dtype=object)[column.codes[:_FIRST]])
        if required:
            self.fault(column.codes == BLANK, role, "a name")
        return column

    def _say_spellings(self, several: int, role: str) -> None:
        if several:
            what = "1 address stands" if several == 1 else f"{several:,} addresses stand"
            self.notes.say(
                f"{self.where(role)}: {what} there in several spellings; addresses are compared without case"
            )

    def accounts(self) -> npt.NDArray[np.object_]:
        """Return the account of each row."""
        if "account" not in self.columns:
            return np.full(self.rows, self.choices.constants.get("account", ""), dtype=object)
        column = self.source.column(self.columns["account"][0])
        names, blank, several = accounts(column)
        self.fault(
            cut_numbers(column),
            "account",
            "an id with all its digits: a spreadsheet has cut this one, export it as text",
        )
        self._say_spellings(several, "account")
        self.keep_read("account", names)
        self.fault(blank, "account", "a name")
        return names

    def markets(self, only: str) -> CodedColumn:
        """Return the market of each row: what the user says, the column's, or the only one there is."""
        if self.choices.market is not None or not self.given("market"):
            return CodedColumn(np.zeros(self.rows, dtype=np.int32), (self.choices.market or only,))
        return self.names("market", required=True)

    def flags(self, role: str, needed: Flags) -> Flags:
        """Return a role's yes and no, yes where there is no such column; other words are faults where it is needed."""
        if not self.given(role):
            return np.ones(self.rows, dtype=np.bool_)
        words = {
            **dict.fromkeys(("true", "yes", "1", "t", "y", "1.0"), 1),
            **dict.fromkeys(("false", "no", "0", "f", "n", "0.0"), 0),
        }
        column = self.names(role)
        meaning = np.array([*(words.get(name.lower(), -1) for name in column.names), -1], dtype=np.int8)
        found = meaning[column.codes]
        self.fault((found < 0) & needed, role, "true or false")
        return np.asarray(found == 1)

    # --------------------------------------------------------------------------------------- shares

    def thresholds(self) -> Floats:
        """Return the rows' own liquidation thresholds as fractions, NaN where there are none."""
        return self._shares("liquidation_threshold")

    def bonuses(self) -> Floats:
        """Return the rows' own liquidation bonuses as fractions, NaN where there are none."""
        return self._shares("liquidation_bonus")

    def _shares(self, role: str) -> Floats:
        values = self.numbers(role)
        if role not in self.columns or not self.rows:
            return values
        column = self.columns[role][0]
        signed = (
            percent_signs(self.source.column(column))
            if role not in self.choices.scale
            else np.zeros(self.rows, dtype=np.bool_)
        )
        if role == "liquidation_threshold":
            form = "fraction" if role in self.choices.scale else self.choices.threshold_form
            shares = thresholds(values, signed, form, self.where(role), self.notes)
        else:
            form = "fraction" if role in self.choices.scale else self.choices.bonus_form
            shares = bonuses(values, signed, form, self.where(role), column, self.notes)
        self.keep_read(role, shares)
        return shares

    def categories(self) -> CodedColumn:
        """Return the accounts' categories; what says that there is none is blank."""
        written = self.names("category")
        index: dict[str, int] = {}
        order = [
            BLANK if name.lower() in _NO_CATEGORY else index.setdefault(name, len(index)) for name in written.names
        ]
        return CodedColumn(np.array([*order, BLANK], dtype=np.int32)[written.codes], tuple(index))

    def text(self, role: str) -> Any:
        """Return a role's cells as text, null where blank."""
        return trimmed(self.source.column(self.columns[role][0]))


def _plus(one: Floats, other: Floats) -> Floats:
    return np.asarray(one + np.where(np.isnan(other), 0.0, other))
