"""Tables that kernels read: a row for each market or asset, a column for each number.

A class here says what a row holds; `table` makes one of such rows. In a kernel a column is read as an attribute of a
row (``rules[m].close_factor``), in Python as ``rules["close_factor"]``. A column that is added here has to be filled
where the table is made (`engine.market`): a row that lacks one, or has one too many, is refused.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

import numpy as np

from engine.kernels.compiling import config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

Table = Any
"""A structured array (rows,); the types of NumPy cannot name the columns that mypy would look for."""

Rules = Table
"""Shape (M,), rows of `Rule`."""
Bounds = Table
"""Shape (M,), rows of `Bound`."""
Oracles = Table
"""Shape (K,), rows of `Oracle`."""
Selling = Table
"""Shape (K,), rows of `Seller`."""

_COLUMNS = {bool: np.bool_, int: np.int64, float: np.float64}
_IS_COMPILED = not config.DISABLE_JIT


class Rule:
    """The liquidation rules of one market (Method, section 7).

    Attributes
    ----------
    at_or_below
        Whether a health of exactly 1 is liquidatable too.
    proportional
        Whether all legs are taken pro rata, not the largest.
    close_kind
        One of ``CLOSE_...`` of `engine.kernels.constants`.
    close_factor, scope_is_account, full_close_health, full_close_usd
        Of a close by fraction.
    target_health
        Of a close by target health.
    min_leftover_usd
        What must be left of both legs, if both are left.
    sizing
        One of ``SIZING_...``: how much of what the rules allow liquidators repay here.
    incentive_kind
        One of ``INCENTIVE_...``.
    incentive_first, incentive_second
        Its two numbers, in the order of the schema.
    fee_share, fee_of_seized
        What the protocol keeps: a share of all that is seized, or of the bonus.
    bad_debt_stays
        Whether bad debt is not written off.
    """

    at_or_below: bool
    proportional: bool
    close_kind: int
    close_factor: float
    scope_is_account: bool
    full_close_health: float
    full_close_usd: float
    target_health: float
    min_leftover_usd: float
    sizing: int
    incentive_kind: int
    incentive_first: float
    incentive_second: float
    fee_share: float
    fee_of_seized: bool
    bad_debt_stays: bool


class Policy:
    """What liquidators do (Method, section 6): one row. A missing limit is a number that is never reached.

    Attributes
    ----------
    calls
        Calls an account and round.
    most_liquidations, capacity_usd
        A round.
    has_min_profit, min_profit_usd, gas_usd
        What a liquidation has to earn, if it has to, and what it costs, USD.
    latency
        Rounds that an account is liquidatable before its turn comes.
    congested_beyond, gas_exponent, congested_latency
        Gas and latency rise with the accounts that were liquidatable the round before, from so many on, 0 for never
        (see `engine.kernels.congestion`).
    min_debt_usd
        Accounts that owe less are left alone.
    sold_now, depositors_sell_now
        The part of what is seized that is sold at once, by liquidators and by depositors of what these want to sell.
    buys_debt
        Whether repaid debt is bought.
    follows_sales
        Whether somebody asks within a round what the earlier ones of it sell.
    priority
        Who is served first, one of ``PRIORITY_...``.
    in_order
        Whether what happens to an account can depend on who is served before it.
    """

    calls: int
    most_liquidations: int
    capacity_usd: float
    has_min_profit: bool
    min_profit_usd: float
    gas_usd: float
    latency: int
    congested_beyond: int
    gas_exponent: float
    congested_latency: int
    min_debt_usd: float
    sold_now: float
    depositors_sell_now: float
    buys_debt: bool
    follows_sales: bool
    priority: int
    in_order: bool


class PathStage:
    """How far `engine.kernels.playing.run_paths_nb` has come, between its calls and within one: one row.

    Attributes
    ----------
    asks
        Whether the caller settles rounds in which the market of a candidate is settled by others than liquidators.
    at
        Where to go on, one of ``AT_...`` of `engine.kernels.constants`.
    path, number
        Of the path and round.
    first_row
        Rounds before that of the first row of prices.
    count
        How many wait.
    bad_count
        Accounts whose debt was found to be bad, and is not written off.
    queued
        Candidates in the queue.
    looks_at_all, needs_debts, debts_moved
        Whether the next search looks at every account; whether debts are needed in USD of today, and whether prices
        have moved since those of who waits were worked out.
    was_told
        Whether liquidations have told who still waits.
    congesting, calm_gas_usd, calm_latency
        Accounts that congest the next round, and gas and latency where none do.
    liquidations
        Of the round.
    repaid_before
        In the round before, USD.
    most_lost
        The largest sum of lenders' losses or gains so far, USD.
    goes_on
        The caller's answer: whether settlements need another round.
    runs
        Whether settlements have something to do in the next round, candidates or not.
    some_moved, all_moved
        As in `engine.settlement.turn.RoundSettlement`.
    is_still
        Whether nothing was settled or traded in the last round that was settled by the caller, and no price moved.
    healed
        Accounts that settlements of the round before have healed.
    has_start, start_count, start_blocks
        Whether it is noted who is liquidatable before a path begins, and how many accounts and blocks that is (see
        `engine.kernels.starting`).
    without_gas, paid_usd, credited_usd
        As in `engine.settlement.turn.RoundSettlement`; the last is what accounts got back, less what was
        taken from deleveraged ones.
    """

    asks: bool
    at: int
    path: int
    number: int
    first_row: int
    count: int
    bad_count: int
    queued: int
    looks_at_all: bool
    needs_debts: bool
    debts_moved: bool
    was_told: bool
    congesting: int
    calm_gas_usd: float
    calm_latency: int
    liquidations: int
    repaid_before: float
    most_lost: float
    goes_on: bool
    runs: bool
    some_moved: bool
    all_moved: bool
    is_still: bool
    healed: int
    has_start: bool
    start_count: int
    start_blocks: int
    without_gas: int
    paid_usd: float
    credited_usd: float


class Bound:
    """What a liquidation in one market comes to at most.

    Attributes
    ----------
    most_repaid
        The part of an account's debt that one liquidation repays.
    most_bonus
        The largest bonus of any collateral.
    """

    most_repaid: float
    most_bonus: float


class Oracle:
    """One asset's oracle (Method, section 5).

    Attributes
    ----------
    kind
        One of ``ORACLE_...``.
    delay, window, heartbeat
        Rounds; 0 without.
    deviation
        Of a feed.
    value, base_asset
        The price of a fixed one; of a model its ratio and the asset that it follows.
    cap, cap_growth, cap_age
        Of a model: the largest ratio when it was set, infinite without; the share of it that it grows by each round;
        and the rounds before round 0 in which it was set.
    max_move
        Largest relative move a round; infinite without.
    """

    kind: int
    delay: int
    window: int
    heartbeat: int
    deviation: float
    value: float
    base_asset: int
    cap: float
    cap_growth: float
    cap_age: int
    max_move: float


class Curve:
    """One asset's liquidity curve (Method, section 3).

    Attributes
    ----------
    kind
        One of ``CURVE_...``.
    scale
        The depth in USD that the formula divides by.
    extra
        The floor of `linear`, the coefficient times volatility of `square_root`.
    first_point, end_point
        Which rows of the table of points are its own.
    is_crossed
        Whether sales of other assets move its price.
    """

    kind: int
    scale: float
    extra: float
    first_point: int
    end_point: int
    is_crossed: bool


class CurvePoint:
    """A point of a curve given by points: the fall of the price once so many USD are sold."""

    drop: float
    usd: float


class Seller:
    """What becomes of sales of one asset: the share that stays, and what is left of the rest after one round."""

    share: float
    decay: float


class Device:
    """The safety devices of one market (Method, section 8).

    Attributes
    ----------
    drop
        Fall of a collateral's price within a round that pauses it; infinite for one that never pauses.
    rounds
        How long.
    reserve_usd
        What it begins with.
    """

    drop: float
    rounds: int
    reserve_usd: float


@cache
def columns_of(row: type) -> np.dtype[Any]:
    """Return the columns that a row of this class has."""
    return np.dtype([(name, _COLUMNS[kind]) for name, kind in get_type_hints(row).items()], align=True)


@cache
def _names_of(row: type) -> frozenset[str]:
    return frozenset(columns_of(row).names or ())


def table(row: type, rows: Sequence[Mapping[str, float]]) -> Table:
    """Make a table.

    Parameters
    ----------
    row
        The class that says what columns it has.
    rows
        The values of each, by name.

    Returns
    -------
    numpy.ndarray
        Shape (rows,), structured. Plain arrays are the quickest to hand to a kernel; where nothing is compiled it is a
        ``recarray``, whose rows Python can read as a kernel does.

    Raises
    ------
    ValueError
        If a row has not the very columns of the class.

    Examples
    --------
    >>> table(Seller, [{"share": 1.0, "decay": 0.5}, {"share": 0.2, "decay": 1.0}])["share"].tolist()
    [1.0, 0.2]
    """
    columns = columns_of(row)
    names = columns.names or ()
    for values in rows:
        if values.keys() != _names_of(row):
            message = f"{row.__name__} has the columns {names}, not {tuple(values)}"
            raise ValueError(message)
    made: npt.NDArray[Any] = np.array([tuple([values[name] for name in names]) for values in rows], dtype=columns)
    return made if _IS_COMPILED else made.view(np.recarray)


def one_row(row: type, values: Mapping[str, float]) -> Any:
    """Make a single row, whose columns are attributes in Python as in kernels.

    Examples
    --------
    >>> float(one_row(Seller, {"share": 1.0, "decay": 0.5}).decay)
    0.5
    """
    return table(row, [values]).view(np.recarray)[0]


def first_stage(policy: Policy, *, asks: bool) -> PathStage:
    """Return where the first of some paths begins.

    Parameters
    ----------
    policy
        What liquidators do where nothing congests them.
    asks
        Whether the caller settles rounds in which others than liquidators have something to do.
    """
    stage = copy(_no_stage())
    stage.asks, stage.calm_gas_usd, stage.calm_latency = asks, policy.gas_usd, policy.latency
    return stage


@cache
def _no_stage() -> PathStage:
    stage: PathStage = one_row(PathStage, dict.fromkeys(columns_of(PathStage).names or (), 0))
    return stage
