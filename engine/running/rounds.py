"""The round loop (Method, section 6): one round a step, stoppable between any two."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.base.types import Floats, Ints, frozen
from engine.book.book import Book
from engine.book.reuse import index_of
from engine.market.congestion import gas_usd, latency_rounds
from engine.market.curves import compile_curves
from engine.market.oracles import STILL, compile_oracles, first_prices, look_back
from engine.market.outside_sale import OutsideSale
from engine.market.pauses import compile_safety
from engine.market.rules import compile_policy, compile_rules
from engine.market.sales import compile_selling, no_sales
from engine.market.shocks import undisturbed_prices
from engine.recording.recording import Recording
from engine.recording.records import MAX_ROUNDS_REACHED, NO_MORE_LIQUIDATIONS, STOPPED, Round
from engine.running.bounds import EarningBounds
from engine.running.liquidatable_accounts import Waiting
from engine.settlement.step import LiquidationStep
from engine.settlement.turn import RoundSettlement

if TYPE_CHECKING:
    from engine.book.health_index import HealthIndex
    from engine.market.shocks import GivenPrices
    from engine.scenario.scenario import Scenario

AnyRecording = TypeVar("AnyRecording", bound=Recording)


class Rounds(Iterator[Round], Generic[AnyRecording]):
    """Computes a scenario's rounds one by one.

    It is used by one thread; its `recording` may be read by others meanwhile.

    Parameters
    ----------
    scenario
        What to run.
    index
        The book laid out by health, if another is to be used than the one that is kept with the loans. Results do not
        depend on it.
    undisturbed
        Prices in place of those that the scenario's shock makes.
    outside
        What is sold from outside in place of what the scenario's shock sells.
    recording_type
        What keeps the rounds.

    Attributes
    ----------
    recording
        All that was computed so far.
    """

    def __init__(
        self, scenario: Scenario, index: HealthIndex | None = None, undisturbed: GivenPrices | None = None,
        outside: OutsideSale | None = None, *, recording_type: type[AnyRecording],
    ) -> None:  # fmt: skip
        parameters = scenario.parameters
        self._index = index_of(scenario) if index is None else index.under(scenario, Book.from_scenario(scenario))
        book = self._index.book
        self._parameters = parameters
        self._legs, self._places = self._index.legs, self._index.places
        self._curves = compile_curves(parameters)
        self._oracles = compile_oracles(parameters)
        self._rules = compile_rules(parameters)
        self._policy = compile_policy(parameters)
        self._undisturbed = undisturbed_prices(parameters) if undisturbed is None else undisturbed
        self._selling, self._safety = compile_selling(parameters), compile_safety(parameters)
        self._outside = OutsideSale.of(parameters) if outside is None else outside
        self._look_back = look_back(self._oracles)

        rows = kernels.history_rows(self._look_back, int(parameters.simulation.max_rounds))
        self._state = kernels.market_state(len(parameters.assets), len(parameters.markets), rows)
        self._sales = no_sales(parameters)
        self._oracle = first_prices(parameters)
        self._state.oracle[:] = self._oracle
        self._borrowed = _Borrowed(self._index)
        self._space = self._borrowed.space
        weakref.finalize(self, self._borrowed.give_back).atexit = False
        self._collateral, self._debt = self._space.collateral, self._space.debt
        self._left = kernels.TokensLeft(*(array.copy() for array in self._index.left))
        self._reserves = kernels.empty_reserves(len(parameters.markets))
        self._reserves.held[:] = [market.safety.reserve_usd for market in parameters.markets.values()]
        self._repaid_before = 0.0
        self._step = LiquidationStep(parameters, book, self._legs, self._oracle)
        self._step.start(self._reserves.held)
        self._waiting = Waiting(self._legs, self._space, self._rules, self._dust, parameters.liquidators)
        self._earnings = EarningBounds(parameters, book, self._index.left, self._space.is_owed)
        self._congesting = 0  # in the round before, see `engine.market.congestion`
        self._nobody = kernels.no_watch()
        self.recording = recording_type(
            scenario, book, served_in_order=self._step.in_order, is_brief=self._step.is_plain,
            memory=self._index.memory,
        )  # fmt: skip
        self._start()

    @property
    def ended(self) -> str | None:
        """Why the run ended: one of the three in Interfaces, section 3; None while it has not."""
        return self.recording.ended

    def close(self) -> None:
        """Stop: no more rounds come. What was computed stays in the recording.

        The arrays that the run changed go back to the index, for the next run; so they do when nobody holds this any
        more.
        """
        if self.recording.ended is None:
            self.recording.ended = STOPPED
        self._borrowed.give_back()

    def __iter__(self) -> Rounds[AnyRecording]:
        return self

    def __next__(self) -> Round:
        if self.recording.ended is not None:
            raise StopIteration
        self._borrowed.is_between_rounds = False
        step, quiet = self._round(self.recording.rounds[-1].number + 1)
        self._borrowed.is_between_rounds = True
        self.recording.append(step, self._collateral, self._debt, self._index)
        if quiet and self._stands_still(step.number):
            self.recording.ended = NO_MORE_LIQUIDATIONS
        elif step.number >= self._parameters.simulation.max_rounds:
            self.recording.ended = MAX_ROUNDS_REACHED
        if self.recording.ended is not None:
            self.recording.insolvent_at_end_usd = self._insolvent_debt_usd(step.market)
        return step

    def _start(self) -> None:
        """Record round 0, the state before the first."""
        start = self._undisturbed.at(0)
        self._state.history[0] = self._state.after[0] = start
        self._waiting.scan(0, self._oracle)
        self._waiting.recheck(0, self._oracle)
        nothing = np.zeros(len(start))
        none = np.zeros(len(self._reserves.held))
        unpaused = np.zeros(len(none), dtype=np.bool_)
        turn = self._turn(0, start, start, nothing.copy(), nothing, unpaused, 0)
        left, left_debt_usd = self._waiting.left()
        step = Round(
            number=0,
            undisturbed=frozen(start),
            market_before=frozen(start.copy()),
            market=frozen(start.copy()),
            oracle=frozen(self._oracle.copy()),
            outstanding=frozen(nothing),
            sold=frozen(nothing),
            bought=frozen(nothing),
            proceeds_usd=frozen(nothing),
            liquidations=frozen(np.zeros(len(none), dtype=np.int64)),
            repaid_usd=frozen(none),
            seized_usd=frozen(none),
            bad_debt_usd=frozen(none),
            lender_loss_usd=frozen(none),
            reserve_usd=frozen(self._reserves.held.copy()),
            debt_left_usd=frozen(self._left.debt @ self._oracle),
            collateral_left_usd=frozen(self._left.collateral @ self._oracle),
            paused=frozen(unpaused),
            repaid_by_collateral_usd=frozen(nothing),
            accounts_liquidated=0,
            liquidator_profit_usd=0.0,
            borrower_loss_usd=0.0,
            liquidatable_left=left,
            liquidatable_left_debt_usd=left_debt_usd,
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
        undisturbed = self._undisturbed.at(number)
        self._begin_round(number, undisturbed)
        state = self._state
        outstanding, market_before, cross = state.outstanding.copy(), state.market.copy(), state.cross.copy()
        paused = state.paused_until >= number
        found_bad = self._waiting.scan(number, self._oracle)
        congesting = self._note_congestion(paused)

        turn = self._turn(number, market_before, undisturbed, cross, outstanding, paused, before.last_event)
        turn.marks, turn.starts = before.last_mark, before.last_start
        left_out = self._left_out(market_before)
        candidates = self._waiting.candidates(number, paused, left_out)
        if not self._step.in_order:
            turn.watch = self._waiting.watch(candidates)
        self._step.settle(candidates, turn)
        self._waiting.leave(int(turn.progress[kernels.PROGRESS_KEPT]))
        found = [found_bad, *turn.emptied]
        if turn.some_moved or turn.all_moved:
            found.append(self._waiting.scan_moved(number, self._oracle, everything=turn.all_moved))
        flows, progress = turn.flows, turn.progress
        sales, reserves = self._sales, self._reserves
        last_bad_debt = self._write_off(_joined(found), before.last_bad_debt)
        profit = kernels.end_round_nb(
            self._curves, self._selling, self._policy, flows, sales, reserves, state, progress, turn.without_gas,
            turn.paid_usd, number,
        )  # fmt: skip
        market = state.prices.copy()

        self._waiting.recheck(number, self._oracle)
        left, left_debt_usd = self._waiting.left()
        total = flows.totals.sum(axis=1)
        reported = self._step.report(turn, market)
        step = Round(
            number=number,
            undisturbed=frozen(undisturbed),
            market_before=frozen(market_before),
            market=frozen(market),
            oracle=frozen(self._oracle.copy()),
            outstanding=frozen(outstanding),
            sold=frozen(sales.sold.copy()),
            bought=frozen(sales.bought.copy()),
            proceeds_usd=frozen(sales.proceeds.copy()),
            liquidations=frozen(flows.liquidations),
            repaid_usd=frozen(flows.repaid_usd.sum(axis=1)),
            seized_usd=frozen(flows.seized_usd.sum(axis=1)),
            bad_debt_usd=frozen(reserves.bad.copy()),
            lender_loss_usd=frozen(reserves.lost.copy()),
            reserve_usd=frozen(self._reserves.held.copy()),
            debt_left_usd=frozen(self._left_usd(self._left.debt, self._left.debt_rest)),
            collateral_left_usd=frozen(self._left_usd(self._left.collateral, self._left.collateral_rest)),
            paused=frozen(paused),
            repaid_by_collateral_usd=frozen(flows.repaid_by_collateral_usd.sum(axis=1)),
            accounts_liquidated=int(progress[kernels.PROGRESS_NEW_ACCOUNTS]),
            liquidator_profit_usd=float(profit),
            borrower_loss_usd=float(
                total[kernels.TOTAL_SEIZED_USD]
                - total[kernels.TOTAL_REPAID_USD]
                + reported["settlement_figures"]["deleveraged_taken_usd"].sum()
                - reported["settlement_figures"]["credited_usd"].sum()
            ),
            liquidatable_left=left,
            liquidatable_left_debt_usd=left_debt_usd,
            reproduction_number=(
                float(total[kernels.TOTAL_REPAID_FRESH_USD] / self._repaid_before) if self._repaid_before > 0 else None
            ),
            first_event=before.last_event,
            last_event=turn.columns.first + turn.events,
            first_bad_debt=before.last_bad_debt,
            last_bad_debt=last_bad_debt,
            first_mark=before.last_mark,
            last_mark=turn.marks,
            first_start=before.last_start,
            last_start=turn.starts,
            **reported,
        )
        self._repaid_before = float(total[kernels.TOTAL_REPAID_USD])
        goes_on = not self._step.is_plain and self._step.keeps_running(number, still=self._is_still(step))
        quiet = (
            turn.liquidations == 0
            and not goes_on
            and not (sales.due.any() or sales.depositors_due.any())
            and number >= max(self._undisturbed.last_round, self._outside.rounds)
            and not self._waiting.has_to_wait(number, paused)
            and not self._changes(congesting)
        )
        self._congesting = congesting
        return step, quiet

    def _left_out(self, market: Floats) -> npt.NDArray[np.bool_] | None:
        """Return which of the liquidatable accounts are no candidates of a round; None for none of them."""
        waiting = self._waiting
        left_out = self._step.left_out(waiting.accounts)
        too_small = self._earnings.too_small(
            waiting.debts, waiting.accounts, self._legs, self._rules, self._policy, self._oracle, market
        )
        return too_small if left_out is None else left_out if too_small is None else left_out | too_small

    def _note_congestion(self, paused: npt.NDArray[np.bool_]) -> int:
        """Set the round's gas and latency; return by how many accounts those of the next are set."""
        liquidators = self._parameters.liquidators
        if liquidators.congestion is None:
            return 0
        self._policy = compile_policy(self._parameters, self._congesting)
        self._waiting.latency = latency_rounds(liquidators, self._congesting)
        return self._waiting.congesting(paused)

    def _changes(self, congesting: int) -> bool:
        """Whether gas or latency will be another in the next round, so many accounts being liquidatable in this one."""
        given = self._parameters.liquidators
        return gas_usd(given, congesting) != gas_usd(given, self._congesting) or (
            latency_rounds(given, congesting) != latency_rounds(given, self._congesting)
        )

    @property
    def _dust(self) -> float:
        return float(self._parameters.simulation.dust_usd)

    def _begin_round(self, number: int, undisturbed: Floats) -> None:
        """Bring prices and outstanding sales on to a round."""
        self._state.undisturbed[:] = undisturbed
        sale = self._outside
        kernels.begin_round_nb(
            self._curves, self._oracles, self._selling, self._safety, sale.tokens, 1 <= number <= sale.rounds,
            self._state, self._sales, self._reserves, number,
        )  # fmt: skip
        self._waiting.note_prices(self._oracle, self._state.oracle)
        self._oracle = self._state.oracle.copy()

    def _turn(
        self,
        number: int,
        market: Floats,
        undisturbed: Floats,
        cross: Floats,
        outstanding: Floats,
        paused: npt.NDArray[np.bool_],
        first_event: int,
    ) -> RoundSettlement:
        """Return the state of a round before its first candidate is settled."""
        progress = np.zeros(kernels.PROGRESS_PLACES, dtype=np.int64)
        columns = self.recording.event_columns.begin(first_event, self._step.expected_rows(self._waiting.count))
        progress[kernels.PROGRESS_EVENTS] = first_event - columns.first
        turn = RoundSettlement(
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
            trades=self._sales.trades,
            reserves=self._reserves,
            columns=columns,
            mark_columns=self.recording.mark_columns,
            start_columns=self.recording.start_columns,
            flows=kernels.empty_flows(len(market), len(self._reserves.held)),
            progress=progress,
            watch=self._nobody,
        )
        self._step.begin(turn)
        return turn

    def _write_off(self, accounts: npt.NDArray[np.int32], first: int) -> int:
        """Turn debt of accounts without collateral into bad debt; return where the rows end that begin at `first`."""
        end = first
        if len(accounts):
            columns = self.recording.bad_debt_columns
            columns.grow(end, end + min(len(accounts) * self._index.most_debts, len(self._debt)))
            end = kernels.write_off_nb(
                self._legs, self._places, self._collateral, self._debt, self._rules, self._oracle, self._dust,
                accounts, self._space.bad, self._space.touched, self._reserves.found, self._left, columns.arrays, end,
            )  # fmt: skip
        return int(end)

    def _insolvent_debt_usd(self, market: Floats) -> Floats:
        """Return max(0, D - C) of all accounts as they stand now, (M,) by market; looks at those that can have any."""
        usd = np.zeros((len(self._reserves.held), 2))
        moved, space = market / self._oracle, self._space
        with np.errstate(over="ignore"):  # where prices went so far apart that it has no number, all are looked at
            fall = moved[space.is_owed].max(initial=0.0) / moved[space.is_held].min(initial=np.inf)
        level = float(self._index.most_threshold * self._waiting.level * fall)
        kernels.insolvent_debt_nb(
            self._legs, self._collateral, self._debt, np.array(market), level, space.due, space.block_due,
            self._waiting.accounts, space.bad, space.touched, False, usd,
        )  # fmt: skip
        return frozen(usd.sum(axis=1))

    def _left_usd(self, tokens: Floats, rest: Floats) -> Floats:
        return np.maximum((tokens + rest) @ self._oracle, 0.0)

    def _is_still(self, step: Round) -> bool:
        """Whether nothing was settled or traded in a round that has just ended, and no price moved."""
        return kernels.is_still_nb(self._state, self._sales, int(step.liquidations.sum()), step.number, STILL)

    def _stands_still(self, number: int) -> bool:
        """Whether market prices have stood still for as long as oracles look back, and oracles have followed."""
        return kernels.stands_still_nb(
            self._curves, self._oracles, self._selling, self._state, number, self._look_back, STILL
        )


def _joined(lists: list[Ints]) -> Ints:
    """Return lists of accounts as one; the only one that names any is not copied."""
    named = [accounts for accounts in lists if len(accounts)]
    return named[0] if len(named) == 1 else np.concatenate(lists)


class _Borrowed:
    """What a run has borrowed of its index, until it gives it back.

    Parameters
    ----------
    index
        Of the run.

    Attributes
    ----------
    space
        What was borrowed.
    is_between_rounds
        Whether all that has changed is marked, so that it can be put back; not so where a round was cut off.
    """

    __slots__ = ("_index", "is_between_rounds", "space")

    def __init__(self, index: HealthIndex) -> None:
        self._index: HealthIndex | None = index
        self.space = index.borrow()
        self.is_between_rounds = True

    def give_back(self) -> None:
        index, self._index = self._index, None
        if index is not None and self.is_between_rounds:
            index.give_back(self.space)
