"""Oracle prices (Method, section 5).

Decided reading h: in round 0 an oracle shows the first price (`market`, `threshold`, `twap`), its `price` (`fixed`)
or ratio times its base (`model`); `max_move` limits the change from the price published in the round before; a
`threshold` feed compares with the price it has published, and notes the round when it updates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.slow_engine.near_ties import NearTies

YEAR_SECONDS = 365 * 86400

AT_REST = 1e-6
"""An oracle this close to what it follows, relative, has arrived (Method, section 6)."""


class Oracles:
    """What the oracles show, round by round."""

    def __init__(self, scenario: dict[str, Any], ties: NearTies) -> None:
        self.assets = scenario["assets"]
        self.rounds_per_year = YEAR_SECONDS / scenario["simulation"]["round_seconds"]
        self.round = 0
        self.ties = ties
        self.market: dict[str, list[float]] = {name: [asset["price"]] for name, asset in self.assets.items()}
        """p(r-) by round; round 0 is the first price."""
        self.updated = dict.fromkeys(self.assets, 0)
        """The round in which a `threshold` feed was last updated."""
        self.published: dict[str, float] = {}
        for name in self.in_order():
            self.published[name] = self.first_price(name)

    def in_order(self) -> list[str]:
        """The assets, those with a `model` oracle last, since they need their base's price."""
        return sorted(self.assets, key=lambda name: self.assets[name]["oracle"]["kind"] == "model")

    def first_price(self, name: str) -> float:
        """The oracle price of round 0."""
        oracle = self.assets[name]["oracle"]
        if oracle["kind"] == "fixed":
            return float(oracle["price"])
        if oracle["kind"] == "model":
            return self.ratio(oracle) * self.published[oracle["base"]]
        return float(self.assets[name]["price"])

    def ratio(self, oracle: dict[str, Any]) -> float:
        """The ratio that a `model` oracle uses in this round, below its cap if it has one."""
        cap = oracle.get("cap")
        if cap is None:
            return float(oracle["ratio"])
        years = (cap["age_rounds"] + self.round) / self.rounds_per_year
        return float(min(oracle["ratio"], cap["ratio"] * (1 + cap["growth_per_year"] * years)))

    def seen(self, name: str, round_number: int) -> float:
        """p(r-) of a round; before round 1 it is the first price."""
        return self.market[name][max(0, round_number)]

    def observe(self, market_before: dict[str, float]) -> None:
        """Publishes the prices of the next round from its market prices p(r-)."""
        for name, price in market_before.items():
            self.market[name].append(price)
        self.round += 1
        round_number = self.round
        for name in self.in_order():
            oracle = self.assets[name]["oracle"]
            before = self.published[name]
            price = self.wanted(name, oracle, before, round_number)
            if oracle["max_move"] is not None:
                lowest = before * (1 - oracle["max_move"])
                highest = before * (1 + oracle["max_move"])
                price = max(lowest, min(highest, price))
            self.published[name] = price

    def wanted(self, name: str, oracle: dict[str, Any], before: float, r: int) -> float:
        """The price that the oracle would show were there no `max_move`."""
        kind = oracle["kind"]
        if kind == "market":
            return self.seen(name, r - int(oracle["delay_rounds"]))
        if kind == "twap":
            window = oracle["window_rounds"]
            return sum(self.seen(name, r - back) for back in range(window)) / float(window)
        if kind == "fixed":
            return float(oracle["price"])
        if kind == "model":
            return self.ratio(oracle) * self.published[oracle["base"]]
        if kind == "threshold":
            price = self.seen(name, r - oracle["delay_rounds"])
            heartbeat = oracle["heartbeat_rounds"]
            late = heartbeat is not None and r - self.updated[name] >= heartbeat
            far = not self.ties.less(abs(price / before - 1), oracle["deviation"], f"{name} oracle deviation", 1.0)
            if late or far:
                self.updated[name] = r
                return price
            return before
        raise ValueError(f"unknown oracle {kind}")

    def look_back(self) -> int:
        """The most rounds that any oracle looks back on (decided reading j)."""
        rounds = [0]
        for asset in self.assets.values():
            rounds.append(asset["oracle"]["delay_rounds"])
            rounds.append(asset["oracle"].get("window_rounds", 0))
        return max(rounds)

    def stand_still(self, market_after: dict[str, float]) -> bool:
        """Whether every oracle that follows the market has arrived there (section 6, last paragraph; reading j)."""
        for name, price in market_after.items():
            oracle = self.assets[name]["oracle"]
            shown = self.published[name]
            if oracle["kind"] == "fixed":
                continue
            if oracle["kind"] == "threshold" and oracle["heartbeat_rounds"] is None:
                far = abs(price / shown - 1)
                if not self.ties.less(far, oracle["deviation"], f"{name} oracle deviation", 1.0):
                    return False
                continue
            goal = price
            if oracle["kind"] == "model":
                goal = self.ratio(oracle) * self.published[oracle["base"]]
            if not self.ties.at_most(abs(shown / goal - 1), AT_REST, f"{name} oracle at rest", 1e-2):
                return False
        return True
