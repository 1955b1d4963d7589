"""Amounts in raw units, such as 18 decimals: told by names and values, scaled exactly, asked where unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.asking import Answer, Question
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats
    from engine.importing.cells import Cells
    from engine.scenario.loans import CodedColumn

LARGEST_WHOLE = 1e12
"""Whole numbers above this in an amount column are asked about."""
USUAL = {
    "USDC": 6,
    "USDT": 6,
    "USDC.e": 6,
    "PYUSD": 6,
    "EURC": 6,
    "pUSD": 6,
    "WBTC": 8,
    "cbBTC": 8,
    "tBTC": 18,
    "BTCB": 18,
    "GUSD": 2,
    "renBTC": 8,
}
"""Decimals that the token of this name has on most chains; 18 for others. Only suggested: they differ by chain."""
_MOST_DECIMALS = 77
"""A raw amount has at most 78 digits: it is below 2^256."""
_COMMON = frozenset({6, 8, 9, 18})
"""Decimals that nearly all tokens have."""
_MOST_LIKELY = 24
_NOTATION = r"^[+-]?\d+[eE](6|8|18|27)$"


def in_tokens(
    cells: Cells, role: str, asset: CodedColumn, values: Floats, prices: Floats, decimals_role: str, usd_role: str
) -> Floats:
    """Return amounts in tokens, of a column that may hold raw units.

    Parameters
    ----------
    cells
        The file.
    role
        The role of the amounts.
    asset
        Their assets.
    values
        Shape (rows,): the numbers as they stand there.
    prices
        Shape (rows,): USD, NaN where not known.
    decimals_role, usd_role
        The roles of columns that may say how many decimals there are, and what the amounts are worth.

    Returns
    -------
    Floats
        Shape (rows,). Whole numbers are scaled in the text, before they become floats: none loses a digit.
    """
    if role in cells.choices.scale or role not in cells.columns or len(cells.columns[role]) > 1:
        return values
    tokens = _tokens(cells, role, asset, values, prices, decimals_role, usd_role)
    cells.keep_read(role, tokens)
    return tokens


def _tokens(
    cells: Cells, role: str, asset: CodedColumn, values: Floats, prices: Floats, decimals_role: str, usd_role: str
) -> Floats:
    if cells.unit(role) == "usd":
        return _from_usd(cells, role, asset, values, prices)
    raw = _looks_raw(cells, role, values)
    exponents = _told(cells, asset, decimals_role, raw=raw, values=values)
    if exponents is None and not raw:
        return values
    if exponents is None:
        exponents = np.full(cells.rows, -1, dtype=np.int64)
    unknown = (exponents < 0) & (values > 0)
    if raw and unknown.any():
        _infer(cells, role, asset, values, prices, usd_role, exponents)
        unknown = (exponents < 0) & (values > 0)
        if unknown.any():
            _ask(cells, role, asset, values, unknown)
            return values
    return _shifted(cells, role, values, exponents)


def _from_usd(cells: Cells, role: str, asset: CodedColumn, values: Floats, prices: Floats) -> Floats:
    """Return amounts that stand there in USD as tokens, at the prices that are known."""
    lacking = np.isnan(prices) & (values != 0) & ~np.isnan(values)
    names = sorted({asset.names[code] for code in asset.codes[lacking].tolist() if code != BLANK})
    if names:
        cells.notes.ask(
            Question(
                "price",
                cells.where(role),
                f"Amounts are in USD, which are tokens only at a price: what are {', '.join(names[:6])} worth?",
                (Answer("a table", "--params PARAMS.csv"), Answer("a column tells", "--map price=COLUMN")),
            )
        )
        return values
    cells.notes.say(f"{cells.where(role)}: USD are read as tokens at the price")
    return np.where(np.isnan(prices), values, values / prices)


def _looks_raw(cells: Cells, role: str, values: Floats) -> bool:
    """Whether a column holds raw units: its name says so, or its whole numbers are too large for tokens."""
    if cells.unit(role) == "raw":
        return True
    if cells.unit(role) == "tokens":
        return False
    given = values[~np.isnan(values) & (values != 0)]
    if not len(given) or np.abs(given).max() < 1e6:
        return False
    if _in_notation(cells, role):
        return True
    return bool(np.abs(given).max() > LARGEST_WHOLE and _whole(given))


def _whole(given: Floats) -> bool:
    return bool((given == np.floor(given)).mean() > 0.99)


def _in_notation(cells: Cells, role: str) -> bool:
    """Whether amounts stand there as ``5000000e6``, which is how contracts write raw units."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = cells.source.column(cells.columns[role][0])
    return pa.types.is_string(column.type) and bool(pc.any(pc.match_substring_regex(column, _NOTATION)).as_py())


def _told(cells: Cells, asset: CodedColumn, decimals_role: str, *, raw: bool, values: Floats) -> Any:
    """Return the decimals of each row as far as options and columns tell them, -1 elsewhere; None if nothing does."""
    choices = cells.choices
    column = choices.decimals_column or (cells.columns.get(decimals_role, ("",))[0])
    if column:
        numbers = cells.plain_numbers(column)
        exponents: Any = np.where((numbers >= 0) & (numbers <= _MOST_DECIMALS), numbers, -1).astype(np.int64)
        if choices.decimals_column is None and not raw and not _decimals_fit(values, exponents):
            cells.notes.say(f"{cells.source.name}, column {column}: not used, amounts are in tokens already")
            exponents = None
        else:
            cells.notes.say(f"{cells.source.name}: raw units, with the decimals of column {column}")
    else:
        exponents = None
    if choices.decimals and any(name in choices.decimals for name in asset.names):
        by_name = np.array([*(choices.decimals.get(name, -1) for name in asset.names), -1], dtype=np.int64)
        named = by_name[asset.codes]
        exponents = named if exponents is None else np.where(named >= 0, named, exponents)
    return exponents


def _decimals_fit(values: Floats, exponents: Any) -> bool:
    """Whether amounts look like raw units of these decimals: whole, most of them above a ten-thousandth."""
    used = (values > 0) & (exponents > 0)
    if not used.any() or not _whole(values[used]):
        return False
    return bool(np.median(np.log10(values[used]) - exponents[used]) > -4)


def _infer(
    cells: Cells, role: str, asset: CodedColumn, values: Floats, prices: Floats, usd_role: str, exponents: Any
) -> None:
    """Fill in decimals that the file's own USD values leave no choice for."""
    if usd_role not in cells.columns:
        return
    usd = cells.plain_numbers(cells.columns[usd_role][0])
    for code, name in enumerate(asset.names):
        mine = (asset.codes == code) & (exponents < 0) & (values > 0) & (usd > 0) & (prices > 0)
        if not mine.any():
            continue
        each = np.log10(values[mine] * prices[mine] / usd[mine])
        middle = float(np.median(each))
        if _is_certain(middle) and np.abs(each - middle).max() < 0.5:
            exponents[(asset.codes == code) & (exponents < 0)] = round(middle)
            cells.notes.say(
                f"{cells.where(role)}: raw units of {name} with {round(middle)} decimals, as column "
                f"{cells.columns[usd_role][0]} tells"
            )


def _is_certain(decimals: float) -> bool:
    """Whether a power of ten that amounts and USD differ by is a number of decimals, and not prices of another time.

    By a price that is off by nearly a power of ten it would be another number: the usual ones may be off by a quarter,
    others by 2 %.
    """
    off = abs(decimals - round(decimals))
    return off < (0.1 if round(decimals) in _COMMON else 0.01) and 0 <= round(decimals) <= _MOST_LIKELY


def _ask(cells: Cells, role: str, asset: CodedColumn, values: Floats, unknown: Flags) -> None:
    names = [name for code, name in enumerate(asset.names) if (unknown & (asset.codes == code)).any()]
    nameless = bool((unknown & (asset.codes == BLANK)).any())
    largest = float(np.abs(values[unknown]).max())
    for name in names:
        usual = USUAL.get(name, 18)
        cells.notes.ask(
            Question(
                "decimals",
                f"{cells.where(role)}, {name}",
                f"These look like raw units (up to {largest:.3g}): how many decimals has {name}?",
                (
                    Answer(f"{usual}, as on most chains", f"--decimals {name}={usual}", {"decimals": {name: usual}}),
                    Answer("0, they are tokens", f"--decimals {name}=0", {"decimals": {name: 0}}),
                    Answer("a column tells", "--decimals COLUMN"),
                ),
            )
        )
    if nameless and not names:
        cells.notes.ask(
            Question(
                "decimals",
                cells.where(role),
                f"These look like raw units (up to {largest:.3g}): how many decimals?",
                (Answer("a column tells", "--decimals COLUMN"), Answer("", "--decimals ASSET=N")),
            )
        )


def _shifted(cells: Cells, role: str, values: Floats, exponents: Any) -> Floats:
    """Return amounts divided by their power of ten; texts are shifted as texts, so that every digit counts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    shift = np.maximum(exponents, 0)
    column = cells.source.column(cells.columns[role][0])
    scaled: Floats = values / 10.0**shift
    if not pa.types.is_string(column.type):
        return scaled
    trimmed = pc.utf8_trim_whitespace(column)
    plain = np.asarray(pc.fill_null(pc.match_substring_regex(trimmed, r"^[+-]?\d+$"), fill_value=False).to_numpy())
    rows = np.flatnonzero(plain)
    if len(rows):
        suffix = pa.array([f"e-{number}" for number in shift[rows].tolist()])
        text = pc.binary_join_element_wise(trimmed.take(pa.array(rows)).combine_chunks(), suffix, "")
        scaled[rows] = np.asarray(pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False))
    return scaled
