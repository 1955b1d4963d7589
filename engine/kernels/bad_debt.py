"""Bad debt (Method, section 6, step 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.compiling import kernel
from engine.kernels.constants import unsigned
from engine.kernels.health import sums_nb
from engine.kernels.sums import add_nb, move_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import BadDebtColumns, Left, Legs, Places, Rules


@kernel
def write_off_nb(
    legs: Legs,
    places: Places,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    accounts: Any,
    bad: Any,
    bad_usd: Any,
    left: Left,
    rows: BadDebtColumns,
    first_row: int,
) -> int:
    """Turn the debt of accounts without collateral into bad debt (Method, section 6, step 9).

    ``accounts`` may name accounts more than once, and ones that turn out not to be without collateral. Adds the
    USD by market to ``bad_usd`` (M, 2), a sum of two float64. Returns the number of rows.
    """
    row = first_row
    for place in range(len(accounts)):
        i = accounts[place]
        if bad[i]:
            continue
        _, held, owed = sums_nb(legs, collateral, debt, prices, unsigned(i))
        if owed <= dust or held > dust:
            continue
        m = legs.market[i]
        bad[i] = 1
        add_nb(bad_usd, unsigned(m), owed)
        for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
            before = debt[leg]
            if before <= 0.0:
                continue
            after = before if rules.bad_debt_stays[m] else 0.0
            rows.account[row] = places.account[i]
            rows.debt_leg[row] = leg + places.debt_shift[i]
            rows.before[row] = before
            rows.after[row] = after
            row += 1
            if after != before:
                j = legs.debt_asset[leg]
                debt[leg] = 0.0
                move_nb(left.debt, left.debt_rest, unsigned(m), unsigned(j), -before)
    return row
