"""Settlement `margin`: a margin engine closes positions at the market (Method, section 7 and 8).

The quote asset is what margin is paid in; every other leg is a position, collateral a long and debt a short one. At an
account's turn E is what is left when all longs are sold and all shorts bought back at the market, starting where the
round's earlier trades left it.

E >= 0: a fee of a share of the position's size, at most E, is taken; the rest goes to the insurance fund
(`residual: "insurance"`), or the fee goes to the fund and the rest to the trader.

E < 0: the fund pays. Where it cannot:

1. with `settlement.adl`, opposite positions are closed at the bankruptcy price, in the order of `adl_ranking`;
2. the fund pays what it has;
3. with `safety.adl`, profitable accounts pay in proportion to their profit, after all turns of the round;
4. what is still unpaid stays on the account as debt and is bad debt in step 9.

Who can be closed against and in which order, and how much profit there is to pay with, is found out once a round, when
it is first needed. Who has become liquidatable since then, or has nothing left, is passed over.

`adl_ranking`, the profit being what a position has gained since it was entered, in USD; where the loan book has no
entry price, since the first oracle prices:

- `profit`: most profit first.
- `profit_times_leverage`: the profit over the margin, times the leverage. The margin is the account's equity at the
  prices that profits count from; the leverage is the size of all its positions over its equity, both at oracle prices
  now. Without equity in either sense it comes first.
- `pro_rata`: all at once, each for its share of the profit; what somebody cannot take goes to the others in the same
  proportion.

Ties stay in row order, and so does `pro_rata`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.slow_engine import events, prices
from tests.slow_engine.liquidation import Exchange
from tests.slow_engine.settlement import Settlement, is_allowed

if TYPE_CHECKING:
    from tests.slow_engine.book import Account
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.round_book import RoundBook

ROUNDING = 1e-9
"""What rounding may leave, as a share. A shortfall after deleveraging up to this share of what an account holds and
owes is none (who is closed at the bankruptcy price has 0 left). A price that has moved by no more has not moved, and
a profit of no more of an account's collateral is none."""


class Position:
    """An account at its turn: the longs and shorts that are still open, and what closing others' has paid."""

    def __init__(self, account: Account, quote: str) -> None:
        self.account = account
        self.longs = {asset: tokens for asset, tokens in account.collateral.items() if asset != quote}
        self.shorts = {asset: tokens for asset, tokens in account.debt.items() if asset != quote}
        self.from_others = 0.0
        """USD received for longs, less USD paid for shorts, at bankruptcy prices."""

    def size(self, oracle: dict[str, float]) -> float:
        """All legs in USD, longs and shorts added up."""
        return sum(tokens * oracle[asset] for side in (self.longs, self.shorts) for asset, tokens in side.items())


def shares_of(whole: float, weights: list[float], limits: list[float]) -> list[float]:
    """Shares of a whole in proportion to weights; what somebody cannot take goes to the others, as far as they can."""
    parts = [0.0] * len(weights)
    open_to = [index for index, limit in enumerate(limits) if limit > 0]
    left = whole
    while open_to and left > 0:
        total = sum(weights[index] for index in open_to)
        full = [index for index in open_to if left * weights[index] / total >= limits[index]]
        for index in full:
            parts[index] = limits[index]
        if not full:
            for index in open_to:
                parts[index] = left * weights[index] / total
            break
        left -= sum(limits[index] for index in full)
        open_to = [index for index in open_to if index not in full]
    return parts


def quote_asset(run: Run, market: str) -> str:
    """The asset that margin is paid in: the one named, else the first with unlimited liquidity."""
    named = run.markets[market]["rules"]["settlement"]["quote_asset"]
    if named is not None:
        return str(named)
    for name, asset in run.scenario["assets"].items():
        if asset["liquidity"]["model"] == "infinite":
            return str(name)
    raise ValueError(f"{market}: no asset with unlimited liquidity; name the asset that margin is paid in")


class MarginEngine(Settlement):
    """A market's insurance fund is its reserve."""

    def __init__(self, run: Run, market: str) -> None:
        super().__init__(run, market)
        self.quote = quote_asset(run, market)
        self.first_oracle = dict(run.oracles.published)
        run.reserve[market] += self.terms["insurance_usd"]
        self.round = run.number
        self.rankings: dict[tuple[str, str], list[tuple[float, Account]]] = {}
        self.able: list[tuple[Account, float]] | None = None
        self.pledged = 0.0

    # --- the turn of an account --------------------------------------------------------------------------------------

    def settle(self, account: Account, book: RoundBook) -> None:
        """Closes the account's positions."""
        if self.round != self.run.number:  # who can pay for others is found out anew in each round
            self.round = self.run.number
            self.rankings, self.able, self.pledged = {}, None, 0.0
        owned = account.total_collateral_usd(book.oracle)
        owed = account.total_debt_usd(book.oracle)
        if not is_allowed(self.run, book, owed):
            return
        ties = self.run.ties
        position = Position(account, self.quote)
        size = position.size(book.oracle)
        left = self.left_at_market(position, book)
        fund = self.run.reserve[self.market]
        if ties.less(left, -fund, "what is left against the fund", owned + owed + fund) and self.terms["adl"]:
            self.deleverage(position, book)
            left = self.left_at_market(position, book)
            if left < 0 and not ties.less(left, -ROUNDING * (owned + owed), "left after deleveraging"):
                left = 0.0
        unpaid = self.share_out(left, size, book)
        if unpaid > 0 and self.run.markets[self.market]["safety"]["adl"]:
            unpaid -= self.pledge(account, unpaid, book)

        for asset, tokens in position.longs.items():
            book.close_long(asset, tokens)
        for asset, tokens in position.shorts.items():
            book.close_short(asset, tokens)
        stays = min(1.0, unpaid / owed)
        lost = max(0.0, unpaid - owed)  # buying back cost more than the debt is worth at oracle prices
        book.bad_debt[self.market] += lost
        book.lender_loss[self.market] += lost
        repaid = {asset: tokens * (1 - stays) for asset, tokens in account.debt.items()}
        seized = dict(account.collateral)
        exchange = Exchange(owed * (1 - stays), owned, repaid, seized, dict.fromkeys(seized, 0.0))
        self.run.carry_out(account, exchange, book)

    def left_at_market(self, position: Position, book: RoundBook) -> float:
        """E: what is left of the account when its open positions are closed now, in USD."""
        scenario = self.run.scenario
        u = dict(book.running_u)
        left = position.from_others
        for asset, tokens in position.longs.items():
            du = tokens * book.f[asset]
            left += prices.proceeds(scenario, asset, book.cross[asset], u[asset], du)
            u[asset] += du
        left += position.account.collateral.get(self.quote, 0.0) * book.before[self.quote]
        for asset, tokens in position.shorts.items():
            du = -tokens * book.f[asset]
            left += prices.proceeds(scenario, asset, book.cross[asset], u[asset], du)
            u[asset] += du
        return left - position.account.debt.get(self.quote, 0.0) * book.before[self.quote]

    def share_out(self, left: float, size: float, book: RoundBook) -> float:
        """Fee and residual, or the fund's payment. Returns what nobody has paid yet, in USD."""
        reserve = self.run.reserve
        if left >= 0:
            fee = min(self.terms["liquidation_fee"] * size, left)
            if self.terms["residual"] == "insurance":
                reserve[self.market] += left - fee
            else:
                reserve[self.market] += fee
                book.credited[self.market] += left - fee
            return 0.0
        paid = min(reserve[self.market], -left)
        reserve[self.market] -= paid
        return -left - paid

    # --- deleveraging ------------------------------------------------------------------------------------------------

    def deleverage(self, position: Position, book: RoundBook) -> None:
        """Closes opposite positions at the bankruptcy price, longs first, in the order of assets."""
        equity = position.account.equity(book.oracle)
        size = position.size(book.oracle)
        if size <= 0:
            return
        for asset in position.longs:
            price = book.oracle[asset] * (1 - equity / size)
            if self.run.ties.less(0.0, price, "bankruptcy price", book.oracle[asset]):
                self.close_against(position, asset, "debt", price, book)
        for asset in position.shorts:
            price = book.oracle[asset] * (1 + equity / size)
            if self.run.ties.less(0.0, price, "bankruptcy price", book.oracle[asset]):
                self.close_against(position, asset, "collateral", price, book)

    def close_against(self, position: Position, asset: str, side: str, price: float, book: RoundBook) -> None:
        """Closes a position against those on the other side, each as far as it goes."""
        close = self.close_opposite_short if side == "debt" else self.close_opposite_long
        others = self.opposite(position, asset, side, book)
        open_tokens = position.longs if side == "debt" else position.shorts
        if self.terms["adl_ranking"] != "pro_rata":
            for _, other in others:
                close(position, asset, price, other, open_tokens[asset], book)
            return
        most = [self.most_closed(asset, side, price, other, book) for _, other in others]
        parts = shares_of(open_tokens[asset], [profit for profit, _ in others], most)
        is_enough = sum(most) >= open_tokens[asset]
        self.run.ties.watch(sum(most), open_tokens[asset], "all that can be closed against")
        for (_, other), part in zip(others, parts, strict=True):
            close(position, asset, price, other, part, book)
        if is_enough:  # to the last token, whatever rounding left
            open_tokens[asset] = 0.0

    def may_pay(self, other: Account, position_account: Account, book: RoundBook) -> bool:
        """Whether an account may bear another's loss at all."""
        return other is not position_account and not self.run.is_liquidatable(other, book.oracle)

    def opposite(self, position: Position, asset: str, side: str, book: RoundBook) -> list[tuple[float, Account]]:
        """Those of a ranking, made when it is first needed in a round, who can still be closed against."""
        if (asset, side) not in self.rankings:
            self.rankings[asset, side] = self.ranking(position, asset, side, book)
        return [
            (profit, other)
            for profit, other in self.rankings[asset, side]
            if getattr(other, side).get(asset, 0.0) > 0
            and (side == "collateral" or other.collateral.get(self.quote, 0.0) > 0)
            and self.may_pay(other, position.account, book)
        ]

    def ranking(self, position: Position, asset: str, side: str, book: RoundBook) -> list[tuple[float, Account]]:
        """Accounts with a profitable position on the other side, with that profit, in the order of `adl_ranking`."""
        found = []
        for other in self.accounts():
            tokens = getattr(other, side).get(asset, 0.0)
            needed = other.collateral.get(self.quote, 0.0) > 0 if side == "debt" else bool(other.debt)
            if tokens <= 0 or not needed or not self.may_pay(other, position.account, book):
                continue
            entry = self.entry(other, side, asset)
            rise = book.oracle[asset] - entry
            gain = rise if side == "collateral" else -rise  # a token
            if not self.run.ties.less(ROUNDING * entry, gain, f"{asset} has gained"):
                continue
            first_equity, gross = other.equity(self.first_oracle), other.total_collateral_usd(self.first_oracle)
            if self.run.ties.less(0.0, first_equity, "first equity", gross):
                margin = self.equity_at_entry(other)
                found.append((self.rank(tokens * gain, margin, other, book), tokens * gain, other))
        if self.terms["adl_ranking"] == "pro_rata":
            return [(profit, other) for _, profit, other in found]
        found.sort(key=lambda entry: -entry[0])  # stable: ties stay in row order
        for (one, _, a), (two, _, b) in pairwise(found):
            if (a.collateral, a.debt) != (b.collateral, b.debt):
                self.run.ties.watch(one, two, "order of deleveraging")
        return [(profit, other) for _, profit, other in found]

    def rank(self, profit: float, margin: float, other: Account, book: RoundBook) -> float:
        """What the order goes by, largest first."""
        if self.terms["adl_ranking"] == "profit_times_leverage":
            equity = other.equity(book.oracle)
            if equity <= 0 or not self.run.ties.less(0.0, margin, "equity at entry", abs(margin) + equity):
                return math.inf
            return profit / margin * Position(other, self.quote).size(book.oracle) / equity
        return profit

    def entry(self, account: Account, side: str, asset: str) -> float:
        """What a position's profit counts from."""
        told = account.entry(side, asset)
        return self.first_oracle[asset] if asset == self.quote or told is None else told

    def equity_at_entry(self, account: Account) -> float:
        """Collateral less debt, each at what its profit counts from."""
        held = sum(tokens * self.entry(account, "collateral", asset) for asset, tokens in account.collateral.items())
        return held - sum(tokens * self.entry(account, "debt", asset) for asset, tokens in account.debt.items())

    def most_closed(self, asset: str, side: str, price: float, other: Account, book: RoundBook) -> float:
        """The most tokens of an account that can be closed at `price`: it never goes below zero at oracle prices."""
        oracle = book.oracle[asset]
        if side == "debt":
            limits = [other.debt[asset], other.collateral[self.quote] * book.oracle[self.quote] / price]
            lost = price - oracle
        else:
            limits = [other.collateral[asset]]
            lost = oracle - price
        if lost > 0:
            limits.append(other.equity(book.oracle) / lost)
        return max(0.0, min(limits))

    def close_opposite_short(
        self, position: Position, asset: str, price: float, other: Account, most: float, book: RoundBook
    ) -> None:
        """A short buys up to `most` tokens of the liquidated long at `price`, out of its margin."""
        quote_price = book.oracle[self.quote]
        margin = other.collateral[self.quote]
        by_margin = margin * quote_price / price
        tokens = min(most, self.most_closed(asset, "debt", price, other, book))
        if not self.run.ties.less(0.0, tokens, "tokens to deleverage", min(most, other.debt[asset], by_margin)):
            return
        paid = margin if tokens == by_margin else min(margin, tokens * price / quote_price)
        position.longs[asset] -= tokens
        position.from_others += tokens * price
        self.close(other, events.Row(self.quote, asset, paid, tokens, 0.0, events.DELEVERAGED), book)
        self.count_deleveraged(tokens * book.oracle[asset], book)

    def close_opposite_long(
        self, position: Position, asset: str, price: float, other: Account, most: float, book: RoundBook
    ) -> None:
        """A long sells up to `most` tokens to the liquidated short at `price`.

        That repays its quote debt; the rest is paid out.
        """
        tokens = min(most, self.most_closed(asset, "collateral", price, other, book))
        if not self.run.ties.less(0.0, tokens, "tokens to deleverage", min(most, other.collateral[asset])):
            return
        received = tokens * price
        debt_asset = self.quote if self.quote in other.debt else next(iter(other.debt))
        owed = other.debt.get(self.quote, 0.0)
        owed_usd = owed * book.oracle[self.quote]
        repaid = owed if received >= owed_usd else received / book.oracle[self.quote]
        position.shorts[asset] -= tokens
        position.from_others -= received
        book.credited[self.market] += max(0.0, received - owed_usd)
        self.close(other, events.Row(asset, debt_asset, tokens, repaid, 0.0, events.DELEVERAGED), book)
        self.count_deleveraged(tokens * book.oracle[asset], book)

    def pledge(self, account: Account, unpaid: float, book: RoundBook) -> float:
        """Promises a loss to be paid by profitable accounts; returns the USD that they can still bear in this round."""
        if self.able is None:
            self.able = self.profitable(account, book)
        pledged = min(unpaid, sum(most for _, most in self.able) - self.pledged)
        self.pledged += pledged
        return pledged

    def profitable(self, account: Account, book: RoundBook) -> list[tuple[Account, float]]:
        """Who has gained since the start, and how much of it he can pay now, in USD."""
        quote_price = book.oracle[self.quote]
        able = []
        for other in self.accounts():
            margin = other.collateral.get(self.quote, 0.0)
            if margin <= 0 or not other.debt or not self.may_pay(other, account, book):
                continue
            gross = other.total_collateral_usd(book.oracle)
            most = min(self.profit(other, book.oracle), other.equity(book.oracle), margin * quote_price)
            if self.run.ties.less(ROUNDING * gross, most, "profit to levy on"):
                able.append((other, most))
        return able

    def levy(self, book: RoundBook) -> None:
        """Takes, after all turns, what was pledged, in proportion to what each can pay.

        Who was closed against since then may have less left; what is missing is a loss of the lenders.
        """
        if self.round != self.run.number or not self.able or self.pledged <= 0:
            return
        quote_price = book.oracle[self.quote]
        share = self.pledged / sum(most for _, most in self.able)
        missing = self.pledged
        for other, most in self.able:
            margin = other.collateral[self.quote]
            tokens = min(margin, most * share / quote_price)
            self.close(
                other, events.Row(self.quote, next(iter(other.debt)), tokens, 0.0, 0.0, events.DELEVERAGED), book
            )
            self.count_deleveraged(tokens * quote_price, book)
            missing -= tokens * quote_price
        if missing > ROUNDING * self.pledged:
            book.bad_debt[self.market] += missing
            book.lender_loss[self.market] += missing

    def profit(self, account: Account, oracle: dict[str, float]) -> float:
        """What the positions of an account have gained since they were entered, in USD."""
        gained = 0.0
        for sign, side in ((1, "collateral"), (-1, "debt")):
            for asset, tokens in getattr(account, side).items():
                if asset != self.quote:
                    gained += sign * tokens * (oracle[asset] - self.entry(account, side, asset))
        return gained

    def close(self, other: Account, row: events.Row, book: RoundBook) -> None:
        """Takes a row's tokens from an account that bears another's loss."""
        before = other.health(book.oracle)
        other.collateral[row.collateral_asset] -= row.seized
        other.debt[row.debt_asset] -= row.repaid
        events.write(other, [row], before, other.health(book.oracle), book)
        taken = row.seized * book.oracle[row.collateral_asset] - row.repaid * book.oracle[row.debt_asset]
        book.deleveraged_taken_usd[self.market] += taken

    def count_deleveraged(self, usd: float, book: RoundBook) -> None:
        """One closing, or one levy."""
        book.deleveraged[self.market] += 1
        book.deleveraged_usd[self.market] += usd
