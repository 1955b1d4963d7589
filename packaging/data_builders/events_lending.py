"""19 May 2021 and 10 October 2025: lending books on real price paths, several runs of each."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from events_maker import moment
from example_parts import rows

import engine
from engine.files.examples import find_example
from engine.importing.synthetic import Beta, Lognormal, SyntheticBook, synthetic_book
from engine.scenario.presets import load_preset
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.reading.recorded_run import RecordedRun

HOUR = timedelta(hours=1)
MAY_START = datetime(2021, 5, 19, tzinfo=UTC)
MAY_HOURS = 120
MAY_ASSETS = {"WETH": "ETH", "WBTC": "BTC", "LINK": "LINK", "UNI": "UNI"}
MAY_REAL_USD = 377e6
"""What Aave, Compound and Maker liquidated on 19 May 2021 together: the size to which the book is scaled."""
MAY_REAL_23 = 160e6
DEPTHS = (10e6, 30e6, 100e6)
CANDLES_2021 = "binance_1h_2021-04_2021-06.csv"
CANDLES_2025 = "perp_1h_2025-10_2025-11_2026-02.csv"


def _candles(name: str, start: datetime, hours: int, asset: str, venue: str | None = None) -> list[dict[str, str]]:
    found = [
        row
        for row in rows(name)
        if row["asset"] == asset and (venue is None or row["venue"] == venue)
        if start <= moment(row["time"]) < start + hours * HOUR
    ]
    found.sort(key=lambda row: row["time"])
    if len(found) != hours:
        raise ValueError(f"{name} has {len(found)} hours of {asset} where {hours} were expected")
    return found


def _may_scenario(median_usd: float, depth: float | None) -> Scenario:
    """Return 3,000 accounts under Compound's rules on the path from 19 to 23 May; without a depth nothing moves."""
    prices: dict[str, float] = {}
    path: dict[str, list[float]] = {}
    for asset, symbol in MAY_ASSETS.items():
        hours = _candles(CANDLES_2021, MAY_START, MAY_HOURS, symbol)
        prices[asset] = float(hours[0]["open"])
        values = [float(row[point]) for row in hours for point in ("open", "low", "close")]
        path[asset] = [round(value / prices[asset] - 1, 6) for value in values]
    table = synthetic_book(
        SyntheticBook(
            accounts=3000,
            collateral={"WETH": 6, "WBTC": 2, "LINK": 1, "UNI": 1},
            debt={"USDC": 5, "DAI": 5},
            prices={**prices, "USDC": 1.0, "DAI": 1.0},
            ltv=Beta(4.0, 3.0, 0.2, 0.68),
            size=Lognormal(median_usd, 2.0),
            market="compound",
            seed=20210519,
        )
    )
    preset = load_preset("compound-v2").to_dict()
    assets: dict[str, Any] = {"USDC": {"price": 1.0}, "DAI": {"price": 1.0}}
    for asset, price in prices.items():
        assets[asset] = {"price": price, "liquidity": {"model": "infinite"}}
        if depth is not None:
            assets[asset]["liquidity"] = {
                "model": "exponential",
                "depth_2pct_usd": depth if asset in {"WETH", "WBTC"} else depth / 10,
                "permanent_share": 0.5,
                "recovery_half_life_rounds": 3,
            }
    data = {
        "format": "cascade-scenario/1",
        "name": "19 May 2021",
        "assets": assets,
        "markets": {
            "compound": {
                "collateral": {name: preset["collateral"][name] for name in (*MAY_ASSETS, "USDC", "DAI")},
                "rules": preset["rules"],
            }
        },
        "shock": {"kind": "path", "returns": path},
        "simulation": {"round_seconds": 1200},
    }
    return Scenario.checked(Parameters.from_dict(data), table)


def column(recording: RecordedRun, name: str, rounds: int) -> npt.NDArray[np.float64]:
    """Return one column for the rounds of the path; a run that ended before has zeros."""
    values = recording.rounds_frame()[name].to_numpy(dtype=np.float64)[:rounds]
    filled: npt.NDArray[np.float64] = np.concatenate([values, np.zeros(rounds - len(values))])
    return filled


@dataclass(frozen=True)
class May2021:
    """The run without impact, and one for each depth."""

    alone: RecordedRun
    with_impact: dict[float, RecordedRun]
    open_price: float
    owed: float

    def repaid_by_hour(self, recording: RecordedRun) -> npt.NDArray[np.float64]:
        """Return the USD repaid in each hour from midnight of 19 May."""
        repaid: npt.NDArray[np.float64] = (
            column(recording, "repaid_usd", 3 * MAY_HOURS).reshape(MAY_HOURS, 3).sum(axis=1)
        )
        return repaid

    def facts(self) -> dict[str, str]:
        """Return the figures of the page, written out."""
        undisturbed = column(self.alone, "undisturbed.WETH", 72)
        lowest = int(undisturbed.argmin())
        hourly = self.repaid_by_hour(self.alone)
        day, later = hourly[:24], hourly[96:120]
        falls = (undisturbed[0::3] - undisturbed[1::3]) / undisturbed[0::3]
        top, fallen = np.argsort(-day)[:3], np.argsort(-falls)[:3]
        lines = [
            "| depth, $M for 2 % | repaid 19 May, $M | lowest ETH, USD | fall, % | feedback in it, % |",
            "| --- |" + " ---: |" * 4,
        ]
        for depth, recording in self.with_impact.items():
            market = column(recording, "market.WETH", 72)
            fall, outside = 1 - market.min() / self.open_price, 1 - undisturbed[lowest] / self.open_price
            lines.append(
                f"| {depth / 1e6:.0f} | {self.repaid_by_hour(recording)[:24].sum() / 1e6:,.0f} "
                f"| {market.min():,.0f} | {100 * fall:.1f} | {100 * (fall - outside) / fall:.1f} |"
            )
        lines.append(
            f"| no impact | {day.sum() / 1e6:,.0f} | {undisturbed[lowest]:,.0f} "
            f"| {100 * (1 - undisturbed[lowest] / self.open_price):.1f} | 0 |"
        )
        return {
            "may_open": f"{self.open_price:,.0f}",
            "may_low": f"{undisturbed[lowest]:,.0f}",
            "may_low_hour": f"{lowest // 3:02d}:00",
            "may_owed": f"{self.owed / 1e6:,.0f}",
            "may_table": "\n".join(lines),
            "may_top": ", ".join(f"{hour:02d}:00" for hour in sorted(top.tolist())),
            "may_top_share": f"{100 * day[top].sum() / day.sum():.0f}",
            "may_falls": ", ".join(f"{hour:02d}:00" for hour in sorted(fallen.tolist())),
            "may_quiet": f"{int((day == 0).sum())}",
            "may_23": f"{later.sum() / 1e6:,.0f}",
            "may_23_share": f"{later.sum() / day.sum():.2f}",
            "may_23_real": f"{MAY_REAL_23 / MAY_REAL_USD:.2f}",
            "may_low_23": f"{column(self.alone, 'undisturbed.WETH', 360)[288:].min():,.0f}",
        }


def may_2021() -> May2021:
    """Scale the book so that without impact it repays the known total on 19 May, then give it each depth."""
    trial = engine.run(_may_scenario(10_000.0, None))
    median_usd = 10_000.0 * MAY_REAL_USD / float(column(trial, "repaid_usd", 72).sum())
    alone = engine.run(_may_scenario(median_usd, None))
    runs = {depth: engine.run(_may_scenario(median_usd, depth)) for depth in DEPTHS}
    asset = list(alone.book.asset_names).index("WETH")
    return May2021(alone, runs, float(alone.rounds[0].market[asset]), float(alone.rounds[0].debt_left_usd.sum()))


OCTOBER_START = datetime(2025, 10, 10, 14, tzinfo=UTC)
OCTOBER_ROUNDS = 42
WICK = 7
"""Hours from the start of the example to the hour of the low, 21:00 UTC."""


def _october_variant(kind: str) -> Scenario:
    """Return the bundled example with one thing changed: nothing, its impact, its wick or its oracle."""
    scenario = find_example("october-2025").load()
    data = copy.deepcopy(scenario.parameters.to_dict())
    for asset in ("WETH", "WBTC", "wstETH"):
        if kind == "impact":
            data["assets"][asset]["liquidity"] = {"model": "infinite"}
        if asset != "wstETH" and kind == "mean":
            data["assets"][asset]["oracle"] = {"kind": "twap", "window_rounds": 3}
        if asset != "wstETH" and kind == "late":
            data["assets"][asset]["oracle"] = {"kind": "market", "delay_rounds": 1}
    if kind == "wick":
        returns = data["shock"]["returns"]
        data["shock"]["returns"] = {
            asset: [path[number + 1] if number % 3 == 1 else value for number, value in enumerate(path)]
            for asset, path in ((asset, list(path)) for asset, path in returns.items())
        }
    return Scenario.checked(Parameters.from_dict(data), scenario.loans)


OCTOBER_RUNS = {
    "": "as bundled",
    "impact": "sales move no price",
    "wick": "the hours' lows left out",
    "mean": "oracle: the mean of an hour",
    "late": "oracle: 20 minutes late",
}


@dataclass(frozen=True)
class October2025:
    """The bundled example and its variants."""

    runs: dict[str, RecordedRun]
    owed: float

    def facts(self) -> dict[str, str]:
        """Return the figures of the page, written out."""
        plain = self.runs[""]
        repaid = column(plain, "repaid_usd", OCTOBER_ROUNDS)
        whole = plain.summary()["repaid_usd"]
        wick = slice(3 * WICK, 3 * WICK + 3)
        lines = [
            "| run | repaid, $M | share of debt, % | liquidations | lowest ETH, USD |",
            "| --- |" + " ---: |" * 4,
        ]
        for kind, name in OCTOBER_RUNS.items():
            summary = self.runs[kind].summary()
            market = self.runs[kind].rounds_frame()["market.WETH"].min()
            lines.append(
                f"| {name} | {summary['repaid_usd'] / 1e6:.1f} | {100 * summary['repaid_usd'] / self.owed:.1f} "
                f"| {summary['liquidations']:,} | {market:,.0f} |"
            )
        facts = {
            "oct_table": "\n".join(lines),
            "oct_owed": f"{self.owed / 1e6:,.0f}",
            "oct_hour_share": f"{100 * repaid[wick].sum() / whole:.0f}",
            "oct_low_share": f"{100 * repaid[3 * WICK + 1] / whole:.0f}",
            "oct_bad": f"{plain.summary()['bad_debt_usd'] / 1e6:.2f}",
        }
        for venue in ("binance", "bybit"):
            for asset in ("ETH", "BTC"):
                hour = _candles(CANDLES_2025, OCTOBER_START + WICK * HOUR, 1, asset, venue)[0]
                opened, low, close = (float(hour[point]) for point in ("open", "low", "close"))
                facts[f"oct_{venue}_{asset}"] = f"{low:,.0f}"
                facts[f"oct_{venue}_{asset}_fall"] = f"{100 * (1 - low / opened):.1f}"
                side = "above" if close > opened else "below"
                facts[f"oct_{venue}_{asset}_back"] = f"{100 * abs(close / opened - 1):.1f} % {side}"
        return facts


def october_2025() -> October2025:
    """Run the bundled example as it is, and with one thing changed at a time."""
    runs = {kind: engine.run(_october_variant(kind)) for kind in OCTOBER_RUNS}
    return October2025(runs, float(runs[""].rounds[0].debt_left_usd.sum()))
