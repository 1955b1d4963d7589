"""Conditions of a filter, each a mask over all rows."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from cascade_gui.loan_table import states
from cascade_gui.loan_table.filter.fields import (
    BOOK_COLLATERAL,
    BOOK_DEBT,
    ROUND,
    ROW,
    TOTAL_COLLATERAL,
    TOTAL_DEBT,
)
from cascade_gui.loan_table.formatting import status_groups, status_words
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.loan_table.checks import Mask
    from cascade_gui.loan_table.values import Values


class Condition(Protocol):
    """Something that is true or false of each row."""

    @property
    def uses_live(self) -> bool:
        """Whether it looks at the shown round, so that it may change with it."""

    def mask(self, values: Values) -> Mask:
        """Return shape (rows,): where it holds."""


@dataclass(frozen=True, slots=True)
class All:
    """Both hold."""

    left: Condition
    right: Condition

    @property
    def uses_live(self) -> bool:
        """Whether either looks at the shown round."""
        return self.left.uses_live or self.right.uses_live

    def mask(self, values: Values) -> Mask:
        """Return where both hold."""
        return self.left.mask(values) & self.right.mask(values)


@dataclass(frozen=True, slots=True)
class Any:
    """At least one holds."""

    left: Condition
    right: Condition

    @property
    def uses_live(self) -> bool:
        """Whether either looks at the shown round."""
        return self.left.uses_live or self.right.uses_live

    def mask(self, values: Values) -> Mask:
        """Return where one holds."""
        return self.left.mask(values) | self.right.mask(values)


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    inner: Condition

    @property
    def uses_live(self) -> bool:
        """Whether it looks at the shown round."""
        return self.inner.uses_live

    def mask(self, values: Values) -> Mask:
        """Return where it does not hold."""
        return ~self.inner.mask(values)


def _equal(values: npt.NDArray[np.float64], wanted: float) -> Mask:
    """Compare to nine digits: what is typed is rarely all of a calculated number."""
    return np.abs(values - wanted) <= 1e-9 * max(abs(wanted), 1e-3)


_COMPARISONS: Final[dict[str, Callable[[npt.NDArray[np.float64], float], Mask]]] = {
    "<": np.less,
    "≤": lambda values, wanted: (values < wanted) | _equal(values, wanted),
    ">": np.greater,
    "≥": lambda values, wanted: (values > wanted) | _equal(values, wanted),
    "=": _equal,
    "≠": lambda values, wanted: ~_equal(values, wanted) & ~np.isnan(values),
}


@dataclass(frozen=True, slots=True)
class NumberCondition:
    """A number compared with one that was written. Blank cells meet no comparison."""

    column: str
    operator: str
    wanted: float
    uses_live: bool

    def mask(self, values: Values) -> Mask:
        """Return where the comparison holds."""
        with np.errstate(invalid="ignore"):
            return np.asarray(_COMPARISONS[self.operator](_numbers(values, self.column), self.wanted), dtype=bool)


@dataclass(frozen=True, slots=True)
class BlankCondition:
    """The cell is blank."""

    column: str
    is_text: bool
    uses_live: bool

    def mask(self, values: Values) -> Mask:
        """Return where it is blank."""
        if self.column == "account":
            return np.asarray(values.lowered_accounts() == "", dtype=bool)
        if self.is_text and self.column != "status":
            return np.asarray(values.store.column(self.column) == BLANK, dtype=bool)
        if self.column == "status":
            return TextCondition("status", "", uses_live=True).mask(values)
        return np.isnan(_numbers(values, self.column))


@dataclass(frozen=True, slots=True)
class TextCondition:
    """A name compared with a pattern, whatever the case; ``*`` and ``?`` stand for any text and any letter.

    The status "liquidated" is also that of accounts of which a part was repaid, whether the rest waits or not.
    """

    column: str
    pattern: str
    uses_live: bool

    def mask(self, values: Values) -> Mask:
        """Return where the name fits the pattern."""
        if self.column == "account":
            return _accounts(values, self.pattern.lower())
        if self.column == "status":
            fits = np.zeros(states.COUNT, dtype=bool)
            for word, group in status_groups().items():
                if word == self.pattern.casefold():
                    fits[list(group)] = True
            for state, word in status_words().items():
                fits[state] |= _fits(word, self.pattern)
            now, first, _ = values.live.statuses()
            in_part = (first > 0) & np.isin(now, list(states.LIQUIDATABLE))
            return np.asarray(fits[now] | (in_part & fits[states.LIQUIDATED]), dtype=bool)
        fits = np.array([*(_fits(name, self.pattern) for name in values.store.names(self.column)), False])
        return np.asarray(fits[values.store.column(self.column)], dtype=bool)


@dataclass(frozen=True, slots=True)
class FreeText:
    """The account contains a text."""

    text: str
    uses_live: bool = False

    def mask(self, values: Values) -> Mask:
        """Return where the account contains it."""
        wanted = self.text.lower()
        if any(character in wanted for character in "*?"):
            return _accounts(values, wanted)
        return np.asarray(np.strings.find(values.lowered_accounts(), wanted) >= 0, dtype=bool)


def _numbers(values: Values, column: str) -> npt.NDArray[np.float64]:
    if column == ROW:
        return np.arange(1, len(values) + 1, dtype=np.float64)
    if column == ROUND:
        since = values.live.statuses()[2].astype(np.float64)
        return np.where(since > 0, since, np.nan)
    if column in {TOTAL_COLLATERAL, TOTAL_DEBT}:
        return values.live.numbers("collateral_usd" if column == TOTAL_COLLATERAL else "debt_usd")
    if column in {BOOK_COLLATERAL, BOOK_DEBT}:
        return values.in_book("collateral" if column == BOOK_COLLATERAL else "debt")
    return values.numbers(column)


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name.casefold(), _literal_brackets(pattern.casefold()))


def _literal_brackets(pattern: str) -> str:
    """Take the special meaning from ``[``, which the filter language does not give it."""
    return pattern.replace("[", "[[]")


def _accounts(values: Values, pattern: str) -> Mask:
    """Match accounts as a whole where the pattern is simple; the few that are left one by one."""
    accounts = values.lowered_accounts()
    head = re.split(r"[*?]", pattern, maxsplit=1)[0]
    if head == pattern:
        return np.asarray(accounts == pattern, dtype=bool)
    mask = np.asarray(np.strings.startswith(accounts, head), dtype=bool)
    rest = pattern[len(head) :]
    if rest == "*":
        return mask
    tail = re.split(r"[*?]", pattern)[-1]
    mask &= np.strings.endswith(accounts, tail)
    inner = rest[1 : len(rest) - len(tail)]
    if rest.startswith("*") and inner == "":
        return mask & (np.strings.str_len(accounts) >= len(head) + len(tail))
    middle = rest.strip("*")
    if not head and not tail and not re.search(r"[*?]", middle):
        return np.asarray(np.strings.find(accounts, middle) >= 0, dtype=bool)
    shape = re.compile(fnmatch.translate(_literal_brackets(pattern)))
    left = np.flatnonzero(mask)
    mask[left] = [shape.match(name) is not None for name in accounts[left].tolist()]
    return mask
