"""What one round has fixed at its start, and what it adds up (Method, section 6).

Everything that a round sells or buys goes through here:

- What liquidators, buyers of auctions and callers of a stability pool receive is sold as `liquidators.sell_share` and
  `sell_over_rounds` say.
- What depositors of a stability pool sell is spread over `sell_over_rounds` too.
- What a margin engine closes, and what buyers of an absorbing market's inventory sell on, is traded in this round.

Each moves the running outstanding sale u by what of it is traded in this round. What a later trade of the round would
earn is reckoned from there; the cross term stays as at the start of the round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slow_engine import prices as market

if TYPE_CHECKING:
    from tests.slow_engine.book import Account, Prices
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.liquidation import Exchange

Tokens = dict[str, float]


class RoundBook:
    """Prices and limits of a round, its liquidations, trades and figures."""

    def __init__(self, run: Run, f: Prices, q: Tokens, before: Prices, oracle: Prices) -> None:
        self.run = run
        self.f = f
        self.before = before
        self.oracle = oracle
        self.u = {name: q[name] * f[name] for name in run.assets}
        self.running_u = dict(self.u)
        self.cross = {name: market.cross_factor(run.scenario, name, self.u) for name in run.assets}
        self.reserve_before = dict(run.reserve)

        self.exchanges: list[tuple[Account, Exchange]] = []
        """Every liquidation of the round, whoever settled it."""
        self.capacity_used = 0.0
        """USD repaid (paid, in auctions) so far: what `capacity_usd_per_round` limits."""
        self.calls_with_gas = 0
        self.paid_for_lots = 0.0
        """USD that buyers of auctions and of inventory paid."""
        self.new_accounts = 0

        self.received = self.nothing()
        """Tokens that liquidators, buyers of auctions and callers got in this round."""
        self.depositors_sell = self.nothing()
        """Tokens that depositors of stability pools got in this round and will sell."""
        self.storefront_sold = self.nothing()
        self.closed_longs = self.nothing()
        self.closed_shorts = self.nothing()
        self.repaid_tokens = self.nothing()
        """Debt tokens that liquidators repaid."""

        self.sold = self.nothing()
        self.bought = self.nothing()
        self.proceeds = self.nothing()
        self.earned_by_liquidators = 0.0
        self.cost_of_debt = 0.0
        self.written_off = self.nothing()
        self.repaid_by_collateral = self.nothing()
        self.bad_debt = dict.fromkeys(run.markets, 0.0)
        self.lender_loss = dict.fromkeys(run.markets, 0.0)
        self.credited = dict.fromkeys(run.markets, 0.0)
        self.redistributed = dict.fromkeys(run.markets, 0.0)
        self.deleveraged_usd = dict.fromkeys(run.markets, 0.0)
        self.deleveraged = dict.fromkeys(run.markets, 0)
        self.deleveraged_taken_usd = dict.fromkeys(run.markets, 0.0)
        self.collateral_growth = dict.fromkeys(run.markets, 1.0)
        self.debt_per_collateral = dict.fromkeys(run.markets, 0.0)

    def nothing(self) -> Tokens:
        """No tokens of any asset."""
        return dict.fromkeys(self.run.assets, 0.0)

    def earns(self, asset: str, tokens: float) -> float:
        """USD that selling tokens now would earn, from where the round's earlier trades left the book."""
        return market.proceeds(
            self.run.scenario, asset, self.cross[asset], self.running_u[asset], tokens * self.f[asset]
        )

    def give_to_liquidator(self, asset: str, tokens: float) -> None:
        """Tokens to somebody who sells as liquidators do."""
        policy = self.run.liquidators
        self.received[asset] += tokens
        now = policy["sell_share"] / policy["sell_over_rounds"]
        self.running_u[asset] += tokens * now * self.f[asset]

    def give_to_depositors(self, asset: str, tokens_to_sell: float) -> None:
        """Tokens that the depositors of a stability pool will sell."""
        self.depositors_sell[asset] += tokens_to_sell
        self.running_u[asset] += tokens_to_sell / self.run.liquidators["sell_over_rounds"] * self.f[asset]

    def sell_on(self, asset: str, tokens: float) -> None:
        """Buyers of inventory sell at once."""
        self.storefront_sold[asset] += tokens
        self.running_u[asset] += tokens * self.f[asset]

    def close_long(self, asset: str, tokens: float) -> None:
        """A margin engine sells a position."""
        self.closed_longs[asset] += tokens
        self.running_u[asset] += tokens * self.f[asset]

    def close_short(self, asset: str, tokens: float) -> None:
        """A margin engine buys a position back."""
        self.closed_shorts[asset] += tokens
        self.running_u[asset] -= tokens * self.f[asset]
