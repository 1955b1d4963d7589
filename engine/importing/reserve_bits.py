"""Assets that are named by the bits of a number: bit 3 is the reserve with the number 3, as Aave keeps its modes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.column_names import plain_name
from engine.importing.numbers import numbers_from_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importing.asking import Notes
    from engine.importing.choices import ImportChoices
    from engine.importing.source import Source

ROLE = "reserve_order"
"""The constant that says how reserves without numbers are numbered: ``listed``, or ``none`` for not at all."""
_NUMBERS = ("reserveid", "reserveindex", "reservenumber", "assetid", "id", "index")
_MOST = 256
_BINARY = re.compile(r"[01]+")
_LONGEST_DECIMAL = 39
"""Bitmaps are below 2^128: texts of more digits are in base 2."""


def bits_of(written: str) -> list[int] | None:
    """Return which bits are set in a bitmap, as a decimal number, ``0x``, ``0b`` or a long row of 0 and 1.

    None if it is none.

    Examples
    --------
    >>> bits_of("5"), bits_of("0x11"), bits_of("0b101"), bits_of("0" * 250 + "000110"), bits_of("")
    ([0, 2], [0, 4], [0, 2], [1, 2], None)
    """
    text = written.strip().lower()
    is_binary = _BINARY.fullmatch(text) and (len(text) > _LONGEST_DECIMAL or (len(text) > 1 and text[0] == "0"))
    try:
        value = int(text, 2) if is_binary else int(text, 0)
    except ValueError:
        return None
    return [bit for bit in range(_MOST) if value >> bit & 1] if 0 <= value < 1 << _MOST else None


@dataclass
class Reserves:
    """The reserves of a file, by their numbers.

    Parameters
    ----------
    name
        The file.
    listed
        Their assets, in its order.
    numbers
        Their assets by number; None where the file does not number them.
    choices
        May say that they are numbered as they are listed.
    notes
        Gets the question, and bits without a reserve.
    unknown
        Those bits.
    """

    name: str
    listed: Sequence[str | None]
    numbers: dict[int, str] | None
    choices: ImportChoices
    notes: Notes
    unknown: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, source: Source, assets: Sequence[str | None], choices: ImportChoices, notes: Notes) -> Reserves:
        """Take them from a table of parameters, with the asset of each row."""
        return cls(source.name, assets, _numbers(source, assets), choices, notes)

    def named_by(self, bitmap: str) -> list[str] | None:
        """Return the assets whose bits are set; None where that cannot be told, which is asked."""
        bits = bits_of(bitmap)
        if bits is None:
            return None
        numbers = self.numbers
        if numbers is None:
            order = self.choices.constants.get(ROLE)
            if order != "listed":
                if order is None:
                    self._ask()
                return None
            numbers = {place: asset for place, asset in enumerate(self.listed) if asset}
        self.unknown |= set(bits) - set(numbers)
        return [numbers[bit] for bit in bits if bit in numbers]

    def say_unknown(self) -> None:
        """Say which bits have no reserve in the file."""
        if self.unknown:
            bits = ", ".join(str(bit) for bit in sorted(self.unknown)[:8])
            self.notes.say(f"{self.name}: no reserve has the number {bits}, which efficiency modes name by a bit")

    def _ask(self) -> None:
        first = ", ".join(f"bit {place} is {asset}" for place, asset in enumerate(self.listed[:3]) if asset)
        self.notes.ask(
            Question(
                ROLE,
                f"{self.name}, efficiency modes",
                "Modes name their collateral by bits (collateralBitmap), and nothing numbers the reserves: are they "
                "numbered as they are listed?",
                (
                    Answer(f"yes, {first} ...", f"--constant {ROLE}=listed", {"constants": {ROLE: "listed"}}),
                    Answer("no, without the modes", f"--constant {ROLE}=none", {"constants": {ROLE: "none"}}),
                ),
            )
        )


def _numbers(source: Source, assets: Sequence[str | None]) -> dict[int, str] | None:
    """Return the assets by the numbers of their reserves; None where no column has a number for each."""
    names = {plain_name(column.rpartition(".")[2]): column for column in reversed(source.columns)}
    for wanted in _NUMBERS:
        if wanted not in names:
            continue
        values, wrong = numbers_from_column(source.column(names[wanted]))
        whole = not len(wrong) and not np.isnan(values).any() and bool((values == np.floor(values)).all())
        if whole and len(set(values.tolist())) == len(values) and values.min() >= 0 and values.max() < _MOST:
            return {int(value): asset for value, asset in zip(values.tolist(), assets, strict=True) if asset}
    return None
