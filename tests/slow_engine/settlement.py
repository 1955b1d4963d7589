"""What the ways of settling have in common (Method, section 7, "Who settles")."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.slow_engine.book import Account
    from tests.slow_engine.cascade import Run
    from tests.slow_engine.round_book import RoundBook


class Settlement:
    """One market's way of settling, and its state."""

    def __init__(self, run: Run, market: str) -> None:
        self.run = run
        self.market = market
        self.rules = run.markets[market]["rules"]
        self.terms = self.rules["settlement"]

    def accounts(self) -> list[Account]:
        """The accounts of this market, in row order."""
        return [account for account in self.run.accounts if account.market == self.market]

    def takes_turns(self, account: Account) -> bool:
        """Whether the account may be a candidate."""
        return True

    def settle(self, account: Account, book: RoundBook) -> None:
        """The account's turn in step 7."""
        raise NotImplementedError

    def bad_debt_found(self, account: Account, paid: float) -> None:
        """Step 9 has found bad debt on an account, of which the reserve paid some USD."""

    def figures(self, book: RoundBook) -> dict[str, float]:
        """What of the market's state is reported at the end of a round."""
        return {}


def has_room_for_one_more(run: Run, book: RoundBook) -> bool:
    """The limit on the number of a round's liquidations."""
    count = run.liquidators["max_liquidations_per_round"]
    return count is None or len(book.exchanges) + 1 <= count


def is_allowed(run: Run, book: RoundBook, usd: float) -> bool:
    """The limits on a round: one more call, and USD more repaid (decided reading b)."""
    if not has_room_for_one_more(run, book):
        return False
    capacity = run.liquidators["capacity_usd_per_round"]
    if capacity is None:
        return True
    return run.ties.at_most(book.capacity_used + usd, capacity, "capacity")
