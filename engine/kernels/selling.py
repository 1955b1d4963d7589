"""What is sold and bought in a round, and whose that is, in single runs and in many (Method, section 6, step 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import inlined, part
from engine.kernels.constants import PROGRESS_LIQUIDATIONS

if TYPE_CHECKING:
    from engine.kernels.arrays import Flows, Sales
    from engine.kernels.tables import Policy


@part
def sell_nb(policy: Policy, flows: Flows, sales: Sales, number: int) -> None:
    """Fill what is sold and bought in round ``number``: this round's part of what was seized in it and before.

    Depositors sell in instalments as liquidators do; other trades of the round are at once.
    """
    row = (number - 1) % len(sales.due)
    trades = sales.trades
    for k in range(len(sales.sold)):
        received = flows.received[k, 0] + flows.received[k, 1]
        if received != 0.0:
            for each in range(len(sales.due)):
                sales.due[each, k] += received * policy.sold_now
        if trades.depositors[k] != 0.0:
            for each in range(len(sales.due)):
                sales.depositors_due[each, k] += trades.depositors[k] * policy.depositors_sell_now
        sales.others_sold[k] = sales.depositors_due[row, k] + trades.closed_sold[k]
        sales.sold[k] = sales.due[row, k] + trades.buyers[k] + sales.others_sold[k]
        sales.bought[k] = trades.closed_bought[k]
        if policy.buys_debt:
            sales.bought[k] += flows.repaid[k, 0] + flows.repaid[k, 1]
        sales.due[row, k] = 0.0
        sales.depositors_due[row, k] = 0.0


@part
def sales_are_due_nb(sales: Sales) -> bool:
    """Whether any seized tokens are still to be sold."""
    for row in range(sales.due.shape[0]):
        for k in range(sales.due.shape[1]):
            if sales.due[row, k] != 0.0 or sales.depositors_due[row, k] != 0.0:
                return True
    return False


@part
def forget_trades_nb(sales: Sales) -> None:
    """Forget what others than liquidators traded in the round before."""
    for k in range(len(sales.sold)):
        sales.trades.depositors[k] = 0.0
        sales.trades.buyers[k] = 0.0
        sales.trades.closed_sold[k] = 0.0
        sales.trades.closed_bought[k] = 0.0


@inlined
def _own_nb(usd: float, tokens: float, others: float) -> float:
    """Return the part of what ``tokens`` earned or cost that is not others'."""
    return usd * (1.0 - others / tokens) if others != 0.0 else usd


@part
def profit_nb(
    policy: Policy, flows: Flows, sales: Sales, market: Any, progress: Any, without_gas: int, paid_usd: float
) -> float:
    """Return the profit of a round's liquidators, takers and buyers, USD.

    Proceeds of sales less what was repaid (at the prices ``market`` (K,) of the round's start, or what buying it cost),
    less gas for all liquidations of ``progress`` but those ``without_gas``, less what takers and buyers paid.
    """
    profit = -policy.gas_usd * (progress[PROGRESS_LIQUIDATIONS] - without_gas) - paid_usd
    for k in range(len(sales.sold)):
        if policy.buys_debt:
            spent = _own_nb(sales.cost[k], sales.bought[k], sales.trades.closed_bought[k])
        else:
            spent = (flows.repaid[k, 0] + flows.repaid[k, 1]) * market[k]
        profit += _own_nb(sales.proceeds[k], sales.sold[k], sales.others_sold[k]) - spent
    return profit
