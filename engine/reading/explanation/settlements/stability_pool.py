"""What the pool of its market, or losses of its other borrowers, did to an account in a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.market.rules import compile_policy
from engine.reading.explanation.before_turn import before_turn, rows_before
from engine.reading.explanation.explanation import HealthWorking, Outcome, RoundOutcome
from engine.reading.explanation.settlements.events_of_account import mark_of, rows_of
from engine.settlement.happened import Pooled, TookOver
from engine.settlement.marks import REDISTRIBUTED

if TYPE_CHECKING:
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.scenario.schema import StabilityPoolSettlement


def happened(
    record: AccountRecord, working: HealthWorking, given: StabilityPoolSettlement, cursor: Cursor
) -> RoundOutcome | None:
    """Return what the pool of the account's market, or losses of its other borrowers, did to it; None for nothing."""
    rows, waited = rows_of(record), record.waited()
    latency = record.latency
    if rows:
        return RoundOutcome(Outcome.POOLED, waited, latency, settled=_pooled(record, given, rows))
    took = _taken_over(record)
    is_paused = bool(record.recording.rounds[record.number].paused[record.market])
    is_left_alone = record.is_left_alone(working)
    if waited > latency and not is_paused and not is_left_alone:
        after = record.working(record.after, record.number)
        if took is not None and not record.is_liquidatable(after):
            return RoundOutcome(Outcome.TOOK_OVER, waited, latency, settled=took)
        return RoundOutcome(_why_not_pooled(record, working, cursor), waited, latency, settled=took)
    if took is None:
        return None
    outcome = Outcome.PAUSED if is_paused else Outcome.WAITING
    if waited == 0 or is_left_alone:
        outcome = Outcome.TOOK_OVER if waited == 0 else Outcome.LEFT_ALONE
    return RoundOutcome(outcome, waited, latency, settled=took)


def _pooled(record: AccountRecord, given: StabilityPoolSettlement, rows: list[int]) -> Pooled:
    events, (price, debt_price) = record.recording.events, _prices(record)
    passed = [row for row in rows if mark_of(record, row) == REDISTRIBUTED]
    own = [row for row in rows if row not in passed]
    held, owed = float(events.collateral_before[rows[0]]), float(events.debt_before[rows[0]])
    repaid = sum(float(events.repaid[row]) for row in own)
    caller = given.gas_compensation * (held if given.gas_compensation_of == "all" else held * repaid / owed)
    if given.gas_compensation_most is not None:
        caller = min(caller, given.gas_compensation_most)
    return Pooled(
        debt_usd=owed * debt_price,
        collateral_usd=held * price,
        paid_usd=repaid * debt_price,
        to_pool_usd=max(sum(float(events.seized[row]) for row in own) - caller, 0.0) * price,
        caller_usd=caller * price,
        passed_debt_usd=sum(float(events.repaid[row]) for row in passed) * debt_price,
        passed_collateral_usd=sum(float(events.seized[row]) for row in passed) * price,
        left_usd=float(record.after.collateral.sum()) * price,
        stays_usd=float(record.after.debt.sum()) * debt_price,
    )


def _taken_over(record: AccountRecord) -> TookOver | None:
    """Return what a round's redistribution gave the account; None if it took no part."""
    step, m = record.recording.rounds[record.number], record.market
    if step.collateral_growth[m] == 1.0 and step.debt_per_collateral[m] == 0.0:
        return None
    held, owed = float(record.before.collateral.sum()), float(record.before.debt.sum())
    if held <= 0.0 or owed <= 0.0:
        return None
    price, debt_price = _prices(record)
    gained = held * (float(step.collateral_growth[m]) - 1.0)
    return TookOver(held * float(step.debt_per_collateral[m]) * debt_price, gained * price)


def _why_not_pooled(record: AccountRecord, working: HealthWorking, cursor: Cursor) -> Outcome:
    """Return why nothing was done to a candidate: a limit of the round, or nobody could take anything of it."""
    recording, m = record.recording, record.market
    policy = compile_policy(recording.scenario.parameters)
    book, events = recording.book, recording.events
    rows = [row for row in rows_before(record, cursor) if book.market[events.account[row]] == m]
    used = sum(float(events.repaid[row]) for row in rows if mark_of(record, row) == 0)
    pool = float(recording.rounds[record.number - 1].settlement_figures["pool_usd"][m]) - used * _prices(record)[1]
    paid = min(working.debt_usd, max(pool - 1.0, 0.0))
    before = before_turn(record, cursor)
    if before.liquidations >= policy.most_liquidations:
        return Outcome.COUNT_USED_UP
    if before.repaid_usd + paid > policy.capacity_usd:
        return Outcome.OVER_CAPACITY
    return Outcome.NOBODY_TO_TAKE


def _prices(record: AccountRecord) -> tuple[float, float]:
    """Return the oracle prices of the one collateral and the one debt asset of a pool's account."""
    book, oracle = record.recording.book, record.recording.rounds[record.number].oracle
    collateral, debt = int(book.collateral_start[record.account]), int(book.debt_start[record.account])
    return float(oracle[book.collateral_asset[collateral]]), float(oracle[book.debt_asset[debt]])
