"""12 March 2020: what Maker's oracle said, when auctions began, and what the bundled example does instead."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from example_parts import rows

import engine
from engine.files.examples import find_example

START = datetime(2020, 3, 12, tzinfo=UTC)
END = datetime(2020, 3, 14, tzinfo=UTC)
HOURS = 36
HOUR = timedelta(hours=1)
NEAR_ZERO = 1.0
"""DAI for one ETH: auctions won below it were won for almost nothing."""
UPDATES = "maker_osm_eth_usd_2019-11_2020-04.csv"
AUCTIONS = "maker_eth_a_auctions_2019-11_2020-04.csv"


@dataclass(frozen=True)
class Update:
    """One price that the oracle published: USD for an ETH, and whether no lower one came before it that day."""

    block: int
    time: datetime
    price: float
    new_low: bool


@dataclass(frozen=True)
class Auction:
    """One auction: ETH won, DAI for each, the gas price in gwei if known, and the oracle's update in force."""

    block: int
    time: datetime
    eth: float
    price: float
    gas: float | None
    closed: bool
    update: Update

    @property
    def near_zero(self) -> bool:
        """Whether it was won for almost nothing."""
        return self.price < NEAR_ZERO


def moment(text: str) -> datetime:
    """Read a time of the shared data, UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def updates() -> list[Update]:
    """Return the oracle's updates of 12 and 13 March 2020; a new low is one since midnight of the 12th."""
    found: list[Update] = []
    lowest = None
    for row in rows(UPDATES):
        time, price = moment(row["time"]), float(row["eth_usd_osm"])
        if not START <= time < END:
            continue
        new_low = lowest is not None and price < lowest
        lowest = price if lowest is None else min(lowest, price)
        found.append(Update(int(row["block"]), time, price, new_low))
    return found


def auctions(oracle: list[Update]) -> list[Auction]:
    """Return the auctions that began on 12 and 13 March, each with the update in force at its block."""
    blocks = [update.block for update in oracle]
    return [
        Auction(
            int(row["block"]),
            moment(row["time"]),
            float(row["collateral_seized"]),
            float(row["price_dai_per_eth"]),
            float(row["gas_gwei"]) if row["gas_gwei"] else None,
            row["state"] == "CLOSED",
            oracle[bisect_right(blocks, int(row["block"])) - 1],
        )
        for row in rows(AUCTIONS)
        if START <= moment(row["time"]) < END
    ]


def hour_of(time: datetime) -> int:
    """Return the hours from midnight of 12 March."""
    return int((time - START) / HOUR)


def by_hour(chosen: list[Auction]) -> list[float]:
    """Return the ETH of auctions by the hour in which they began."""
    eth = [0.0] * HOURS
    for auction in chosen:
        if hour_of(auction.time) < HOURS:
            eth[hour_of(auction.time)] += auction.eth
    return eth


def gas_by_hour(chosen: list[Auction]) -> list[float | None]:
    """Return the median gas price of the auctions that began in each hour, gwei."""
    found = [[a.gas for a in chosen if hour_of(a.time) == hour and a.gas is not None] for hour in range(HOURS)]
    return [median(values) if values else None for values in found]


def example_by_hour() -> tuple[list[float], dict[str, Any]]:
    """Run the bundled example: ETH seized in each hour (its round r is the hour r of 12 March), and its summary."""
    recording = engine.run(find_example("black-thursday").load())
    frame = recording.rounds_frame()
    seized = dict(zip(frame["round"], frame["seized_usd"] / frame["oracle.ETH"], strict=True))
    return [float(seized.get(hour, 0.0)) for hour in range(HOURS)], recording.summary()


def cumulated(values: list[float]) -> list[float]:
    """Return the share of the whole that is reached with each value."""
    whole, reached, shares = sum(values), 0.0, []
    for value in values:
        reached += value
        shares.append(reached / whole)
    return shares


def quantile(values: list[float], share: float) -> float:
    """Return the value below which a share of the sorted values lies."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


@dataclass(frozen=True)
class BlackThursday:
    """All that the page and its pictures tell of the day."""

    oracle: list[Update]
    auctions: list[Auction]
    example: list[float]
    summary: dict[str, Any]

    def facts(self) -> dict[str, str]:
        """Return the figures of the page, written out."""
        every = self.auctions
        cheap = [a for a in every if a.near_zero]
        at_low = [a for a in every if a.update.new_low]
        other = [a for a in every if not a.update.new_low]
        lows = [update for update in self.oracle if update.new_low]
        since_update = [(a.time - a.update.time).total_seconds() / 60 for a in at_low]
        since_low = [
            (a.time - max(low.time for low in lows if low.block <= a.block)).total_seconds() / 60 for a in every
        ]
        blocks = [float(a.block - a.update.block) for a in at_low]
        real, model = cumulated(by_hour(every)), cumulated(self.example)
        apart = [abs(a - b) for a, b in zip(real, model, strict=True)]
        widest = apart.index(max(apart))
        eth = sum(a.eth for a in every)
        cheap_eth = sum(a.eth for a in cheap)
        after_low = [a for a in other if a.update.price > min(u.price for u in self.oracle if u.block <= a.block)]
        repeated = [a for a in other if a not in after_low]
        return {
            "auctions": f"{len(every):,}",
            "auction_eth": f"{eth:,.0f}",
            "unfinished": f"{sum(not a.closed for a in every)}",
            "updates": f"{len(self.oracle)}",
            "lows": f"{len(lows)}",
            "first_low": f"{lows[0].price:.2f}",
            "last_low": f"{lows[-1].price:.2f}",
            "low_auctions": f"{len(at_low):,}",
            "low_auctions_share": f"{100 * len(at_low) / len(every):.1f}",
            "low_eth": f"{sum(a.eth for a in at_low):,.0f}",
            "low_eth_share": f"{100 * sum(a.eth for a in at_low) / eth:.1f}",
            "other_auctions": f"{len(other):,}",
            "other_auctions_share": f"{100 * len(other) / len(every):.1f}",
            "other_eth": f"{sum(a.eth for a in other):,.0f}",
            "other_eth_share": f"{100 * sum(a.eth for a in other) / eth:.1f}",
            "repeated_auctions": f"{len(repeated):,}",
            "above_auctions": f"{len(after_low):,}",
            "lag_median": f"{median(since_update):.0f}",
            "lag_blocks": f"{median(blocks):.0f}",
            "lag_quarter": f"{quantile(since_update, 0.25):.0f}",
            "lag_three_quarters": f"{quantile(since_update, 0.75):.0f}",
            "lag_ninety": f"{quantile(since_update, 0.9):.0f}",
            "lag_all_median": f"{median(since_low):.0f}",
            "lag_all_ninety": f"{quantile(since_low, 0.9):.0f}",
            "cheap": f"{len(cheap):,}",
            "cheap_share": f"{100 * len(cheap) / len(every):.1f}",
            "cheap_eth": f"{cheap_eth:,.2f}",
            "cheap_eth_share": f"{100 * cheap_eth / eth:.1f}",
            "cheap_dai": f"{sum(a.eth * a.price for a in cheap):,.0f}",
            "cheap_usd": f"{sum(a.eth * a.update.price for a in cheap) / 1e6:.2f}",
            "cheap_first": f"{min(a.time for a in cheap):%d March %H:%M}",
            "cheap_last": f"{max(a.time for a in cheap):%d March %H:%M}",
            "example_rounds": f"{self.summary['rounds']}",
            "example_liquidations": f"{self.summary['liquidations']:,}",
            "example_repaid": f"{self.summary['repaid_usd'] / 1e6:.1f}",
            "example_eth": f"{sum(self.example):,.0f}",
            "example_bad": f"{self.summary['bad_debt_usd'] / 1e6:.1f}",
            "apart": f"{100 * max(apart):.0f}",
            "apart_hour": f"{widest % 24:02d}:00 UTC on {12 + widest // 24} March",
            "real_half": _clock(real),
            "example_half": _clock(model),
            "hours_table": self._table(),
            "lows_table": self._lows(),
        }

    def _table(self) -> str:
        """Return, as Markdown, the hours in which auctions were won for almost nothing."""
        gas = gas_by_hour(self.auctions)
        lines = ["| hour, UTC | auctions | ETH | below 1 DAI | their ETH | gas, gwei |", "| --- |" + " ---: |" * 5]
        for hour in range(HOURS):
            mine = [a for a in self.auctions if hour_of(a.time) == hour]
            cheap = [a for a in mine if a.near_zero]
            if cheap:
                shown = gas[hour]
                lines.append(
                    f"| {12 + hour // 24} March, {hour % 24:02d}:00 | {len(mine):,} | {sum(a.eth for a in mine):,.0f} "
                    f"| {len(cheap):,} | {sum(a.eth for a in cheap):,.0f} | {'' if shown is None else f'{shown:.0f}'} |"
                )
        return "\n".join(lines)

    def _lows(self) -> str:
        """Return, as Markdown, each new low and the auctions that began while it was in force."""
        lines = ["| update, UTC | oracle, USD | auctions begun | ETH | median lag, min |", "| --- |" + " ---: |" * 4]
        for update in self.oracle:
            mine = [a for a in self.auctions if a.update == update]
            if not update.new_low:
                continue
            lag = f"{median((a.time - update.time).total_seconds() for a in mine) / 60:.0f}" if mine else ""
            lines.append(
                f"| {update.time:%d March, %H:%M} | {update.price:.2f} | {len(mine):,} "
                f"| {sum(a.eth for a in mine):,.0f} | {lag} |"
            )
        return "\n".join(lines)


def _clock(shares: list[float]) -> str:
    """Return the hour in which half of the whole was reached."""
    hour = next(number for number, share in enumerate(shares) if share >= 0.5)
    return f"{hour % 24:02d}:00"


def black_thursday() -> BlackThursday:
    """Read the day and run its example."""
    oracle = updates()
    seized, summary = example_by_hour()
    return BlackThursday(oracle, auctions(oracle), seized, summary)
