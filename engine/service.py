"""By what the candidates of a round are put in order of service (Method, section 6, step 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from engine.cursor import Cursor
    from engine.recording import Recording
    from engine.records import BookState, Round


def service_keys(
    recording: Recording, before: Cursor | BookState, step: Round, accounts: npt.NDArray[np.int32]
) -> npt.NDArray[Any]:
    """Return the keys of some accounts in a recorded round: they were served in ascending order, ties by account.

    Parameters
    ----------
    recording
        May still be growing.
    before
        The amounts at the end of the round before.
    step
        The round.
    accounts
        (a,) accounts of the book.
    """
    from engine import kernels
    from engine.market.rules import compile_rules

    parameters = recording.scenario.parameters
    priority = parameters.liquidators.priority
    if priority == "book":
        return accounts
    legs, prices = recording.book.legs, np.array(step.oracle)
    collateral, debt = before.collateral_amount, before.debt_amount
    if priority == "largest_profit":
        profits = np.empty(len(accounts))
        kernels.profits_nb(
            legs, collateral, debt, compile_rules(parameters), prices, np.array(step.market_before),
            float(parameters.simulation.dust_usd), accounts, profits,
        )  # fmt: skip
        kinds = [market.rules.settlement.kind for market in parameters.markets.values()]
        profits[np.array(kinds)[recording.book.market[accounts]] != "liquidator"] = 0.0
        return -profits
    health, owed = np.empty(len(accounts)), np.empty(len(accounts))
    kernels.service_keys_nb(legs, collateral, debt, prices, accounts, health, owed)
    return health if priority == "lowest_health" else -owed


def first_in_order(
    key: npt.NDArray[Any], accounts: npt.NDArray[np.int32], first: int
) -> Iterator[npt.NDArray[np.intp]]:
    """Give places in order of a key, ties by account: about the `first` so many, then more, without sorting the rest.

    Parameters
    ----------
    key
        (n,) by which to order, ascending.
    accounts
        (n,) no two the same.
    first
        At least 1.
    """
    places = np.arange(len(key))
    size = first
    while size < len(places) // 2:
        limit = np.partition(key[places], size - 1)[size - 1]
        chosen = key[places] <= limit
        if not chosen.any():  # what is left cannot be compared
            break
        head = places[chosen]
        yield head[np.lexsort((accounts[head], key[head]))]
        places = places[~chosen]
        size *= 4
    if len(places):
        yield places[np.lexsort((accounts[places], key[places]))]
