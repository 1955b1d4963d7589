"""Numbers as people write them, read in one way by the table, the scenario panel and the import: ``1.2M``, ``83%``.

Reading never guesses: what is no number raises `NotANumberError`, it never becomes 0. Which sign separates decimals and
which thousands is told by `Separators`; all else holds everywhere.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, Literal

Why = Literal["missing", "shape", "signs", "unit and percent", "separators", "too large"]

_FACTORS: Final = {"k": 3, "m": 6, "mm": 6, "mn": 6, "b": 9, "bn": 9, "t": 12, "tn": 12}
"""Powers of ten."""

_ALIKE: Final = (
    str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "))
    | str.maketrans(dict.fromkeys("\u2212\u2012\u2013\ufe63\uff0d", "-"))
    | dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202c\u2066\u2069"))
)
"""Blanks, minus signs and marks of direction that mean the same."""

_SHAPE: Final = re.compile(
    r"""^(?P<sign>[+-]?)\s*(?:US\$|USD|\$)?\s*(?P<inner>[+-]?)
        (?P<body>[\d.,'\u2019\u066b\u066c\ ]*?)
        (?P<exponent>[eE][+-]?\d+)?\s*
        (?P<unit>k|mm|mn|m|bn|b|tn|t)?\s*
        (?P<percent>%?)\s*(?:USD|\$|×|x)?$""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Separators:
    """The signs between whole and decimals, and between thousands, where blanks and apostrophes always hold too.

    Parameters
    ----------
    decimal, group
        One character each.
    """

    decimal: str
    group: str

    def grouped(self) -> str:
        """Return a pattern of whole digits in groups of three, or without groups; no sign, no decimals."""
        return rf"(?:\d{{1,3}}(?:{re.escape(self.group)}\d{{3}})+|\d+)"


POINT: Final = Separators(".", ",")
COMMA: Final = Separators(",", ".")


class NotANumberError(ValueError):
    """What was written is no number.

    Parameters
    ----------
    why
        What is wrong with it.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def read_number(text: str, separators: Separators = POINT) -> float:
    """Read a number as people write it.

    Parameters
    ----------
    text
        ``1,200.5``, with blanks and apostrophes between thousands too; ``$`` or ``USD``; the units k, M, B and T
        (``1.2M``); a percent sign (``83%`` is 0.83); any minus sign; ``(1,200)`` as negative; powers of ten (``1e6``).
        No other currency: nothing here tells what it is worth.
    separators
        What separates decimals and thousands.

    Returns
    -------
    float
        Finite.

    Raises
    ------
    NotANumberError
        If it is none, and why.
    """
    cleaned = text.translate(_ALIKE).strip()
    if not cleaned:
        raise NotANumberError("missing")
    negative = cleaned.startswith("(") and cleaned.endswith(")")
    if negative:
        cleaned = cleaned[1:-1].strip()
    match = _SHAPE.match(cleaned)
    if match is None or not any(character.isdigit() for character in match["body"]):
        raise NotANumberError("shape")
    signs = [sign for sign in (match["sign"], match["inner"]) if sign]
    if len(signs) + negative > 1:
        raise NotANumberError("signs")
    if match["percent"] and match["unit"]:
        raise NotANumberError("unit and percent")
    value = _value(_without_separators(match["body"].strip(), separators), match["exponent"], match["unit"])
    # dividing gives 0.83 for 83%, multiplying by 0.01 the float beside it
    value = value / 100 if match["percent"] else value
    if math.isinf(value):
        raise NotANumberError("too large")
    return -value if negative or "-" in signs else value


def _value(digits: str, exponent: str | None, unit: str | None) -> float:
    """Multiply by a unit without rounding twice: 1.1M is exactly 1100000."""
    power = _FACTORS[unit.lower()] if unit else 0
    if exponent:
        return float(digits + exponent) * 10.0**power
    return float(f"{digits}e{power}")


def _without_separators(body: str, separators: Separators) -> str:
    """Take the thousands separators out of `body` and write its decimal sign as a dot."""
    whole, point, fraction = body.partition(separators.decimal)
    groups = {separators.group.translate(_ALIKE), " ", "'", "\u2019"} - {separators.decimal}
    used = {character for character in whole if not character.isdigit()}
    if len(used) > 1 or not used <= groups or (point and not all(character.isdigit() for character in fraction)):
        raise NotANumberError("separators")
    if used:
        mark = re.escape(used.pop())
        # Groups of three; or of two before the last three, as in India.
        if not re.fullmatch(rf"\d{{1,3}}(?:{mark}\d{{3}})+|\d{{1,2}}(?:{mark}\d{{2}})+{mark}\d{{3}}", whole):
            raise NotANumberError("separators")
        whole = re.sub(mark, "", whole)
    return f"{whole or '0'}.{fraction or '0'}"
