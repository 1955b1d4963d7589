"""Settlement `auction`: a falling-price auction for each account (Method, section 7; Maker Liquidations 2.0).

An auction for the share sigma of an account has to raise sigma D (1 + penalty), D being the account's debt at oracle
prices now. Sigma is 1, or less when all tabs of the market together would exceed `hole_usd`; a rest below
`close.min_leftover_usd` is taken along, a part below it is not begun. Collateral and debt stay on the account until a
buyer takes the lot; meanwhile the account is no candidate.

tau rounds after its start each token is asked for at buffer * P(start) * F(tau). After `reset_rounds`, or when F falls
below `reset_price`, the auction starts anew at the oracle prices of that round. The lot, or the part of it that pays
the tab, is taken in the first round in which selling it at the market earns more than the asking price and the gas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.slow_engine.liquidation import Exchange
from tests.slow_engine.settlement import Settlement, is_allowed

if TYPE_CHECKING:
    from tests.slow_engine.book import Account, Prices
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.round_book import RoundBook


ROUNDING = 1e-9
"""Room for no more than this share of the hole is none: what rounding leaves of a hole that is full."""

NO_PROFIT = 1e-12
"""A profit of no more than this share of what is earned and paid is none: who sells for what he pays."""


@dataclass
class Auction:
    """One running auction."""

    house: AuctionMarket
    account: Account
    share: float
    """sigma: the part of every leg that is for sale."""
    start: int
    """The round in which the present cycle began."""
    prices: Prices
    """Oracle prices of that round."""
    start_before: int | None = None
    """The round in which the cycle before began."""


def price_factor(curve: dict[str, Any], rounds: int) -> float:
    """F(tau): what is left of the first asking price."""
    if curve["kind"] == "stairstep":
        return float(curve["cut"] ** (rounds // curve["step_rounds"]))
    if curve["kind"] == "linear":
        return float(max(0.0, 1 - rounds / curve["rounds"]))
    if curve["kind"] == "exponential":
        return float(curve["cut"] ** rounds)
    raise ValueError(f"unknown price curve {curve['kind']}")


class AuctionMarket(Settlement):
    """The running auctions of a market."""

    def __init__(self, run: Run, market: str) -> None:
        super().__init__(run, market)
        self.running: list[Auction] = []

    def takes_turns(self, account: Account) -> bool:
        """An account whose auction runs is no candidate."""
        return all(auction.account is not account for auction in self.running)

    def tab(self, auction: Auction, prices: Prices) -> float:
        """What an auction has to raise, in USD."""
        debt = auction.account.total_debt_usd(prices)
        return float(auction.share * debt * (1 + self.terms["penalty"]))

    def settle(self, account: Account, book: RoundBook) -> None:
        """Begins an auction, if there is room for one."""
        share = self.share_for_sale(account, book.oracle)
        if share > 0:
            self.running.append(Auction(self, account, share, self.run.number, book.oracle))

    def share_for_sale(self, account: Account, prices: Prices) -> float:
        """Sigma; 0 when no auction can begin in this round."""
        if self.terms["hole_usd"] is None:
            return 1.0
        ties = self.run.ties
        hole = self.terms["hole_usd"]
        debt = account.total_debt_usd(prices)
        tab = debt * (1 + self.terms["penalty"])
        room = hole - sum(self.tab(auction, prices) for auction in self.running)
        if not ties.less(ROUNDING * hole, room, "room for an auction"):
            return 0.0
        if ties.at_most(tab, room, "tab against room"):
            return 1.0
        share = room / tab
        least = self.rules["close"].get("min_leftover_usd", 0.0)
        if ties.less((1 - share) * debt, least, "left outside the auction", debt):
            return 1.0
        if ties.less(share * debt, least, "debt in the auction", debt):
            return 0.0
        return float(share)

    def restart_if_stale(self, auction: Auction, book: RoundBook) -> None:
        """A new cycle at today's prices when the present one took too long or its price fell too low."""
        rounds = self.run.number - auction.start
        factor = price_factor(self.terms["curve"], rounds)
        too_low = self.run.ties.less(factor, self.terms["reset_price"], "price against reset_price")
        if rounds > self.terms["reset_rounds"] or too_low:
            auction.start_before = auction.start
            auction.start = self.run.number
            auction.prices = book.oracle

    def asking_prices(self, auction: Auction) -> Prices:
        """USD a token, by asset."""
        factor = price_factor(self.terms["curve"], self.run.number - auction.start)
        return {asset: self.terms["buffer"] * price * factor for asset, price in auction.prices.items()}

    def offer(self, auction: Auction, book: RoundBook) -> None:
        """One round of an auction: it may start anew, and a buyer may take it."""
        self.restart_if_stale(auction, book)
        if self.run.is_paused(self.market):
            return
        account = auction.account
        ask = self.asking_prices(auction)
        asked = auction.share * sum(tokens * ask[asset] for asset, tokens in account.collateral.items())
        wanted = self.tab(auction, book.oracle)
        part = auction.share
        paid = asked
        if self.run.ties.less(wanted, asked, "asking value against tab"):
            part = auction.share * wanted / asked
            paid = wanted
        lot = {asset: tokens * part for asset, tokens in account.collateral.items()}

        policy = self.run.liquidators
        proceeds = sum(book.earns(asset, tokens) for asset, tokens in lot.items())
        profit = proceeds - paid - self.run.gas
        turnover = proceeds + paid
        if not self.run.ties.less(NO_PROFIT * turnover, profit, "profit of a buyer", turnover):
            return
        least = policy["min_profit_usd"]
        if least is not None and self.run.ties.less(profit, least, "min_profit_usd", proceeds + paid):
            return
        if not is_allowed(self.run, book, paid):
            return
        self.take(auction, lot, paid, book)

    def take(self, auction: Auction, lot: dict[str, float], paid: float, book: RoundBook) -> None:
        """A buyer pays and gets the lot."""
        account = auction.account
        debt = account.total_debt_usd(book.oracle)
        for_sale = auction.share * debt
        share_repaid = auction.share if paid >= for_sale else paid / debt
        repaid_usd = min(for_sale, paid)
        repaid = {asset: tokens * share_repaid for asset, tokens in account.debt.items()}
        seized_usd = sum(tokens * book.oracle[asset] for asset, tokens in lot.items())
        self.running.remove(auction)
        self.run.reserve[self.market] += paid - repaid_usd
        book.capacity_used += paid - repaid_usd  # carry_out() adds what was repaid
        book.calls_with_gas += 1
        book.paid_for_lots += paid
        for asset, tokens in lot.items():
            book.give_to_liquidator(asset, tokens)
        self.run.carry_out(account, Exchange(repaid_usd, seized_usd, repaid, lot, dict.fromkeys(lot, 0.0)), book)

    def bad_debt_found(self, account: Account, paid: float) -> None:
        """Nothing is left to auction of an account whose debt has become bad."""
        self.running = [auction for auction in self.running if auction.account is not account]

    def may_change(self, last_change: int) -> bool:
        """Whether an auction runs that has not been through a whole cycle since anything changed.

        `last_change` is the last round in which anything was traded or a price moved. A pause counts as a change for
        the market's own auctions.
        """
        changed = max(last_change, min(self.run.number, self.run.paused_until[self.market]))
        return any(auction.start_before is None or auction.start_before <= changed for auction in self.running)

    def figures(self, book: RoundBook) -> dict[str, float]:
        """The running auctions: how many, what they have to raise, what is asked, and what the lots are worth."""
        asked = worth = 0.0
        for auction in self.running:
            ask = self.asking_prices(auction)
            for asset, tokens in auction.account.collateral.items():
                asked += auction.share * tokens * ask[asset]
                worth += auction.share * tokens * self.run.market_after[asset]
        return {
            "auctions_running": len(self.running),
            "auctions_tab_usd": sum(self.tab(auction, book.oracle) for auction in self.running),
            "auctions_ask_usd": asked,
            "auctions_lot_usd": worth,
        }


def in_order_of_offer(auctions: list[Auction], accounts: list[Account]) -> list[Auction]:
    """By start of the present cycle, then by row."""
    row = {id(account): index for index, account in enumerate(accounts)}
    return sorted(auctions, key=lambda auction: (auction.start, row[id(auction.account)]))
