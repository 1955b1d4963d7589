"""How explanations are worked out of a recording (see `engine.explain`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine import kernels
from engine.columns import Columns
from engine.explain import Call, Happening, HealthWorking, HistoryEntry, LiquidationPrice, Outcome, Term
from engine.explaining_prices import liquidation_prices
from engine.explaining_settlements import before_turn, is_plain, over_limits, settled_in
from engine.market.curves import compile_curves
from engine.market.rules import compile_policy, compile_rules
from engine.records import EVENT_TYPES
from engine.service import service_keys
from engine.settlement.turn import DELEVERAGED, REDISTRIBUTED

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.cursor import Cursor
    from engine.recording import Recording

    Floats = npt.NDArray[np.float64]

_OUTCOMES = {
    kernels.LIQUIDATED: Outcome.LIQUIDATED,
    kernels.COUNT_USED_UP: Outcome.COUNT_USED_UP,
    kernels.OVER_CAPACITY: Outcome.OVER_CAPACITY,
    kernels.UNPROFITABLE: Outcome.UNPROFITABLE,
    kernels.LEFTOVER_TOO_SMALL: Outcome.LEFTOVER_TOO_SMALL,
    kernels.NOTHING_TO_REPAY: Outcome.NOTHING_TO_REPAY,
}


class Amounts(NamedTuple):
    """Tokens on one account's legs."""

    collateral: Floats
    debt: Floats


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account in a recording, at one round.

    Parameters
    ----------
    recording, account, number
        What is asked about.
    before, after
        The account's amounts at the start and at the end of the round.
    rows, bad_rows
        The account's rows among the events and among the bad debts, of all rounds recorded when it was made.
    """

    recording: Recording
    account: int
    number: int
    before: Amounts
    after: Amounts
    rows: npt.NDArray[np.int64]
    bad_rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, recording: Recording, account: int, number: int, cursor: Cursor) -> AccountRecord:
        """Gather an account's record."""
        rows = np.flatnonzero(recording.events.account == account)
        bad_rows = np.flatnonzero(recording.bad_debts.account == account)
        cursor.seek(number)
        after = _amounts(recording, account, cursor)
        record = cls(recording, account, number, after, after, rows, bad_rows)
        before = record.undone(after, number, cursor) if number else after
        return cls(recording, account, number, before, after, rows, bad_rows)

    @property
    def market(self) -> int:
        """The account's market."""
        return int(self.recording.book.market[self.account])

    @property
    def dust(self) -> float:
        """Debt and collateral up to this many USD count as none."""
        return float(self.recording.scenario.parameters.simulation.dust_usd)

    def undone(self, amounts: Amounts, number: int, cursor: Cursor | None = None) -> Amounts:
        """Return the amounts at the start of round `number`, given those at its end; a cursor may be moved for it."""
        if number in self.recording.redistributions:  # that a round of these gave and took cannot be told from its rows
            cursor = self.recording.cursor() if cursor is None else cursor
            return _amounts(self.recording, self.account, cursor.seek(number - 1))
        book, step = self.recording.book, self.recording.rounds[number]
        collateral, debt = amounts.collateral.copy(), amounts.debt.copy()
        first_collateral = book.collateral_start[self.account]
        first_debt = book.debt_start[self.account]
        bad_debts, events = self.recording.bad_debts, self.recording.events
        for row in self.bad_rows[_between(self.bad_rows, step.first_bad_debt, step.last_bad_debt)]:
            debt[bad_debts.debt_leg[row] - first_debt] = bad_debts.before[row]
        for row in self.rows[_between(self.rows, step.first_event, step.last_event)][::-1]:
            collateral[events.collateral_leg[row] - first_collateral] = events.collateral_before[row]
            debt[events.debt_leg[row] - first_debt] = events.debt_before[row]
        return Amounts(collateral, debt)

    def working(self, amounts: Amounts, number: int) -> HealthWorking:
        """Return the terms of the health factor at the oracle prices of a round."""
        book, prices = self.recording.book, self.recording.rounds[number].oracle
        legs = range(book.collateral_start[self.account], book.collateral_start[self.account + 1])
        collateral = tuple(
            _term(book.asset_names, book.collateral_asset[leg], amount, prices, float(book.collateral_threshold[leg]))
            for leg, amount in zip(legs, amounts.collateral, strict=True)
        )
        debt_legs = range(book.debt_start[self.account], book.debt_start[self.account + 1])
        debt = tuple(
            _term(book.asset_names, book.debt_asset[leg], amount, prices, None)
            for leg, amount in zip(debt_legs, amounts.debt, strict=True)
        )
        backing, held, owed = 0.0, 0.0, 0.0  # added in the order of the kernels, for the same bits
        for term in collateral:
            held += term.value
            backing += term.weighted
        for term in debt:
            owed += term.value
        return HealthWorking(collateral, debt, backing, held, owed, backing / owed if owed > 0.0 else np.inf)

    def is_liquidatable(self, working: HealthWorking) -> bool:
        """Whether an account in this state can be liquidated."""
        equal_too = self.recording.scenario.parameters.markets[
            self.recording.book.market_names[self.market]
        ].rules.trigger
        return bool(
            kernels.is_liquidatable_nb(
                working.backing, working.collateral_usd, working.debt_usd, equal_too == "at_or_below", self.dust
            )
        )

    def waited(self) -> int:
        """Return for how many rounds in a row, this one included, the account has been liquidatable."""
        count, amounts = 0, self.before
        for number in range(self.number, 0, -1):
            if not self.is_liquidatable(self.working(amounts, number)):
                break
            count += 1
            if number > 1:
                amounts = self.undone(amounts, number - 1)
        return count

    def liquidation_prices(self, working: HealthWorking) -> tuple[LiquidationPrice, ...]:
        """Return the liquidation prices of the account, with their working."""
        market = self.recording.book.market_names[self.market]
        return liquidation_prices(self.recording.scenario.parameters, market, working)

    def danger(self) -> tuple[float | None, bool]:
        """Return below which health liquidations are toxic, and whether a full close would leave bad debt."""
        book = self.recording.book
        legs = kernels.Legs(
            collateral_start=np.array([0, len(self.after.collateral)], dtype=np.int64),
            collateral_asset=book.collateral_asset[_legs(book.collateral_start, self.account)],
            collateral_threshold=book.collateral_threshold[_legs(book.collateral_start, self.account)],
            collateral_bonus=book.collateral_bonus[_legs(book.collateral_start, self.account)],
            debt_start=np.array([0, len(self.after.debt)], dtype=np.int64),
            debt_asset=book.debt_asset[_legs(book.debt_start, self.account)],
            market=book.market[self.account : self.account + 1],
        )
        for array in legs:
            array.setflags(write=False)  # the kernels were compiled for a book's read-only arrays
        _, held, owed, _, _, _, _, threshold, bonus = kernels.picked_nb(
            legs,
            self.after.collateral.copy(),
            self.after.debt.copy(),
            compile_rules(self.recording.scenario.parameters),
            np.array(self.recording.rounds[self.number].oracle),
            kernels.unsigned(0),
        )
        if held <= self.dust or owed <= self.dust:
            return None, owed > self.dust
        kind = self.recording.scenario.parameters.markets[book.market_names[self.market]].rules.settlement.kind
        if kind != "liquidator":  # accounts are closed whole, without a bonus
            return None, held < owed and kind != "stability_pool"
        return float(threshold * (1.0 + bonus)), bool(held < owed * (1.0 + bonus))

    def history(self) -> tuple[HistoryEntry, ...]:
        """Return the account's liquidations and bad debt of all rounds."""
        book, rounds = self.recording.book, self.recording.rounds
        events, bad_debts = self.recording.events, self.recording.bad_debts
        ends = np.array([step.last_event for step in rounds])
        bad_ends = np.array([step.last_bad_debt for step in rounds])
        entries: list[HistoryEntry] = []
        pair = (-1, -1)
        marked = self.recording.marks
        own = np.isin(marked.row, self.rows)
        marks = dict(zip(marked.row[own].tolist(), marked.mark[own].tolist(), strict=True))
        for row in self.rows.tolist():
            number = int(np.searchsorted(ends, row, side="right"))
            leg, debt_leg = int(events.collateral_leg[row]), int(events.debt_leg[row])
            oracle = rounds[number].oracle
            repaid = float(events.repaid[row] * oracle[book.debt_asset[debt_leg]])
            seized = float(events.seized[row] * oracle[book.collateral_asset[leg]])
            mark = marks.get(row, 0)
            is_further = (leg, debt_leg) > pair or mark == REDISTRIBUTED  # a further pair of one liquidation
            outcome = Outcome.DELEVERAGED if mark == DELEVERAGED else Outcome.LIQUIDATED
            if entries and entries[-1].round == number and is_further and entries[-1].outcome is outcome:
                last = entries.pop()
                repaid, seized = last.repaid_usd + repaid, last.seized_usd + seized
            pair = (leg, debt_leg)
            entries.append(
                HistoryEntry(
                    number, outcome, repaid, seized, 0.0,
                    float(events.health_before[row]), float(events.health_after[row]),
                )
            )  # fmt: skip
        for number in sorted({int(np.searchsorted(bad_ends, row, side="right")) for row in self.bad_rows.tolist()}):
            outcome = Outcome.WRITTEN_OFF
            usd = 0.0
            for row in self.bad_rows.tolist():
                usd += float(bad_debts.before[row] * rounds[number].oracle[book.debt_asset[bad_debts.debt_leg[row]]])
                if bad_debts.after[row] == bad_debts.before[row]:
                    outcome = Outcome.BAD_DEBT_STAYS
            entries.append(HistoryEntry(number, outcome, 0.0, 0.0, usd, None, None))
        return tuple(entries)


def happening_in(record: AccountRecord, cursor: Cursor) -> Happening:  # noqa: PLR0911 - one a reason
    """Return what happened to an account in its round, and why."""
    if record.number == 0:
        return Happening(Outcome.START)
    step = record.recording.rounds[record.number]
    parameters = record.recording.scenario.parameters
    became_bad = [entry for entry in record.history() if entry.round == record.number and entry.bad_debt_usd > 0.0]
    bad_debt = became_bad[0].bad_debt_usd if became_bad else 0.0
    working = record.working(record.before, record.number)
    settled = None if is_plain(record.recording) else settled_in(record, working, cursor)
    if settled is not None:
        return settled
    if working.debt_usd <= record.dust:
        return Happening(Outcome.NO_DEBT)
    if working.collateral_usd <= record.dust:
        outcome = became_bad[0].outcome if became_bad else Outcome.BAD_DEBT_STAYS
        return Happening(outcome, bad_debt_usd=bad_debt)
    if not record.is_liquidatable(working):
        return Happening(Outcome.HEALTHY)
    waited, latency = record.waited(), parameters.liquidators.latency_rounds
    if step.paused[record.market]:
        return Happening(Outcome.PAUSED, waited, latency)
    if waited <= latency:
        return Happening(Outcome.WAITING, waited, latency)
    if parameters.markets[record.recording.book.market_names[record.market]].rules.settlement.kind == "absorb":
        over = over_limits(record, working, cursor)
        return Happening(over.outcome, waited, latency, refused=over)
    calls = _calls(record, cursor)
    done = tuple(call for call in calls if call.outcome is Outcome.LIQUIDATED)
    refused = next((call for call in calls if call.outcome is not Outcome.LIQUIDATED), None)
    outcome = Outcome.LIQUIDATED if done or refused is None else refused.outcome
    return Happening(outcome, waited, latency, done, refused, parameters.liquidators.min_profit_usd, bad_debt)


def _calls(record: AccountRecord, cursor: Cursor) -> list[Call]:
    """Run the round's liquidations again and return what was noted on the account."""
    recording, parameters = record.recording, record.recording.scenario.parameters
    book, step = recording.book, recording.rounds[record.number]
    policy, rules, curves = compile_policy(parameters), compile_rules(parameters), compile_curves(parameters)
    cursor.seek(record.number - 1)
    collateral, debt = cursor.collateral_amount.copy(), cursor.debt_amount.copy()
    oracle, market = np.array(step.oracle), np.array(step.market_before)
    undisturbed, outstanding = np.array(step.undisturbed), np.array(step.outstanding)
    cross = np.empty_like(market)
    kernels.market_prices_nb(curves, undisturbed, outstanding, np.empty_like(market), cross)
    order = np.array([record.account], dtype=np.int32)
    among_others = not is_plain(recording)
    limited = parameters.liquidators.max_liquidations_per_round is not None or np.isfinite(policy.capacity_usd)
    if (limited or policy.has_min_profit) and not among_others:
        order = _order(record, cursor)
    columns = Columns(kernels.EventColumns, EVENT_TYPES)
    progress = np.zeros(kernels.PROGRESS_PLACES, dtype=np.int64)
    notes = np.zeros((min(policy.calls, 1000), kernels.NOTE_COLUMNS))
    flows = kernels.empty_flows(len(market), len(rules.fee_share))
    running = outstanding * undisturbed
    if among_others:  # what they did is taken from their events
        before = before_turn(record, cursor)
        running = before.running_usd
        flows.totals[kernels.TOTAL_REPAID_USD, 0] = before.repaid_usd
        progress[kernels.PROGRESS_LIQUIDATIONS] = before.liquidations
    nobody = np.zeros(len(book), dtype=np.int32)
    places = kernels.Places(np.arange(len(book), dtype=np.int32), nobody.copy(), nobody.copy())
    for array in places:
        array.setflags(write=False)
    done = False
    while not done:
        done = kernels.liquidate_nb(
            order, book.legs, places, collateral, debt, rules, oracle, market, undisturbed, cross, curves, policy,
            record.dust, record.number, running, nobody, nobody.copy(), columns.arrays, flows,
            np.empty(len(order), dtype=np.int32), progress,
            kernels.no_watch(), record.account, notes,
        )  # fmt: skip
        used = int(progress[kernels.PROGRESS_EVENTS])
        columns.grow(used, used + len(order) + len(market) ** 2 + 1)
    noted = notes[: progress[kernels.PROGRESS_NOTES]]
    # After a call that made it healthy again, an account is looked at once more: nothing was refused to it.
    tried = noted[noted[:, kernels.NOTE_OUTCOME] != kernels.NOT_LIQUIDATABLE]
    return [_call(record, note, policy) for note in tried]


def _order(record: AccountRecord, cursor: Cursor) -> npt.NDArray[np.int32]:
    """Return the accounts that were served before the account, and it; the cursor is at the round before."""
    recording = record.recording
    step = recording.rounds[record.number]
    rows = recording.events.account[step.first_event : step.last_event]
    served = rows[np.flatnonzero(np.diff(rows, prepend=np.int32(-1)))]
    place = np.flatnonzero(served == record.account)
    if len(place):
        return np.array(served[: place[0] + 1])
    accounts = np.append(served, np.int32(record.account))
    key = service_keys(recording, cursor, step, accounts)
    earlier = (key < key[-1]) | ((key == key[-1]) & (accounts < record.account))
    return accounts[: int(earlier.sum()) + 1] if earlier.all() else np.append(served[earlier[:-1]], accounts[-1:])


def _call(record: AccountRecord, note: Floats, policy: kernels.Policy) -> Call:
    book = record.recording.book
    leg, debt_leg = int(note[kernels.NOTE_COLLATERAL_LEG]), int(note[kernels.NOTE_DEBT_LEG])
    seized = float(note[kernels.NOTE_SEIZED_USD])
    outcome = _OUTCOMES[int(note[kernels.NOTE_OUTCOME])]
    tested = policy.has_min_profit and outcome in (Outcome.LIQUIDATED, Outcome.UNPROFITABLE)
    return Call(
        outcome=outcome,
        collateral_asset=book.asset_names[book.collateral_asset[leg]] if leg >= 0 else None,
        debt_asset=book.asset_names[book.debt_asset[debt_leg]] if debt_leg >= 0 else None,
        repaid_usd=float(note[kernels.NOTE_REPAID_USD]),
        seized_usd=seized,
        bonus=float(note[kernels.NOTE_BONUS]),
        to_protocol_usd=float(note[kernels.NOTE_FEE_SHARE]) * seized,
        health_before=float(note[kernels.NOTE_HEALTH_BEFORE]),
        health_after=float(note[kernels.NOTE_HEALTH_AFTER]),
        capacity_left_usd=float(note[kernels.NOTE_CAPACITY_LEFT_USD]),
        proceeds_usd=float(note[kernels.NOTE_PROCEEDS_USD]) if tested else None,
        repaid_at_market_usd=float(note[kernels.NOTE_REPAID_AT_MARKET_USD]) if tested else None,
        gas_usd=policy.gas_usd,
    )


def _term(names: tuple[str, ...], asset: np.int32, amount: np.float64, prices: Floats, threshold: float | None) -> Term:
    price = float(prices[asset])
    return Term(names[asset], float(amount), price, float(amount) * price, threshold)


def _legs(start: npt.NDArray[np.int64], account: int) -> slice:
    return slice(int(start[account]), int(start[account + 1]))


def _amounts(recording: Recording, account: int, cursor: Cursor) -> Amounts:
    book = recording.book
    return Amounts(
        cursor.collateral_amount[_legs(book.collateral_start, account)].copy(),
        cursor.debt_amount[_legs(book.debt_start, account)].copy(),
    )


def _between(rows: npt.NDArray[np.int64], first: int, last: int) -> slice:
    return slice(int(np.searchsorted(rows, first)), int(np.searchsorted(rows, last)))
