"""What comes from outside: a sale by somebody who is no liquidator, and prices by nothing else (sections 4, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.slow_engine import prices as market

if TYPE_CHECKING:
    from tests.slow_engine.book import Prices

Tokens = dict[str, float]


class Impact:
    """Outstanding sales q of all assets, in their permanent and their temporary parts (section 3, "Recovery")."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.permanent = dict.fromkeys(scenario["assets"], 0.0)
        self.temporary = dict.fromkeys(scenario["assets"], 0.0)

    def kept_per_round(self, name: str) -> float:
        """The share of the temporary part that a round leaves."""
        half_life = self.scenario["assets"][name]["liquidity"]["recovery_half_life_rounds"]
        return 1.0 if half_life is None else float(2 ** (-1 / half_life))

    def recover(self) -> None:
        """Step 1 of a round: the temporary part decays."""
        for name in self.temporary:
            self.temporary[name] *= self.kept_per_round(name)

    def add(self, name: str, tokens: float) -> None:
        """Tokens sold, or bought when negative."""
        permanent = self.scenario["assets"][name]["liquidity"]["permanent_share"]
        self.permanent[name] += tokens * permanent
        self.temporary[name] += tokens * (1 - permanent)

    def outstanding(self) -> Tokens:
        """q_k: tokens sold and not yet absorbed."""
        return {name: self.permanent[name] + self.temporary[name] for name in self.permanent}

    def after_recovery(self) -> Tokens:
        """q_k as it would be after one more recovery."""
        return {
            name: self.permanent[name] + self.temporary[name] * self.kept_per_round(name) for name in self.permanent
        }

    def market_prices(self, f: Prices) -> Prices:
        """p_k of section 3."""
        q = self.outstanding()
        return {name: market.market_price(self.scenario, name, f, q) for name in f}


class OutsideSale:
    """The shock `sale`, and the prices that it alone would have made; with any other shock nothing is sold."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.alone = Impact(scenario)
        """Outstanding sales if there were no liquidations."""
        shock = scenario["shock"]
        self.is_one = shock["kind"] == "sale"
        self.rounds = shock["over_rounds"] if self.is_one else 0
        self.usd: Tokens = shock["usd"] if self.is_one else {}
        self.sold = dict.fromkeys(self.usd, 0.0)
        self.proceeds = dict.fromkeys(self.usd, 0.0)

    def sell(self, round_number: int, impact: Impact, f: Prices) -> None:
        """This round's part: through the same curves, each with the cross term as before any of it."""
        self.alone.recover()
        if round_number > self.rounds:
            return
        u = {name: tokens * f[name] for name, tokens in impact.outstanding().items()}
        for name, usd in self.usd.items():
            tokens = usd / (self.rounds * self.scenario["assets"][name]["price"])
            cross = market.cross_factor(self.scenario, name, u)
            self.proceeds[name] += market.proceeds(self.scenario, name, cross, u[name], tokens * f[name])
            self.sold[name] += tokens
            impact.add(name, tokens)
            self.alone.add(name, tokens)

    def figures(self) -> dict[str, Any]:
        """What the seller earned, in all and a token; nothing is said where nobody sells."""
        if not self.is_one:
            return {}
        return {
            "seed_proceeds_usd": sum(self.proceeds.values()),
            "seed_average_price": {
                name: self.proceeds[name] / tokens for name, tokens in self.sold.items() if tokens > 0
            },
        }
