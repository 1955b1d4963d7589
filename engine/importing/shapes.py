"""Rows of a file become rows of a loan table: three shapes of book.

Whole columns at once. What is wrong is said cell by cell with the row as the user sees it; a row with
anything wrong is never used in part, and never left out unless the caller asks for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.base.faults import BadInput, Fault
from engine.importing.mapping import ColumnMapping, checked_mapping
from engine.importing.numbers import numbers_from_column
from engine.importing.pairing import groups, paired
from engine.importing.source import MOST_FAULTS, Source
from engine.scenario.loans import BLANK, CodedColumn, LoanTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats


SIDES = {
    **dict.fromkeys(("collateral", "supply", "supplied", "deposit", "deposited", "lend", "asset", "c"), 0),
    **dict.fromkeys(("debt", "borrow", "borrowed", "loan", "liability", "d"), 1),
}
NO_CATEGORY = frozenset({"0", "none", "null", "nan", "n/a", "-"})
"""How exports write that an account is in no category: Aave numbers its modes from 1 on, 0 is none."""
_SAME_PRICE = 1e-9


@dataclass(frozen=True)
class ImportResult:
    """What came out of a file.

    Parameters
    ----------
    loans
        The rows that are right, as a loan table.
    prices
        The USD price of each asset that the file gives one for.
    faults
        What is wrong, in row order, at most 1,000 and then a line with the number of the others.
    rows
        Rows in the file.
    bad_rows
        How many of them have a fault, and are not in `loans`.
    """

    loans: LoanTable
    prices: dict[str, float]
    faults: tuple[Fault, ...]
    rows: int
    bad_rows: int


def check(
    source: Source, mapping: ColumnMapping | None = None, *, thresholds: Mapping[str, float] | None = None
) -> ImportResult:
    """Read a source under a mapping and say what is wrong, row by row; the right rows are in the result.

    Parameters
    ----------
    source
        The file.
    mapping
        What its columns mean; guessed if not given.
    thresholds
        For books of liquidation prices: the liquidation threshold of each collateral asset.

    Raises
    ------
    BadInput
        If the mapping does not fit the source. Wrong rows do not raise.
    """
    mapping = checked_mapping(source, mapping)
    reader = _Reader(source, mapping)
    if mapping.shape == "loans":
        loans = _loans(reader)
    elif mapping.shape == "tidy":
        loans = _tidy(reader)
    else:
        loans = _liquidation_prices(reader, thresholds or {})
    return ImportResult(loans, reader.prices, reader.all_faults(), len(source) + len(source.faults), reader.bad_rows())


def convert(
    source: Source,
    mapping: ColumnMapping | None = None,
    *,
    thresholds: Mapping[str, float] | None = None,
    skip_bad_rows: bool = False,
) -> ImportResult:
    """Turn a source into a loan table.

    Parameters
    ----------
    source, mapping, thresholds
        As for `check`.
    skip_bad_rows
        Leave out rows that have a fault instead of refusing the file; the result lists them.

    Raises
    ------
    BadInput
        If the mapping does not fit, or a row is wrong and `skip_bad_rows` is false.
    """
    result = check(source, mapping, thresholds=thresholds)
    if result.faults and not skip_bad_rows:
        raise BadInput(result.faults)
    return result


class _Reader:
    """Reads columns of a source by field, and keeps what is wrong with them."""

    def __init__(self, source: Source, mapping: ColumnMapping) -> None:
        self.source = source
        self.mapping = mapping
        self.rows = len(source)
        self.bad = np.zeros(self.rows, dtype=bool)
        self.prices: dict[str, float] = {}
        self._faults: list[tuple[int, Fault]] = []
        self._unsaid = 0
        comma = mapping.decimal_comma
        self._comma = source.decimal_comma if comma is None else comma

    def fault(self, wrong: npt.NDArray[np.bool_], name: str, allowed: str) -> None:
        """Note a fault in a field's column at each of the rows that are marked."""
        if not wrong.any():
            return
        column = self.mapping.columns[name]
        for index in np.flatnonzero(wrong).tolist():
            self.bad[index] = True
            if len(self._faults) < MOST_FAULTS:
                shown = self.source.shown_cell(column, index)
                text = f"{shown[:60]!r}" if shown.strip() else "blank"
                self._faults.append((index, Fault(self.source.place(index, column), text, allowed)))
            else:
                self._unsaid += 1

    def all_faults(self) -> tuple[Fault, ...]:
        ordered = [fault for _, fault in sorted(self._faults, key=lambda entry: entry[0])]
        faults = [*self.source.faults, *ordered]
        if self._unsaid:
            faults.append(Fault(self.source.name, f"{self._unsaid:,} more faults"))
        return tuple(faults)

    def bad_rows(self) -> int:
        return int(self.bad.sum()) + len(self.source.faults)

    def given(self, name: str) -> bool:
        return name in self.mapping.columns

    def numbers(self, name: str, *, allowed: str = "a number of at least 0") -> Floats:
        """Return a field's numbers, NaN where blank or wrong; negative ones are faults."""
        if not self.given(name):
            return np.full(self.rows, np.nan)
        values, wrong = numbers_from_column(self.source.column(self.mapping.columns[name]), decimal_comma=self._comma)
        marked = values < 0
        marked[wrong] = True
        self.fault(marked, name, allowed)
        return values

    def shares(self, name: str, limit: float) -> Floats:
        """Return a field's shares; what looks like a percentage without its sign is a fault."""
        allowed = f"a share below {limit:g}, such as 0.83 or 83%"
        values = self.numbers(name, allowed=allowed)
        self.fault(values >= limit, name, allowed)
        return values

    def names(self, name: str, *, required: bool = False) -> CodedColumn:
        """Return a field's names, coded; outer spaces do not count."""
        if not self.given(name):
            return CodedColumn(np.full(self.rows, BLANK, dtype=np.int32), ())
        coded = _coded(self.source.column(self.mapping.columns[name]))
        if required:
            self.fault(coded.codes == BLANK, name, "a name")
        return coded

    def markets(self) -> CodedColumn:
        if self.given("market"):
            return self.names("market", required=True)
        return CodedColumn(np.zeros(self.rows, dtype=np.int32), (self.mapping.market,))

    def categories(self, account: npt.NDArray[np.object_], market: CodedColumn) -> CodedColumn:
        """Return the accounts' categories; a row in another one than its account's first row is a fault."""
        written = self.names("category")
        index: dict[str, int] = {}
        order = [BLANK if name.lower() in NO_CATEGORY else index.setdefault(name, len(index)) for name in written.names]
        category = CodedColumn(np.array([*order, BLANK], dtype=np.int32)[written.codes], tuple(index))
        if not category.is_blank:
            group, first = groups(account, market)
            unlike = category.codes != category.codes[first[group]]
            self.fault(unlike & ~self.bad, "category", "that of the account's first row: an account has one category")
        return category

    def accounts(self) -> npt.NDArray[np.object_]:
        import pyarrow.compute as pc

        column = pc.utf8_trim_whitespace(_as_text(self.source.column(self.mapping.columns["account"])))
        accounts: npt.NDArray[np.object_] = column.to_numpy()
        blank = pc.fill_null(pc.equal(column, ""), fill_value=True)
        self.fault(np.asarray(blank.to_numpy()), "account", "a name")
        return accounts

    def pair(self, asset: CodedColumn, amount: Floats, asset_field: str, amount_field: str) -> None:
        """Note assets without an amount and amounts without an asset."""
        blank = asset.codes == BLANK
        lone = ~blank & np.isnan(amount) & ~self.bad
        self.fault(lone, amount_field, "an amount for the asset")
        self.fault(blank & ~np.isnan(amount), asset_field, "the asset of the amount")

    def read_prices(self, asset: CodedColumn, name: str) -> Floats:
        """Take the assets' prices from a column; each asset has one."""
        if not self.given(name):
            return np.full(self.rows, np.nan)
        price = self.numbers(name, allowed="a price above 0")
        self.fault(price == 0, name, "a price above 0")
        told = np.flatnonzero((asset.codes != BLANK) & (price > 0))
        codes, first = np.unique(asset.codes[told], return_index=True)
        reference = np.full(len(asset.names) + 1, np.nan)
        reference[codes] = price[told[first]]
        for code in codes.tolist():
            reference[code] = self.prices.setdefault(asset.names[code], float(reference[code]))
        expected = reference[asset.codes]
        differs = (price > 0) & (np.abs(price / expected - 1) > _SAME_PRICE)
        self.fault(differs, name, "the same price for an asset in every row")
        return expected


def _as_text(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type):
        return column
    values = [None if value is None else f"{value:.15g}" for value in column.to_pylist()]
    return pc.cast(pa.chunked_array([pa.array(values, type=pa.string())]), pa.string())


def _coded(column: Any) -> CodedColumn:
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(_as_text(column)).combine_chunks()
    codes = np.asarray(pc.fill_null(encoded.indices, BLANK).to_numpy(zero_copy_only=False), dtype=np.int32)
    names = [str(name).strip() for name in encoded.dictionary.to_pylist()]
    index: dict[str, int] = {}
    order = [index.setdefault(name, len(index)) if name else BLANK for name in names]
    translation = np.array([*order, BLANK], dtype=np.int32)
    return CodedColumn(translation[codes], tuple(index))


def _loans(reader: _Reader) -> LoanTable:
    account = reader.accounts()
    market = reader.markets()
    collateral, debt = reader.names("collateral_asset"), reader.names("debt_asset")
    collateral_amount, debt_amount = reader.numbers("collateral_amount"), reader.numbers("debt_amount")
    reader.pair(collateral, collateral_amount, "collateral_asset", "collateral_amount")
    reader.pair(debt, debt_amount, "debt_asset", "debt_amount")
    threshold = reader.shares("liquidation_threshold", 1.5)
    bonus = reader.shares("liquidation_bonus", 5.0)
    reader.read_prices(collateral, "collateral_price")
    reader.read_prices(debt, "debt_price")
    category = reader.categories(account, market)
    keep = ~reader.bad
    if keep.all():
        return LoanTable(account, market, collateral, collateral_amount, debt, debt_amount, threshold, bonus, category)
    return LoanTable(
        account[keep],
        _kept(market, keep),
        _kept(collateral, keep),
        collateral_amount[keep],
        _kept(debt, keep),
        debt_amount[keep],
        threshold[keep],
        bonus[keep],
        _kept(category, keep),
    )


def _kept(column: CodedColumn, keep: npt.NDArray[np.bool_]) -> CodedColumn:
    return CodedColumn(column.codes[keep], column.names)


def _tidy(reader: _Reader) -> LoanTable:
    account = reader.accounts()
    market = reader.markets()
    asset = reader.names("asset", required=True)
    side = _sides(reader)
    amount = reader.numbers("amount")
    reader.fault(np.isnan(amount) & ~reader.bad, "amount", "a number of at least 0")
    price = reader.read_prices(asset, "price_usd")
    category = reader.categories(account, market)
    keep = ~reader.bad
    usd = np.where(np.isnan(price), 0.0, amount * price)
    return paired(
        account[keep],
        _kept(market, keep),
        _kept(asset, keep),
        side[keep],
        amount[keep],
        usd[keep],
        _kept(category, keep),
    )


def _sides(reader: _Reader) -> npt.NDArray[np.int8]:
    written = reader.names("side")
    meaning = np.array([*(SIDES.get(name.lower(), -1) for name in written.names), -1], dtype=np.int8)
    side = meaning[written.codes]
    reader.fault(side < 0, "side", "collateral (supply, deposit) or debt (borrow, loan)")
    return np.asarray(side)


def _liquidation_prices(reader: _Reader, thresholds: Mapping[str, float]) -> LoanTable:
    """Debt in USD is what makes the health factor 1 at the liquidation price: amount * price * threshold."""
    account = reader.accounts()
    market = reader.markets()
    collateral = reader.names("collateral_asset", required=True)
    amount = reader.numbers("collateral_amount")
    reader.fault(np.isnan(amount) & ~reader.bad, "collateral_amount", "a number of at least 0")
    price = reader.numbers("liquidation_price", allowed="a price of at least 0")
    reader.fault(np.isnan(price) & ~reader.bad, "liquidation_price", "a price of at least 0")
    fallback = np.nan if reader.mapping.threshold is None else reader.mapping.threshold
    by_name = np.array([*(thresholds.get(name, fallback) for name in collateral.names), np.nan], dtype=np.float64)
    threshold = by_name[collateral.codes]
    unknown = np.isnan(threshold) & (collateral.codes != BLANK)
    reader.fault(unknown, "collateral_asset", "collateral whose liquidation threshold is given")
    category = reader.categories(account, market)
    keep = ~reader.bad
    rows = int(keep.sum())
    debt = (amount * price * threshold)[keep]
    reader.prices[reader.mapping.debt_asset] = 1.0
    none = np.full(rows, np.nan)
    return LoanTable(
        account[keep],
        _kept(market, keep),
        _kept(collateral, keep),
        amount[keep],
        CodedColumn(np.zeros(rows, dtype=np.int32), (reader.mapping.debt_asset,)),
        debt,
        none,
        none.copy(),
        _kept(category, keep),
    )
