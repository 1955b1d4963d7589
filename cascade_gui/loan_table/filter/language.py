"""Reads a filter.

::

    filter     = either
    either     = both { "or" both }
    both       = single { "and" single }
    single     = "not" single | "(" either ")" | comparison | words
    comparison = name operator value

Words without an operator are looked for in the account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.loan_table import states
from cascade_gui.loan_table.filter.conditions import (
    All,
    Any,
    BlankCondition,
    Condition,
    FreeText,
    Not,
    NumberCondition,
    TextCondition,
)
from cascade_gui.loan_table.filter.fields import Field, fields, nearest, normal
from cascade_gui.loan_table.filter.tokens import FilterError, Token, TokenKind, tokens
from cascade_gui.loan_table.formatting import side_words, status_groups, status_words
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cascade_gui.loan_table.names import KnownNames

_ORDERINGS = frozenset("<>≤≥")
_DEEPEST = 100


def parse_filter(text: str, names: KnownNames) -> Condition | None:
    """Return what a filter asks for, None for an empty one.

    Parameters
    ----------
    text
        What the user wrote.
    names
        The assets and markets there are; a comparison with any other is an error, not an empty table.

    Raises
    ------
    FilterError
        With one sentence and its place in the text.
    """
    found = tokens(text)
    if len(found) == 1:
        return None
    return _Reader(found, names).read()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, found: list[Token], names: KnownNames) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0
        self._names = names
        self._fields = fields()

    def read(self) -> Condition:
        condition = self._either()
        token = self._peek()
        if token.kind is TokenKind.CLOSE:
            raise FilterError(_tr("This parenthesis was never opened."), token.start, token.end)
        if token.kind is not TokenKind.END:
            raise FilterError(_tr("“and” or “or” is missing before this."), token.start, token.end)
        return condition

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._peek()
        if token.kind is not TokenKind.END:
            self._at += 1
        return token

    def _either(self) -> Condition:
        left = self._both()
        while self._peek().kind is TokenKind.OR:
            self._next()
            left = Any(left, self._both())
        return left

    def _both(self) -> Condition:
        left = self._single()
        while self._peek().kind is TokenKind.AND:
            self._next()
            left = All(left, self._single())
        return left

    def _single(self) -> Condition:
        token = self._peek()
        if token.kind is TokenKind.NOT:
            self._next()
            return Not(self._deeper(token, self._single))
        if token.kind is TokenKind.OPEN:
            self._next()
            inner = self._deeper(token, self._either)
            if self._peek().kind is not TokenKind.CLOSE:
                raise FilterError(_tr("This parenthesis is not closed."), token.start, token.end)
            self._next()
            return inner
        if token.kind in {TokenKind.WORD, TokenKind.QUOTED}:
            return self._comparison_or_words()
        if token.kind is TokenKind.OPERATOR:
            raise FilterError(_tr("A column is missing before “{0}”.").format(token.text), token.start, token.end)
        before = self._tokens[self._at - 1] if self._at else token
        raise FilterError(_tr("A condition is missing here."), before.start, max(before.end, token.end))

    def _deeper(self, token: Token, read: Callable[[], Condition]) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError(_tr("Too many parentheses within each other."), token.start, token.end)
        result = read()
        self._depth -= 1
        return result

    def _comparison_or_words(self) -> Condition:
        quoted = self._peek().kind is TokenKind.QUOTED
        words, start, end = self._words()
        if self._peek().kind is not TokenKind.OPERATOR:
            if not quoted:
                self._check_words(words, start, end)
            return FreeText(words)
        operator = self._next()
        field = self._fields.get(normal(words))
        if field is None:
            near = nearest(normal(words), self._fields)
            hint = _tr("Did you mean “{0}”?").format(near) if near else _tr("Columns are account, health, debt …")
            raise FilterError(_tr("No column is called “{0}”.").format(words) + " " + hint, start, end)
        if self._peek().kind not in {TokenKind.WORD, TokenKind.QUOTED}:
            message = _tr("A value is missing after “{0}”.").format(operator.text)
            raise FilterError(message, operator.start, operator.end)
        value, value_start, value_end = self._words()
        return self._comparison(field, operator, _Written(value, value_start, value_end), (start, end))

    def _words(self) -> tuple[str, int, int]:
        """Take the words that stand together: ``bad debt``, ``83 %``."""
        first = last = self._next()
        parts = [first.text]
        while self._peek().kind in {TokenKind.WORD, TokenKind.QUOTED}:
            last = self._next()
            parts.append(last.text)
        return " ".join(parts), first.start, last.end

    def _comparison(self, field: Field, operator: Token, written: _Written, name: tuple[int, int]) -> Condition:
        ordering = operator.text in _ORDERINGS
        if not ordering and normal(written.text) == "blank":
            column = field.text or field.number or ""
            blank = BlankCondition(column, field.text is not None, field.live)
            return blank if operator.text == "=" else Not(blank)
        if field.text is not None and not ordering and not (field.number and written.is_number(self._names)):
            self._check_name(field.text, written)
            fits = TextCondition(field.text, written.text, field.live)
            return fits if operator.text == "=" else Not(fits)
        if field.number is None:
            message = _tr("This is a name: it can be compared with = and ≠ only.")
            raise FilterError(message, name[0], operator.end)
        wanted = self._side(written) if field.number == "side" else self._number(written)
        return NumberCondition(field.number, operator.text, wanted, field.has_live_numbers)

    def _number(self, written: _Written) -> float:
        try:
            return numbers.parse_number(written.text)
        except ValueError as error:
            raise FilterError(str(error), written.start, written.end) from None

    def _side(self, written: _Written) -> float:
        """Return what stands for a side of positions, given its word."""
        words = {word: value for value, word in side_words().items()}
        if normal(written.text) not in words:
            message = _tr("Nothing is called “{0}” here. Known: {1}.").format(written.text, ", ".join(words))
            raise FilterError(message, written.start, written.end)
        return words[normal(written.text)]

    def _check_words(self, words: str, start: int, end: int) -> None:
        """Refuse a sentence about a column or a state: an empty table would not say that no account is called so."""
        said = normal(words)
        state = next((word for word in _longest_first(status_groups(), status_words().values()) if word in said), None)
        found = re.search(r"\bround (\d+)$", said)
        if state is not None and (state == said or found):
            instead = f"{_tr('status')} = {state}" + (f" {_tr('and')} round = {found[1]}" if found else "")
        elif found and said != found[0]:
            instead = f"round = {found[1]}"
        elif (column := re.match(r"(.+?) (?:is |of |below |above |under |over )?([\d.,]+ ?[%kmb]?)$", said)) and (
            self._fields.get(column[1]) is not None
        ):
            instead = f"{column[1]} < {column[2]}"
        else:
            return
        raise FilterError(_tr("Words alone are looked for in the account. Write: {0}").format(instead), start, end)

    def _check_name(self, column: str, written: _Written) -> None:
        """Refuse names that do not exist: an empty table would not say that they are misspelt."""
        if column == "account" or any(character in written.text for character in "*?"):
            return
        if column == "status":
            words = status_words()
            main = (words[states.HEALTHY], *status_groups(), words[states.BAD_DEBT])
            known = list(dict.fromkeys((*main, *filter(None, words.values()))))
        else:
            known = list(self._names.of_column(column))
        if known and written.text.casefold() not in {name.casefold() for name in known}:
            shown = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
            message = _tr("Nothing is called “{0}” here. Known: {1}.").format(written.text, shown)
            raise FilterError(message, written.start, written.end)


def _longest_first(*words: Iterable[str]) -> list[str]:
    return sorted(filter(None, {word for group in words for word in group}), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class _Written:
    """A value with its place."""

    text: str
    start: int
    end: int

    def is_number(self, names: KnownNames) -> bool:
        """Whether it is a number rather than the name of an asset (``1INCH``)."""
        if self.text.casefold() in {name.casefold() for name in names.assets}:
            return False
        try:
            numbers.parse_number(self.text)
        except ValueError:
            return False
        return True


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_filter", text)
