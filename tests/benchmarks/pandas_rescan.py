"""The baseline of an analyst's script: the book as a pandas frame, grouped by account in every round.

It can do what `tests.benchmarks.numpy_rescan` can, but for limits on liquidators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from engine.book.book import Book
    from engine.scenario.scenario import Scenario


def run(scenario: Scenario, book: Book) -> tuple[int, int, float]:
    """Run a scenario to its end; return the rounds, the liquidations and the USD repaid."""
    parameters = scenario.parameters
    assets = parameters.assets
    start = np.array([asset.price for asset in assets.values()])
    depth = np.array([getattr(asset.liquidity, "depth_2pct_usd", np.inf) for asset in assets.values()])
    returns = np.array([parameters.shock.returns.get(name, 0.0) for name in assets])
    close_factor = next(iter(parameters.markets.values())).rules.close.close_factor
    undisturbed = start * (1.0 + returns)
    legs = pd.DataFrame(
        {
            "account": np.repeat(np.arange(len(book)), np.diff(book.collateral_start)),
            "asset": book.collateral_asset,
            "amount": book.collateral_amount.copy(),
            "threshold": book.collateral_threshold,
            "bonus": book.collateral_bonus,
        }
    )
    debt = pd.Series(book.debt_amount.copy())
    sold = np.zeros(len(assets))
    rounds = liquidations = 0
    repaid_usd = 0.0
    while True:
        rounds += 1
        prices = undisturbed * 0.98 ** (sold * undisturbed / depth)
        legs["value"] = legs["amount"] * prices[legs["asset"]]
        legs["backing"] = legs["value"] * legs["threshold"]
        sums = legs.groupby("account")[["value", "backing"]].sum()
        found = sums[(sums["backing"] < debt) & (debt > 1e-6) & (sums["value"] > 1e-6)].index
        if not len(found):
            return rounds, liquidations, repaid_usd
        candidates = legs[legs["account"].isin(found)]
        picked = candidates.loc[candidates.groupby("account")["value"].idxmax()]
        repaid = (close_factor * debt[picked["account"]]).to_numpy()
        value, bonus = picked["value"].to_numpy(), picked["bonus"].to_numpy()
        seized = np.minimum(repaid * (1.0 + bonus), value)
        repaid = np.where(repaid * (1.0 + bonus) > value, value / (1.0 + bonus), repaid)
        amount = picked["amount"].to_numpy()
        tokens = np.where(seized >= value, amount, seized / prices[picked["asset"]])
        legs.loc[picked.index, "amount"] = amount - tokens
        debt[picked["account"]] -= repaid
        left = (legs["amount"] * prices[legs["asset"]]).groupby(legs["account"]).sum()
        debt[left <= 1e-6] = 0.0
        sold += np.bincount(picked["asset"], tokens, len(assets))
        liquidations += len(picked)
        repaid_usd += repaid.sum()
