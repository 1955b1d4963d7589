"""Names of columns that stand twice in a table: told apart by what they stand after, else by their number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.base.faults import Fault
from engine.importing.column_names import words
from engine.importing.source import checked_names

if TYPE_CHECKING:
    from collections.abc import Sequence

TWICE: Final = "stands there twice"
_SIDES: Final = frozenset(
    {"collateral", "supply", "supplied", "deposit", "deposited", "debt", "borrow", "borrowed", "loan"}
)


@dataclass(frozen=True)
class ToldApart:
    """The names of a table's columns, each once.

    Parameters
    ----------
    names
        In their order.
    flaws
        By name, for columns that only a number tells from others: who uses one has to be told which is meant.
    remarks
        What was done.
    """

    names: tuple[str, ...]
    flaws: dict[str, tuple[Fault, ...]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def told_apart(where: str, found: Sequence[str | None]) -> ToldApart:
    """Return the names of columns, with those that stand there several times told apart.

    ``Collateral, Amount, Debt, Amount`` are ``Collateral``, ``Collateral Amount``, ``Debt``, ``Debt Amount``. Where
    the columns before them do not tell, the second is ``Amount (2)``.

    Parameters
    ----------
    where
        How messages call the table.
    found
        The row of the names.

    Raises
    ------
    BadInput
        If there are too many, or none looks like a name.

    Examples
    --------
    >>> told_apart("book.csv", ["who", "Collateral", "USD", "Debt", "USD"]).names
    ('who', 'Collateral', 'Collateral USD', 'Debt', 'Debt USD')
    >>> told_apart("book.csv", ["who", "USD", "USD"]).names
    ('who', 'USD', 'USD (2)')
    """
    written = [(text or "").strip() for text in found]
    counts = Counter(text for text in written if text)
    twice = [text for text, count in counts.items() if count > 1]
    if not twice:
        return ToldApart(tuple(checked_names(where, found)))
    sides = _by_sides(written, counts)
    if sides is not None:
        names = checked_names(where, sides)
        few = ", ".join(new for old, new in zip(written, names, strict=True) if counts[old] > 1)
        return ToldApart(tuple(names), {}, (f"columns {', '.join(twice[:4])} stand there twice, and are {few}",))
    numbered, seen = [], Counter[str]()
    for text in written:
        seen[text] += 1
        numbered.append(f"{text} ({seen[text]})" if text and seen[text] > 1 else text)
    names = checked_names(where, numbered)
    flaws: dict[str, tuple[Fault, ...]] = {}
    for old, name in zip(written, names, strict=True):
        if counts[old] > 1:
            allowed = f"each name once, or {name!r} chosen for what it means (--map)"
            flaws[name] = (Fault(f"{where}, column names", f"{old!r} {TWICE}", allowed),)
    return ToldApart(tuple(names), flaws)


def _by_sides(written: list[str], counts: Counter[str]) -> list[str] | None:
    """Return names with the side that they stand after; None if some stand after none, or after the same."""
    side, result = "", []
    for text in written:
        first = (words(text) or [""])[0]
        if counts[text] > 1:
            if not side or first in _SIDES:
                return None
            result.append(f"{side} {text}")
            continue
        if first in _SIDES:
            side = first.capitalize()
        result.append(text)
    return result if len(set(filter(None, result))) == len(list(filter(None, result))) else None
