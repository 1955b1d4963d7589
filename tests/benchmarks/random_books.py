"""Large random books, made of arrays at once."""

from __future__ import annotations

import numpy as np

from engine.scenario.loans import CodedColumn, LoanTable
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

ASSETS = 8


def random_scenario(accounts: int, drop: float, depth_usd: float, seed: int = 0) -> Scenario:
    """Accounts of 1 to 3 collaterals and one dollar debt each; every asset falls by `drop`."""
    rng = np.random.default_rng(seed)
    names = ["USD", *(f"A{k}" for k in range(1, ASSETS + 1))]
    prices = [1.0, *(10.0 ** rng.uniform(0, 4, ASSETS))]
    account = np.repeat(np.arange(accounts), rng.integers(1, 4, accounts))
    rows = len(account)
    asset = rng.integers(1, ASSETS + 1, rows)
    usd = 10.0 ** rng.uniform(2, 5, rows)
    held = np.bincount(account, usd)
    first = np.diff(account, prepend=-1) > 0
    debt = np.where(first, held[account] * 0.8 * rng.uniform(0.2, 0.99, accounts)[account], np.nan)
    loans = LoanTable(
        account=np.array([f"a{number}" for number in account], dtype=object),
        market=CodedColumn(np.zeros(rows, dtype=np.int32), ("m",)),
        collateral_asset=CodedColumn(asset.astype(np.int32), tuple(names)),
        collateral_amount=usd / np.array(prices)[asset],
        debt_asset=CodedColumn(np.where(first, 0, -1).astype(np.int32), tuple(names)),
        debt_amount=debt,
        liquidation_threshold=np.full(rows, np.nan),
        liquidation_bonus=np.full(rows, np.nan),
    )
    listed = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    liquidity = {"model": "exponential", "depth_2pct_usd": depth_usd}
    assets = {
        name: {"price": price} | ({"liquidity": liquidity} if name != "USD" else {})
        for name, price in zip(names, prices, strict=True)
    }
    parameters = Parameters.from_dict(
        {
            "assets": assets,
            "markets": {"m": {"collateral": dict.fromkeys(names[1:], listed)}},
            "shock": {"kind": "instant", "returns": dict.fromkeys(names[1:], drop)},
        }
    )
    return Scenario(parameters, loans)
