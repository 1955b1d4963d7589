"""The market takes over whole accounts and sells their collateral to buyers (Method, section 7, `absorb`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine import kernels
from engine.scenario.schema import AbsorbSettlement
from engine.settlement.base import Settlement

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.scenario.schema import Parameters
    from engine.settlement.turn import RoundSettlement


class Absorb(Settlement):
    """Accounts go to the protocol with all they hold and owe; a storefront sells what it got (Compound III).

    An account with collateral worth C and debt D USD at oracle prices is credited C (1 - penalty). What that exceeds
    D by is paid out to it, what it falls short by is bad debt that the reserve is charged at once; the reserve may go
    below zero. Each token enters the inventory at its part of the credit. The reserve that is reported is cash, which
    pays for debts and credits and takes in what buyers pay, and the inventory at what it was taken in for, on average.

    The reserve is one account: what it is below zero at the end is its lenders' loss, with what sales of the inventory
    brought above or below its value set off. A round's loss is what the reserve fell below zero in it, less than
    nothing where it recovered. Debt that never had collateral is not taken over: step 9 charges it to what the reserve
    is above zero, and the rest is lost whatever sales bring later.

    The storefront is open while cash is below the target. Buyers pay P (1 - discount) and sell at once; they buy as
    long as the last token still earns what it costs.
    """

    kind: ClassVar[str] = "absorb"
    finishes: ClassVar[int] = 4

    def __init__(self, parameters: Parameters, book: Book, legs: kernels.Legs, prices: Floats) -> None:
        super().__init__(parameters, book, legs, prices)
        markets, assets = len(book.market_names), len(book.asset_names)
        self._penalty = np.zeros(markets)
        self._discount = np.zeros(markets)
        self._target = np.full(markets, np.inf)
        self._most_usd = np.full(markets, np.inf)
        for m, market in enumerate(parameters.markets.values()):
            given = market.rules.settlement
            if not isinstance(given, AbsorbSettlement):
                continue
            self._penalty[m] = given.penalty
            self._discount[m] = given.storefront_discount
            if given.target_reserves_usd is not None:
                self._target[m] = given.target_reserves_usd
            if given.buyers_usd_per_round is not None:
                self._most_usd[m] = given.buyers_usd_per_round
        self._inventory = np.zeros((markets, assets))
        self._book_value = np.zeros((markets, assets))
        self._has_traded = False
        self._is_held_back = False

    def settle(self, accounts: Ints, turn: RoundSettlement) -> None:
        """Take over candidates in the given order."""
        from engine.settlement.absorb.absorb_kernels import absorb_nb

        assert turn.reported is not None
        progress, space, credited_usd = turn.progress, turn.space, turn.reported.figures["credited_usd"]
        progress[kernels.PROGRESS_POSITION] = 0
        before = turn.liquidations
        flows = turn.flows._replace(repaid=np.zeros_like(turn.flows.repaid))  # no liquidator repays it
        done, events = False, turn.columns.arrays
        while not done:
            done = absorb_nb(
                accounts, turn.legs, turn.places, space.collateral, space.debt, turn.oracle, turn.policy, turn.number,
                space.since, space.last_liquidated, events, flows, progress, self._penalty,
                self._inventory, self._book_value, turn.reserves.held, credited_usd, turn.reserves.settled_bad,
            )  # fmt: skip
            if not done:
                events = turn.room_for(max(len(accounts), turn.most_pairs))
        kernels.fold_nb(flows, turn.left)
        turn.without_gas += turn.liquidations - before

    def finish(self, turn: RoundSettlement) -> None:
        """Open the storefronts."""
        from engine.settlement.absorb.absorb_kernels import storefront_nb

        self._has_traded = False
        self._is_held_back = bool(self._inventory[turn.paused].any())
        if not self._inventory.any():
            return
        paid = storefront_nb(
            self.markets, turn.paused, turn.curves, turn.oracle, turn.undisturbed, turn.cross, turn.running_usd,
            turn.dust, self._discount, self._target, self._most_usd, self._inventory, self._book_value,
            turn.reserves.held, turn.trades.buyers,
        )  # fmt: skip
        turn.paid_usd += paid
        self._has_traded = paid > 0.0

    @property
    def runs(self) -> bool:
        """Whether there is inventory to sell."""
        return bool(self._inventory.any())

    def keeps_running(self, number: int, *, still: bool) -> bool:  # noqa: ARG002
        """Return whether storefronts have traded in the round, or a pause keeps one with inventory shut."""
        return self._has_traded or self._is_held_back

    def report(self, turn: RoundSettlement, market: Floats) -> None:  # noqa: ARG002
        """Report what is held and what it is worth."""
        assert turn.reported is not None
        mine = self.markets
        turn.reported.figures["inventory_usd"][mine] = self._inventory[mine] @ turn.oracle
        turn.reported.figures["cash_reserves_usd"][mine] = turn.reserves.held[mine] - self._book_value[mine].sum(axis=1)


ROOM = Absorb
