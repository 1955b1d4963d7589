"""Which accounts lost most in a round of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.recording.records import Events

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun

_SAME = 1e-6


def most_lost(recording: RecordedRun, number: int, most: int = 2) -> list[tuple[str, float]]:
    """Return the names of the accounts that lost most in a round, with the loss of each in USD.

    Parameters
    ----------
    recording
        The run.
    number
        The round.
    most
        How many accounts to return at most.

    Returns
    -------
    list of (str, float)
        Seized less repaid at the round's oracle prices, the largest first. Empty where the run keeps no amounts, and
        where other things than liquidations (credits, auctions) are part of what borrowers lost in that round.
    """
    step = recording.rounds[number]
    if recording.is_brief or step.first_event == step.last_event:
        return []
    book = recording.book
    # Of this round only: all events of a run are put in order first, which a frame has no time for.
    events = Events(*recording.event_columns.rows(step.first_event, step.last_event))
    seized = events.seized * step.oracle[book.collateral_asset[events.collateral_leg]]
    repaid = events.repaid * step.oracle[book.debt_asset[events.debt_leg]]
    accounts, place = np.unique(events.account, return_inverse=True)
    losses = np.bincount(place, weights=seized - repaid)
    if not np.isclose(losses.sum(), np.sum(step.borrower_loss_usd), rtol=_SAME, atol=_SAME):
        return []
    order = [at for at in np.argsort(-losses, kind="stable")[:most] if losses[at] > 0]
    return [(str(book.account_names[accounts[at]]), float(losses[at])) for at in order]
