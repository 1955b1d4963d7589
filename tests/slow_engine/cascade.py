"""The rounds of a cascade, one plain step after the other (Method, section 6).

Readings that were decided where the method leaves room, beside those named in the other files of this package:

a. `calls_per_round`: the calls of an account follow each other at its turn, at the same prices. Each counts against
   the limits and must be allowed by itself; the account's turn ends at the first that is not.
b. A call that would go over the count or the capacity (USD repaid at oracle prices) is skipped whole, and the next
   accounts are tried. (Where slices may be repaid the capacity bounds them instead: see `liquidators`.)
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
g. Reproduction number: USD repaid on accounts with waited = 0 in the round before, over USD repaid in that one; None
   in round 1 and when nothing was repaid in the round before.
i. `pause_if_drop` x pauses a market in the rounds r .. r + pause_rounds - 1 when the oracle price of an asset listed
   in its `collateral` changed by -x or less from round r - 1 to r. Paused accounts keep counting `waited`, and the
   run does not end while a pause holds back a liquidatable account.
j. See `Run.stands_still`.
l. `min_debt_usd`: an account that owes less at the round's oracle prices is no candidate, whoever settles. It does not
   hold the run open, is not counted in congestion nor in `liquidatable_left`, but in `small_accounts_left`.
m. Lenders of an absorbing market lose what its reserve is below zero at the end. A round reports by how much that has
   grown in it, less than nothing where gains set it off, so that the rounds add up to the end.
p. Ties of the priority keep the accounts in the order of their first row.
q. Recovery shrinks the temporary part of the outstanding sale at the start of a round; a round's net sale adds its
   `permanent_share` to the permanent part and the rest to the temporary part. A sale from outside does the same
   between recovery and the market prices p(r-).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, TypeVar

from tests.slow_engine import auction, congestion, events, liquidators, reporting
from tests.slow_engine import prices as market
from tests.slow_engine.absorb import AbsorbingMarket
from tests.slow_engine.auction import AuctionMarket
from tests.slow_engine.book import Account, Prices, accounts_of
from tests.slow_engine.defaults import filled
from tests.slow_engine.liquidation import Exchange, apply, exchange_of
from tests.slow_engine.margin import MarginEngine
from tests.slow_engine.near_ties import NearTies
from tests.slow_engine.oracles import Oracles
from tests.slow_engine.outside import Impact, OutsideSale
from tests.slow_engine.round_book import RoundBook
from tests.slow_engine.settlement import Settlement
from tests.slow_engine.stability_pool import PoolMarket

SETTLEMENTS: dict[str, type[Settlement]] = {
    "absorb": AbsorbingMarket,
    "auction": AuctionMarket,
    "stability_pool": PoolMarket,
    "margin": MarginEngine,
}
"""Who settles, but for liquidators: theirs is the way of `liquidators.take_turn`."""

Kind = TypeVar("Kind", bound=Settlement)

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
    return reporting.result(cascade)


def collateral_of(market: dict[str, Any]) -> list[str]:
    """What a market lists, for everybody or, with threshold and bonus, for the accounts of a category."""
    listed = list(market["collateral"])
    for category in market["categories"].values():
        if category["liquidation_threshold"] is not None and category["liquidation_bonus"] is not None:
            listed += [asset for asset in category["assets"] if asset not in listed]
    return listed


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
        self.impact = Impact(scenario)
        self.outside = OutsideSale(scenario)
        self.liquidatable_before = 0
        """Accounts that were liquidatable in the round before, as congestion counts them; 0 before round 1."""
        self.gas = 0.0
        self.latency = 0
        """What a liquidation costs and how long an account waits in the round being played."""
        self.stays_usd = 0.0
        """Bad debt that was reported and stays on its accounts."""
        self.pending: list[dict[str, float]] = []
        """Tokens that liquidators will sell: first what is due in the round being played, then the rounds after it."""
        self.pending_of_depositors: list[dict[str, float]] = []
        """The same for the depositors of stability pools."""
        self.reserve = {name: float(rules["safety"]["reserve_usd"]) for name, rules in self.markets.items()}
        self.paused_until = dict.fromkeys(self.markets, 0)
        self.number = 0
        self.market_after = {name: scenario["assets"][name]["price"] for name in self.assets}
        self.extremes: list[tuple[Prices, Prices]] = [(self.market_after, self.market_after)]
        """p(r-) and p(r) by round; in round 0 both are the first prices."""
        self.rounds: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.ended: str | None = None
        self.last_change = 0
        """The last round in which anything was traded or a price moved."""
        self.settlements = {
            name: SETTLEMENTS[rules["rules"]["settlement"]["kind"]](self, name)
            for name, rules in self.markets.items()
            if rules["rules"]["settlement"]["kind"] != "liquidator"
        }

    # --- section 6, the steps of a round -----------------------------------------------------------------------------

    def play_round(self) -> None:
        """One round of section 6."""
        self.number += 1
        self.impact.recover()  # 1
        f = {name: market.undisturbed(self.scenario, name, self.number) for name in self.assets}  # 2
        self.outside.sell(self.number, self.impact, f)
        q = self.impact.outstanding()
        before = self.impact.market_prices(f)  # 3
        published_before = dict(self.oracles.published)
        self.oracles.observe(before)  # 4
        oracle = dict(self.oracles.published)
        self.pause_markets(published_before, oracle)
        self.gas = congestion.gas_usd(self.liquidators, self.liquidatable_before)
        self.latency = congestion.latency_rounds(self.liquidators, self.liquidatable_before)
        self.count_waiting(oracle)  # 5
        candidates = self.candidates(oracle, before)  # 6
        book = RoundBook(self, f, q, before, oracle)
        for account in candidates:  # 7
            self.take_turn(account, book)
        for margin_engine in self.of_kind(MarginEngine):
            margin_engine.levy(book)
        self.offer_auctions(book)
        for absorbing in self.of_kind(AbsorbingMarket):
            absorbing.open_storefront(book)
        self.sell(book)  # 8
        self.find_bad_debt(book)  # 9
        market_before_round = self.market_after
        self.market_after = self.impact.market_prices(f)  # 10
        self.extremes.append((before, self.market_after))
        self.note_change(book, market_before_round, published_before)
        self.rounds.append(reporting.round_figures(self, book))
        if self.has_ended(book):
            self.ended = "no more liquidations"
        elif self.number >= self.scenario["simulation"]["max_rounds"]:
            self.ended = "max_rounds reached"

    def pause_markets(self, before: Prices, now: Prices) -> None:
        """`pause_if_drop` of section 8."""
        for name, rules in self.markets.items():
            drop = rules["safety"]["pause_if_drop"]
            if drop is None:
                continue
            for asset in collateral_of(rules):
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
            account.waited_before = account.waited
            account.waited = account.waited + 1 if self.is_liquidatable(account, oracle) else 0
        self.liquidatable_before = sum(
            account.waited > 0 and not self.is_paused(account.market) and not self.is_small(account, oracle)
            for account in self.accounts
        )

    def is_small(self, account: Account, oracle: Prices) -> bool:
        """Whether `min_debt_usd` sets an account apart (decided reading l)."""
        least = self.liquidators["min_debt_usd"]
        return least is not None and self.ties.less(account.total_debt_usd(oracle), least, "min_debt_usd")

    def candidates(self, oracle: Prices, before: Prices) -> list[Account]:
        """Step 6: who may be liquidated, in the order of `liquidators.priority`."""
        waiting = [
            account
            for account in self.accounts
            if account.waited > self.latency
            and not self.is_paused(account.market)
            and not self.is_small(account, oracle)
            and self.takes_turns(account)
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

    def takes_turns(self, account: Account) -> bool:
        """Whether an account may be a candidate as far as its market's settlement is concerned."""
        settlement = self.settlements.get(account.market)
        return settlement is None or settlement.takes_turns(account)

    def priority_key(self, priority: str, account: Account, oracle: Prices, before: Prices) -> float:
        """Smallest first. `largest_profit` is that of the account's first call (decided reading p), and 0 where the
        protocol settles: nobody profits at its turn."""
        if priority == "largest_debt":
            return -account.total_debt_usd(oracle)
        if priority == "lowest_health":
            return account.health(oracle)
        if priority == "largest_profit":
            if account.market in self.settlements:
                return 0.0
            exchange = exchange_of(account, self.markets[account.market]["rules"], oracle, self.dust, self.ties)
            if exchange is None:
                return math.inf
            received = sum(amount * before[asset] for asset, amount in exchange.to_liquidator().items())
            repaid = sum(amount * before[asset] for asset, amount in exchange.repaid.items())
            return repaid - received
        raise ValueError(f"unknown priority {priority}")

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """The markets of one settlement, in the order of markets."""
        return [settlement for settlement in self.settlements.values() if isinstance(settlement, kind)]

    def take_turn(self, account: Account, book: RoundBook) -> None:
        """Step 7 for one candidate, by its market's settlement."""
        settlement = self.settlements.get(account.market)
        if settlement is None:
            liquidators.take_turn(self, account, book)
        else:
            settlement.settle(account, book)

    def offer_auctions(self, book: RoundBook) -> None:
        """Running auctions are offered after all turns."""
        running = [lot for house in self.of_kind(AuctionMarket) for lot in house.running]
        for lot in auction.in_order_of_offer(running, self.accounts):
            lot.house.offer(lot, book)

    def carry_out(self, account: Account, exchange: Exchange, book: RoundBook) -> None:
        """One liquidation: the account, the round's figures and the event rows, a row a pair of legs."""
        health_before = account.health(book.oracle)
        rows = events.pairs(account, exchange, book.oracle)
        collateral_usd = account.collateral_usd(book.oracle)
        total_collateral = sum(collateral_usd[asset] for asset in exchange.seized)
        for asset in exchange.seized:
            book.repaid_by_collateral[asset] += exchange.repaid_usd * collateral_usd[asset] / total_collateral
        apply(account, exchange)
        self.count(account, exchange, book)
        events.write(account, rows, health_before, account.health(book.oracle), book)

    def count(self, account: Account, exchange: Exchange, book: RoundBook) -> None:
        """One liquidation more in the round's figures."""
        book.exchanges.append((account, exchange))
        book.capacity_used += exchange.repaid_usd
        if not account.liquidated:
            account.liquidated = True
            book.new_accounts += 1

    def sell(self, book: RoundBook) -> None:
        """Step 8: the sales that are due, and the buys; q moves by the net of the round (decided reading d)."""
        due = self.due(self.pending, book.received, self.liquidators["sell_share"])
        due_of_depositors = self.due(self.pending_of_depositors, book.depositors_sell, 1.0)
        for name in self.assets:
            of_liquidators = due[name] + book.storefront_sold[name]
            book.sold[name] = of_liquidators + due_of_depositors[name] + book.closed_longs[name]
            debt_bought = book.repaid_tokens[name] if self.liquidators["buy_debt"] else 0.0
            book.bought[name] = debt_bought + book.closed_shorts[name]
            net = book.sold[name] - book.bought[name]
            average = book.before[name]
            if net != 0:
                du = net * book.f[name]
                average = market.proceeds(self.scenario, name, book.cross[name], book.u[name], du) / net
            book.proceeds[name] = book.sold[name] * average
            book.earned_by_liquidators += of_liquidators * average
            price_of_debt = average if self.liquidators["buy_debt"] else book.before[name]
            book.cost_of_debt += book.repaid_tokens[name] * price_of_debt
            self.impact.add(name, net)

    def due(self, pending: list[dict[str, float]], received: dict[str, float], share: float) -> dict[str, float]:
        """What is to be sold in this round, once what was received in it is spread over `sell_over_rounds`."""
        rounds = self.liquidators["sell_over_rounds"]
        while len(pending) < rounds:
            pending.append(dict.fromkeys(self.assets, 0.0))
        for asset, tokens in received.items():
            for instalment in pending[:rounds]:
                instalment[asset] += tokens * share / rounds
        return pending.pop(0)

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
            paid = min(max(self.reserve[name], 0.0), debt)
            self.reserve[name] -= paid
            book.lender_loss[name] += debt - paid
            if name in self.settlements:
                self.settlements[name].bad_debt_found(account, paid)
            if self.markets[name]["rules"]["bad_debt"] == "stay":
                self.stays_usd += debt
            else:
                for asset, tokens in account.debt.items():
                    book.written_off[asset] += tokens
                    account.debt[asset] = 0.0
        for name, before in book.reserve_before.items():  # absorbing markets may be below zero (decided reading m)
            book.lender_loss[name] += max(0.0, -self.reserve[name]) - max(0.0, -before)

    def note_change(self, book: RoundBook, market_before: Prices, published_before: Prices) -> None:
        """Notes a round in which anything was traded or a price moved: auctions may find a buyer yet."""
        if not self.of_kind(AuctionMarket):
            return
        moved = bool(book.exchanges) or any(absorbing.traded for absorbing in self.of_kind(AbsorbingMarket))
        for name in self.assets:
            moved |= book.sold[name] > 0 or book.bought[name] > 0
            for seen in (
                (market_before[name], book.before[name], self.market_after[name]),
                (published_before[name], book.oracle[name]),
            ):
                moved |= not self.ties.at_most(max(seen) / min(seen) - 1, STILL, f"{name} has moved", 1e-2)
        if moved:
            self.last_change = self.number

    def settlements_may_go_on(self) -> bool:
        """Whether an auction or a storefront keeps the run from ending."""
        if any(house.may_change(self.last_change) for house in self.of_kind(AuctionMarket)):
            return True
        return any(
            absorbing.traded or (self.is_paused(absorbing.market) and absorbing.holds_inventory())
            for absorbing in self.of_kind(AbsorbingMarket)
        )

    def congestion_changes(self) -> bool:
        """Whether gas or latency of the next round would differ from this one's."""
        gas = congestion.gas_usd(self.liquidators, self.liquidatable_before)
        latency = congestion.latency_rounds(self.liquidators, self.liquidatable_before)
        return gas != self.gas or latency != self.latency

    def has_ended(self, book: RoundBook) -> bool:
        """The last paragraph of section 6."""
        if book.exchanges:
            return False
        if any(tokens > 0 for due in self.pending + self.pending_of_depositors for tokens in due.values()):
            return False
        if self.settlements_may_go_on() or self.congestion_changes():
            return False
        if not market.shock_has_ended(self.scenario, self.number):
            return False
        for account in self.accounts:
            if not self.is_liquidatable(account, book.oracle) or self.is_small(account, book.oracle):
                continue
            if account.waited <= self.latency or self.is_paused(account.market):
                return False
        return self.stands_still(book.f)

    def stands_still(self, f: Prices) -> bool:
        """Market prices over what the oracles look back on, and the oracles themselves (decided reading j).

        p(r-) and p(r) of the last L + 1 rounds are compared, L being the most rounds that any oracle looks back on;
        round 0 counts with the first prices. What recovery will do in the next round must be as little: else a run
        could end while temporary impact still fades.
        """
        window = self.extremes[-(self.oracles.look_back() + 1) :]
        recovered = self.impact.after_recovery()
        for name in self.assets:
            seen = [pair[side][name] for pair in window for side in (0, 1)]
            if not self.ties.at_most(max(seen) / min(seen) - 1, STILL, f"{name} stands still", 1e-2):
                return False
            coming = market.market_price(self.scenario, name, f, recovered)
            move = abs(coming / self.market_after[name] - 1)
            if not self.ties.at_most(move, STILL, f"{name} stands still", 1e-2):
                return False
        return self.oracles.stand_still(self.market_after)
