"""What is reported of a run (Method, section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.slow_engine.book import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.slow_engine.book import Prices
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.round_book import RoundBook

STATE_OF_SETTLEMENTS: dict[str, float] = {
    "pool_usd": 0.0,
    "inventory_usd": 0.0,
    "cash_reserves_usd": 0.0,
    "auctions_running": 0,
    "auctions_tab_usd": 0.0,
    "auctions_ask_usd": 0.0,
    "auctions_lot_usd": 0.0,
}
"""By market at the end of a round, with what a market of another settlement shows."""

NOTHING_FROM_OUTSIDE = 1e-6
"""A move from outside of no more than this share of the first price has no amplification."""

FIGURES_OF_SETTLEMENTS: dict[str, float] = {
    "credited_usd": 0.0,
    "redistributed_usd": 0.0,
    "deleveraged_usd": 0.0,
    "deleveraged": 0,
    "deleveraged_taken_usd": 0.0,
    "collateral_growth": 1.0,
    "debt_per_collateral": 0.0,
    **STATE_OF_SETTLEMENTS,
}
"""All that only some settlements move, with what it is where nothing of the kind happened."""


def round_figures(run: Run, book: RoundBook) -> dict[str, Any]:
    """The figures of a round, by asset, by market, or of the whole round."""
    repaid_usd = dict.fromkeys(run.markets, 0.0)
    seized_usd = dict.fromkeys(run.markets, 0.0)
    liquidations = dict.fromkeys(run.markets, 0)
    of_healthy = 0.0
    for account, exchange in book.exchanges:
        liquidations[account.market] += 1
        repaid_usd[account.market] += exchange.repaid_usd
        seized_usd[account.market] += exchange.seized_usd
        if account.waited_before == 0:
            of_healthy += exchange.repaid_usd
    repaid_before = sum(run.rounds[-1]["repaid_usd"].values()) if run.rounds else 0.0
    liquidatable = [account for account in run.accounts if run.is_liquidatable(account, book.oracle)]
    left = [account for account in liquidatable if not run.is_small(account, book.oracle)]
    small = [account for account in liquidatable if run.is_small(account, book.oracle)]
    gas = run.gas * book.calls_with_gas
    return {
        "round": run.number,
        "undisturbed": book.f,
        "market_before": book.before,
        "market": run.market_after,
        "oracle": book.oracle,
        "sold": book.sold,
        "bought": book.bought,
        "proceeds_usd": book.proceeds,
        "repaid_by_collateral_usd": book.repaid_by_collateral,
        "written_off": book.written_off,
        "liquidations": liquidations,
        "repaid_usd": repaid_usd,
        "seized_usd": seized_usd,
        "bad_debt_usd": book.bad_debt,
        "lender_loss_usd": book.lender_loss,
        "reserve_usd": dict(run.reserve),
        "debt_left_usd": left_in_markets(run, Account.total_debt_usd, book.oracle),
        "collateral_left_usd": left_in_markets(run, Account.total_collateral_usd, book.oracle),
        "paused": {name: run.is_paused(name) for name in run.markets},
        "accounts_liquidated": book.new_accounts,
        "liquidator_profit_usd": book.earned_by_liquidators - book.cost_of_debt - book.paid_for_lots - gas,
        "borrower_loss_usd": (
            sum(seized_usd.values())
            - sum(repaid_usd.values())
            - sum(book.credited.values())
            + sum(book.deleveraged_taken_usd.values())
        ),
        "liquidatable_left": len(left),
        "liquidatable_left_debt_usd": sum(account.total_debt_usd(book.oracle) for account in left),
        "small_accounts_left": len(small),
        "small_accounts_left_debt_usd": sum(account.total_debt_usd(book.oracle) for account in small),
        "reproduction_number": of_healthy / repaid_before if repaid_before > 0 else None,
        "credited_usd": book.credited,
        "redistributed_usd": book.redistributed,
        "deleveraged_usd": book.deleveraged_usd,
        "deleveraged": book.deleveraged,
        "deleveraged_taken_usd": book.deleveraged_taken_usd,
        "collateral_growth": book.collateral_growth,
        "debt_per_collateral": book.debt_per_collateral,
        **state_of_settlements(run, book),
    }


def state_of_settlements(run: Run, book: RoundBook) -> dict[str, dict[str, float]]:
    """Pools, inventories and auctions at the end of a round, by market."""
    state = {figure: dict.fromkeys(run.markets, nothing) for figure, nothing in STATE_OF_SETTLEMENTS.items()}
    for name, settlement in run.settlements.items():
        for figure, value in settlement.figures(book).items():
            state[figure][name] = value
    return state


def left_in_markets(run: Run, total: Callable[[Account, Prices], float], oracle: Prices) -> dict[str, float]:
    """A total of the accounts' USD by market."""
    left = dict.fromkeys(run.markets, 0.0)
    for account in run.accounts:
        left[account.market] += total(account, oracle)
    return left


def result(run: Run) -> dict[str, Any]:
    """Everything, as plain dictionaries."""
    return {
        "rounds": run.rounds,
        "events": run.events,
        "accounts": [
            {
                "market": account.market,
                "account": account.name,
                "collateral": dict(account.collateral),
                "debt": dict(account.debt),
            }
            for account in run.accounts
        ],
        "summary": summary(run),
        "near_ties": list(run.ties),
    }


def summary(run: Run) -> dict[str, Any]:
    """The summary of the result file."""
    last = run.rounds[-1]
    numbers = [step["reproduction_number"] for step in run.rounds if step["reproduction_number"] is not None]

    def total(name: str) -> Any:
        values = [step[name] for step in run.rounds]
        return sum(sum(value.values()) if isinstance(value, dict) else value for value in values)

    insolvent = insolvent_debt(run)
    figures = {
        "rounds": len(run.rounds),
        "ended": run.ended,
        "liquidations": total("liquidations"),
        "accounts_liquidated": total("accounts_liquidated"),
        "repaid_usd": total("repaid_usd"),
        "seized_usd": total("seized_usd"),
        "bad_debt_usd": total("bad_debt_usd"),
        "lender_loss_usd": total("lender_loss_usd"),
        "liquidatable_left": last["liquidatable_left"],
        "liquidatable_left_debt_usd": last["liquidatable_left_debt_usd"],
        "insolvent_debt_usd": insolvent,
        "total_loss_usd": total("bad_debt_usd") - run.stays_usd + insolvent,
        "liquidator_profit_usd": total("liquidator_profit_usd"),
        "borrower_loss_usd": total("borrower_loss_usd"),
        "amplification": amplification(run, last),
        "max_reproduction_number": max(numbers) if numbers else None,
        **run.outside.figures(),
    }
    if run.liquidators["min_debt_usd"] is not None:
        figures |= {key: last[key] for key in ("small_accounts_left", "small_accounts_left_debt_usd")}
    return figures


def insolvent_debt(run: Run) -> float:
    """What accounts owe beyond what they hold, at the market prices after the last round's sales."""
    return sum(max(0.0, -account.equity(run.market_after)) for account in run.accounts)


def amplification(run: Run, last: dict[str, Any]) -> dict[str, float | None]:
    """The whole fall over the part from outside (section 9); None where next to nothing came from outside.

    The part from outside is what the undisturbed price and an outside sale alone would have made of the price.
    """
    values: dict[str, float | None] = {}
    alone = run.outside.alone.market_prices(last["undisturbed"])
    for name in run.assets:
        first = run.scenario["assets"][name]["price"]
        outside = 1 - alone[name] / first
        is_nothing = run.ties.at_most(abs(outside), NOTHING_FROM_OUTSIDE, f"what moved {name} from outside", 1e-2)
        values[name] = None if is_nothing else (1 - last["market"][name] / first) / outside
    return values
