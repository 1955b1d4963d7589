"""The baseline: the same cascade as an analyst would write it in NumPy, every account looked at in every round.

It can do what the benchmark's books need: one market, largest legs, a close factor, one debt a loan, exponential
liquidity without cross impact, oracles that follow the market, everything seized is sold, so many liquidations a
round at most, largest debt first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.book.book import Book
    from engine.scenario.scenario import Scenario


@dataclass
class Outcome:
    """What a run came to."""

    rounds: int = 0
    liquidations: int = 0
    repaid_usd: float = 0.0
    prices: np.ndarray = field(default_factory=lambda: np.zeros(0))
    events: list[tuple[np.ndarray, ...]] = field(default_factory=list)


def run(scenario: Scenario, book: Book) -> Outcome:
    """Run a scenario to its end."""
    parameters = scenario.parameters
    assets = list(parameters.assets.values())
    start = np.array([asset.price for asset in assets])
    depth = np.array([getattr(asset.liquidity, "depth_2pct_usd", np.inf) for asset in assets]) / -np.log(0.98)
    returns = np.array([parameters.shock.returns.get(name, 0.0) for name in book.asset_names])
    close_factor = next(iter(parameters.markets.values())).rules.close.close_factor
    most = parameters.liquidators.max_liquidations_per_round
    undisturbed = start * (1.0 + returns)
    collateral, debt = book.collateral_amount.copy(), book.debt_amount.copy()
    collateral_asset, debt_asset, threshold = book.collateral_asset, book.debt_asset, book.collateral_threshold
    owner = np.repeat(np.arange(len(book)), np.diff(book.collateral_start))
    first = book.collateral_start[:-1]
    sold = np.zeros(len(assets))
    outcome = Outcome()
    while True:
        outcome.rounds += 1
        prices = undisturbed * np.exp(-sold * undisturbed / depth)
        value = collateral * prices[collateral_asset]
        held = np.add.reduceat(value, first)
        backing = np.add.reduceat(value * threshold, first)
        owed = debt * prices[debt_asset]
        health = np.divide(backing, owed, out=np.full(len(book), np.inf), where=owed > 0)
        found = np.flatnonzero((health < 1.0) & (owed > 1e-6) & (held > 1e-6))
        if not len(found):
            outcome.prices = prices
            return outcome
        found = found[np.argsort(-owed[found], kind="stable")[:most]]
        largest = np.maximum.reduceat(value, first)
        is_largest = np.flatnonzero(value == largest[owner])
        leg = np.empty(len(book), dtype=np.int64)
        leg[owner[is_largest][::-1]] = is_largest[::-1]
        legs = leg[found]
        bonus = book.collateral_bonus[legs]
        repaid = close_factor * owed[found]
        seized = repaid * (1.0 + bonus)
        short = seized > value[legs]
        seized = np.where(short, value[legs], seized)
        repaid = np.where(short, seized / (1.0 + bonus), repaid)
        tokens = np.where(short, collateral[legs], seized / prices[collateral_asset[legs]])
        outcome.events.append((found, legs, tokens, repaid, health[found]))
        collateral[legs] -= tokens
        debt[found] -= repaid / prices[debt_asset[found]]
        emptied = np.add.reduceat(collateral * prices[collateral_asset], first) <= 1e-6
        debt[emptied] = 0.0
        sold += np.bincount(collateral_asset[legs], tokens, len(assets))
        outcome.liquidations += len(found)
        outcome.repaid_usd += repaid.sum()


def scan(book: Book) -> np.ndarray:
    """Look at every account's health once, whatever legs it has."""
    prices = np.ones(len(book.asset_names))
    count = len(book)
    value = book.collateral_amount * prices[book.collateral_asset] * book.collateral_threshold
    backing = np.bincount(np.repeat(np.arange(count), np.diff(book.collateral_start)), value, count)
    debts = book.debt_amount * prices[book.debt_asset]
    owed = np.bincount(np.repeat(np.arange(count), np.diff(book.debt_start)), debts, count)
    return np.divide(backing, owed, out=np.full(count, np.inf), where=owed > 0)
