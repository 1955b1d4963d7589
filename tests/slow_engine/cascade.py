"""The rounds of a cascade, one plain step after the other (Method, section 6), and what is reported (section 9).

Readings that were decided where the method leaves room, beside those named in the other files of this package:

a. `calls_per_round`: the calls of an account follow each other at its turn, at the same prices. Each counts against
   the limits and must be allowed by itself; the account's turn ends at the first that is not.
b. A call that would go over the count or the capacity (USD repaid at oracle prices) is skipped whole, and the next
   accounts are tried.
c. `min_profit_usd`: the outstanding sale that the proceeds are tested against starts at the round's; each earlier
   call of the round has moved it by what will be sold of it now (tokens to the liquidator times `sell_share` over
   `sell_over_rounds`) and, with `buy_debt`, by the tokens repaid. The tested proceeds are those of all tokens that
   this liquidator receives; less the repaid tokens at p(r-); less gas. Under proportional legs it is the sum.
d. An asset that is sold and bought in one round moves by the net once; both trade at the average price of the net
   (p(r-) when the net is 0). Liquidator profit of a round: proceeds of the tokens sold in it, less the repaid debt at
   p(r-) (with `buy_debt`: less what buying it cost), less gas per call.
f. Bad debt is valued at oracle prices; every account is looked at, also those that never had collateral. The reserve
   pays first and the rest is the lenders' loss. Under `stay` the debt stays on the account and is counted once, in
   the round in which it becomes bad.
g. Reproduction number: USD repaid on accounts with waited = 1, over USD repaid in the round before; None in round 1
   and when nothing was repaid in the round before.
i. `pause_if_drop` x pauses a market in the rounds r .. r + pause_rounds - 1 when the oracle price of an asset listed
   in its `collateral` changed by -x or less from round r - 1 to r. Paused accounts keep counting `waited`, and the
   run does not end while a pause holds back a liquidatable account.
j. See `Run.stands_still`.
p. Ties of the priority keep the accounts in the order of their first row.
q. Recovery shrinks the temporary part of the outstanding sale at the start of a round; a round's net sale adds its
   `permanent_share` to the permanent part and the rest to the temporary part.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from tests.slow_engine import prices as market
from tests.slow_engine.book import Account, Prices, accounts_of
from tests.slow_engine.defaults import filled
from tests.slow_engine.liquidation import Exchange, apply, exchange_of
from tests.slow_engine.near_ties import NearTies
from tests.slow_engine.oracles import Oracles

STILL = 1e-6
"""Prices that move by no more than this, relative, stand still (Method, section 6)."""


def run(scenario: dict[str, Any]) -> dict[str, Any]:
    """Runs a scenario given in its JSON form.

    Returns
    -------
    dict
        `rounds`: a dictionary a round, figures by asset, by market, or of the whole round. `events`: a dictionary a
        liquidation (one a pair of legs under proportional legs). `accounts`: the final amounts. `summary`: as in the
        result file. `near_ties`: the comparisons in which rounding could decide otherwise.
    """
    cascade = Run(filled(scenario))
    while cascade.ended is None:
        cascade.play_round()
    return cascade.result()


class Run:
    """The state between two rounds."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.assets: list[str] = list(scenario["assets"])
        self.markets: dict[str, Any] = scenario["markets"]
        self.liquidators: dict[str, Any] = scenario["liquidators"]
        self.dust: float = scenario["simulation"]["dust_usd"]
        self.ties = NearTies()
        self.accounts = accounts_of(scenario)
        self.oracles = Oracles(scenario, self.ties)
        self.permanent = dict.fromkeys(self.assets, 0.0)
        self.temporary = dict.fromkeys(self.assets, 0.0)
        self.pending: list[dict[str, float]] = []
        """Tokens to sell: first what is due in the round being played, then the rounds after it."""
        self.reserve = {name: float(rules["safety"]["reserve_usd"]) for name, rules in self.markets.items()}
        self.paused_until = dict.fromkeys(self.markets, 0)
        self.number = 0
        self.market_after = {name: scenario["assets"][name]["price"] for name in self.assets}
        self.extremes: list[tuple[Prices, Prices]] = [(self.market_after, self.market_after)]
        """p(r-) and p(r) by round; in round 0 both are the first prices."""
        self.rounds: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.ended: str | None = None

    # --- section 6, the steps of a round -----------------------------------------------------------------------------

    def play_round(self) -> None:
        """One round of section 6."""
        self.number += 1
        self.recover()  # 1
        f = {name: market.undisturbed(self.scenario, name, self.number) for name in self.assets}  # 2
        q = self.outstanding()
        before = self.market_prices(f)  # 3
        published_before = dict(self.oracles.published)
        self.oracles.observe(before)  # 4
        oracle = dict(self.oracles.published)
        self.pause_markets(published_before, oracle)
        self.count_waiting(oracle)  # 5
        candidates = self.candidates(oracle, before)  # 6
        book = RoundBook(self, f, q, before, oracle)
        for account in candidates:  # 7
            self.liquidate(account, book)
        self.sell(book)  # 8
        self.find_bad_debt(book)  # 9
        self.market_after = self.market_prices(f)  # 10
        self.extremes.append((before, self.market_after))
        self.record(book)
        if self.has_ended(book):
            self.ended = "no more liquidations"
        elif self.number >= self.scenario["simulation"]["max_rounds"]:
            self.ended = "max_rounds reached"

    def recover(self) -> None:
        """Step 1: the temporary part of every outstanding sale decays (section 3, "Recovery")."""
        for name in self.assets:
            self.temporary[name] *= self.kept_per_round(name)

    def kept_per_round(self, name: str) -> float:
        """The share of the temporary part that a round leaves."""
        half_life = self.scenario["assets"][name]["liquidity"]["recovery_half_life_rounds"]
        return 1.0 if half_life is None else float(2 ** (-1 / half_life))

    def outstanding(self) -> dict[str, float]:
        """q_k: tokens sold and not yet absorbed."""
        return {name: self.permanent[name] + self.temporary[name] for name in self.assets}

    def market_prices(self, f: Prices) -> Prices:
        """p_k of section 3 with the outstanding sales as they are now."""
        q = self.outstanding()
        return {name: market.market_price(self.scenario, name, f, q) for name in self.assets}

    def pause_markets(self, before: Prices, now: Prices) -> None:
        """`pause_if_drop` of section 8."""
        for name, rules in self.markets.items():
            drop = rules["safety"]["pause_if_drop"]
            if drop is None:
                continue
            for asset in rules["collateral"]:
                change = now[asset] / before[asset] - 1
                if self.ties.at_most(change, -drop, "pause_if_drop", 1.0):
                    self.paused_until[name] = self.number + rules["safety"]["pause_rounds"] - 1

    def is_paused(self, name: str) -> bool:
        """Whether liquidation pauses in the round being played."""
        return self.number <= self.paused_until[name]

    def is_liquidatable(self, account: Account, oracle: Prices) -> bool:
        """Section 2 with the trigger of the account's market."""
        trigger = self.markets[account.market]["rules"]["trigger"]
        return account.is_liquidatable(oracle, trigger, self.dust, self.ties)

    def count_waiting(self, oracle: Prices) -> None:
        """Step 5: rounds in a row that each account has been liquidatable, this one included."""
        for account in self.accounts:
            account.waited = account.waited + 1 if self.is_liquidatable(account, oracle) else 0

    def candidates(self, oracle: Prices, before: Prices) -> list[Account]:
        """Step 6: who may be liquidated, in the order of `liquidators.priority`."""
        waiting = [
            account
            for account in self.accounts
            if account.waited > self.liquidators["latency_rounds"] and not self.is_paused(account.market)
        ]
        priority = self.liquidators["priority"]
        if priority == "book":
            return waiting
        keys = [self.priority_key(priority, account, oracle, before) for account in waiting]
        ranking = sorted(range(len(waiting)), key=lambda index: keys[index])  # stable: ties stay in row order
        for first, second in pairwise(ranking):
            a, b = waiting[first], waiting[second]
            if (a.market, a.collateral, a.debt) != (b.market, b.collateral, b.debt):
                self.ties.watch(keys[first], keys[second], "priority")
        return [waiting[index] for index in ranking]

    def priority_key(self, priority: str, account: Account, oracle: Prices, before: Prices) -> float:
        """Smallest first. `largest_profit` is that of the account's first call (decided reading p)."""
        if priority == "largest_debt":
            return -account.total_debt_usd(oracle)
        if priority == "lowest_health":
            return account.health(oracle)
        if priority == "largest_profit":
            exchange = exchange_of(account, self.markets[account.market]["rules"], oracle, self.ties)
            if exchange is None:
                return math.inf
            received = sum(amount * before[asset] for asset, amount in exchange.to_liquidator().items())
            repaid = sum(amount * before[asset] for asset, amount in exchange.repaid.items())
            return repaid - received
        raise ValueError(f"unknown priority {priority}")

    def liquidate(self, account: Account, book: RoundBook) -> None:
        """Step 7 for one candidate, with its repeated calls (decided readings a and b)."""
        rules = self.markets[account.market]["rules"]
        for call in range(self.liquidators["calls_per_round"]):
            if call > 0 and not self.is_liquidatable(account, book.oracle):
                return
            exchange = exchange_of(account, rules, book.oracle, self.ties)
            if exchange is None or not self.is_allowed(exchange, book):
                return
            self.carry_out(account, exchange, book)

    def is_allowed(self, exchange: Exchange, book: RoundBook) -> bool:
        """The limits of step 7: count, capacity and profit."""
        count = self.liquidators["max_liquidations_per_round"]
        if count is not None and len(book.exchanges) + 1 > count:
            return False
        capacity = self.liquidators["capacity_usd_per_round"]
        if capacity is not None:
            repaid = sum(done.repaid_usd for _, done in book.exchanges) + exchange.repaid_usd
            if not self.ties.at_most(repaid, capacity, "capacity"):
                return False
        least = self.liquidators["min_profit_usd"]
        if least is not None:
            proceeds, cost = self.tested_profit(exchange, book)
            profit = proceeds - cost - self.liquidators["gas_usd"]
            if self.ties.less(profit, least, "min_profit_usd", proceeds + cost):
                return False
        return True

    def tested_profit(self, exchange: Exchange, book: RoundBook) -> tuple[float, float]:
        """Proceeds and cost that `min_profit_usd` is tested with, before gas (decided reading c)."""
        proceeds = 0.0
        for asset, tokens in exchange.to_liquidator().items():
            proceeds += market.proceeds(
                self.scenario, asset, book.cross[asset], book.running_u[asset], tokens * book.f[asset]
            )
        cost = sum(tokens * book.before[asset] for asset, tokens in exchange.repaid.items())
        return proceeds, cost

    def carry_out(self, account: Account, exchange: Exchange, book: RoundBook) -> None:
        """One call: the account, the round's figures and the event rows."""
        health_before = account.health(book.oracle)
        collateral_usd = account.collateral_usd(book.oracle)
        debt_usd = account.debt_usd(book.oracle)
        apply(account, exchange)
        book.exchanges.append((account, exchange))
        now = self.liquidators["sell_share"] / self.liquidators["sell_over_rounds"]
        for asset, tokens in exchange.to_liquidator().items():
            book.running_u[asset] += tokens * now * book.f[asset]
        if self.liquidators["buy_debt"]:
            for asset, tokens in exchange.repaid.items():
                book.running_u[asset] -= tokens * book.f[asset]
        if not account.liquidated:
            account.liquidated = True
            book.new_accounts += 1
        health_after = account.health(book.oracle)
        total_collateral = sum(collateral_usd[asset] for asset in exchange.seized)
        total_debt = sum(debt_usd[asset] for asset in exchange.repaid)
        for k in exchange.seized:  # decided reading l: a row a pair, split pro rata
            share_of_collateral = collateral_usd[k] / total_collateral
            book.repaid_by_collateral[k] += exchange.repaid_usd * share_of_collateral
            for j in exchange.repaid:
                share_of_debt = debt_usd[j] / total_debt
                if share_of_collateral == 0 or share_of_debt == 0:
                    continue
                self.events.append(
                    {
                        "round": self.number,
                        "account": account.name,
                        "market": account.market,
                        "collateral_asset": k,
                        "seized": exchange.seized[k] * share_of_debt,
                        "debt_asset": j,
                        "repaid": exchange.repaid[j] * share_of_collateral,
                        "repaid_usd": exchange.repaid_usd * share_of_collateral * share_of_debt,
                        "seized_usd": exchange.seized_usd * share_of_collateral * share_of_debt,
                        "to_protocol": exchange.to_protocol[k] * share_of_debt,
                        "health_before": health_before,
                        "health_after": health_after,
                    }
                )

    def sell(self, book: RoundBook) -> None:
        """Step 8: the sales that are due, and the buys; q moves by the net of the round (decided reading d)."""
        rounds = self.liquidators["sell_over_rounds"]
        while len(self.pending) < rounds:
            self.pending.append(dict.fromkeys(self.assets, 0.0))
        for _, exchange in book.exchanges:
            for asset, tokens in exchange.to_liquidator().items():
                for due in self.pending[:rounds]:
                    due[asset] += tokens * self.liquidators["sell_share"] / rounds
            for asset, tokens in exchange.repaid.items():
                book.repaid_tokens[asset] += tokens
        book.sold = self.pending.pop(0)
        if self.liquidators["buy_debt"]:
            book.bought = dict(book.repaid_tokens)
        for name in self.assets:
            net = book.sold[name] - book.bought[name]
            average = book.before[name]
            if net != 0:
                du = net * book.f[name]
                average = market.proceeds(self.scenario, name, book.cross[name], book.u[name], du) / net
            book.proceeds[name] = book.sold[name] * average
            book.cost_of_bought[name] = book.bought[name] * average
            permanent = self.scenario["assets"][name]["liquidity"]["permanent_share"]
            self.permanent[name] += net * permanent
            self.temporary[name] += net * (1 - permanent)

    def find_bad_debt(self, book: RoundBook) -> None:
        """Step 9 (decided reading f)."""
        for account in self.accounts:
            debt = account.total_debt_usd(book.oracle)
            collateral = account.total_collateral_usd(book.oracle)
            if not self.ties.less(self.dust, debt, "debt above dust"):
                continue
            if self.ties.less(self.dust, collateral, "collateral above dust"):
                continue
            if account.bad_debt_counted:
                continue
            account.bad_debt_counted = True
            name = account.market
            book.bad_debt[name] += debt
            paid = min(self.reserve[name], debt)
            self.reserve[name] -= paid
            book.lender_loss[name] += debt - paid
            if self.markets[name]["rules"]["bad_debt"] == "write_off":
                for asset, tokens in account.debt.items():
                    book.written_off[asset] += tokens
                    account.debt[asset] = 0.0

    def has_ended(self, book: RoundBook) -> bool:
        """The last paragraph of section 6."""
        if book.exchanges:
            return False
        if any(tokens > 0 for due in self.pending for tokens in due.values()):
            return False
        if not market.shock_has_ended(self.scenario, self.number):
            return False
        for account in self.accounts:
            if not self.is_liquidatable(account, book.oracle):
                continue
            if account.waited <= self.liquidators["latency_rounds"] or self.is_paused(account.market):
                return False
        return self.stands_still(book.f)

    def stands_still(self, f: Prices) -> bool:
        """Market prices over what the oracles look back on, and the oracles themselves (decided reading j).

        p(r-) and p(r) of the last L + 1 rounds are compared, L being the most rounds that any oracle looks back on;
        round 0 counts with the first prices. What recovery will do in the next round must be as little: else a run
        could end while temporary impact still fades.
        """
        window = self.extremes[-(self.oracles.look_back() + 1) :]
        recovered = {
            name: self.permanent[name] + self.temporary[name] * self.kept_per_round(name) for name in self.assets
        }
        for name in self.assets:
            seen = [pair[side][name] for pair in window for side in (0, 1)]
            if not self.ties.at_most(max(seen) / min(seen) - 1, STILL, f"{name} stands still", 1e-2):
                return False
            coming = market.market_price(self.scenario, name, f, recovered)
            move = abs(coming / self.market_after[name] - 1)
            if not self.ties.at_most(move, STILL, f"{name} stands still", 1e-2):
                return False
        return self.oracles.stand_still(self.market_after)

    # --- section 9, what is reported ---------------------------------------------------------------------------------

    def record(self, book: RoundBook) -> None:
        """The figures of the round."""
        exchanges = book.exchanges
        repaid_usd = dict.fromkeys(self.markets, 0.0)
        seized_usd = dict.fromkeys(self.markets, 0.0)
        liquidations = dict.fromkeys(self.markets, 0)
        of_healthy = 0.0
        for account, exchange in exchanges:
            liquidations[account.market] += 1
            repaid_usd[account.market] += exchange.repaid_usd
            seized_usd[account.market] += exchange.seized_usd
            if account.waited == 1:
                of_healthy += exchange.repaid_usd
        repaid_before = sum(self.rounds[-1]["repaid_usd"].values()) if self.rounds else 0.0
        if self.liquidators["buy_debt"]:
            cost_of_debt = sum(book.cost_of_bought.values())
        else:
            cost_of_debt = sum(tokens * book.before[name] for name, tokens in book.repaid_tokens.items())
        left = [account for account in self.accounts if self.is_liquidatable(account, book.oracle)]
        self.rounds.append(
            {
                "round": self.number,
                "undisturbed": book.f,
                "market_before": book.before,
                "market": self.market_after,
                "oracle": book.oracle,
                "sold": book.sold,
                "bought": book.bought,
                "proceeds_usd": book.proceeds,
                "repaid_by_collateral_usd": book.repaid_by_collateral,
                "written_off": book.written_off,
                "liquidations": liquidations,
                "repaid_usd": repaid_usd,
                "seized_usd": seized_usd,
                "bad_debt_usd": book.bad_debt,
                "lender_loss_usd": book.lender_loss,
                "reserve_usd": dict(self.reserve),
                "debt_left_usd": self.left_in_markets(Account.total_debt_usd, book.oracle),
                "collateral_left_usd": self.left_in_markets(Account.total_collateral_usd, book.oracle),
                "paused": {name: self.is_paused(name) for name in self.markets},
                "accounts_liquidated": book.new_accounts,
                "liquidator_profit_usd": sum(book.proceeds.values())
                - cost_of_debt
                - self.liquidators["gas_usd"] * len(exchanges),
                "borrower_loss_usd": sum(seized_usd.values()) - sum(repaid_usd.values()),
                "liquidatable_left": len(left),
                "liquidatable_left_debt_usd": sum(account.total_debt_usd(book.oracle) for account in left),
                "reproduction_number": of_healthy / repaid_before if repaid_before > 0 else None,
            }
        )

    def left_in_markets(self, total: Any, oracle: Prices) -> dict[str, float]:
        """A total of the accounts' USD by market."""
        left = dict.fromkeys(self.markets, 0.0)
        for account in self.accounts:
            left[account.market] += total(account, oracle)
        return left

    def result(self) -> dict[str, Any]:
        """Everything, as plain dictionaries."""
        return {
            "rounds": self.rounds,
            "events": self.events,
            "accounts": [
                {
                    "market": account.market,
                    "account": account.name,
                    "collateral": dict(account.collateral),
                    "debt": dict(account.debt),
                }
                for account in self.accounts
            ],
            "summary": self.summary(),
            "near_ties": list(self.ties),
        }

    def summary(self) -> dict[str, Any]:
        """The summary of the result file."""
        last = self.rounds[-1]
        numbers = [step["reproduction_number"] for step in self.rounds if step["reproduction_number"] is not None]

        def total(name: str) -> Any:
            values = [step[name] for step in self.rounds]
            return sum(sum(value.values()) if isinstance(value, dict) else value for value in values)

        return {
            "rounds": len(self.rounds),
            "ended": self.ended,
            "liquidations": total("liquidations"),
            "accounts_liquidated": total("accounts_liquidated"),
            "repaid_usd": total("repaid_usd"),
            "seized_usd": total("seized_usd"),
            "bad_debt_usd": total("bad_debt_usd"),
            "lender_loss_usd": total("lender_loss_usd"),
            "liquidatable_left": last["liquidatable_left"],
            "liquidatable_left_debt_usd": last["liquidatable_left_debt_usd"],
            "liquidator_profit_usd": total("liquidator_profit_usd"),
            "borrower_loss_usd": total("borrower_loss_usd"),
            "amplification": self.amplification(last),
            "max_reproduction_number": max(numbers) if numbers else None,
        }

    def amplification(self, last: dict[str, Any]) -> dict[str, float | None]:
        """The whole fall over the part from outside (section 9); None where nothing came from outside."""
        values: dict[str, float | None] = {}
        for name in self.assets:
            first = self.scenario["assets"][name]["price"]
            outside = 1 - last["undisturbed"][name] / first
            values[name] = (1 - last["market"][name] / first) / outside if outside != 0 else None
        return values


class RoundBook:
    """What one round has fixed at its start, and what it adds up."""

    def __init__(self, run: Run, f: Prices, q: dict[str, float], before: Prices, oracle: Prices) -> None:
        self.f = f
        self.before = before
        self.oracle = oracle
        self.u = {name: q[name] * f[name] for name in run.assets}
        self.running_u = dict(self.u)
        self.cross = {name: market.cross_factor(run.scenario, name, self.u) for name in run.assets}
        self.exchanges: list[tuple[Account, Exchange]] = []
        self.new_accounts = 0
        self.sold = dict.fromkeys(run.assets, 0.0)
        self.bought = dict.fromkeys(run.assets, 0.0)
        self.repaid_tokens = dict.fromkeys(run.assets, 0.0)
        self.proceeds = dict.fromkeys(run.assets, 0.0)
        self.cost_of_bought = dict.fromkeys(run.assets, 0.0)
        self.written_off = dict.fromkeys(run.assets, 0.0)
        self.repaid_by_collateral = dict.fromkeys(run.assets, 0.0)
        self.bad_debt = dict.fromkeys(run.markets, 0.0)
        self.lender_loss = dict.fromkeys(run.markets, 0.0)
