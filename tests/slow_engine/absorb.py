"""Settlement `absorb`: the market takes over the whole account (Method, section 7; Compound III).

At an account's turn, C and D being all its collateral and debt in USD at oracle prices, the market takes all
collateral into its inventory and repays all debt. The account is credited C (1 - penalty): what that exceeds D by is
paid out to it, what it falls short by is bad debt that the reserve bears, below zero if need be.

The cash reserves fall by the greater of debt and credit; the reserve is cash and the inventory at the value that was
credited for it (average cost by asset). Lenders lose what the reserve is below zero at the end: in a round, what it
falls by below zero, and what it recovers by there is a gain.

After all turns the inventory is offered asset by asset while the cash is below `target_reserves_usd`, at oracle price
times (1 - storefront_discount). Buyers take what they can sell on before the marginal market price falls to the asking
price, limited by the inventory, by what the market wants of cash and by what is left of `buyers_usd_per_round`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.slow_engine import curves
from tests.slow_engine.liquidation import Exchange
from tests.slow_engine.settlement import Settlement, is_allowed

if TYPE_CHECKING:
    from tests.slow_engine.book import Account
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.round_book import RoundBook

ROUNDING = 1e-12
"""An asking price that differs by this much, relative, must not decide anything."""


class AbsorbingMarket(Settlement):
    """Cash, inventory, and what was credited for the inventory."""

    def __init__(self, run: Run, market: str) -> None:
        super().__init__(run, market)
        self.cash = run.reserve[market]
        self.inventory = dict.fromkeys(run.assets, 0.0)
        self.book_value = dict.fromkeys(run.assets, 0.0)
        self.traded = False

    def update_reserve(self) -> None:
        """The reserve: cash and the inventory at the value credited for it."""
        self.run.reserve[self.market] = self.cash + sum(self.book_value.values())

    def settle(self, account: Account, book: RoundBook) -> None:
        """Takes over the account."""
        collateral = account.collateral_usd(book.oracle)
        owned = sum(collateral.values())
        owed = account.total_debt_usd(book.oracle)
        if not is_allowed(self.run, book, owed):
            return
        credit = owned * (1 - self.terms["penalty"])
        for asset, usd in collateral.items():
            self.inventory[asset] += account.collateral[asset]
            self.book_value[asset] += usd * (1 - self.terms["penalty"])
        book.credited[self.market] += max(0.0, credit - owed)
        book.bad_debt[self.market] += max(0.0, owed - credit)
        self.cash -= max(owed, credit)
        self.update_reserve()
        everything = dict(account.collateral)
        self.run.carry_out(account, Exchange(owed, owned, dict(account.debt), everything, dict(everything)), book)

    def open_storefront(self, book: RoundBook) -> None:
        """Offers the inventory."""
        self.traded = False
        if self.run.is_paused(self.market):
            return
        target = self.terms["target_reserves_usd"]
        buyers_usd = self.terms["buyers_usd_per_round"]
        buyers_left = math.inf if buyers_usd is None else buyers_usd
        for asset in self.run.assets:
            if self.inventory[asset] <= 0:
                continue
            wanted = math.inf if target is None else target - self.cash
            if wanted <= 0:
                return
            ask = book.oracle[asset] * (1 - self.terms["storefront_discount"])
            tokens = self.tokens_bought(asset, ask, min(wanted, buyers_left), book)
            scale = 1e-6 * max(abs(self.cash), abs(target or 0.0))  # rounding must not decide whether any is wanted
            if not self.run.ties.less(self.run.dust, tokens * ask, "sold from inventory", scale):
                continue
            self.traded = True
            paid = tokens * ask
            buyers_left -= paid
            self.cash += paid
            book.paid_for_lots += paid
            if tokens == self.inventory[asset]:
                self.inventory[asset] = self.book_value[asset] = 0.0
            else:
                self.book_value[asset] *= 1 - tokens / self.inventory[asset]
                self.inventory[asset] -= tokens
            self.update_reserve()
            book.sell_on(asset, tokens)

    def tokens_bought(self, asset: str, ask: float, most_usd: float, book: RoundBook) -> float:
        """What buyers take of an asset. Noted as a near tie when a rounding error of the price would decide it."""
        most = min(self.inventory[asset], most_usd / ask)
        more, tokens, fewer = (
            self.sold_until_price(asset, most, ask * factor, book) for factor in (1 - ROUNDING, 1, 1 + ROUNDING)
        )
        dust = self.run.dust
        if (more * ask <= dust) != (fewer * ask <= dust) or more - fewer > 1e-6 * self.inventory[asset]:
            self.run.ties.append(f"{asset} sold from inventory: {more!r} against {fewer!r}")
        return tokens

    def sold_until_price(self, asset: str, most: float, price: float, book: RoundBook) -> float:
        """The most tokens, up to `most`, after whose sale the marginal market price is still at least `price`."""
        liquidity = self.run.scenario["assets"][asset]["liquidity"]

        def price_after(tokens: float) -> float:
            u = book.running_u[asset] + tokens * book.f[asset]
            return book.f[asset] * book.cross[asset] * curves.factor(liquidity, u)

        if price_after(most) >= price:
            return most
        if price_after(0.0) < price:
            return 0.0
        low, high = 0.0, most
        for _ in range(200):
            middle = (low + high) / 2
            if price_after(middle) >= price:
                low = middle
            else:
                high = middle
        return low

    def bad_debt_found(self, account: Account, paid: float) -> None:
        """Bad debt of accounts that never had collateral comes out of the cash."""
        self.cash -= paid
        self.update_reserve()

    def holds_inventory(self) -> bool:
        """Whether there is anything to sell."""
        return any(tokens > 0 for tokens in self.inventory.values())

    def figures(self, book: RoundBook) -> dict[str, float]:
        """Inventory at oracle prices, and the cash."""
        return {
            "inventory_usd": sum(tokens * book.oracle[asset] for asset, tokens in self.inventory.items()),
            "cash_reserves_usd": self.cash,
        }
