"""The round loop (Method, section 6): one round a step, stoppable between any two."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.book import Book
from engine.health_index import HealthIndex, forget
from engine.market.curves import compile_curves
from engine.market.oracles import STILL, compile_oracles, first_prices, have_settled, look_back
from engine.market.pauses import Pauses
from engine.market.rules import compile_policy, compile_rules
from engine.market.sales import Sales
from engine.market.shocks import undisturbed_prices
from engine.recording import MAX_ROUNDS_REACHED, NO_MORE_LIQUIDATIONS, STOPPED, Recording, Round
from engine.settlement.step import LiquidationStep
from engine.settlement.turn import Turn

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


class Rounds(Iterator[Round]):
    """Computes a scenario's rounds one by one.

    It is used by one thread; its `recording` may be read by others meanwhile.

    Parameters
    ----------
    scenario
        What to run.
    book
        The scenario's book, if it was already made.
    index
        The book laid out by health, if many runs are made on it. Results do not depend on it.

    Attributes
    ----------
    recording
        All that was computed so far.
    """

    def __init__(self, scenario: Scenario, book: Book | None = None, index: HealthIndex | None = None) -> None:
        parameters = scenario.parameters
        if book is None:
            book = Book.from_scenario(scenario) if index is None else index.book
        self._index = HealthIndex.unsorted(scenario, book) if index is None else index
        if self._index.book is not book:
            message = "the index belongs to another book"
            raise ValueError(message)
        self._parameters = parameters
        self._legs, self._places = self._index.legs, self._index.places
        self._curves = compile_curves(parameters)
        self._oracles = compile_oracles(parameters)
        self._rules = compile_rules(parameters)
        self._policy = compile_policy(parameters)
        self._undisturbed = undisturbed_prices(parameters)
        self._sales = Sales(parameters)
        self._look_back = look_back(self._oracles)

        assets, accounts = len(book.asset_names), len(book)
        self._oracle = first_prices(parameters)
        self._space = self._index.borrow(self._oracle, self._dust)
        self._collateral, self._debt = self._space.collateral, self._space.debt
        self._log_level = 0.0
        self._log_rise = 0.0
        self._level_limit = np.array([np.inf])
        self._is_held = np.bincount(book.collateral_asset, minlength=assets) > 0
        self._is_owed = np.bincount(book.debt_asset, minlength=assets) > 0
        self._pools = [kernels.empty_pool(accounts) for _ in range(3)]  # waiting, newly found, to put them together in
        self._count = 0
        self._pool_is_stale = False
        self._waiting_debt = np.zeros((1, 2))
        self._found_bad = np.empty(accounts, dtype=np.int32)
        self._left = kernels.Left(*(array.copy() for array in self._index.left))
        self._reserve = np.array(
            [market.safety.reserve_usd for market in parameters.markets.values()], dtype=np.float64
        )
        self._pauses = Pauses(parameters)
        self._last_update = np.zeros(assets, dtype=np.int64)
        self._history = np.empty((16, assets))  # row r: p(r-)
        self._repaid_before = 0.0
        self._step = LiquidationStep(parameters, book, self._legs, self._oracle)
        self._step.start(self._reserve)
        self.recording = Recording(scenario, book, served_in_order=self._step.in_order)
        self._start()

    @property
    def ended(self) -> str | None:
        """Why the run ended: one of the three in Interfaces, section 3; None while it has not."""
        return self.recording.ended

    def close(self) -> None:
        """Stop: no more rounds come. What was computed stays in the recording."""
        if self.recording.ended is None:
            self.recording.ended = STOPPED

    def give_back(self) -> None:
        """Give the arrays that this run changed back to its index, for another run; no more rounds come from this one.

        The recording stays as it is. The thread that computes the rounds calls this, once.
        """
        self.close()
        self._index.give_back(self._space)

    def __iter__(self) -> Rounds:
        return self

    def __next__(self) -> Round:
        if self.recording.ended is not None:
            raise StopIteration
        step, quiet = self._round(self.recording.rounds[-1].number + 1)
        self.recording.append(step, self._collateral, self._debt, self._index)
        if quiet and self._stands_still():
            self.recording.ended = NO_MORE_LIQUIDATIONS
        elif step.number >= self._parameters.simulation.max_rounds:
            self.recording.ended = MAX_ROUNDS_REACHED
        return step

    def _start(self) -> None:
        """Record round 0, the state before the first."""
        start = self._undisturbed.at(0)
        self._history[0] = start
        self._scan(0)
        self._recheck(0)
        nothing = np.zeros(len(start))
        none = np.zeros(len(self._reserve))
        unpaused = np.zeros(len(none), dtype=np.bool_)
        turn = self._turn(0, start, start, nothing.copy(), nothing, unpaused, 0)
        step = Round(
            number=0,
            undisturbed=_frozen(start),
            market_before=_frozen(start.copy()),
            market=_frozen(start.copy()),
            oracle=_frozen(self._oracle.copy()),
            outstanding=_frozen(nothing),
            sold=_frozen(nothing),
            bought=_frozen(nothing),
            proceeds_usd=_frozen(nothing),
            liquidations=_frozen(np.zeros(len(none), dtype=np.int64)),
            repaid_usd=_frozen(none),
            seized_usd=_frozen(none),
            bad_debt_usd=_frozen(none),
            lender_loss_usd=_frozen(none),
            reserve_usd=_frozen(self._reserve.copy()),
            debt_left_usd=_frozen(self._left.debt @ self._oracle),
            collateral_left_usd=_frozen(self._left.collateral @ self._oracle),
            paused=_frozen(unpaused),
            repaid_by_collateral_usd=_frozen(nothing),
            accounts_liquidated=0,
            liquidator_profit_usd=0.0,
            borrower_loss_usd=0.0,
            liquidatable_left=self._count,
            liquidatable_left_debt_usd=float(self._waiting_debt.sum()),
            reproduction_number=None,
            first_event=0,
            last_event=0,
            first_bad_debt=0,
            last_bad_debt=0,
            **self._step.report(turn, start),
        )
        self.recording.append(step, self._collateral, self._debt, self._index)

    def _round(self, number: int) -> tuple[Round, bool]:
        """Compute one round; also tell whether nothing happened in it and nobody waits for a coming one."""
        before = self.recording.rounds[-1]
        self._sales.recover()
        undisturbed = self._undisturbed.at(number)
        outstanding = self._sales.outstanding
        market_before, cross = self._market_prices(undisturbed, outstanding)
        self._oracle_prices(number, market_before)
        paused = self._pauses.update(number, before.oracle, self._oracle)
        bad_count = self._scan(number)

        turn = self._turn(number, market_before, undisturbed, cross, outstanding, paused, before.last_event)
        turn.marks = before.last_mark
        reserve_before = self._reserve.copy()
        self._step.settle(self._candidates(number, paused), turn)
        bad_accounts = np.concatenate([self._found_bad[:bad_count], *turn.emptied])
        if turn.some_moved or turn.all_moved:
            bad_accounts = np.append(bad_accounts, self._look_at_moved(number, everything=turn.all_moved))
        flows, progress = turn.flows, turn.progress
        traded = self._sales.of_round(flows.received.sum(axis=1), flows.repaid.sum(axis=1), turn.trades)
        sold, bought = traded.sold, traded.bought
        proceeds, cost = np.empty_like(sold), np.empty_like(sold)
        kernels.trade_nb(self._curves, undisturbed, outstanding, cross, market_before, sold, bought, proceeds, cost)
        bad_usd, loss_usd, last_bad_debt = self._write_off(bad_accounts, before.last_bad_debt, reserve_before)
        if turn.bad_debt_usd is not None:
            bad_usd += turn.bad_debt_usd
        if turn.lost_usd is not None:
            loss_usd += turn.lost_usd
        market, _ = self._market_prices(undisturbed, self._sales.outstanding)

        self._recheck(number)
        total = flows.totals.sum(axis=1)
        figures = self._step.report(turn, market)
        paid = traded.own_cost(cost) if self._policy.buys_debt else flows.repaid.sum(axis=1) @ market_before
        gas = self._policy.gas_usd * (turn.liquidations - turn.without_gas)
        step = Round(
            number=number,
            undisturbed=_frozen(undisturbed),
            market_before=_frozen(market_before),
            market=_frozen(market),
            oracle=_frozen(self._oracle.copy()),
            outstanding=_frozen(outstanding),
            sold=_frozen(sold),
            bought=_frozen(bought),
            proceeds_usd=_frozen(proceeds),
            liquidations=_frozen(flows.liquidations),
            repaid_usd=_frozen(flows.repaid_usd.sum(axis=1)),
            seized_usd=_frozen(flows.seized_usd.sum(axis=1)),
            bad_debt_usd=_frozen(bad_usd),
            lender_loss_usd=_frozen(loss_usd),
            reserve_usd=_frozen(self._reserve.copy()),
            debt_left_usd=_frozen(self._left_usd(self._left.debt, self._left.debt_rest)),
            collateral_left_usd=_frozen(self._left_usd(self._left.collateral, self._left.collateral_rest)),
            paused=_frozen(paused),
            repaid_by_collateral_usd=_frozen(flows.repaid_by_collateral_usd.sum(axis=1)),
            accounts_liquidated=int(progress[kernels.PROGRESS_NEW_ACCOUNTS]),
            liquidator_profit_usd=float(traded.own_proceeds(proceeds) - paid - gas - turn.paid_usd),
            borrower_loss_usd=float(
                total[kernels.TOTAL_SEIZED_USD] - total[kernels.TOTAL_REPAID_USD] - figures["credited_usd"].sum()
            ),
            liquidatable_left=self._count,
            liquidatable_left_debt_usd=float(self._waiting_debt.sum()),
            reproduction_number=(
                float(total[kernels.TOTAL_REPAID_FRESH_USD] / self._repaid_before) if self._repaid_before > 0 else None
            ),
            first_event=before.last_event,
            last_event=turn.events,
            first_bad_debt=before.last_bad_debt,
            last_bad_debt=last_bad_debt,
            first_mark=before.last_mark,
            last_mark=turn.marks,
            **figures,
        )
        self._repaid_before = float(total[kernels.TOTAL_REPAID_USD])
        goes_on = not self._step.is_plain and self._step.keeps_running(number, still=_is_still(before, step))
        quiet = (
            turn.liquidations == 0
            and not goes_on
            and not self._sales.pending
            and number >= self._undisturbed.last_round
            and not self._somebody_waits(number, paused)
        )
        return step, quiet

    def _somebody_waits(self, number: int, paused: npt.NDArray[np.bool_]) -> bool:
        """Whether a liquidatable account waits out a latency or a pause."""
        waiting = self._pools[0].account[: self._count]
        waited = number + 1 - self._space.since[waiting]
        if (waited <= self._parameters.liquidators.latency_rounds).any():
            return True
        return bool(paused.any() and paused[self._legs.market[waiting]].any())

    @property
    def _dust(self) -> float:
        return float(self._parameters.simulation.dust_usd)

    def _market_prices(self, undisturbed: Floats, outstanding: Floats) -> tuple[Floats, Floats]:
        prices, cross = np.empty_like(undisturbed), np.empty_like(undisturbed)
        kernels.market_prices_nb(self._curves, undisturbed, outstanding, prices, cross)
        return prices, cross

    def _oracle_prices(self, number: int, market_before: Floats) -> None:
        if number >= len(self._history):
            self._history = np.concatenate([self._history, np.empty_like(self._history)])
        self._history[number] = market_before
        prices = np.empty_like(self._oracle)
        kernels.oracle_prices_nb(self._oracles, self._history, number, self._oracle, self._last_update, prices)
        self._raise_level(np.log(prices) - np.log(self._oracle))
        # The debts of those who wait are kept in USD.
        self._pool_is_stale |= bool((prices != self._oracle)[self._is_owed].any())
        if self._step.in_order and self._parameters.liquidators.priority == "lowest_health":
            self._pool_is_stale = True
        self._oracle = prices

    def _raise_level(self, moves: Floats) -> None:
        """Note how much any account's health can have fallen and risen with these log moves (see `engine.kernels`)."""
        held, owed = moves[self._is_held], moves[self._is_owed]
        self._log_level += float(owed.max(initial=0.0) - held.min(initial=0.0))
        self._log_rise += float(held.max(initial=0.0) - owed.min(initial=0.0))
        most = kernels.MOST_LOG_FACTOR
        if not (self._log_level < most and self._log_rise < most):  # too large for the exponential: look at all again
            self._look_at_all()

    def _look_at_all(self) -> None:
        """Make the next scan look at every account."""
        self._log_level = 0.0
        self._log_rise = 0.0
        forget(self._space)
        self._space.due[self._pools[0].account[: self._count]] = np.inf
        self._pool_is_stale = True

    def _scan(self, number: int) -> int:
        """Find who is liquidatable; return how many accounts' debt is newly bad."""
        space, level, rise = self._space, math.exp(self._log_level), math.exp(self._log_rise)
        waiting, found, spare = self._pools
        stale = self._pool_is_stale or level >= self._level_limit[0]
        if stale:
            self._level_limit[0] = np.inf
        count, bad_count = kernels.scan_nb(
            self._legs, self._collateral, self._debt, self._rules, self._oracle, self._dust, level, rise, number,
            space.last_liquidated, space.due, space.block_due, space.touched, space.since, space.bad, found,
            self._found_bad, 0, self._level_limit,
        )  # fmt: skip
        kept, bad_count = kernels.recheck_nb(
            self._legs, self._collateral, self._debt, self._rules, self._oracle, self._dust, level, rise, stale,
            -1, space.last_liquidated, space.due, space.block_due, space.bad, waiting, self._count,
            self._found_bad, bad_count, self._level_limit, self._waiting_debt,
        )  # fmt: skip
        self._pool_is_stale = False
        self._count = int(kept + count)
        if kept == 0:
            self._pools = [found, waiting, spare]
        elif count > 0:
            kernels.merge_nb(waiting, kept, found, count, spare)
            self._pools = [spare, found, waiting]
        return int(bad_count)

    def _recheck(self, number: int) -> None:
        """Look again at those who wait and were liquidated in this round."""
        space = self._space
        kept, _ = kernels.recheck_nb(
            self._legs, self._collateral, self._debt, self._rules, self._oracle, self._dust,
            math.exp(self._log_level), math.exp(self._log_rise), False, max(number, 1), space.last_liquidated,
            space.due, space.block_due, space.bad, self._pools[0], self._count, self._found_bad[:0], 0,
            self._level_limit, self._waiting_debt,
        )  # fmt: skip
        self._count = int(kept)

    def _candidates(self, number: int, paused: npt.NDArray[np.bool_]) -> kernels.Pool:
        """Return those of the pool whose turn it can be."""
        pool = kernels.Pool(*(array[: self._count] for array in self._pools[0]))
        latency = self._parameters.liquidators.latency_rounds
        left_out = self._step.left_out(pool.account)
        if latency == 0 and left_out is None and not paused.any():
            return pool
        served = (number + 1 - self._space.since[pool.account] > latency) & ~paused[self._legs.market[pool.account]]
        if left_out is not None:
            served &= ~left_out
        places = np.flatnonzero(served)
        return kernels.Pool(*(array[places] for array in pool))

    def _turn(
        self,
        number: int,
        market: Floats,
        undisturbed: Floats,
        cross: Floats,
        outstanding: Floats,
        paused: npt.NDArray[np.bool_],
        first_event: int,
    ) -> Turn:
        """Return the state of a round before its first candidate is settled."""
        progress = np.zeros(kernels.PROGRESS_PLACES, dtype=np.int64)
        progress[kernels.PROGRESS_EVENTS] = first_event
        turn = Turn(
            number=number,
            oracle=self._oracle,
            market=market,
            undisturbed=undisturbed,
            cross=cross,
            running_usd=outstanding * undisturbed,
            paused=paused,
            curves=self._curves,
            policy=self._policy,
            rules=self._rules,
            dust=self._dust,
            legs=self._legs,
            places=self._places,
            space=self._space,
            left=self._left,
            reserve_usd=self._reserve,
            columns=self.recording.event_columns,
            mark_columns=self.recording.mark_columns,
            flows=kernels.empty_flows(len(market), len(self._reserve)),
            progress=progress,
        )
        self._step.begin(turn)
        return turn

    def _look_at_moved(self, number: int, *, everything: bool) -> Ints:
        """Find who became liquidatable by a settlement; return the accounts whose debt is newly bad."""
        if everything:
            self._look_at_all()
        first = self._found_bad.copy()
        bad_count = self._scan(number + 1)  # liquidatable from the next round on
        found = self._found_bad[:bad_count].copy()
        self._found_bad[:] = first
        return found

    def _write_off(
        self, accounts: npt.NDArray[np.int32], first: int, reserve_before: Floats
    ) -> tuple[Floats, Floats, int]:
        """Do step 9; return bad debt and lenders' loss by market and where the rows end that begin at `first`.

        Lenders also lose what the round's settlements took the reserve below zero, `reserve_before` being what it was
        at the start of the round.
        """
        bad_usd = np.zeros((len(self._reserve), 2))
        end = first
        if len(accounts):
            start = self._legs.debt_start
            columns = self.recording.bad_debt_columns
            columns.grow(end, end + int((start[accounts + 1] - start[accounts]).sum()))
            end = kernels.write_off_nb(
                self._legs, self._places, self._collateral, self._debt, self._rules, self._oracle, self._dust,
                accounts, self._space.bad, bad_usd, self._left, columns.arrays, end,
            )  # fmt: skip
        total: Floats = bad_usd.sum(axis=1)
        below = np.maximum(np.maximum(-self._reserve, 0.0) - np.maximum(-reserve_before, 0.0), 0.0)
        paid = np.minimum(np.maximum(self._reserve, 0.0), total)
        self._reserve -= paid
        return total, total - paid + below, int(end)

    def _left_usd(self, tokens: Floats, rest: Floats) -> Floats:
        return np.maximum((tokens + rest) @ self._oracle, 0.0)

    def _stands_still(self) -> bool:
        """Whether market prices have stood still for as long as oracles look back, and oracles have followed."""
        rounds = self.recording.rounds[-(self._look_back + 1) :]
        prices = np.array([price for step in rounds for price in (step.market_before, step.market)])
        if (prices.max(axis=0) / prices.min(axis=0) - 1.0 > STILL).any():
            return False
        last = rounds[-1]
        if not have_settled(self._oracles, last.oracle, last.market):
            return False
        coming, _ = self._market_prices(last.undisturbed.copy(), self._sales.recovered())
        return bool((np.abs(coming / last.market - 1.0) <= STILL).all())


def _is_still(before: Round, step: Round) -> bool:
    """Whether nothing was traded in a round and no price moved."""
    if step.sold.any() or step.bought.any():
        return False
    moves = (step.market_before / before.market, step.market / step.market_before, step.oracle / before.oracle)
    return all(bool((np.abs(move - 1.0) <= STILL).all()) for move in moves)


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array
