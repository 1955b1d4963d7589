"""Column names taken apart: words, units, and the parts of dotted names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Unit = Literal["tokens", "raw", "usd", "eth", ""]

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_IN_PERCENT = re.compile(r"\s+in\s+(%|percent|per cent|prozent)\s*$", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_UNITS: dict[str, Unit] = {
    **dict.fromkeys(
        ("human", "formatted", "normalized", "normalised", "adjusted", "tokens", "token", "units"), "tokens"
    ),
    **dict.fromkeys(("raw", "wei"), "raw"),
    **dict.fromkeys(("usd", "dollar", "dollars", "value"), "usd"),
    "eth": "eth",
}


def plain_name(text: str) -> str:
    """Return a column name in lower case without spaces and signs.

    Examples
    --------
    >>> plain_name("Collateral (USD)")
    'collateralusd'
    """
    return re.sub(r"[^a-z0-9]", "", plain_letters(text).lower())


def plain_letters(text: str) -> str:
    """Return a text without umlauts and accents, an umlaut as the two letters that stand for it.

    Examples
    --------
    >>> plain_letters("Währung der Schuld"), plain_letters("dépôt")
    ('Waehrung der Schuld', 'depot')
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_UMLAUTS))
    return "".join(part for part in parts if not unicodedata.combining(part))


def words(text: str) -> list[str]:
    """Return the words of a column name in lower case.

    Examples
    --------
    >>> words("totalCollateralUSD"), words("borrow_assets_human")
    (['total', 'collateral', 'usd'], ['borrow', 'assets', 'human'])
    """
    return [word.lower() for word in _WORDS.findall(plain_letters(text))]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to read a column name.

    Parameters
    ----------
    plain
        The name without the unit, in lower case, without signs.
    unit
        What the name says about the unit, "" if nothing.
    depth
        How many leading parts of a dotted name were left out.
    """

    plain: str
    unit: Unit
    depth: int


def spellings(column: str) -> list[Spelling]:
    """Return the ways to read a column name: whole first, then without leading parts, each without and with its unit.

    Examples
    --------
    >>> [(each.plain, each.unit) for each in spellings("market.priceUSD")]
    [('marketpriceusd', ''), ('marketprice', 'usd'), ('priceusd', ''), ('price', 'usd')]
    """
    column = _IN_PERCENT.sub("", column)
    parts = [part for part in column.split(".") if part] or [column]
    found: list[Spelling] = []
    for depth in range(len(parts)):
        left = [word for part in parts[depth:] for word in words(part)]
        whole = plain_name("".join(parts[depth:]))
        found.append(Spelling(whole, _unit_of(left), depth) if not _ends_in_unit(left) else Spelling(whole, "", depth))
        unit: Unit = ""
        while len(left) > 1 and left[-1] in _UNITS:
            unit = _stronger(unit, _UNITS[left.pop()])
            left = left[:-1] if len(left) > 1 and left[-1] == "in" else left
            found.append(Spelling("".join(left), unit, depth))
        if len(left) > 1 and left[0] in {"raw", "usd"}:
            found.append(Spelling("".join(left[1:]), _UNITS[left[0]], depth))
    return found


def _ends_in_unit(names: list[str]) -> bool:
    return len(names) > 1 and names[-1] in _UNITS


def _unit_of(names: list[str]) -> Unit:
    return "usd" if "usd" in names else ""


def _stronger(one: Unit, other: Unit) -> Unit:
    """Of two units in a name the one that says more: ``value_usd`` and ``usd_value`` are both USD."""
    return one if one in {"usd", "raw", "eth"} else other
