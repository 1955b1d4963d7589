"""Bad input, said in one line a fault: where it is, what was found, what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 2_000
"""Characters of a text that a fault repeats whole: lists of what is allowed are longer than names."""
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the input.

    Parameters
    ----------
    where
        The place as the user sees it: ``markets.aave.rules.close.close_factor``,
        ``loans row 7, collateral_amount`` or a file name.
    found
        What stands there, in words.
    allowed
        What may stand there, in words; empty when `found` says it all.
    """

    where: str
    found: str
    allowed: str = ""

    def __str__(self) -> str:
        line = f"{_cut(self.where)}: {_cut(self.found)}"
        if self.allowed:
            line = f"{line}; allowed: {_cut(self.allowed)}"
        return " ".join(line.split())


def _cut(text: str) -> str:
    """Return a text that can be read: of a very long one its beginning, and how long it is."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_SHOWN]} … ({len(text):,} characters)"


class BadInput(Exception):  # noqa: N818 - the input is bad, the program is not in error
    """Input that cannot be used. Nothing was written and nothing was changed.

    Parameters
    ----------
    faults
        All the faults that were found, at least one.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        if not self.faults:
            message = "BadInput needs at least one fault"
            raise ValueError(message)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @classmethod
    def at(cls, where: str, found: str, allowed: str = "") -> BadInput:
        """Make a `BadInput` of a single fault."""
        return cls([Fault(where, found, allowed)])
