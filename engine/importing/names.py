"""Names in a column: blanks, addresses in several spellings, names that stand for the same asset."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.importing.column_kinds import sample
from engine.importing.roles import BLANKS
from engine.scenario.loans import BLANK, CodedColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Flags

ADDRESS = r"^0[xX][0-9a-fA-F]{40}$"


def as_text(column: Any) -> Any:
    """Return a pyarrow column as text; whole numbers as such."""
    import pyarrow as pa

    if pa.types.is_string(column.type):
        return column
    values = [None if value is None or math.isnan(value) else _plain(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(values, type=pa.string())])


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(value)


def trimmed(column: Any) -> Any:
    """Return a column of text without outer spaces, null where it says that there is nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(as_text(column))
    short = pc.less_equal(pc.binary_length(text), 5)
    if not pc.any(short).as_py():
        return text
    blank = pc.is_in(pc.utf8_lower(text), value_set=pa.array(list(BLANKS)))
    return pc.if_else(blank, pa.scalar(None, pa.string()), text)


def coded(column: Any) -> tuple[CodedColumn, int]:
    """Return a column of names coded, and how many addresses stand there in more than one spelling.

    Addresses are compared without case, and shown as they were written first; other names are as they are.
    """
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(as_text(column)).combine_chunks()
    codes = np.asarray(pc.fill_null(encoded.indices, BLANK).to_numpy(zero_copy_only=False), dtype=np.int32)
    names = [str(name).strip() for name in encoded.dictionary.to_pylist()]
    index: dict[str, int] = {}
    shown: list[str] = []
    spellings: dict[str, int] = {}
    order = []
    for name in names:
        if name.lower() in BLANKS:
            order.append(BLANK)
            continue
        key = name.lower() if is_address(name) else name
        place = index.setdefault(key, len(index))
        if place == len(shown):
            shown.append(name)
        elif shown[place] != name:
            spellings[key] = 1
        order.append(place)
    return CodedColumn(np.array([*order, BLANK], dtype=np.int32)[codes], tuple(shown)), len(spellings)


def is_address(name: str) -> bool:
    """Whether a name is an address: 0x and forty hexadecimal digits."""
    if len(name) != 42 or name[:2].lower() != "0x":
        return False
    try:
        bytes.fromhex(name[2:])
    except ValueError:
        return False
    return " " not in name


def accounts(column: Any) -> tuple[npt.NDArray[np.object_], Flags, int]:
    """Return a column of account names.

    Returns
    -------
    tuple
        Shape (rows,): names, addresses as they were written first; where they are blank; and how many addresses
        stand in more than one spelling.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    text = trimmed(column)
    blank = np.asarray(pc.is_null(text).to_numpy())
    if not _in_capitals(text):
        return text.to_numpy(), blank, 0
    addresses = pc.fill_null(pc.match_substring_regex(text, ADDRESS), fill_value=False)
    lowered = pc.if_else(addresses, pc.ascii_lower(text), text)
    codes = np.asarray(pc.fill_null(pc.dictionary_encode(lowered).combine_chunks().indices, BLANK).to_numpy())
    first = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    shown = text.take(pa.array(np.where(blank, np.arange(len(codes)), first[codes])))
    other = np.asarray(pc.fill_null(pc.not_equal(text, shown), fill_value=False).to_numpy())
    return shown.to_numpy(), blank, len(np.unique(codes[other]))


def cut_numbers(column: Any) -> Flags:
    """Return which names are numbers of which a spreadsheet has kept the first digits only: ``1.23457E+37``."""
    import pyarrow.compute as pc

    text = as_text(column)
    if not any("+" in cell for cell in sample(text)):  # a spreadsheet cuts all of a column or none
        return np.zeros(len(text), dtype=np.bool_)
    found = pc.match_substring_regex(text, r"^\s*\d([.,]\d+)?[eE]\+\d+\s*$")
    return np.asarray(pc.fill_null(found, fill_value=False).to_numpy())


def _in_capitals(text: Any) -> bool:
    """Whether some names may be addresses with capitals in them."""
    import pyarrow.compute as pc

    long = pc.equal(pc.binary_length(text), 42)
    if not pc.any(long).as_py():
        return False
    return bool(pc.any(pc.and_(long, pc.not_equal(pc.ascii_lower(text), text))).as_py())


def renamed(column: CodedColumn, names: Mapping[str, str]) -> CodedColumn:
    """Return a column with names replaced; names that become the same are one from then on."""
    index: dict[str, int] = {}
    codes = [index.setdefault(names.get(name, name), len(index)) for name in column.names]
    return CodedColumn(np.array([*codes, BLANK], dtype=np.int32)[column.codes], tuple(index))
