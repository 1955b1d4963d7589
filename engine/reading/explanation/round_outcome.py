"""What became of one account in one round, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine import kernels
from engine.base.columns import Columns
from engine.market.congestion import gas_usd, latency_rounds
from engine.market.curves import compile_curves
from engine.market.rules import compile_rules, order_matters
from engine.reading.explanation.before_turn import before_turn, over_limits
from engine.reading.explanation.explanation import (
    Call,
    Congested,
    Outcome,
    RoundOutcome,
    Sized,
)
from engine.reading.explanation.settled import is_plain, settled_in
from engine.reading.order_of_service import service_keys
from engine.recording.records import EVENT_TYPES

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord

_OUTCOMES = {
    kernels.LIQUIDATED: Outcome.LIQUIDATED,
    kernels.COUNT_USED_UP: Outcome.COUNT_USED_UP,
    kernels.OVER_CAPACITY: Outcome.OVER_CAPACITY,
    kernels.UNPROFITABLE: Outcome.UNPROFITABLE,
    kernels.LEFTOVER_TOO_SMALL: Outcome.LEFTOVER_TOO_SMALL,
    kernels.NOTHING_TO_REPAY: Outcome.NOTHING_TO_REPAY,
}


def outcome_in_round(record: AccountRecord, cursor: Cursor) -> RoundOutcome:
    """Return what happened to an account in its round, and why."""
    liquidators = record.recording.scenario.parameters.liquidators
    return replace(
        _outcome_in_round(record, cursor), congested=_congested(record), min_debt_usd=liquidators.min_debt_usd
    )


def _congested(record: AccountRecord) -> Congested | None:
    """Return what congestion made of the round's gas and latency, None where they are the usual ones."""
    given, accounts = record.recording.scenario.parameters.liquidators, record.congesting
    found = Congested(
        accounts, gas_usd(given, accounts), gas_usd(given, 0), latency_rounds(given, accounts), latency_rounds(given, 0)
    )
    is_usual = found.gas_usd == found.usual_gas_usd and found.latency_rounds == found.usual_latency_rounds
    return None if is_usual else found


def _outcome_in_round(record: AccountRecord, cursor: Cursor) -> RoundOutcome:  # noqa: PLR0911 - one a reason
    if record.number == 0:
        return RoundOutcome(Outcome.START)
    step = record.recording.rounds[record.number]
    parameters = record.recording.scenario.parameters
    became_bad = record.bad_debt(record.number)
    bad_debt = 0.0 if became_bad is None else became_bad.bad_debt_usd
    working = record.working(record.before, record.number)
    settled = None if is_plain(record.recording) else settled_in(record, working, cursor)
    if settled is not None:
        return settled
    if working.debt_usd <= record.dust:
        return RoundOutcome(Outcome.NO_DEBT)
    if working.collateral_usd <= record.dust:
        outcome = Outcome.BAD_DEBT_STAYS if became_bad is None else became_bad.outcome
        return RoundOutcome(outcome, bad_debt_usd=bad_debt)
    if not record.is_liquidatable(working):
        return RoundOutcome(Outcome.HEALTHY)
    waited, latency = record.waited(), record.latency
    if record.is_left_alone(working):
        return RoundOutcome(Outcome.LEFT_ALONE, waited, latency)
    if step.paused[record.market]:
        return RoundOutcome(Outcome.PAUSED, waited, latency)
    if waited <= latency:
        return RoundOutcome(Outcome.WAITING, waited, latency)
    if parameters.markets[record.recording.book.market_names[record.market]].rules.settlement.kind == "absorb":
        over = over_limits(record, working, cursor)
        return RoundOutcome(over.outcome, waited, latency, refused=over)
    calls = _calls(record, cursor)
    done = tuple(call for call in calls if call.outcome is Outcome.LIQUIDATED)
    refused = next((call for call in calls if call.outcome is not Outcome.LIQUIDATED), None)
    outcome = Outcome.LIQUIDATED if done or refused is None else refused.outcome
    return RoundOutcome(outcome, waited, latency, done, refused, parameters.liquidators.min_profit_usd, bad_debt)


def _calls(record: AccountRecord, cursor: Cursor) -> list[Call]:
    """Run the round's liquidations again and return what was noted on the account."""
    recording, parameters = record.recording, record.recording.scenario.parameters
    book, step = recording.book, recording.rounds[record.number]
    policy, rules, curves = record.policy, compile_rules(parameters), compile_curves(parameters)
    cursor.seek(record.number - 1)
    collateral, debt = cursor.collateral_amount.copy(), cursor.debt_amount.copy()
    oracle, market = np.array(step.oracle), np.array(step.market_before)
    undisturbed, outstanding = np.array(step.undisturbed), np.array(step.outstanding)
    cross = np.empty_like(market)
    kernels.market_prices_nb(curves, undisturbed, outstanding, np.empty_like(market), cross)
    order = np.array([record.account], dtype=np.int32)
    among_others = not is_plain(recording)
    if order_matters(parameters) and not among_others:
        order = _order(record, cursor)
    columns = Columns(kernels.EventColumns, EVENT_TYPES)
    progress = np.zeros(kernels.PROGRESS_PLACES, dtype=np.int64)
    notes = np.zeros((min(policy.calls, 1000), kernels.NOTE_COLUMNS))
    flows = kernels.empty_flows(len(market), len(rules))
    running = outstanding * undisturbed
    if among_others:  # what they did is taken from their events
        before = before_turn(record, cursor)
        running = before.running_usd
        flows.totals[kernels.TOTAL_REPAID_USD, 0] = before.repaid_usd
        progress[kernels.PROGRESS_LIQUIDATIONS] = before.liquidations
    nobody = np.zeros(len(book), dtype=np.int32)
    places = kernels.AccountPlaces(np.arange(len(book), dtype=np.int32), nobody.copy(), nobody.copy())
    for array in places:
        array.setflags(write=False)
    done = False
    while not done:
        done = kernels.liquidate_nb(
            order, book.legs, places, collateral, debt, rules, oracle, market, undisturbed, cross, curves, policy,
            record.dust, record.number, running, nobody, nobody.copy(), columns.arrays, flows,
            np.empty(len(order), dtype=np.int32), progress, record.account, notes,
        )  # fmt: skip
        used = int(progress[kernels.PROGRESS_EVENTS])
        columns.grow(used, used + len(order) + len(market) ** 2 + 1)
    noted = notes[: progress[kernels.PROGRESS_NOTES]]
    # After a call that made it healthy again, an account is looked at once more: nothing was refused to it.
    tried = noted[noted[:, kernels.NOTE_OUTCOME] != kernels.NOT_LIQUIDATABLE]
    done_on_it = int((tried[:, kernels.NOTE_OUTCOME] == kernels.LIQUIDATED).sum())
    earlier = int(progress[kernels.PROGRESS_LIQUIDATIONS]) - done_on_it
    return [_call(record, note, policy, earlier + place) for place, note in enumerate(tried)]


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


def _call(record: AccountRecord, note: Floats, policy: kernels.Policy, before: int) -> Call:
    book = record.recording.book
    leg, debt_leg = int(note[kernels.NOTE_COLLATERAL_LEG]), int(note[kernels.NOTE_DEBT_LEG])
    seized = float(note[kernels.NOTE_SEIZED_USD])
    outcome = _OUTCOMES[int(note[kernels.NOTE_OUTCOME])]
    sized = (
        _sized(record, note, before)
        if outcome in (Outcome.LIQUIDATED, Outcome.UNPROFITABLE, Outcome.OVER_CAPACITY)
        else None
    )
    tested = (policy.has_min_profit or sized is not None) and outcome in (Outcome.LIQUIDATED, Outcome.UNPROFITABLE)
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
        sized=sized,
    )


def _sized(record: AccountRecord, note: Floats, before: int) -> Sized | None:
    """Return how a call's size was chosen, None where the account's market knows no slices."""
    parameters = record.recording.scenario.parameters
    sizing, market = parameters.liquidators.sizing, record.recording.book.market_names[record.market]
    if sizing == "whole" or not parameters.markets[market].rules.close.partial:
        return None
    return Sized(
        sizing,
        float(note[kernels.NOTE_WHOLE_USD]),
        float(note[kernels.NOTE_WHOLE_PROFIT_USD]),
        float(note[kernels.NOTE_FIRST_EARNING]),
        before,
    )
