"""Numbers as people write them in files: ``1.2M``, ``83%``, ``$1,841.62``, ``1.234,56``.

Whole columns at once: plain numbers are read by Arrow, grouped and decimal-comma numbers by a rewrite
of the whole column, and only what is left, cell by cell. A cell that is no number is reported, never
turned into zero; so is ``inf``. What stands for nothing (``nan``, ``null``, ``-``, ``n/a``) is blank.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.base.written_numbers import COMMA, POINT, NotANumberError, Separators, read_number
from engine.importing.roles import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterable


def _grouped(separators: Separators) -> str:
    """Return the pattern of numbers that Arrow reads once their thousands separators are taken out."""
    return rf"^[+-]?{separators.grouped()}({re.escape(separators.decimal)}\d*)?([eE][+-]?\d+)?$"


_GROUPED = {comma: _grouped(COMMA if comma else POINT) for comma in (False, True)}
_ONLY_COMMA = re.compile(r"^[+-]?(\d*,\d{1,2}|\d*,\d{4,}|0,\d+|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+)%?$")
_ONLY_POINT = re.compile(r"^[+-]?(\d*\.\d{1,2}|\d*\.\d{4,}|0\.\d+|\d{4,}\.\d+|\d{1,3}(,\d{3})+\.\d+)%?$")


def uses_decimal_comma(cells: Iterable[str]) -> bool:
    """Whether the numbers among these cells are written with a decimal comma.

    A cell such as ``1,234`` says nothing; ``0,5`` and ``1.234,56`` say comma, ``0.5`` says point. Comma
    is answered only if some cell says so and none says point.
    """
    comma = False
    for cell in cells:
        text = cell.strip()
        if _ONLY_POINT.match(text):
            return False
        comma = comma or _ONLY_COMMA.match(text) is not None
    return comma


def number_from_text(text: str, *, decimal_comma: bool = False) -> float | None:
    """Read one number, or return None if the text is none.

    Parameters
    ----------
    text
        Written as `engine.base.written_numbers.read_number` tells.
    decimal_comma
        ``1.234,56`` instead of ``1,234.56``.
    """
    try:
        return read_number(text, COMMA if decimal_comma else POINT)
    except NotANumberError:
        return None


def as_written(allowed: str, *, decimal_comma: bool) -> str:
    """Say how the number has to be written that is allowed, where that is not as usual.

    Parameters
    ----------
    allowed
        Which numbers may stand there, in words.
    decimal_comma
        Whether all numbers of the file or block are read with a decimal comma.
    """
    return f"{allowed}, with a decimal comma (1.234,5) as the others" if decimal_comma else allowed


def numbers_from_column(
    column: Any, *, decimal_comma: bool = False, percent: bool = True
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Read a whole column.

    Parameters
    ----------
    column
        A pyarrow column of text (null = blank) or of numbers.
    decimal_comma
        How text is written.
    percent
        Whether a number may have a percent sign.

    Returns
    -------
    tuple
        Shape (rows,) float64 with NaN where a cell is blank or no number, and the indices of the cells
        that are neither blank (see `engine.importing.roles.BLANKS`) nor a finite number, increasing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pa.chunked_array([column]) if isinstance(column, pa.Array) else column
    if not pa.types.is_string(column.type):
        values = np.array(pc.cast(column, pa.float64()).to_numpy(), dtype=np.float64)
        bad = np.flatnonzero(np.isinf(values))
        values[bad] = np.nan
        return values, bad
    if not decimal_comma:
        try:
            values = np.array(pc.cast(column, pa.float64()).to_numpy(), dtype=np.float64)
        except pa.ArrowInvalid:
            pass
        else:
            if column.null_count == 0 and np.isfinite(values).all():
                return values, np.empty(0, dtype=np.int64)
            bad = np.flatnonzero(np.isinf(values))
            values[bad] = np.nan
            return values, bad
    return _odd_column(column, decimal_comma=decimal_comma, percent=percent)


def _odd_column(
    column: Any, *, decimal_comma: bool, percent: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(column)
    regular = pc.fill_null(pc.match_substring_regex(trimmed, _GROUPED[decimal_comma]), fill_value=False)
    rewritten = pc.if_else(regular, trimmed, pa.scalar(None, pa.string()))
    rewritten = pc.replace_substring(rewritten, "." if decimal_comma else ",", "")
    if decimal_comma:
        rewritten = pc.replace_substring(rewritten, ",", ".")
    values = np.array(pc.cast(rewritten, pa.float64()).to_numpy(), dtype=np.float64)
    bad = []
    rest = np.flatnonzero(np.asarray(pc.is_valid(column).to_numpy()) & ~np.isfinite(values))
    for index, text in zip(rest.tolist(), column.take(pa.array(rest)).to_pylist(), strict=True):
        blank = text.strip().lower() in BLANKS
        value = np.nan if blank else number_from_text(text, decimal_comma=decimal_comma)
        if "%" in text and not percent:
            value = None
        if value is None:
            bad.append(index)
        values[index] = np.nan if value is None else value
    return values, np.array(bad, dtype=np.int64)


def usd_text(value: float) -> str:
    """Return an amount in USD as people write it: six digits, and no exponent from a million on.

    Examples
    --------
    >>> usd_text(55430600.4), usd_text(1234.5)
    ('55,430,600 USD', '1,234.5 USD')
    """
    return f"{value:,.0f} USD" if abs(value) >= 1e6 else f"{value:,.6g} USD"
