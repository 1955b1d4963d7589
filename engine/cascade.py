"""The round loop (Method, section 6): one round a step, stoppable between any two."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.book import Book
from engine.market.curves import compile_curves
from engine.market.oracles import STILL, compile_oracles, first_prices, have_settled, look_back
from engine.market.rules import compile_policy, compile_rules
from engine.market.sales import Sales
from engine.market.shocks import undisturbed_prices
from engine.recording import MAX_ROUNDS_REACHED, NO_MORE_LIQUIDATIONS, STOPPED, Recording, Round
from engine.scenario.scenario import Scenario
from engine.scenario.schema import FORMAT

Floats = npt.NDArray[np.float64]


class Rounds(Iterator[Round]):
    """Computes a scenario's rounds one by one.

    It is used by one thread; its `recording` may be read by others meanwhile.

    Parameters
    ----------
    scenario
        What to run.
    book
        The scenario's book, if it was already made.

    Attributes
    ----------
    recording
        All that was computed so far.
    """

    def __init__(self, scenario: Scenario, book: Book | None = None) -> None:
        parameters = scenario.parameters
        book = Book.from_scenario(scenario) if book is None else book
        self.recording = Recording(scenario, book)
        self._parameters = parameters
        self._legs = book.legs
        self._curves = compile_curves(parameters)
        self._oracles = compile_oracles(parameters)
        self._rules = compile_rules(parameters)
        self._policy = compile_policy(parameters)
        self._undisturbed = undisturbed_prices(parameters)
        self._sales = Sales(parameters)
        self._look_back = look_back(self._oracles)

        assets, markets, accounts = len(book.asset_names), len(book.market_names), len(book)
        self._collateral = np.array(book.collateral_amount)
        self._debt = np.array(book.debt_amount)
        self._waited = np.zeros(accounts, dtype=np.int32)
        self._last_liquidated = np.zeros(accounts, dtype=np.int32)
        self._bad = np.zeros(accounts, dtype=np.uint8)
        self._due = np.zeros(accounts)
        self._log_level = 0.0
        self._is_held = np.bincount(book.collateral_asset, minlength=assets) > 0
        self._is_owed = np.bincount(book.debt_asset, minlength=assets) > 0
        self._found = np.empty(accounts, dtype=np.int32)
        self._found_health = np.empty(accounts)
        self._found_debt = np.empty(accounts)
        self._found_bad = np.empty(accounts, dtype=np.int32)
        self._left = kernels.empty_left(assets, markets)
        self._reserve = np.array(
            [market.safety.reserve_usd for market in parameters.markets.values()], dtype=np.float64
        )
        self._pauses = _Pauses(parameters)
        self._oracle = first_prices(parameters)
        self._last_update = np.zeros(assets, dtype=np.int64)
        self._history = np.empty((16, assets))  # row r: p(r-)
        self._repaid_before = 0.0
        self._start()

    @property
    def ended(self) -> str | None:
        """Why the run ended: one of the three in Interfaces, section 3; None while it has not."""
        return self.recording.ended

    def close(self) -> None:
        """Stop: no more rounds come. What was computed stays in the recording."""
        if self.recording.ended is None:
            self.recording.ended = STOPPED

    def __iter__(self) -> Rounds:
        return self

    def __next__(self) -> Round:
        if self.recording.ended is not None:
            raise StopIteration
        step, quiet = self._round(self.recording.rounds[-1].number + 1)
        self.recording.append(step, self._collateral, self._debt)
        if quiet and self._stands_still():
            self.recording.ended = NO_MORE_LIQUIDATIONS
        elif step.number >= self._parameters.simulation.max_rounds:
            self.recording.ended = MAX_ROUNDS_REACHED
        return step

    def _start(self) -> None:
        """Record round 0, the state before the first."""
        kernels.totals_nb(self._legs, self._collateral, self._debt, self._left)
        start = self._undisturbed.at(0)
        self._history[0] = start
        count, _ = self._scan()
        self._waited[:] = 0
        flows = kernels.empty_flows(self._curves.kind.size, len(self._reserve))
        nothing = np.zeros(len(start))
        none = np.zeros(len(self._reserve))
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
            liquidations=_frozen(flows.liquidations),
            repaid_usd=_frozen(none),
            seized_usd=_frozen(none),
            bad_debt_usd=_frozen(none),
            lender_loss_usd=_frozen(none),
            reserve_usd=_frozen(self._reserve.copy()),
            debt_left_usd=_frozen(self._left.debt @ self._oracle),
            collateral_left_usd=_frozen(self._left.collateral @ self._oracle),
            paused=_frozen(np.zeros(len(none), dtype=np.bool_)),
            repaid_by_collateral_usd=_frozen(nothing),
            accounts_liquidated=0,
            liquidator_profit_usd=0.0,
            borrower_loss_usd=0.0,
            liquidatable_left=count,
            liquidatable_left_debt_usd=float(self._found_debt[:count].sum()),
            reproduction_number=None,
            first_event=0,
            last_event=0,
            first_bad_debt=0,
            last_bad_debt=0,
        )
        self.recording.append(step, self._collateral, self._debt)

    def _round(self, number: int) -> tuple[Round, bool]:
        """Compute one round; also tell whether nothing happened in it and nobody waits for a coming one."""
        before = self.recording.rounds[-1]
        self._sales.recover()
        undisturbed = self._undisturbed.at(number)
        outstanding = self._sales.outstanding
        market_before, cross = self._market_prices(undisturbed, outstanding)
        self._oracle_prices(number, market_before)
        paused = self._pauses.update(number, before.oracle, self._oracle)
        count, bad_count = self._scan()
        found = self._found[:count]

        order = self._order(count, paused, market_before)
        flows, progress, emptied = self._liquidate(order, number, market_before, undisturbed, cross, outstanding)
        sold, bought = self._sales.of_round(flows.received, flows.repaid)
        proceeds, cost = np.empty_like(sold), np.empty_like(sold)
        kernels.trade_nb(self._curves, undisturbed, outstanding, cross, market_before, sold, bought, proceeds, cost)
        first_event, last_event = before.last_event, int(progress[kernels.PROGRESS_EVENTS])
        bad_accounts = np.concatenate([self._found_bad[:bad_count], emptied])
        bad_usd, loss_usd, last_bad_debt = self._write_off(bad_accounts, before.last_bad_debt)
        market, _ = self._market_prices(undisturbed, self._sales.outstanding)

        left, left_debt = kernels.still_liquidatable_nb(
            self._legs, self._collateral, self._debt, self._rules, self._oracle, self._dust, number,
            self._last_liquidated, found, self._found_debt[:count],
        )  # fmt: skip
        total = flows.totals
        liquidations = int(progress[kernels.PROGRESS_LIQUIDATIONS])
        paid = cost.sum() if self._policy.buys_debt else flows.repaid @ market_before
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
            repaid_usd=_frozen(flows.repaid_usd),
            seized_usd=_frozen(flows.seized_usd),
            bad_debt_usd=_frozen(bad_usd),
            lender_loss_usd=_frozen(loss_usd),
            reserve_usd=_frozen(self._reserve.copy()),
            debt_left_usd=_frozen(self._left_usd(self._left.debt, self._left.debt_rest)),
            collateral_left_usd=_frozen(self._left_usd(self._left.collateral, self._left.collateral_rest)),
            paused=_frozen(paused),
            repaid_by_collateral_usd=_frozen(flows.repaid_by_collateral_usd),
            accounts_liquidated=int(progress[kernels.PROGRESS_NEW_ACCOUNTS]),
            liquidator_profit_usd=float(proceeds.sum() - paid - self._policy.gas_usd * liquidations),
            borrower_loss_usd=float(total[kernels.TOTAL_SEIZED_USD] - total[kernels.TOTAL_REPAID_USD]),
            liquidatable_left=int(left),
            liquidatable_left_debt_usd=float(left_debt),
            reproduction_number=(
                float(total[kernels.TOTAL_REPAID_FRESH_USD] / self._repaid_before) if self._repaid_before > 0 else None
            ),
            first_event=first_event,
            last_event=last_event,
            first_bad_debt=before.last_bad_debt,
            last_bad_debt=last_bad_debt,
        )
        self._repaid_before = float(total[kernels.TOTAL_REPAID_USD])
        quiet = (
            liquidations == 0
            and not self._sales.pending
            and number >= self._undisturbed.last_round
            and not (self._waited[found] <= self._parameters.liquidators.latency_rounds).any()
            and not paused[self._legs.market[found]].any()
        )
        return step, quiet

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
        self._oracle = prices

    def _raise_level(self, moves: Floats) -> None:
        """Note how much any account's health can have fallen with these log moves (see `engine.kernels.scan_nb`)."""
        fall = -moves[self._is_held].min(initial=0.0)
        rise = moves[self._is_owed].max(initial=0.0)
        self._log_level += float(fall + rise)
        if not self._log_level < kernels.MOST_LOG_FACTOR:  # too large for the exponential: look at all again
            self._log_level = 0.0
            self._due[:] = 0.0

    def _scan(self) -> tuple[int, int]:
        count, bad_count = kernels.scan_nb(
            self._legs, self._collateral, self._debt, self._rules, self._oracle, self._dust,
            math.exp(self._log_level), self._due, self._waited, self._bad, self._found, self._found_health,
            self._found_debt, self._found_bad,
        )  # fmt: skip
        return int(count), int(bad_count)

    def _order(self, count: int, paused: npt.NDArray[np.bool_], market: Floats) -> npt.NDArray[np.int32]:
        """Return the candidates in the order of their service."""
        found = self._found[:count]
        served = (self._waited[found] > self._parameters.liquidators.latency_rounds) & ~paused[self._legs.market[found]]
        priority = self._parameters.liquidators.priority
        candidates: npt.NDArray[np.int32] = found[served]
        if priority == "largest_debt":
            key = -self._found_debt[:count][served]
        elif priority == "lowest_health":
            key = self._found_health[:count][served]
        elif priority == "largest_profit":
            profits = np.empty(len(candidates))
            kernels.profits_nb(
                self._legs, self._collateral, self._debt, self._rules, self._oracle, market, self._dust,
                candidates, profits,
            )  # fmt: skip
            key = -profits
        else:
            return candidates
        ordered: npt.NDArray[np.int32] = candidates[np.argsort(key, kind="stable")]
        return ordered

    def _liquidate(
        self,
        order: npt.NDArray[np.int32],
        number: int,
        market: Floats,
        undisturbed: Floats,
        cross: Floats,
        outstanding: Floats,
    ) -> tuple[kernels.Flows, npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Return what moved, how far the kernel came, and the accounts left with debt but no collateral."""
        flows = kernels.empty_flows(len(market), len(self._reserve))
        progress = np.zeros(kernels.PROGRESS_PLACES, dtype=np.int64)
        progress[kernels.PROGRESS_EVENTS] = self.recording.rounds[-1].last_event
        running = outstanding * undisturbed
        columns = self.recording.event_columns
        notes = np.empty((0, kernels.NOTE_COLUMNS))
        emptied = np.empty(len(order), dtype=np.int32)
        done = len(order) == 0
        while not done:
            done = kernels.liquidate_nb(
                order, self._legs, self._collateral, self._debt, self._rules, self._oracle, market, undisturbed,
                cross, self._curves, self._policy, self._dust, number, running, self._waited,
                self._last_liquidated, columns.arrays, flows, self._left, emptied, progress, -1, notes,
            )  # fmt: skip
            if not done:
                used = int(progress[kernels.PROGRESS_EVENTS])
                columns.grow(used, used + max(len(order), self._most_pairs))
        return flows, progress, emptied[: progress[kernels.PROGRESS_EMPTIED]]

    @property
    def _most_pairs(self) -> int:
        """At least as many rows as any one liquidation can take."""
        return len(self._reserve) + len(self._oracle) ** 2

    def _write_off(self, accounts: npt.NDArray[np.int32], first: int) -> tuple[Floats, Floats, int]:
        """Do step 9; return bad debt and lenders' loss by market and where the rows end that begin at `first`."""
        bad_usd = np.zeros(len(self._reserve))
        end = first
        if len(accounts):
            start = self._legs.debt_start
            columns = self.recording.bad_debt_columns
            columns.grow(end, end + int((start[accounts + 1] - start[accounts]).sum()))
            end = kernels.write_off_nb(
                self._legs, self._collateral, self._debt, self._rules, self._oracle, self._dust, accounts,
                self._bad, bad_usd, np.zeros(len(self._oracle)), self._left, columns.arrays, end,
            )  # fmt: skip
        paid = np.minimum(self._reserve, bad_usd)
        self._reserve = self._reserve - paid
        return bad_usd, bad_usd - paid, int(end)

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


class _Pauses:
    """Which markets' liquidations are paused (Method, section 8)."""

    def __init__(self, parameters: Any) -> None:
        names = list(parameters.assets)
        self._watched = [
            np.array([names.index(name) for name in market.collateral], dtype=np.int64)
            for market in parameters.markets.values()
        ]
        self._safety = [market.safety for market in parameters.markets.values()]
        self._until = np.zeros(len(self._safety), dtype=np.int64)

    def update(self, number: int, before: Floats, now: Floats) -> npt.NDArray[np.bool_]:
        """Return which markets are paused in this round, given the oracle prices of the last and of this one."""
        moves = now / before - 1.0
        for m, safety in enumerate(self._safety):
            if safety.pause_if_drop is not None and (moves[self._watched[m]] <= -safety.pause_if_drop).any():
                self._until[m] = number + safety.pause_rounds - 1
        return self._until >= number


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array


def warm_up() -> None:
    """Compile every kernel, with the types that real runs use, by running two loans through all that can happen.

    Compiled code is kept on disk, so that only the first start after an installation takes long (about 20 s); a
    background thread may do it, the kernels release the interpreter.
    """
    from engine.explain import explain
    from engine.views import danger, health_histogram, liquidation_map, round_view

    collateral = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    row = {"market": "m", "collateral_asset": "A", "collateral_amount": 1.0, "debt_asset": "B"}
    for priority in ("largest_debt", "largest_profit"):
        limits = {"priority": priority, "min_profit_usd": 0.0, "max_liquidations_per_round": 1}
        scenario = Scenario.from_dict(
            {
                "format": FORMAT,
                "assets": {
                    "A": {"price": 100.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1000.0}},
                    "B": {"price": 1.0},
                },
                "markets": {"m": {"collateral": {"A": collateral}}},
                "shock": {"kind": "instant", "returns": {"A": -0.2}},
                "liquidators": limits,
                "loans": [{**row, "account": "a", "debt_amount": 70.0}, {**row, "account": "b", "debt_amount": 95.0}],
            }
        )
        steps = Rounds(scenario)
        for _ in steps:
            pass
        recording = steps.recording
        cursor = recording.cursor()
        view = round_view(recording, len(recording.rounds) - 1, cursor)
        for account in range(len(recording.book)):
            explain(recording, account, 1, cursor)
    kernels.rewind_nb(recording.event_columns.arrays, 0, 0, cursor.collateral_amount, cursor.debt_amount)
    health_histogram(view, np.array([1.0]))
    liquidation_map(view, None, [0.0, 0.5])
    danger(view)
