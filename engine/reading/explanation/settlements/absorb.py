"""What a protocol that takes accounts over did to an account in a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.reading.explanation.before_turn import own_rows
from engine.reading.explanation.explanation import HealthWorking, Outcome, RoundOutcome
from engine.settlement.happened import Absorbed

if TYPE_CHECKING:
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.scenario.schema import AbsorbSettlement


def happened(
    record: AccountRecord, working: HealthWorking, given: AbsorbSettlement, cursor: Cursor,  # noqa: ARG001
) -> RoundOutcome | None:  # fmt: skip
    """Return that the account was taken over; None where it was not."""
    if not own_rows(record):
        return None
    credit = working.collateral_usd * (1.0 - given.penalty)
    absorbed = Absorbed(
        debt_usd=working.debt_usd,
        collateral_usd=working.collateral_usd,
        penalty=given.penalty,
        credited_usd=max(credit - working.debt_usd, 0.0),
        shortfall_usd=max(working.debt_usd - credit, 0.0),
    )
    return RoundOutcome(Outcome.ABSORBED, record.waited(), record.latency, settled=absorbed)
