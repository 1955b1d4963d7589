"""Bad debt and who bears it, in single runs and in many (Method, section 6, step 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import kernel, part
from engine.kernels.constants import BLOCK, HOLDS_BAD_DEBT, signed, unsigned
from engine.kernels.health import sums_nb
from engine.kernels.sums import add_nb, move_nb, sum_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, BadDebtColumns, Legs, Reserves, TokensLeft
    from engine.kernels.tables import Rules


@kernel
def write_off_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    accounts: Any,
    bad: Any,
    touched: Any,
    bad_usd: Any,
    left: TokensLeft,
    rows: BadDebtColumns,
    first_row: int,
) -> int:
    """Turn the debt of accounts without collateral into bad debt (Method, section 6, step 9).

    ``accounts`` may name accounts more than once, and ones that turn out not to be without collateral. Marks blocks of
    ``touched`` (blocks,) in which an account keeps bad debt. Adds the
    USD by market to ``bad_usd`` (M, 2), a sum of two float64. Where ``rows`` have no room at all, none are written.
    Returns the number of rows.
    """
    row = first_row
    writes = len(rows.account) > 0
    # Sums of one market, and of one asset in it, one after the other: most accounts owe what the one before owes.
    of_market, of_asset = unsigned(0), unsigned(0)
    usd, usd_low, tokens, tokens_low = 0.0, 0.0, 0.0, 0.0
    for place in range(len(accounts)):
        i = unsigned(accounts[place])
        if bad[i]:
            continue
        _, held, owed = sums_nb(legs, collateral, debt, prices, i)
        if owed <= dust or held > dust:
            continue
        m = unsigned(legs.market[i])
        stays = rules[m].bad_debt_stays
        first, end = unsigned(legs.debt_start[i]), unsigned(legs.debt_start[i + unsigned(1)])
        bad[i] = 1
        if stays:
            touched[signed(i) // BLOCK] |= HOLDS_BAD_DEBT
        if m != of_market:
            add_nb(bad_usd, of_market, usd)
            add_nb(bad_usd, of_market, usd_low)
            move_nb(left.debt, left.debt_rest, of_market, of_asset, -tokens)
            move_nb(left.debt, left.debt_rest, of_market, of_asset, -tokens_low)
            of_market, usd, usd_low, tokens, tokens_low = m, 0.0, 0.0, 0.0, 0.0
        usd, usd_low = sum_nb(usd, usd_low, owed)
        for leg in range(first, end):
            before = debt[leg]
            if before <= 0.0:
                continue
            after = before if stays else 0.0
            if writes:
                at = unsigned(row)
                rows.account[at] = places.account[i]
                rows.debt_leg[at] = signed(leg) + places.debt_shift[i]
                rows.before[at] = before
                rows.after[at] = after
            row += 1
            if after != before:
                j = unsigned(legs.debt_asset[leg])
                debt[leg] = 0.0
                if j != of_asset:
                    move_nb(left.debt, left.debt_rest, m, of_asset, -tokens)
                    move_nb(left.debt, left.debt_rest, m, of_asset, -tokens_low)
                    of_asset, tokens, tokens_low = j, 0.0, 0.0
                tokens, tokens_low = sum_nb(tokens, tokens_low, before)
    add_nb(bad_usd, of_market, usd)
    add_nb(bad_usd, of_market, usd_low)
    move_nb(left.debt, left.debt_rest, of_market, of_asset, -tokens)
    move_nb(left.debt, left.debt_rest, of_market, of_asset, -tokens_low)
    return row


@part
def forget_bad_debt_nb(reserves: Reserves) -> None:
    """Forget the bad debt of the round before, and note what reserves are at the start of this one."""
    for m in range(len(reserves.held)):
        reserves.held_before[m] = reserves.held[m]
        reserves.settled_bad[m] = 0.0
        reserves.settled_lost[m] = 0.0
        reserves.found[m, 0] = 0.0
        reserves.found[m, 1] = 0.0


@part
def bear_bad_debt_nb(reserves: Reserves) -> None:
    """Let reserves and then lenders bear a round's bad debt; fill ``reserves.bad`` and ``reserves.lost``.

    Lenders also bear what a reserve is below zero: of a round, what the round's settlements changed of that. It is a
    gain where the reserve has recovered, so that over all rounds lenders lose what the reserve is below zero at the
    end.
    """
    for m in range(len(reserves.held)):
        held = reserves.held[m]
        found = reserves.found[m, 0] + reserves.found[m, 1]
        below = max(-held, 0.0) - max(-reserves.held_before[m], 0.0)
        paid = min(max(held, 0.0), found)
        reserves.held[m] = held - paid
        reserves.bad[m] = found + reserves.settled_bad[m]
        reserves.lost[m] = found - paid + below + reserves.settled_lost[m]
