"""The shapes of loan books: how rows become the sides of accounts, or loans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.asset_prices import read_prices
from engine.importing.names import renamed
from engine.importing.pairing import groups
from engine.importing.raw_units import in_tokens
from engine.importing.roles import DIRECTIONS, SIDES
from engine.importing.sides import COLLATERAL, DEBT, Sides, joined
from engine.scenario.loans import BLANK, CodedColumn, LoanTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from engine.base.types import Flags, Floats
    from engine.importing.cells import Cells
    from engine.importing.perpetual_positions import PerpetualPositions


@dataclass
class Known:
    """What is known beside the book: from a table of parameters, a preset, a template.

    Parameters
    ----------
    prices
        USD by asset.
    thresholds
        Liquidation threshold by asset.
    market
        The name of the only market there is, for books without a column of markets.
    dollar
        The asset in which debt in dollars is owed: the template's USDC if it has no USD.
    maintained
        Thresholds of perpetual positions by asset, 1 - maintenance margin; those of lending markets are none.
    engine
        The name of the margin engine that there is, for books of perpetual positions without a column of markets.
    margin_asset
        What its margin is paid in, for such books without a column of that.
    """

    prices: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    market: str = "market"
    dollar: str = "USD"
    maintained: Mapping[str, float] = field(default_factory=dict)
    engine: str = "market"
    margin_asset: str = "USD"


@dataclass
class Rows:
    """What a shape made of a file's rows.

    Parameters
    ----------
    sides
        The sides of accounts; None for loans, which have their table at once.
    loans
        The loans, one row each of the file.
    prices
        USD of each asset that the file gives one for.
    owner
        Shape (rows of the file,): the account of each row, by which wrong rows take others with them.
    perpetuals
        The file's positions, where they are perpetuals.
    """

    sides: Sides | None
    loans: LoanTable | None
    prices: dict[str, float]
    owner: npt.NDArray[np.object_]
    perpetuals: PerpetualPositions | None = None


def names_of(cells: Cells, role: str, aliases: Mapping[str, str], *, required: bool = False) -> CodedColumn:
    """Return a role's assets, under the names that they stand for."""
    return renamed(cells.names(role, required=required), aliases)


def known_prices(asset: CodedColumn, prices: Floats, known: Known) -> Floats:
    """Return each row's price: the file's, else the one that is known elsewhere; NaN where there is none."""
    other = np.array([*(known.prices.get(name, np.nan) for name in asset.names), np.nan], dtype=np.float64)
    return np.where(np.isnan(prices), other[asset.codes], prices)


def loans(cells: Cells, aliases: Mapping[str, str], known: Known) -> Rows:
    """Read one row a loan."""
    account, market = cells.accounts(), cells.markets(known.market)
    prices: dict[str, float] = {}
    assets, amounts = [], []
    for name in ("collateral", "debt"):
        asset = names_of(cells, f"{name}_asset", aliases)
        amount = cells.numbers(f"{name}_amount")
        price = read_prices(cells, f"{name}_price", asset, prices)
        tokens = in_tokens(
            cells, f"{name}_amount", asset, amount, known_prices(asset, price, known), f"{name}_decimals", f"{name}_usd"
        )
        asset, tokens = _nothing_is_blank(asset, tokens)
        _pair(cells, asset, tokens, f"{name}_asset", f"{name}_amount")
        assets.append(asset)
        amounts.append(tokens)
    category = cells.categories()
    one_category(cells, account, market, category)
    table = LoanTable(
        account, market, assets[0], amounts[0], assets[1], amounts[1], cells.thresholds(), cells.bonuses(), category,
        **({"entry_price": cells.numbers("entry_price", "a price above 0")} if cells.given("entry_price") else {}),
    )  # fmt: skip
    return Rows(None, table, prices, account)


def _nothing_is_blank(asset: CodedColumn, amount: Floats) -> tuple[CodedColumn, Floats]:
    """Return both with a side of 0 tokens without an asset left blank, as some exports write it."""
    empty = (asset.codes == BLANK) & (amount == 0)
    return asset, np.where(empty, np.nan, amount) if empty.any() else amount


def _pair(cells: Cells, asset: CodedColumn, amount: Floats, asset_role: str, amount_role: str) -> None:
    """Note assets without an amount and amounts without an asset."""
    blank = asset.codes == BLANK
    constant = asset_role not in cells.columns
    if not constant:
        cells.fault(~blank & np.isnan(amount) & ~cells.bad, amount_role, "an amount for the asset")
    if cells.given(asset_role):
        cells.fault(blank & ~np.isnan(amount) & ~cells.bad, asset_role, "the asset of the amount")


def one_category(cells: Cells, account: npt.NDArray[np.object_], market: CodedColumn, category: CodedColumn) -> None:
    """Note rows in another category than their account's first row."""
    if category.is_blank:
        return
    group, first = groups(account, market)
    unlike = category.codes != category.codes[first[group]]
    cells.fault(unlike & ~cells.bad, "category", "that of the account's first row: an account has one category")


def positions(cells: Cells, aliases: Mapping[str, str], known: Known) -> Rows:
    """Read one row a side of an asset, or a signed amount."""
    prices: dict[str, float] = {}
    account, market = cells.accounts(), cells.markets(known.market)
    asset = names_of(cells, "asset", aliases, required=True)
    signed = not cells.given("side")
    price = read_prices(cells, "price", asset, prices)
    amount = cells.numbers("amount", "a number" if signed else "a number of at least 0", signed=signed)
    cells.fault(np.isnan(amount) & ~cells.bad, "amount", "a number" if signed else "a number of at least 0")
    amount = in_tokens(cells, "amount", asset, amount, known_prices(asset, price, known), "decimals", "amount_usd")
    side = _sides_by_sign(cells, amount) if signed else read_sides(cells)
    counts = cells.flags("is_collateral", (side == COLLATERAL) & (np.abs(amount) > 0))
    category = cells.categories()
    one_category(cells, account, market, category)
    threshold = np.where(side == COLLATERAL, cells.thresholds(), np.nan)
    bonus = np.where(side == COLLATERAL, cells.bonuses(), np.nan)
    rows = np.arange(cells.rows)
    found = Sides(rows, account, market, asset, side, np.abs(amount), price, threshold, bonus, category)
    free = (side == COLLATERAL) & ~counts & ~cells.bad
    _say_free(cells, asset, free & (amount > 0))
    return Rows(found.taken(~free & (np.abs(amount) > 0) | cells.bad), None, prices, account)


def _say_free(cells: Cells, asset: CodedColumn, free: Flags) -> None:
    if free.any():
        names = sorted({asset.names[code] for code in asset.codes[free].tolist() if code != BLANK})
        count = int(free.sum())
        assets = ", ".join(names[:5])
        rows = f"{count:,} supplies of {assets} are no collateral and do not count"
        if count == 1:
            rows = f"1 supply of {assets} is no collateral and does not count"
        cells.notes.say(f"{cells.where('is_collateral')}: {rows}")


def _sides_by_sign(cells: Cells, amount: Floats) -> npt.NDArray[np.int8]:
    """Return the sides of signed amounts; without a negative one it is asked what they are."""
    if not (amount < 0).any():
        cells.notes.ask(
            Question(
                "side",
                f"{cells.source.name}, columns",
                "Nothing tells collateral from debt.",
                (
                    Answer("a column does", "--map side=COLUMN"),
                    Answer("all are collateral", "--constant side=collateral", {"constants": {"side": "collateral"}}),
                    Answer("all are debt", "--constant side=debt", {"constants": {"side": "debt"}}),
                ),
            )
        )
    else:
        cells.notes.say(f"{cells.where('amount')}: negative amounts are read as debt")
    return np.where(amount < 0, DEBT, COLLATERAL).astype(np.int8)


def read_sides(cells: Cells) -> npt.NDArray[np.int8]:
    """Return the side of each row: 0 collateral, 1 debt; a word for neither is a fault."""
    written = cells.names("side")
    meaning = np.array([*(SIDES.get(name.lower(), -1) for name in written.names), -1], dtype=np.int8)
    side = meaning[written.codes]
    directed = [name for name in written.names if name.lower() in DIRECTIONS]
    allowed = "collateral (supply, deposit, lender) or debt (borrow, borrower, loan)"
    if directed:
        allowed += "; long and short are sides of perpetuals: --shape perpetuals"
    cells.fault((side < 0) & ~cells.bad, "side", allowed)
    return np.asarray(side)


def both_sides(cells: Cells, aliases: Mapping[str, str], known: Known) -> Rows:
    """Read one row an asset of an account, with what is supplied and what is borrowed."""
    prices: dict[str, float] = {}
    account, market = cells.accounts(), cells.markets(known.market)
    asset = names_of(cells, "asset", aliases, required=True)
    price = read_prices(cells, "price", asset, prices)
    worth = known_prices(asset, price, known)
    category = cells.categories()
    one_category(cells, account, market, category)
    threshold, bonus = cells.thresholds(), cells.bonuses()
    rows = np.arange(cells.rows)
    none = np.full(cells.rows, np.nan)
    parts = []
    for side, role in ((COLLATERAL, "supplied"), (DEBT, "borrowed")):
        amount = in_tokens(cells, role, asset, cells.numbers(role), worth, "decimals", "amount_usd")
        used = amount > 0
        if side == COLLATERAL:
            counts = cells.flags("is_collateral", used)
            _say_free(cells, asset, used & ~counts & ~cells.bad)
            used &= counts
        own, gain = (threshold, bonus) if side == COLLATERAL else (none, none)
        sides = np.full(cells.rows, side, dtype=np.int8)
        parts.append(Sides(rows, account, market, asset, sides, amount, price, own, gain, category).taken(used))
    return Rows(joined(parts), None, prices, account)
