"""Two crashes on their real price paths: 12 March 2020 at Maker, 10 October 2025 at Aave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from example_compound import quoted
from example_parts import Made, loan, paragraphs, rows, scenario

from engine.importing.synthetic import Beta, Lognormal, SyntheticBook, synthetic_book
from engine.scenario.presets import load_preset
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

HOUR = timedelta(hours=1)
BLACK_START = datetime(2020, 3, 12, 0, tzinfo=UTC)
BLACK_HOURS = 36
BLACK_NOTES = """
Maker on 12 March 2020, Black Thursday. ETH lost half of its value within a day, and Maker saw each price an
hour late: its oracle delays every price by one hour. A round is an hour here, the undisturbed price is what the
oracle published an hour later, and the oracle's delay of one round gives the real published path. The health
plot moves one step behind the price plot all day, and collateral is valued at prices that are no longer there.

Real: the oracle's path (ethernian/maker-auctions fb93a01, ISC, read on-chain), the minimum collateralisation of
150 % (a threshold of 2/3), the penalty of 13 %, the whole debt of a vault at once.

Synthetic, but calibrated: the loan book. It holds {vaults} vaults, and at each new low of the oracle just as
much ETH becomes liquidatable as was put up for auction then, {eth:,.0f} ETH in all; vaults that were never at
risk are represented by 200 safer ones. Sizes are drawn (seed 2020), {split}. Assumed: a depth of $15M for 2 %
on all exchanges together, the impact of each sale halving every hour, and gas of $50 a liquidation on the
congested chain.

Maker auctioned the collateral, and on that day auctions won below 1 DAI per ETH took 62,843 ETH for almost
nothing. Here there are no auctions (Black Thursday with auctions has those that Maker introduced later):
liquidators take collateral at the oracle's price with a bonus of 13 %, if they would lose nothing by it
(min_profit_usd is 0). When the market runs ahead of the oracle they wait, so
the number of waiting accounts shows what the delay does. The path is that of a day on which these very sales
took place: the feedback that the example adds comes on top of what is in the path already.
"""
OCTOBER_START = datetime(2025, 10, 10, 14, tzinfo=UTC)
OCTOBER_HOURS = 14
OCTOBER_NOTES = """
10 October 2025 as a lending market sees it. In the hour from 21:00 UTC, ETH fell by 12 % and BTC by 11 %, and
most of it was back before the hour was over: whoever was liquidated at the low (round 23) no longer held the
collateral that recovered.

Real: the risk parameters of Aave v3 on Ethereum of that very day (th3nolo/aave-v3-data, MIT, read on-chain)
under the rules of v3.3, and the prices of ETH and BTC: hourly perpetual candles of Binance
(0xknxwledge/group-m-finm33150-final 64385d3, Unlicense). Each hour gives three rounds, its open, its low and
its close, so that a round stands for 20 minutes.

Synthetic: the loan book. {accounts} accounts are drawn (seed 20251010), with a median collateral of $40,000 and
a few very large ones; loan-to-values follow a beta distribution between 20 % and 76 %. It is not the book of
that day and its totals say nothing about Aave's. wstETH is taken at 1.21 ETH, a round figure, by the oracle
too: Aave prices it by its exchange rate.

Liquidity: median 1inch quotes of WETH and WBTC into USDC of 20 November 2023 (xenophonlabs/crvUSDrisk 7d17fa7,
MIT), as nothing nearer was at hand, at 60 % of their depth for a stressed market; wstETH the same as WETH, and
90 % of the impact of one is on the other too. Half of the impact is gone after an hour.
"""


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def published_prices() -> list[float]:
    """Return the oracle's price at the half of each hour, from the start to an hour past the end."""
    path = [(_moment(row["time"]), float(row["eth_usd_osm"])) for row in rows("maker_osm_eth_usd_2019-11_2020-04.csv")]
    prices = []
    for hour in range(BLACK_HOURS + 2):
        at = BLACK_START + hour * HOUR + HOUR / 2
        prices.append([price for time, price in path if time <= at][-1])
    return prices


def black_thursday() -> Made:
    """Maker-like vaults on the delayed oracle path of 12 March 2020."""
    title = "Black Thursday, 12 March 2020"
    summary = "A Maker-like market on the real oracle path, which ran an hour behind a market that halved."
    published = published_prices()
    loans, auctioned, count = vaults(published)
    path = [price / published[1] - 1 for price in published[2:]]
    notes = BLACK_NOTES.format(vaults=count, eth=auctioned, split="between 5 and about 2,000 ETH")
    made = scenario(
        title,
        notes,
        loans,
        assets={
            "ETH": {
                "price": published[1],
                "liquidity": {
                    "model": "exponential",
                    "depth_2pct_usd": 15e6,
                    "permanent_share": 0,
                    "recovery_half_life_rounds": 1,
                },
                "oracle": {"kind": "market", "delay_rounds": 1},
            },
            "DAI": {"price": 1.0, "liquidity": {"model": "infinite"}},
        },
        markets={
            "maker": {
                "collateral": {"ETH": {"liquidation_threshold": 1 / 1.5, "liquidation_bonus": 0.13}},
                "rules": {"close": {"kind": "full"}, "incentive": {"kind": "fixed"}},
            }
        },
        shock={"kind": "path", "returns": {"ETH": [round(change, 6) for change in path]}},
        liquidators={"min_profit_usd": 0, "gas_usd": 50},
        simulation={"round_seconds": 3600},
    )
    return Made("black-thursday.cascade", title, summary, made)


def vaults(published: list[float]) -> tuple[list[dict[str, Any]], float, int]:
    """Draw vaults whose liquidation prices give, at each new low, the ETH that was really auctioned then."""
    auctions = [(_moment(row["time"]), float(row["collateral_seized"])) for row in rows(
        "maker_eth_a_auctions_2019-11_2020-04.csv"
    ) if row["collateral_seized"]]  # fmt: skip
    random = np.random.Generator(np.random.PCG64(2020))
    lowest = published[1]
    waiting = total = 0.0
    vaults: list[tuple[float, float]] = []
    for hour, price in enumerate(published[1:-1], 1):
        begin = BLACK_START + hour * HOUR
        waiting += sum(amount for time, amount in auctions if begin <= time < begin + HOUR)
        if price < lowest * 0.999 and waiting > 0:
            vaults += _split(random, waiting, price, lowest)
            total += waiting
            waiting = 0.0
        lowest = min(lowest, price)
    count = len(vaults)
    for amount in np.exp(random.normal(4.0, 1.2, 200)):
        vaults.append((float(amount), lowest * float(random.uniform(0.35, 0.85))))
    loans = [
        loan(f"v-{number:04d}", "maker", ("ETH", round(amount, 3)), ("DAI", round(amount * trigger / 1.5, 2)))
        for number, (amount, trigger) in enumerate(vaults, 1)
    ]
    return loans, total, count


def _split(random: np.random.Generator, amount: float, low: float, high: float) -> list[tuple[float, float]]:
    """Split an amount of ETH into vaults whose liquidation prices lie between two oracle prices."""
    sizes: list[float] = []
    while sum(sizes) < amount:
        sizes.append(float(np.clip(np.exp(random.normal(4.5, 1.1)), 5.0, 2000.0)))
    scale = amount / sum(sizes)
    return [(size * scale, float(random.uniform(low, high))) for size in sizes]


def october() -> Made:
    """Aave v3 parameters of 10 October 2025 on its price path, with a synthetic book."""
    title = "10 October 2025: Aave v3"
    summary = "Aave's risk parameters and the price path of the day, with a synthetic book."
    prices, path = _october_path()
    ratio = 1.21
    accounts = 3000
    table = synthetic_book(
        SyntheticBook(
            accounts=accounts,
            collateral={"WETH": 4, "WBTC": 3, "wstETH": 3},
            debt={"USDC": 5, "USDT": 5},
            prices={**prices, "wstETH": round(prices["WETH"] * ratio, 2), "USDC": 1.0, "USDT": 1.0},
            ltv=Beta(4.0, 3.0, 0.2, 0.76),
            size=Lognormal(40_000, 2.2),
            market="aave",
            seed=20251010,
        )
    )
    stressed = {"depth_multiplier": 0.6, "permanent_share": 0.5, "recovery_half_life_rounds": 3}
    curves = {
        asset: {"model": "curve", "points": [list(point) for point in quoted(asset, "USDC").points], **stressed}
        for asset in ("WETH", "WBTC")
    }
    preset = load_preset("aave-v3-3").to_dict()
    names = ("WETH", "WBTC", "wstETH", "USDC", "USDT")
    parameters = Parameters.from_dict(
        {
            "format": "cascade-scenario/1",
            "name": title,
            "notes": paragraphs(OCTOBER_NOTES.format(accounts=f"{accounts:,}")),
            "assets": {
                "WETH": {"price": prices["WETH"], "liquidity": curves["WETH"]},
                "WBTC": {"price": prices["WBTC"], "liquidity": curves["WBTC"]},
                "wstETH": {
                    "price": round(prices["WETH"] * ratio, 2),
                    "liquidity": curves["WETH"],
                    "oracle": {"kind": "model", "base": "WETH", "ratio": ratio},
                },
                "USDC": {"price": 1.0},
                "USDT": {"price": 1.0},
            },
            "cross_impact": [
                {"from": "WETH", "to": "wstETH", "share": 0.9},
                {"from": "wstETH", "to": "WETH", "share": 0.9},
            ],
            "markets": {
                "aave": {"collateral": {name: preset["collateral"][name] for name in names}, "rules": preset["rules"]}
            },
            "shock": {"kind": "path", "returns": {"WETH": path["WETH"], "WBTC": path["WBTC"], "wstETH": path["WETH"]}},
            "liquidators": {"min_profit_usd": 0, "gas_usd": 20},
            "simulation": {"round_seconds": 1200},
        }
    )
    return Made("october-2025.cascade", title, summary, Scenario.checked(parameters, table))


def _october_path() -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return the prices at the start and, for each round, the change since: open, low, close of each hour."""
    prices: dict[str, float] = {}
    path: dict[str, list[float]] = {}
    for symbol, asset in (("ETH", "WETH"), ("BTC", "WBTC")):
        candles = [
            row
            for row in rows("perp_1h_2025-10_2025-11_2026-02.csv")
            if row["venue"] == "binance" and row["asset"] == symbol
            if OCTOBER_START <= _moment(row["time"]) < OCTOBER_START + OCTOBER_HOURS * HOUR
        ]
        prices[asset] = float(candles[0]["open"])
        values = [float(row[point]) for row in candles for point in ("open", "low", "close")]
        path[asset] = [round(value / prices[asset] - 1, 6) for value in values]
    return prices, path
