"""A small book, run once for all tests of what is drawn."""

from __future__ import annotations

from functools import cache

import numpy as np

import engine

PRICES = {"USDC": 1.0, "WETH": 1841.62, "WBTC": 27_600.0}


@cache
def scenario(accounts: int = 300, seed: int = 3, fall: float = 0.3):
    """Return a book against WETH and WBTC in a shallow market that falls at once."""
    random = np.random.default_rng(seed)
    loans = []
    for number in range(accounts):
        asset = "WETH" if random.random() < 0.75 else "WBTC"
        collateral = float(random.lognormal(11, 1.2))
        loans.append(
            {
                "account": f"a{number:04}",
                "market": "compound",
                "collateral_asset": asset,
                "collateral_amount": collateral / PRICES[asset],
                "debt_asset": "USDC",
                "debt_amount": collateral * float(random.uniform(0.25, 0.8)),
            }
        )
    listed = {"liquidation_threshold": 0.825, "liquidation_bonus": 0.08}
    close = {"kind": "fraction", "close_factor": 0.5}
    shallow = {"model": "exponential", "depth_2pct_usd": 0.9e6}
    return engine.from_dict(
        {
            "format": "cascade-scenario/1",
            "name": "Test book",
            "assets": {
                "USDC": {"price": 1.0},
                "WETH": {"price": PRICES["WETH"], "liquidity": shallow},
                "WBTC": {"price": PRICES["WBTC"], "liquidity": shallow},
            },
            "markets": {"compound": {"collateral": {"WETH": listed, "WBTC": listed}, "rules": {"close": close}}},
            "shock": {"kind": "instant", "returns": {"WETH": -fall, "WBTC": -fall / 2}},
            "liquidators": {"capacity_usd_per_round": 1.5e6},
            "loans": loans,
        }
    )


@cache
def recording(accounts: int = 300, seed: int = 3, fall: float = 0.3):
    """Return the run of `scenario`, its losses worked out."""
    made = engine.run(scenario(accounts, seed, fall))
    made.losses.work_out()
    return made


def in_front(grid) -> list[str]:
    """Return the names of a grid's plots that can be seen."""
    return [plot.objectName() for plot in grid if plot.isVisibleTo(grid)]
