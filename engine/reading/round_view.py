"""What the window shows of a round: every account's health and status, the debt by health, the liquidation map.

Pure functions of what they are given; their kernels release the interpreter, so that they run well in a background
thread while the window lives on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.base.types import frozen
from engine.reading.lost_by_account import lost_by_account
from engine.reading.one_market import debts_of_market
from engine.reading.positions import Positions, positions
from engine.reading.reasons_to_wait import Waiting
from engine.reading.row_amounts import RowsBefore, RowSide, rows_before
from engine.reading.waiting import waiting
from engine.recording.records import BookState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from engine.base.types import Floats, Wholes
    from engine.book.book import Book
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario


class Status(IntEnum):
    """The state of an account at the end of a round."""

    HEALTHY = 0
    """Has debt, cannot be liquidated, never was."""
    LIQUIDATABLE = 1
    """Can be liquidated at this round's oracle prices and waits for it."""
    PARTLY = 2
    """Was liquidated, still has debt, cannot be liquidated now."""
    LIQUIDATED = 3
    """Was liquidated and has no debt left."""
    BAD_DEBT = 4
    """Debt without collateral: written off, or still there where the market's rules let it stay."""
    NO_DEBT = 5
    """Never had debt."""


@dataclass(frozen=True, slots=True)
class RoundView:
    """A book at the end of one round, at that round's oracle prices. Arrays are read-only.

    Parameters
    ----------
    scenario, book
        What it is a view of.
    round
        The round's number, 0 before the first.
    prices
        (K,) oracle prices.
    state
        The amounts of the legs.
    health
        (n,) health factor, infinite without debt.
    collateral_usd, debt_usd
        (n,) USD.
    ltv
        (n,) debt over collateral; infinite for debt without collateral, 0 without debt.
    status
        (n,) int8, a `Status`.
    status_round
        (n,) int32: the round of the account's last liquidation or of its bad debt, 0 if there was none.
    row_liquidation_price
        (rows,) the price of one asset at which the account's health is 1, every other price held; NaN if no positive
        one exists or the row has no collateral. The asset is the row's collateral. Only where that is cash
        (`engine.market.cash_assets`) and the account owes something that is not, the account is short of it, and it
        is this price: of the row's own debt if that is such an asset, else of the one of which the account owes most
        dollars now.
    row_price_asset
        (rows,) int32, that asset, into ``book.asset_names``; -1 where there is no price.
    row_price_rises
        (rows,) bool: whether health falls below 1 when the price rises above it, not when it falls below: the account
        owes more of the asset than its own collateral in it counts for.
    row_distance
        (rows,) how far the asset's price is from there, as a share of today's: 0.06 after a fall of 6 % (a rise of
        6 % where `row_price_rises`), negative when it is past.
    first_liquidated, last_deleveraged
        (n,) int32: the round of the account's first liquidation up to here, and the last in which it bore losses of
        bankrupt accounts; 0 for none.
    waits_for
        (n,) int8, an `engine.reading.waiting.Waiting`: why an account that can be liquidated has not been.
    recording
        The run that it is a view of; None before one.
    """

    scenario: Scenario
    book: Book
    round: int
    prices: Floats
    state: BookState
    health: Floats
    collateral_usd: Floats
    debt_usd: Floats
    ltv: Floats
    status: npt.NDArray[np.int8]
    status_round: npt.NDArray[np.int32]
    row_liquidation_price: Floats
    row_price_asset: npt.NDArray[np.int32]
    row_price_rises: npt.NDArray[np.bool_]
    row_distance: Floats
    first_liquidated: npt.NDArray[np.int32]
    last_deleveraged: npt.NDArray[np.int32]
    waits_for: npt.NDArray[np.int8]
    recording: RecordedRun | None = None

    def health_histogram(self, edges: Floats) -> Floats:
        """Return the USD of debt by health factor; see `health_histogram`."""
        return health_histogram(self, edges)

    @property
    def market_settlements(self) -> tuple[str, ...]:
        """Who settles each market: the kind of its settlement."""
        return tuple(str(market.rules.settlement.kind) for market in self.scenario.parameters.markets.values())

    def lost(self, *, in_round: bool = False) -> Floats:
        """Return (n,) USD that each account lost by liquidations up to the round, or in it alone.

        See `engine.reading.lost_by_account`. The work grows with the number of liquidations.
        """
        if self.recording is None:
            return np.zeros(len(self.book))
        return lost_by_account(self.recording, self.round if in_round else 1, self.round)

    def positions(self, collateral: RowSide, debt: RowSide) -> Positions | None:
        """Return the positions of margin engines; see `engine.reading.positions.positions`."""
        return positions(self, collateral, debt)

    def begins_as(self, other: RoundView) -> bool:
        """Whether rows showed the same before round 1 as they did in the run of another view."""
        from engine.market.oracles import first_prices

        ours, theirs = self.scenario.parameters, other.scenario.parameters
        return self.book is other.book and (
            ours is theirs
            or (ours.markets == theirs.markets and np.array_equal(first_prices(ours), first_prices(theirs)))
        )

    def rows_before(self, rows: Wholes) -> RowsBefore:
        """Return what some rows showed before round 1; see `engine.reading.row_amounts.rows_before`."""
        return rows_before(self, rows)


def round_view(recording: RecordedRun, number: int, cursor: Cursor | None = None) -> RoundView:
    """Return the view of a recorded round.

    Parameters
    ----------
    recording
        May still be growing.
    number
        The round, 0 for the state before the first.
    cursor
        A cursor of the recording that is kept from one view to the next makes stepping fast; it is moved here.

    Raises
    ------
    IndexError
        If there is no such round yet.
    """
    cursor = recording.cursor() if cursor is None else cursor
    cursor.seek(number)
    step = recording.rounds[number]
    from engine.kernels import last_rounds_nb

    ends = np.array([entry.last_event for entry in recording.rounds[: number + 1]], dtype=np.int64)
    bad_ends = np.array([entry.last_bad_debt for entry in recording.rounds[: number + 1]], dtype=np.int64)
    last_liquidated = np.zeros(len(recording.book) + 1, dtype=np.int32)  # the last is nobody
    first_liquidated = last_liquidated.copy()
    last_deleveraged = np.zeros(len(recording.book), dtype=np.int32)
    last_bad = np.zeros(len(recording.book), dtype=np.int32)
    others = recording.marks.deleveraged()  # events of accounts that were not liquidated
    parts = []
    done = 0
    for events, first, last in recording.event_columns.parts(0, step.last_event):
        rows, accounts = others[(others >= done) & (others < done + last - first)] - done + first, events.account
        here = np.clip(ends, first, last)
        if len(rows):
            last_rounds_nb(accounts[rows], np.searchsorted(rows, here), last_deleveraged)
            accounts = accounts.copy()
            accounts[rows] = len(recording.book)
        last_rounds_nb(accounts, here, last_liquidated)
        parts.append((accounts[first:last], np.repeat(np.arange(number + 1), np.diff(here, prepend=first))))
        ends -= last
        done += last - first
    for accounts, rounds in reversed(parts):  # of several numbers for one account the last one put in stays
        first_liquidated[accounts[::-1]] = rounds[::-1]
    last_rounds_nb(recording.bad_debt_columns.arrays.account, bad_ends, last_bad)
    view = _view(
        recording.scenario,
        recording.book,
        number,
        step.oracle,
        BookState(cursor.collateral_amount.copy(), cursor.debt_amount.copy()),
        last_liquidated[:-1],
        last_bad,
    )
    waits_for = waiting(
        recording, number, view.status == Status.LIQUIDATABLE, view.debt_usd, view.status_round, cursor
    )  # fmt: skip
    return replace(
        view, first_liquidated=frozen(first_liquidated[:-1]), last_deleveraged=frozen(last_deleveraged),
        waits_for=frozen(waits_for), recording=recording,
    )  # fmt: skip


def initial_view(scenario: Scenario) -> RoundView:
    """Return the view of a scenario that has not run, at the first oracle prices."""
    from engine.book.book import Book
    from engine.market.oracles import first_prices

    book = Book.from_scenario(scenario)
    never = np.zeros(len(book), dtype=np.int32)
    state = BookState(np.array(book.collateral_amount), np.array(book.debt_amount))
    return _view(scenario, book, 0, first_prices(scenario.parameters), state, never, never.copy())


def health_histogram(view: RoundView, edges: Floats) -> Floats:
    """Return the USD of debt by health factor.

    Parameters
    ----------
    view
        Of the round.
    edges
        Shape (e,), ascending health factors.

    Returns
    -------
    numpy.ndarray
        Shape (e + 1,): below the first edge, from each edge to the next, from the last edge on.
    """
    from engine.kernels import histogram_nb

    totals = np.zeros(len(edges) + 1)
    histogram_nb(np.array(view.health), np.array(view.debt_usd), np.array(edges, dtype=np.float64), totals)
    return totals


def danger(view: RoundView) -> tuple[Floats, Floats]:
    """Return where liquidations hurt (Method, section 7), each (M,) USD by market.

    First the toxic region: debt of accounts that a liquidation makes less healthy, because their health is below the
    threshold times one plus the bonus of what would be taken. Second: the bad debt that full closes of all accounts
    would leave, what their debt is above C / (1 + b). Markets that liquidators do not settle close accounts whole and
    without a bonus, so that they have no toxic region; what a stability pool closes leaves no bad debt.
    """
    from engine.kernels import BONUS, INCENTIVE_FIXED, danger_nb
    from engine.market.rules import compile_rules

    book, parameters = view.book, view.scenario.parameters
    legs, rules = book.legs, compile_rules(parameters)
    settlements = [market.rules.settlement for market in parameters.markets.values()]
    is_whole = np.array([not settlement.by_liquidators for settlement in settlements])
    if is_whole.any():
        terms = book.terms.copy()
        terms[is_whole[book.layout.sources.market], BONUS] = 0.0
        legs = legs._replace(terms=frozen(terms))
        rules["incentive_kind"][is_whole] = INCENTIVE_FIXED
    toxic, short = np.zeros(len(book.market_names)), np.zeros(len(book.market_names))
    danger_nb(
        legs, np.array(view.state.collateral_amount), np.array(view.state.debt_amount), rules, np.array(view.prices),
        float(parameters.simulation.dust_usd), toxic, short,
    )  # fmt: skip
    toxic[is_whole] = 0.0
    short[[not settlement.leaves_bad_debt for settlement in settlements]] = 0.0
    return toxic, short


def stable_assets(scenario: Scenario) -> tuple[str, ...]:
    """Return the assets of a stable price; see `engine.market.cash_assets`."""
    from engine.market.cash_assets import stable_names

    return stable_names(scenario.parameters)


def liquidation_map(view: RoundView, assets: str | Collection[str] | None, drops: Sequence[float] | Floats) -> Floats:
    """Return the debt with health below 1 after further falls of one asset or of several together.

    Parameters
    ----------
    view
        Of the round to start from: its oracle prices and amounts.
    assets
        The asset that falls, or several; None for all but the stable ones (`stable_assets`).
    drops
        Shape (d,), strictly ascending shares of the round's oracle prices: 0.1 is a fall of 10 %, -0.1 a rise.

    Returns
    -------
    numpy.ndarray
        Shape (d,), USD at the fallen prices, before any sale; debt that no collateral is left for is counted too.
        It can fall again in books with borrowed volatile assets, whose accounts recover when these fall.
    """
    return liquidation_map_of_rises(view, assets, drops)[0]


def liquidation_map_of_rises(
    view: RoundView, assets: str | Collection[str] | None, drops: Sequence[float] | Floats
) -> tuple[Floats, Floats]:
    """Return the liquidation map and what of it rises add; the parameters are those of `liquidation_map`.

    Returns
    -------
    tuple of numpy.ndarray
        Each of shape (d,), USD at the prices that belong to the drop: `liquidation_map`, and the debt whose health is
        below 1 at this price and is not at the next lower one, because its account is short of what rises.
    """
    from engine.kernels import debt_below_one_nb
    from engine.market.rules import compile_rules

    scales = 1.0 - np.array(drops, dtype=np.float64)
    totals, risen = np.zeros(len(scales)), np.zeros(len(scales))
    if len(scales):
        debt_below_one_nb(
            view.book.legs, np.array(view.state.collateral_amount), np.array(view.state.debt_amount),
            compile_rules(view.scenario.parameters), np.array(view.prices),
            float(view.scenario.parameters.simulation.dust_usd), _falling(view.scenario, assets), scales, totals, risen,
        )  # fmt: skip
    return totals, risen


def liquidation_map_at_prices(view: RoundView, asset: str, prices: Sequence[float] | Floats) -> Floats:
    """Return the debt with health below 1 when one asset's oracle price is each of `prices` (strictly descending)."""
    now = view.prices[view.book.asset_names.index(asset)]
    return liquidation_map(view, asset, 1.0 - np.asarray(prices, dtype=np.float64) / now)


def liquidation_heat_map(
    recording: RecordedRun,
    numbers: Sequence[int],
    assets: str | Collection[str] | None,
    drops: Sequence[float] | Floats,
    stop: Callable[[], bool] | None = None,
    market: str | None = None,
) -> tuple[Floats, Floats]:
    """Return the liquidation map of several rounds, and what of it rises add (`liquidation_map_of_rises`).

    Parameters
    ----------
    recording
        May still be growing.
    numbers
        The rounds.
    assets
        As in `liquidation_map`.
    drops
        Falls from the oracle prices before round 1, so that a row of the map is one price level: strictly ascending
        shares below 1.
    stop
        Asked before each round; rows that were not computed are NaN.
    market
        Whose debt to count; None for that of all markets.

    Returns
    -------
    tuple of numpy.ndarray
        Each of shape (rounds, drops), USD. With several assets a level is the same fall of each from its first price.
    """
    from engine.kernels import debt_below_one_nb
    from engine.market.rules import compile_rules

    scenario, book = recording.scenario, recording.book
    rules = compile_rules(scenario.parameters)
    falling = _falling(scenario, assets)
    dust = float(scenario.parameters.simulation.dust_usd)
    scales = 1.0 - np.array(drops, dtype=np.float64)
    table, table_of_rises = (np.full((len(numbers), len(scales)), np.nan) for _ in range(2))
    first = recording.rounds[0].oracle
    cursor = recording.cursor()
    for row, number in enumerate(numbers):
        if stop is not None and stop():
            break
        cursor.seek(number)
        prices = np.where(falling, first, recording.rounds[number].oracle)
        totals, risen = np.zeros(len(scales)), np.zeros(len(scales))
        owed = debts_of_market(book, market, cursor.debt_amount)
        debt_below_one_nb(
            book.legs, cursor.collateral_amount, owed, rules, prices, dust, falling, scales, totals, risen
        )
        table[row], table_of_rises[row] = totals, risen
    return table, table_of_rises


def _falling(scenario: Scenario, assets: str | Collection[str] | None) -> npt.NDArray[np.bool_]:
    names = list(scenario.parameters.assets)
    if assets is None:
        stable = stable_assets(scenario)
        chosen = [name for name in names if name not in stable]
    else:
        chosen = [assets] if isinstance(assets, str) else list(assets)
    mask = np.zeros(len(names), dtype=np.bool_)
    mask[[names.index(name) for name in chosen]] = True
    return mask


def _view(
    scenario: Scenario,
    book: Book,
    number: int,
    prices: Floats,
    state: BookState,
    last_liquidated: npt.NDArray[np.int32],
    last_bad: npt.NDArray[np.int32],
) -> RoundView:
    from engine.kernels import row_prices_nb, view_nb
    from engine.market.cash_assets import cash_assets
    from engine.market.rules import compile_rules

    count, rows = len(book), len(book.row_account)
    health, backing, held, owed = np.empty(count), np.empty(count), np.empty(count), np.empty(count)
    status = np.empty(count, dtype=np.int8)
    status_round = np.empty(count, dtype=np.int32)
    legs, oracle = book.legs, np.array(prices)
    view_nb(
        legs, state.collateral_amount, state.debt_amount, compile_rules(scenario.parameters), oracle,
        float(scenario.parameters.simulation.dust_usd), last_liquidated, last_bad, health, backing, held, owed, status,
        status_round,
    )  # fmt: skip
    row_price, row_distance = np.empty(rows), np.empty(rows)
    row_asset, row_rises = np.empty(rows, dtype=np.int32), np.empty(rows, dtype=np.bool_)
    row_prices_nb(
        legs, state.collateral_amount, state.debt_amount, oracle, cash_assets(scenario.parameters), backing, owed,
        book.row_account, book.row_leg, book.row_debt_leg, row_asset, row_price, row_distance, row_rises,
    )  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        ltv = np.where(owed > 0.0, owed / held, 0.0)
    never = np.zeros(count, dtype=np.int32)
    waits_for = np.where(status == Status.LIQUIDATABLE, np.int8(Waiting.UNTOLD), np.int8(Waiting.NOT))
    arrays = (
        health, held, owed, ltv, status, status_round, row_price, row_asset, row_rises, row_distance, never, never,
        waits_for,
    )  # fmt: skip
    for array in (*arrays, state.collateral_amount, state.debt_amount):
        array.setflags(write=False)
    return RoundView(scenario, book, number, prices, state, *arrays)
