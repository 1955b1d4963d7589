"""What other settlements than by liquidators did to an account in a round."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.reading.explanation.explanation import HealthWorking, RoundOutcome
    from engine.reading.recorded_run import RecordedRun


def is_plain(recording: RecordedRun) -> bool:
    """Whether liquidators settle every market of a run."""
    markets = recording.scenario.parameters.markets.values()
    return all(market.rules.settlement.by_liquidators for market in markets)


def settled_in(record: AccountRecord, working: HealthWorking, cursor: Cursor) -> RoundOutcome | None:
    """Return what the settlement of the account's market did to it; None where there is nothing special to say.

    Parameters
    ----------
    record, working
        The account, and its health at the start of the round.
    cursor
        Of the recording; it is moved.
    """
    parameters = record.recording.scenario.parameters
    market = parameters.markets[record.recording.book.market_names[record.market]]
    given = market.rules.settlement
    kind = import_module(f"engine.reading.explanation.settlements.{given.kind}")
    outcome: RoundOutcome | None = kind.happened(record, working, given, cursor)
    return outcome
