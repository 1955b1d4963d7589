"""Formulas of columns: ``cTokenBalance * exchangeRate / 1e18``, for amounts that a file gives in parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.base.types import Floats

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|\[(?P<quoted>[^\]]+)\]|(?P<name>[^\W\d][\w.]*)|(?P<sign>[-+*/()×^]))"
)
_LARGEST = 200


def columns_of(formula: str, columns: Sequence[str], where: str) -> list[str]:
    """Return the columns that a formula names.

    Raises
    ------
    BadInput
        If it names something else, or is no formula.
    """
    found = [text for kind, text in _tokens(formula, where) if kind == "name"]
    for name in found:
        if name not in columns:
            raise BadInput.at(where, f"no column {name!r}", "numbers, + - * / ( ) and columns of " + ", ".join(columns))
    return list(dict.fromkeys(found))


def evaluated(formula: str, values: Callable[[str], Floats], rows: int, where: str) -> Floats:
    """Return the value of a formula in each row.

    Parameters
    ----------
    formula
        Numbers, columns (in brackets where they hold blanks or signs), ``+ - * /`` and parentheses.
    values
        Gives the numbers of a column, shape (rows,).
    rows
        How many there are.
    where
        How messages call the place.

    Returns
    -------
    Floats
        Shape (rows,). Nothing divided by nothing is nothing: ``0 * x / 0`` is 0, as for an account that never
        borrowed and so has no index; anything else divided by 0 is NaN.

    Raises
    ------
    BadInput
        If it is no formula.
    """
    parser = _Parser(_tokens(formula, where), values, where)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        result = parser.sum()
    if not parser.done:
        raise BadInput.at(where, f"{formula!r}", "a formula of columns, numbers, + - * / and ( )")
    return np.array(np.broadcast_to(result, (rows,)), dtype=np.float64)


def _tokens(formula: str, where: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place = 0
    text = formula.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or len(tokens) > _LARGEST:
            raise BadInput.at(where, f"{formula!r}", "a formula of columns, numbers, + - * / and ( )")
        place = match.end()
        kind = match.lastgroup or ""
        tokens.append(("name" if kind == "quoted" else kind, match[kind].replace("×", "*")))
    return tokens


class _Parser:
    """Reads sums of products from left to right."""

    def __init__(self, tokens: list[tuple[str, str]], values: Callable[[str], Floats], where: str) -> None:
        self._tokens = tokens
        self._values = values
        self._where = where
        self._place = 0

    @property
    def done(self) -> bool:
        return self._place == len(self._tokens)

    def sum(self) -> Floats:
        result = self._product()
        while (sign := self._sign("+-")) is not None:
            other = self._product()
            result = result + other if sign == "+" else result - other
        return result

    def _product(self) -> Floats:
        result = self._factor()
        while (sign := self._sign("*/")) is not None:
            other = self._factor()
            if sign == "*":
                result = result * other
            else:
                result = np.where((result == 0) & (other == 0), 0.0, np.where(other == 0, np.nan, result / other))
        return result

    def _factor(self) -> Floats:
        if self._sign("-") is not None:
            return -self._factor()
        if self._sign("(") is not None:
            result = self.sum()
            if self._sign(")") is None:
                raise BadInput.at(self._where, "a parenthesis that does not end", "( and ) in pairs")
            return result
        if self.done:
            raise BadInput.at(self._where, "a formula that ends too early", "a column or a number at its end")
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == "number":
            return np.float64(text)  # type: ignore[return-value] # a number is an array without dimensions
        if kind == "name":
            return self._values(text)
        raise BadInput.at(self._where, repr(text), "a column or a number")

    def _sign(self, wanted: str) -> str | None:
        if not self.done and self._tokens[self._place][0] == "sign" and self._tokens[self._place][1] in wanted:
            self._place += 1
            return self._tokens[self._place - 1][1]
        return None
