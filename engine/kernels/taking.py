"""Moving what a liquidation takes, and writing its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import inlined, part
from engine.kernels.constants import THRESHOLD, TOTAL_REPAID_USD, TOTAL_SEIZED_USD, signed, unsigned
from engine.kernels.exchange import tokens_nb
from engine.kernels.health import has_one_pair_nb, sums_nb
from engine.kernels.sums import add_by_market_nb, add_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, EventColumns, Flows, Legs
    from engine.kernels.tables import Rules


@inlined
def most_rows_nb(legs: Legs, rules: Rules, i: int) -> int:
    """Return how many rows of events a liquidation of account i takes, at most."""
    here, after = unsigned(i), unsigned(i + 1)
    if not rules[unsigned(legs.market[here])].proportional:
        return 1
    held = signed(legs.collateral_start[after]) - signed(legs.collateral_start[here])
    return held * (signed(legs.debt_start[after]) - signed(legs.debt_start[here]))


@part
def add_market_nb(
    flows: Flows,
    m: int,
    liquidations: int,
    repaid: float,
    repaid_low: float,
    seized: float,
    seized_low: float,
    all_repaid: bool,
) -> None:
    """Add a market's liquidations, and what was repaid and seized in them, each as two float64, to the round's sums.

    ``all_repaid`` tells whether what was repaid is added to that in all markets too.
    """
    flows.liquidations[m] += liquidations
    add_nb(flows.repaid_usd, m, repaid)
    add_nb(flows.repaid_usd, m, repaid_low)
    add_nb(flows.seized_usd, m, seized)
    add_nb(flows.seized_usd, m, seized_low)
    if all_repaid:
        add_nb(flows.totals, unsigned(TOTAL_REPAID_USD), repaid)
        add_nb(flows.totals, unsigned(TOTAL_REPAID_USD), repaid_low)
    add_nb(flows.totals, unsigned(TOTAL_SEIZED_USD), seized)
    add_nb(flows.totals, unsigned(TOTAL_SEIZED_USD), seized_low)


@inlined
def take_pair_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    oracle: Any,
    events: EventColumns,
    flows: Flows,
    row: int,
    i: int,
    collateral_leg: int,
    debt_leg: int,
    seized_tokens: float,
    repaid_tokens: float,
    fee_share: float,
) -> tuple[float, float]:
    """Move tokens of one pair of legs and write the event; `fold_nb` is to be called after all.

    Returns the tokens that are left on the two legs.
    """
    here, cleg, dleg, at = unsigned(i), unsigned(collateral_leg), unsigned(debt_leg), unsigned(row)
    m = unsigned(legs.market[here])
    k = unsigned(legs.collateral_asset[cleg])
    j = unsigned(legs.debt_asset[dleg])
    held = collateral[cleg]
    owed = debt[dleg]
    # A replay repeats these two subtractions, so it arrives at the same bits. What they took is exact: either what is
    # left is more than half of what there was, or the subtraction itself was exact.
    held_after = held - seized_tokens
    owed_after = owed - repaid_tokens
    seized = held - held_after
    repaid = owed - owed_after
    fee = seized * fee_share
    if len(events.repaid) > 0:
        events.account[at] = places.account[here]
        events.collateral_leg[at] = collateral_leg + places.collateral_shift[here]
        events.debt_leg[at] = debt_leg + places.debt_shift[here]
        events.seized[at] = seized
        events.repaid[at] = repaid
        add_nb(flows.repaid_by_collateral_usd, k, repaid * oracle[j])
    if len(events.to_protocol) > 0:
        events.to_protocol[at] = fee
        events.collateral_before[at] = held
        events.debt_before[at] = owed
    collateral[cleg] = held_after
    debt[dleg] = owed_after
    add_by_market_nb(flows.moved_collateral, m, k, seized)
    add_by_market_nb(flows.moved_debt, m, j, repaid)
    if fee != 0.0:
        add_nb(flows.moved_fee, k, fee)
    return held_after, owed_after


@part
def take_all_legs_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    oracle: Any,
    events: EventColumns,
    flows: Flows,
    first_row: int,
    i: int,
    repaid: float,
    seized: float,
    held: float,
    owed: float,
    fee_share: float,
) -> int:
    """Spread one liquidation over all pairs of legs, pro rata; return how many rows it took."""
    here, after = unsigned(i), unsigned(i + 1)
    first, end = unsigned(legs.collateral_start[here]), unsigned(legs.collateral_start[after])
    first_debt, end_debt = unsigned(legs.debt_start[here]), unsigned(legs.debt_start[after])
    last_collateral = -1
    for leg in range(first, end):
        if collateral[leg] > 0.0:
            last_collateral = signed(leg)
    last_debt = -1
    for leg in range(first_debt, end_debt):
        if debt[leg] > 0.0:
            last_debt = signed(leg)
    row = first_row
    for leg in range(first_debt, end_debt):
        flows.owed_before[leg - first_debt] = debt[leg]
    for cleg in range(first, end):
        collateral_before = collateral[cleg]
        if collateral_before <= 0.0:
            continue
        k = unsigned(legs.collateral_asset[cleg])
        collateral_share = collateral_before * oracle[k] / held
        for dleg in range(first_debt, end_debt):
            owed_before = flows.owed_before[dleg - first_debt]
            if owed_before <= 0.0:
                continue
            j = unsigned(legs.debt_asset[dleg])
            debt_share = owed_before * oracle[j] / owed
            seized_tokens = min(seized / held * collateral_before * debt_share, collateral[cleg])
            if seized >= held and signed(dleg) == last_debt:
                seized_tokens = collateral[cleg]
            repaid_tokens = min(repaid / owed * owed_before * collateral_share, debt[dleg])
            if repaid >= owed and signed(cleg) == last_collateral:
                repaid_tokens = debt[dleg]
            take_pair_nb(
                legs, places, collateral, debt, oracle, events, flows, row, i, signed(cleg), signed(dleg),
                seized_tokens, repaid_tokens, fee_share,
            )  # fmt: skip
            row += 1
    return row - first_row


@inlined
def take_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    oracle: Any,
    events: EventColumns,
    flows: Flows,
    row: int,
    i: int,
    collateral_leg: int,
    debt_leg: int,
    repaid: float,
    seized: float,
    picked_collateral: float,
    picked_debt: float,
    fee_share: float,
) -> tuple[int, float, float, float]:
    """Move what one liquidation of account i takes and write its events.

    ``repaid`` and ``seized`` are USD. It takes them from one pair of legs, of which ``picked_collateral`` and
    ``picked_debt`` USD are there, or, where ``collateral_leg`` is negative, from all legs of the account, pro rata.
    Returns how many rows of events they are, and (sum C LT, sum C, sum D) of the account after it.
    """
    rows = 1
    if collateral_leg < 0:
        rows = take_all_legs_nb(
            legs, places, collateral, debt, oracle, events, flows, row, i, repaid, seized, picked_collateral,
            picked_debt, fee_share,
        )  # fmt: skip
    else:
        cleg, dleg = unsigned(collateral_leg), unsigned(debt_leg)
        collateral_price = oracle[unsigned(legs.collateral_asset[cleg])]
        debt_price = oracle[unsigned(legs.debt_asset[dleg])]
        threshold = legs.terms[legs.collateral_terms[cleg], THRESHOLD]
        is_all = has_one_pair_nb(legs, i)
        collateral_left, debt_left = take_pair_nb(
            legs, places, collateral, debt, oracle, events, flows, row, i, collateral_leg, debt_leg,
            tokens_nb(seized, picked_collateral, collateral[cleg], collateral_price),
            tokens_nb(repaid, picked_debt, debt[dleg], debt_price), fee_share,
        )  # fmt: skip
        if is_all:
            held = collateral_left * collateral_price
            return rows, held * threshold, held, debt_left * debt_price
    backing, held, owed = sums_nb(legs, collateral, debt, oracle, i)
    return rows, backing, held, owed
