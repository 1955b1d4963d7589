"""What kernels read and fill: named tuples of arrays (for tables see `engine.kernels.tables`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.constants import TOTAL_PLACES

FEWEST_ROWS = 62


class Legs(NamedTuple):
    """The fixed part of a book: who holds what, and on which terms (read-only arrays, see `engine.book.book.Book`).

    ``collateral_terms`` (collateral legs,) uint32 is each leg's row of ``terms`` (T, 2), whose columns are `THRESHOLD`
    and `BONUS`.
    """

    collateral_start: Any
    collateral_asset: Any
    collateral_terms: Any
    terms: Any
    debt_start: Any
    debt_asset: Any
    market: Any


class Curves(NamedTuple):
    """Liquidity curves and cross impact.

    ``of_asset`` (K,) table of `Curve`; ``points`` (points,) table of `CurvePoint`; ``cross`` (K, K): row k says what
    part of each asset's own log fall reaches asset k, 1 on the diagonal.
    """

    of_asset: Any
    points: Any
    cross: Any


class EventColumns(NamedTuple):
    """One row for each leg pair of a liquidation; arrays of the same length, filled up to a count.

    Where only what was taken is kept, all after ``repaid`` are empty: they follow from it (see `detail_nb`). Where
    nobody reads them, ``account`` alone has room, and nothing is written.
    """

    account: Any
    collateral_leg: Any
    debt_leg: Any
    seized: Any
    repaid: Any
    to_protocol: Any
    collateral_before: Any
    debt_before: Any
    health_before: Any
    health_after: Any


class BadDebtColumns(NamedTuple):
    """One row for each debt leg that became bad debt; ``after`` equals ``before`` where it stays."""

    account: Any
    debt_leg: Any
    before: Any
    after: Any


class MarkColumns(NamedTuple):
    """One row for each event that is not a liquidation of its own account: which event, and its mark."""

    row: Any
    mark: Any


class StartColumns(NamedTuple):
    """One row for each auction that starts: of which account, and the share of it that is for sale."""

    account: Any
    share: Any


class AccountPlaces(NamedTuple):
    """Where accounts stand in the book when the kernels' arrays hold them in another order, each (n,) int32, read-only.

    ``account`` is the index in the book; an account's legs stand ``collateral_shift`` and ``debt_shift`` further on
    there.
    """

    account: Any
    collateral_shift: Any
    debt_shift: Any


class WaitingAccounts(NamedTuple):
    """Liquidatable accounts, in order, filled up to a count: who, debt in USD, and see `until_nb`.

    ``owes_moved`` (bool): whether an asset that the account owes has another price than at the start.
    """

    account: Any
    debt: Any
    until: Any
    owes_moved: Any


class Moves(NamedTuple):
    """How far oracle prices have moved in a run, as bounds for all accounts.

    ``level`` and ``rise`` are products over the rounds so far, the first of the largest fall of any collateral's price
    and the largest rise of any debt's, the second of the largest rise of any collateral's price and the largest fall
    of any debt's: so much, at most, can health have fallen and risen. ``held_rise`` is of collateral alone: so much can
    the health have risen of accounts whose debts have not moved. ``has_moved`` (K,) bool: which prices of debts are
    others than at the start; ``first_moved`` (K,) those of them that were not when those who wait were last looked at;
    ``debts_moved``: whether any of them has moved since.
    """

    level: Any
    rise: Any
    held_rise: Any
    has_moved: Any
    first_moved: Any
    debts_moved: Any


class Queue(NamedTuple):
    """Candidates of a round, up to a count: least ``key`` (float64) first, ties by ``row`` of the book (int32).

    ``account`` (int32) is the place in the order of the run's index.
    """

    key: Any
    row: Any
    account: Any


class HealthWatch(NamedTuple):
    """What a liquidation step tells the pool of those who wait, so that they need not be looked at again.

    ``pool`` holds the very accounts that are liquidated, in that order, or none; ``level``, ``rise`` and ``held_rise``
    as in `Moves`, ``limits`` as in `recheck_nb`. Who is no longer liquidatable leaves the pool, and gets a due value in
    ``due`` (n,) and ``block_due`` (blocks,).
    """

    pool: WaitingAccounts
    level: Any
    rise: Any
    held_rise: Any
    limits: Any
    due: Any
    block_due: Any


class Flows(NamedTuple):
    """What moved in a round: (K, 2) by asset, (M, 2) by market, each an unevaluated sum of two float64.

    So sums do not depend on the order in which accounts are served or stand. ``owed_before`` (K,) is room for what an
    account owes on each of its legs. ``repaid_by_collateral_usd`` is filled where events are kept.
    ``moved_collateral`` and ``moved_debt`` (M, K, 2) are the tokens that liquidations took off accounts, ``moved_fee``
    (K, 2) what of them the protocol keeps; `fold_nb` has not yet counted them to the others.
    """

    received: Any
    to_protocol: Any
    repaid: Any
    repaid_by_collateral_usd: Any
    liquidations: Any
    repaid_usd: Any
    seized_usd: Any
    totals: Any
    owed_before: Any
    moved_collateral: Any
    moved_debt: Any
    moved_fee: Any


class TokensLeft(NamedTuple):
    """Tokens left by (market, asset), each an unevaluated sum of two float64, so that taking all away leaves 0."""

    collateral: Any
    collateral_rest: Any
    debt: Any
    debt_rest: Any


class Safety(NamedTuple):
    """Safety devices: ``of_market`` (M,) table of `Device`; ``watches`` (M, K) bool, whose falls pause a market."""

    of_market: Any
    watches: Any


class UntouchedBook(NamedTuple):
    """A book before a run, in the order of its index (see `engine.book.health_index.Workspace`)."""

    collateral: Any
    debt: Any
    due: Any
    block_due: Any


class RunArrays(NamedTuple):
    """What a run changes of a book (see `engine.book.health_index.Workspace`); the last three are room for lists."""

    collateral: Any
    debt: Any
    due: Any
    block_due: Any
    touched: Any
    since: Any
    last_liquidated: Any
    bad: Any
    is_held: Any
    is_owed: Any
    waiting: Any
    found: Any
    found_bad: Any


class MarketState(NamedTuple):
    """Prices and outstanding sales as they go from round to round (see `engine.kernels.beginning.begin_round_nb`).

    (K,) float64: undisturbed (f of the round), outstanding (q at its start, in tokens), market (p(r-)), prices (room,
    in which p(r) stands when a round has ended), cross (the log factor that each asset takes from the others at its
    start), oracle and oracle_before (P of the round and of the one before), permanent and temporary (the parts of q).
    ``history`` and ``after`` (rows, K): p(r-) and p(r), each round in the row that `row_of_nb` tells, row 0 the prices
    before round 1. ``last_update`` (K,) int64: when feeds were last updated.
    ``paused_until`` (M,) int64: the last round in which each market is paused.
    """

    undisturbed: Any
    outstanding: Any
    market: Any
    prices: Any
    cross: Any
    oracle: Any
    oracle_before: Any
    permanent: Any
    temporary: Any
    history: Any
    after: Any
    last_update: Any
    paused_until: Any


class Trades(NamedTuple):
    """Tokens traded in a round by others than liquidators and takers of auctions, each (K,).

    ``depositors``: what depositors got and sell in instalments, like liquidators; ``buyers``: what buyers of a
    storefront sell on at once; ``closed_sold`` and ``closed_bought``: positions closed at the market.
    """

    depositors: Any
    buyers: Any
    closed_sold: Any
    closed_bought: Any


class Sales(NamedTuple):
    """What is to be sold and what was, tokens; proceeds and cost in USD (see `engine.kernels.selling`).

    ``due`` and ``depositors_due`` (instalments, K) are what liquidators and depositors sell in the coming rounds, a
    ring. A run that is over before needs the rows of its own rounds and one more, from which it knows at its end that
    something is still to be sold. (K,): sold, bought, proceeds and cost of the round, and ``others_sold``, what of the
    sold tokens is no business of liquidators, takers or buyers.
    """

    due: Any
    depositors_due: Any
    sold: Any
    bought: Any
    others_sold: Any
    proceeds: Any
    cost: Any
    trades: Trades


class Reserves(NamedTuple):
    """What pays bad debt, and the bad debt of a round, by market, USD (see `engine.kernels.bad_debt.bear_bad_debt_nb`).

    (M,): ``held`` by the reserve, which settlements may take below zero, and ``held_before`` at the start of the round;
    ``settled_bad``, bad debt that settlements leave to the reserve, and ``settled_lost``, what of it no reserve pays;
    ``bad`` and ``lost``, all bad debt of the round and what lenders lost in it. ``found`` (M, 2), as two float64, is
    debt that has become bad on accounts.
    """

    held: Any
    held_before: Any
    settled_bad: Any
    settled_lost: Any
    found: Any
    bad: Any
    lost: Any


def history_rows(look_back: int, most_rounds: int) -> int:
    """Return how many rows a history of prices needs where oracles look back so many rounds (see `row_of_nb`).

    Some more are as quick and let short runs keep a row for each round.
    """
    return max(min(max(look_back, FEWEST_ROWS), most_rounds) + 2, 2)


def market_state(assets: int, markets: int, rows: int) -> MarketState:
    """Return room for the prices and sales of a run, with nothing sold and nothing paused.

    Parameters
    ----------
    assets, markets
        K and M.
    rows
        Rows of the history, see `row_of_nb`.
    """
    return MarketState(
        **{name: np.zeros(assets) for name in MarketState._fields[:9]},
        history=np.zeros((rows, assets)),
        after=np.zeros((rows, assets)),
        last_update=np.zeros(assets, dtype=np.int64),
        paused_until=np.zeros(markets, dtype=np.int64),
    )


def empty_flows(assets: int, markets: int) -> Flows:
    """Return the flows of a round in which nothing has moved yet."""
    return Flows(
        received=np.zeros((assets, 2)),
        to_protocol=np.zeros((assets, 2)),
        repaid=np.zeros((assets, 2)),
        repaid_by_collateral_usd=np.zeros((assets, 2)),
        liquidations=np.zeros(markets, dtype=np.int64),
        repaid_usd=np.zeros((markets, 2)),
        seized_usd=np.zeros((markets, 2)),
        totals=np.zeros((TOTAL_PLACES, 2)),
        owed_before=np.empty(assets),
        moved_collateral=np.zeros((markets, assets, 2)),
        moved_debt=np.zeros((markets, assets, 2)),
        moved_fee=np.zeros((assets, 2)),
    )


def no_waiting_accounts(accounts: int) -> WaitingAccounts:
    """Return a pool with room for so many accounts."""
    return WaitingAccounts(
        np.empty(accounts, dtype=np.int32), np.empty(accounts), np.empty(accounts), np.empty(accounts, dtype=np.bool_)
    )


def no_watch() -> HealthWatch:
    """Return the watch of a step whose accounts are looked at again."""
    return HealthWatch(
        no_waiting_accounts(0), 1.0, 1.0, 1.0, np.full(3, np.inf), np.empty(0), np.empty(0, dtype=np.float32)
    )


def no_sales(assets: int, instalments: int) -> Sales:
    """Return room for the sales of a run that has sold nothing, what is seized sold in so many instalments."""
    by_asset = {name: np.zeros(assets) for name in Sales._fields[2:-1]}
    trades = Trades(*(np.zeros(assets) for _ in Trades._fields))
    return Sales(np.zeros((instalments, assets)), np.zeros((instalments, assets)), **by_asset, trades=trades)


def empty_reserves(markets: int) -> Reserves:
    """Return reserves without money, and no bad debt."""
    return Reserves(**{
        name: np.zeros((markets, 2) if name == "found" else markets) for name in Reserves._fields
    })  # fmt: skip


def empty_left(assets: int, markets: int) -> TokensLeft:
    """Return the sums of an empty book."""
    return TokensLeft(*(np.zeros((markets, assets)) for _ in TokensLeft._fields))
