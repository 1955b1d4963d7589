"""Views of a round, worked out in the plainest way: what the engine hands to the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cascade_gui.loan_table import states
from engine.reading.row_amounts import RowsBefore
from tests.gui.loan_table.books import NAMES


@dataclass(frozen=True)
class PlainBook:
    row_account: Any
    account_names: Any
    market: Any
    market_names: tuple[str, ...]
    row_leg: Any
    row_debt_leg: Any
    collateral_amount: Any
    debt_amount: Any
    collateral_asset: Any
    debt_asset: Any
    asset_names: tuple[str, ...] = NAMES.assets


@dataclass(frozen=True)
class PlainState:
    collateral_amount: Any
    debt_amount: Any


@dataclass(frozen=True)
class PlainView:
    round: int
    health: Any
    ltv: Any
    collateral_usd: Any
    debt_usd: Any
    status: Any
    status_round: Any
    row_liquidation_price: Any
    row_price_asset: Any
    row_price_rises: Any
    row_distance: Any
    prices: Any
    state: PlainState
    before: Any

    book: Any
    first_liquidated: Any
    last_deleveraged: Any
    waits_for: Any
    losses: Any = None
    recording: Any = None
    market_settlements: tuple[str, ...] = ("liquidator", "liquidator")

    def lost(self, *, in_round=False):
        return np.zeros(len(self.health)) if self.losses is None else self.losses[in_round]

    def positions(self, collateral, debt):
        return None

    def begins_as(self, other):
        return False

    def rows_before(self, rows):
        return RowsBefore(*(values[rows] for values in self.before))


def book_of(table) -> PlainBook:
    """Return the accounts of a table, in the order of their first rows."""
    names = table.market.values()
    keys = list(zip(names, table.account.tolist(), strict=True))
    accounts = list(dict.fromkeys(keys))
    number = {key: at for at, key in enumerate(accounts)}
    account_names = np.empty(len(accounts), dtype=object)
    account_names[:] = [name for _, name in accounts]
    return PlainBook(
        np.array([number[key] for key in keys], dtype=np.int32),
        account_names,
        np.array([NAMES.markets.index(market) for market, _ in accounts], dtype=np.int32),
        NAMES.markets,
        *legs(table, "collateral")[:1],
        *legs(table, "debt")[:1],
        legs(table, "collateral")[1],
        legs(table, "debt")[1],
        legs(table, "collateral")[2],
        legs(table, "debt")[2],
    )


def legs(table, side):
    """Return a leg for each row that has that side, with its tokens and its asset."""
    codes = getattr(table, f"{side}_asset").recoded({name: code for code, name in enumerate(NAMES.assets)})
    has = codes >= 0
    leg = np.where(has, np.cumsum(has) - 1, -1).astype(np.int32)
    return leg, np.nan_to_num(getattr(table, f"{side}_amount")[has]), codes[has].astype(np.int32)


def view_of(table, book, round_number=0, fall=0.0, threshold=0.8) -> PlainView:
    """Return the state of the accounts when everything but stable assets has fallen by `fall`."""
    price = {name: value * (1 - fall if value > 1 else 1) for name, value in NAMES.prices.items()}

    def usd(side):
        names = getattr(table, f"{side}_asset")
        prices = np.array([*(price.get(name, np.nan) for name in names.names), np.nan])
        return np.nan_to_num(getattr(table, f"{side}_amount") * prices[names.codes])

    number = len(book.account_names)
    collateral = np.bincount(book.row_account, usd("collateral"), number)
    debt = np.bincount(book.row_account, usd("debt"), number)
    with np.errstate(divide="ignore", invalid="ignore"):
        health = np.where(debt > 0, collateral * threshold / debt, np.inf)
        ltv = np.where(debt > 0, debt / collateral, 0.0)
    asset_codes = {name: code for code, name in enumerate(NAMES.assets)}
    status = np.where(debt == 0, states.NO_DEBT, np.where(health < 1, states.LIQUIDATED, states.HEALTHY)).astype(
        np.int8
    )
    distance = (1 - 1 / health)[book.row_account]
    return PlainView(
        round_number,
        health,
        ltv,
        collateral,
        debt,
        status,
        np.where(status == states.LIQUIDATED, round_number, 0).astype(np.int32),
        np.where(usd("collateral") > 0, 2000 * (1 - distance), np.nan),
        np.where(usd("collateral") > 0, table.collateral_asset.recoded(asset_codes), -1).astype(np.int32),
        np.zeros(len(distance), dtype=np.bool_),
        distance,
        np.array([price[name] for name in NAMES.assets]),
        PlainState(legs(table, "collateral")[1], legs(table, "debt")[1]),
        (health[book.row_account], np.full(len(distance), np.nan)),
        book,
        np.where(status == states.LIQUIDATED, round_number, 0).astype(np.int32),
        np.zeros(number, dtype=np.int32),
        np.zeros(number, dtype=np.int8),
    )
