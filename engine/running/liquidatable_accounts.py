"""The accounts that are liquidatable, kept from round to round: only those are looked at that can have changed.

See `engine.kernels` for the levels by which is known who need not be looked at (`scan_nb`, `recheck_nb`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.market.congestion import latency_rounds

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints
    from engine.book.workspace import Workspace
    from engine.scenario.schema import Liquidators


class Waiting:
    """Who is liquidatable, and since when.

    Parameters
    ----------
    legs
        The book's legs in the order of the run's index.
    space
        What the run changes of it.
    rules
        The markets' rules.
    dust
        Debt and collateral up to this many USD count as none.
    liquidators
        What the scenario says of them: whom they leave alone, and how long they take to come.

    Attributes
    ----------
    count
        How many accounts are liquidatable.
    latency
        Rounds that an account waits before its turn can come, as things are in this round.
    """

    def __init__(
        self, legs: kernels.Legs, space: Workspace, rules: kernels.Rules, dust: float, liquidators: Liquidators
    ) -> None:  # fmt: skip
        self._legs, self._space, self._rules, self._dust = legs, space, rules, dust
        self.latency = latency_rounds(liquidators, 0)
        self._min_debt = 0.0 if liquidators.min_debt_usd is None else float(liquidators.min_debt_usd)
        self._is_held, self._is_owed = space.is_held, space.is_owed
        self._levels = np.zeros(3)  # the logs of the three levels of `kernels.Moves`
        self._limits = np.full(3, np.inf)  # see `recheck_nb`
        self._pools = list(space.pools)  # waiting, newly found
        self.count = 0
        self._is_stale = False
        self._has_moved = np.zeros(len(self._is_owed), dtype=np.bool_)
        self._first_moved = np.zeros(len(self._is_owed), dtype=np.bool_)
        self._debts_moved = False
        self._was_told = False
        self._debt = np.zeros((1, 2))
        self._found_bad = space.found_bad
        self._healed = _nobody()

    def left(self) -> tuple[int, float]:
        """Return how many accounts are liquidatable, and what they owe; those apart that are left alone."""
        if self._min_debt <= 0.0:
            return self.count, float(self._debt.sum())
        debts = self._pools[0].debt[: self.count]
        large = debts[debts >= self._min_debt]
        return len(large), math.fsum(large)

    def congesting(self, paused: npt.NDArray[np.bool_]) -> int:
        """Return how many accounts are liquidatable in markets that are not paused, those apart that are left alone."""
        return int((self._is_visited() & ~paused[self._legs.market[self.accounts]]).sum())

    def _is_visited(self) -> npt.NDArray[np.bool_]:
        """Return which of the liquidatable accounts owe enough for somebody to come, if not when."""
        visited: npt.NDArray[np.bool_] = self._pools[0].debt[: self.count] >= self._min_debt
        return visited

    @property
    def accounts(self) -> Ints:
        """The liquidatable accounts, in order."""
        accounts: Ints = self._pools[0].account[: self.count]
        return accounts

    @property
    def debts(self) -> Floats:
        """What each of them owes, USD at the oracle prices of the round."""
        debts: Floats = self._pools[0].debt[: self.count]
        return debts

    def note_prices(self, before: Floats, now: Floats) -> None:
        """Note that oracle prices (K,) have moved."""
        self.raise_level(np.log(now) - np.log(before))
        # The debts of those who wait are kept in USD.
        moved = (now != before) & self._is_owed
        self._debts_moved |= bool(moved.any())
        self._first_moved |= moved & ~self._has_moved
        self._has_moved |= moved

    def raise_level(self, moves: Floats) -> None:
        """Note how much any account's health can have fallen and risen with these log moves (see `engine.kernels`)."""
        held, owed = moves[self._is_held], moves[self._is_owed]
        self._levels[0] += owed.max(initial=0.0) - held.min(initial=0.0)
        self._levels[1] += held.max(initial=0.0) - owed.min(initial=0.0)
        self._levels[2] += held.max(initial=0.0)
        if not (self._levels < kernels.MOST_LOG_FACTOR).all():  # too large for the exponential: look at all again
            self.look_at_all()

    @property
    def level(self) -> float:
        """How much the health of any account can have fallen since its due value was 1, as a factor."""
        return math.exp(self._levels[0])

    @property
    def _moves(self) -> kernels.Moves:
        level, rise, held_rise = np.exp(self._levels).tolist()
        return kernels.Moves(level, rise, held_rise, self._has_moved, self._first_moved, self._debts_moved)

    def look_at_all(self) -> None:
        """Make the next scan look at every account."""
        self._levels[:] = 0.0
        self._space.forget()
        self._space.due[self.accounts] = np.inf
        self._is_stale = True

    def scan(self, number: int, oracle: Floats) -> Ints:
        """Find who is liquidatable in a round; return the accounts whose debt is newly bad.

        Accounts that had been liquidatable when the round before began, and that its settlements healed, have waited
        on if they are liquidatable again.
        """
        found_bad = self._scan(number, oracle)
        accounts, since = self._healed
        if len(accounts):
            again = np.isin(accounts, self.accounts)
            self._space.since[accounts[again]] = since[again]
            self._healed = _nobody()
        return found_bad

    def _scan(self, number: int, oracle: Floats) -> Ints:
        space, moves = self._space, self._moves
        waiting, found = self._pools
        stale = self._is_stale or moves.level >= self._limits[0]
        if stale:
            self._limits[0] = np.inf
        soonest, self._limits[1:] = self._limits[1:].copy(), np.inf
        count, bad_count = kernels.scan_nb(
            self._legs, space.collateral, space.debt, self._rules, oracle, self._dust, moves, number,
            space.last_liquidated, space.due, space.block_due, space.touched, space.since, space.bad, found,
            self._found_bad, 0, self._limits,
        )  # fmt: skip
        kept = self.count
        soonest_found = self._limits[1:].copy()
        if stale or moves.debts_moved or not (moves.rise < soonest[0] and moves.held_rise < soonest[1]):
            kept, bad_count = kernels.recheck_nb(
                self._legs, space.collateral, space.debt, self._rules, oracle, self._dust, moves, stale, -1,
                space.last_liquidated, space.due, space.block_due, space.bad, waiting, self.count, self._found_bad,
                bad_count, self._limits, self._debt,
            )  # fmt: skip
            soonest = self._limits[1:]
        self._limits[1:] = np.minimum(soonest, soonest_found)
        self._debts_moved = False
        self._first_moved[:] = False
        self._is_stale = False
        self.count = int(kept + count)
        if kept == 0:
            self._pools = [found, waiting]
        elif count > 0:
            kernels.merge_nb(waiting, kept, found, count)
        return self._found_bad[:bad_count].copy()

    def scan_moved(self, number: int, oracle: Floats, *, everything: bool) -> Ints:
        """Find who became liquidatable by the settlements of a round, from the next one on.

        Looks at the accounts that were made due, or at ``everything``; returns those whose debt is newly bad.
        """
        waited = self.accounts.copy()
        since = self._space.since[waited]
        if everything:
            self.look_at_all()
        found_bad = self._scan(number + 1, oracle)
        healed = ~np.isin(waited, self.accounts)
        self._healed = waited[healed], since[healed]
        return found_bad

    def watch(self, candidates: kernels.WaitingAccounts) -> kernels.HealthWatch:
        """Return what liquidations tell of the candidates, if these are all who wait and are served in their order."""
        pool = candidates if candidates.account.base is self._pools[0].account else kernels.no_waiting_accounts(0)
        self._was_told = len(pool.account) > 0
        moves = self._moves
        return kernels.HealthWatch(
            pool, moves.level, moves.rise, moves.held_rise, self._limits, self._space.due, self._space.block_due
        )

    def leave(self, kept: int) -> None:
        """Note how many of the watched candidates are still liquidatable, if any were watched."""
        if self._was_told:
            self.count = kept

    def recheck(self, number: int, oracle: Floats) -> None:
        """Look again at those who wait and were liquidated in a round, unless these have told how they are."""
        space = self._space
        looked_at = -1 if self._was_told else max(number, 1)
        self._was_told = False
        kept, _ = kernels.recheck_nb(
            self._legs, space.collateral, space.debt, self._rules, oracle, self._dust, self._moves,
            False, looked_at, space.last_liquidated, space.due, space.block_due, space.bad, self._pools[0], self.count,
            self._found_bad[:0], 0, self._limits, self._debt,
        )  # fmt: skip
        self.count = int(kept)

    def candidates(
        self, number: int, paused: npt.NDArray[np.bool_], left_out: npt.NDArray[np.bool_] | None
    ) -> kernels.WaitingAccounts:
        """Return those whose turn it can be: all but the `left_out`, those of paused markets, and who must wait.

        Those who owe too little are never.
        """
        pool = kernels.WaitingAccounts(*(array[: self.count] for array in self._pools[0]))
        if self.latency == 0 and self._min_debt <= 0.0 and left_out is None and not paused.any():
            return pool
        served = np.ones(self.count, dtype=np.bool_) if left_out is None else ~left_out
        if self.latency > 0:
            served &= number + 1 - self._space.since[pool.account] > self.latency
        if paused.any():
            served &= ~paused[self._legs.market[pool.account]]
        if self._min_debt > 0.0:
            served &= self._is_visited()
        places = np.flatnonzero(served)
        return kernels.WaitingAccounts(*(array[places] for array in pool))

    def has_to_wait(self, number: int, paused: npt.NDArray[np.bool_]) -> bool:
        """Whether a liquidatable account waits out a latency or a pause."""
        accounts = self.accounts[self._is_visited()]
        if (number + 1 - self._space.since[accounts] <= self.latency).any():
            return True
        return bool(paused.any() and paused[self._legs.market[accounts]].any())


def _nobody() -> tuple[Ints, Ints]:
    """Return no accounts, and no rounds since when."""
    return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
