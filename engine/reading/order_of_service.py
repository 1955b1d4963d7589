"""By what the candidates of a round are put in order of service (Method, section 6, step 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.reading.cursor import Cursor
    from engine.recording.recording import Recording
    from engine.recording.records import BookState, Round


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
        by_liquidators = [market.rules.settlement.by_liquidators for market in parameters.markets.values()]
        profits[~np.array(by_liquidators)[recording.book.market[accounts]]] = 0.0
        return -profits
    health, owed = np.empty(len(accounts)), np.empty(len(accounts))
    kernels.service_keys_nb(legs, collateral, debt, prices, accounts, health, owed)
    return health if priority == "lowest_health" else -owed
