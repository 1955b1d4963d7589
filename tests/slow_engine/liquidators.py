"""The turn of an account in a market that liquidators settle, and how much they repay (Method, sections 6 and 7).

With `sizing` `best` or `largest` the R to repay is found by bisection until no number lies between the two ends: slow,
and right for every curve, since earnings V(R) are concave (each further token sells lower).

Readings that were decided where the method leaves room:

a. The R that may be chosen are those up to `most_of_a_slice`, which leave enough of both legs, and R_max itself if what
   is left of the capacity allows it. Under `best` R_max is taken where it earns more than the best of the others.
b. `min_profit_usd` that is not given counts as 0 under `best` and `largest`; under `whole` it asks for nothing.
c. An account of which a call leaves less than `min_debt_usd` is not called again.
d. V'(0) <= 1e-9 and R <= dust keep liquidators away under `best` and `largest` only: `whole` repays R_max or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.slow_engine import curves
from tests.slow_engine.liquidation import Exchange, exchange_of
from tests.slow_engine.settlement import has_room_for_one_more, is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.slow_engine.book import Account
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.round_book import RoundBook

NOTHING = 1e-9
"""USD that the first dollar repaid must earn more than, for a slice to be worth the visit."""


def take_turn(run: Run, account: Account, book: RoundBook) -> None:
    """Step 7 for one candidate, with its repeated calls."""
    rules = run.markets[account.market]["rules"]
    for call in range(run.liquidators["calls_per_round"]):
        if call > 0 and (not run.is_liquidatable(account, book.oracle) or run.is_small(account, book.oracle)):
            return
        allowed_by_rules = exchange_of(account, rules, book.oracle, run.dust, run.ties)
        if allowed_by_rules is None:
            return
        exchange = chosen(run, rules, allowed_by_rules, book)
        if exchange is None:
            return
        for asset, tokens in exchange.to_liquidator().items():
            book.give_to_liquidator(asset, tokens)
        for asset, tokens in exchange.repaid.items():
            book.repaid_tokens[asset] += tokens
            if run.liquidators["buy_debt"]:
                book.running_u[asset] -= tokens * book.f[asset]
        book.calls_with_gas += 1
        run.carry_out(account, exchange, book)


def chosen(run: Run, rules: dict[str, Any], whole: Exchange, book: RoundBook) -> Exchange | None:
    """What of an exchange is carried out, by `sizing`; None for nothing."""
    sizing = run.liquidators["sizing"]
    earnings = Earnings(run, whole, book)
    if sizing == "whole" or not rules["close"]["partial"]:
        allowed = is_allowed(run, book, whole.repaid_usd) and earnings.of_whole_suffice()
        return whole if allowed else None
    if not has_room_for_one_more(run, book):
        return None
    repaid = Sizes(run, whole, earnings, book).pick(sizing)
    return None if repaid is None else whole.slice(repaid)


class Earnings:
    """V(R): what the liquidator would earn by repaying R, into the book as the round's earlier ones left it."""

    def __init__(self, run: Run, whole: Exchange, book: RoundBook) -> None:
        self.run = run
        self.whole = whole
        self.book = book
        self.tokens = whole.to_liquidator()
        self.cost = sum(amount * book.before[asset] for asset, amount in whole.repaid.items())
        """USD at p(r-) of the whole repaid debt."""

    def at(self, repaid: float) -> float:
        """V(R)."""
        share = repaid / self.whole.repaid_usd
        proceeds = sum(self.book.earns(asset, amount * share) for asset, amount in self.tokens.items())
        return proceeds - self.cost * share - self.run.gas

    def slope(self, repaid: float) -> float:
        """V'(R): USD that one more dollar repaid earns."""
        share = repaid / self.whole.repaid_usd
        of_all = -self.cost
        for asset, amount in self.tokens.items():
            f = self.book.f[asset]
            curve = self.run.scenario["assets"][asset]["liquidity"]
            u = self.book.running_u[asset] + share * amount * f
            of_all += amount * f * self.book.cross[asset] * curves.factor(curve, u)
        return of_all / self.whole.repaid_usd

    def turnover(self, repaid: float) -> float:
        """The size of what V(R) is the difference of."""
        return abs(self.at(repaid)) + 2 * (self.cost * repaid / self.whole.repaid_usd + self.run.gas)

    def of_whole_suffice(self) -> bool:
        """The test of `min_profit_usd` on the whole (decided reading c of the rounds)."""
        least = self.run.liquidators["min_profit_usd"]
        if least is None:
            return True
        whole = self.whole.repaid_usd
        return not self.run.ties.less(self.at(whole), least, "min_profit_usd", self.turnover(whole))


class Sizes:
    """Which R may be chosen, and which is."""

    def __init__(self, run: Run, whole: Exchange, earnings: Earnings, book: RoundBook) -> None:
        self.ties = run.ties
        self.dust = run.dust
        self.earnings = earnings
        self.most = whole.repaid_usd
        """R_max."""
        self.least_profit = run.liquidators["min_profit_usd"] or 0.0
        self.slices_end = min(self.most, whole.most_of_a_slice)
        self.whole_fits = True
        self.scale = self.most
        capacity = run.liquidators["capacity_usd_per_round"]
        if capacity is not None:
            left = capacity - book.capacity_used
            self.whole_fits = self.most <= left
            if self.slices_end < self.most:  # else the choice passes smoothly from the whole to a slice
                run.ties.watch(self.most, left, "capacity")
            self.slices_end = min(self.slices_end, left)
            self.scale += capacity

    def pick(self, sizing: str) -> float | None:
        """R, or None where nobody comes."""
        first_dollar = self.earnings.slope(0.0)
        if not self.ties.less(NOTHING, first_dollar, "first dollar", 1e-2):
            return None
        if first_dollar < 1e-6:  # rounding moves the root of so flat a slope too far
            self.ties.append(f"first dollar earns {first_dollar!r}")
        repaid = self.best() if sizing == "best" else self.largest()
        if repaid is None or not self.ties.less(self.dust, repaid, "slice above dust", 1e-6 * self.scale):
            return None
        return repaid

    def best_slice(self) -> float | None:
        """Of the slices the one that earns most."""
        end = self.slices_end
        if end <= 0:
            return None
        if self.earnings.slope(end) >= 0:
            return end
        return last_that_holds(lambda repaid: self.earnings.slope(repaid) >= 0, 0.0, end)

    def best(self) -> float | None:
        """`best`."""
        repaid = self.best_slice()
        if self.whole_fits and self.slices_end < self.most:
            if repaid is None:
                repaid = self.most
            else:
                whole, part = self.earnings.at(self.most), self.earnings.at(repaid)
                if self.ties.less(part, whole, "the whole or a slice", self.earnings.turnover(self.most)):
                    repaid = self.most
        return repaid if repaid is not None and self.suffices(repaid) else None

    def largest(self) -> float | None:
        """`largest`."""
        if self.whole_fits and self.slices_end < self.most and self.suffices(self.most):
            return self.most
        peak = self.best_slice()
        if peak is None or not self.suffices(peak):
            return None
        if self.earnings.at(self.slices_end) >= self.least_profit:
            return self.slices_end
        return last_that_holds(lambda repaid: self.earnings.at(repaid) >= self.least_profit, peak, self.slices_end)

    def suffices(self, repaid: float) -> bool:
        """Whether R earns the least profit."""
        earned = self.earnings.at(repaid)
        return not self.ties.less(earned, self.least_profit, "min_profit_usd", self.earnings.turnover(repaid))


def last_that_holds(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The largest number from `low`, where it holds, to `high`, where it does not, at which it still holds."""
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return low
        if holds(middle):
            low = middle
        else:
            high = middle
