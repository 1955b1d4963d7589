"""The accounts of a run, one row each: what became of them, and what changed against another run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.reading.deleveraged_places import deleveraged_places
from engine.reading.round_view import Status, round_view
from engine.recording.in_usd import seized_and_repaid_usd

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from engine.base.types import Flags, Floats, Ints, Wholes
    from engine.reading.recorded_run import RecordedRun
    from engine.recording.records import Events

STATUS_WORDS: Final = {
    Status.HEALTHY: "healthy",
    Status.LIQUIDATABLE: "liquidatable",
    Status.PARTLY: "partly liquidated",
    Status.LIQUIDATED: "liquidated",
    Status.BAD_DEBT: "bad debt",
    Status.NO_DEBT: "no debt",
}
CHANGES: Final = ("new", "gone", "", "more", "less", "same")
"""Against the run before; the blank one is for accounts that were liquidated in neither."""
_ALIKE: Final = 1e-9
"""Two sums that differ by a smaller share than this are the same: they were added up in another order."""


def accounts_frame(recording: RecordedRun, before: RecordedRun | None = None) -> pd.DataFrame:
    """Return one row an account, in the order of the book.

    Parameters
    ----------
    recording
        The run; a row tells of its last round so far.
    before
        Another run of these accounts, that of an earlier scenario: adds what became of each account there.

    Returns
    -------
    pandas.DataFrame
        `account`, `market`; `collateral_usd` and `debt_usd` before the first round, `collateral_usd_end` and
        `debt_usd_end` after the last, each at the oracle prices of its round; `health`, after the last (infinite
        without debt); `status` in words; `first_liquidated` and `last_liquidated`, rounds, blank for never, and
        `rounds_liquidated`, how many; `repaid_usd`, `seized_usd` and `bad_debt_usd`, each at the oracle prices of its
        round. What a stability pool passed to accounts that were not liquidated themselves (redistribution) is not
        counted: `events_frame` has it.

        With a margin engine also `first_deleveraged` and `last_deleveraged`, rounds, blank for never,
        `rounds_deleveraged`, how many, `deleveraged_place`, the place in the order of its market in the last of them (1
        was closed against first; blank where nobody is first), and `deleveraged_taken_usd`, what was taken from the
        account less what was repaid for it by closings against bankrupt ones and by levies, at the oracle prices of its
        round, before what it was paid out (`credited_usd`, which is told by market and not by account). The `status` of
        accounts that were deleveraged and not liquidated is ``deleveraged``; of others it stays.

        With `before` also `status_before`, `repaid_usd_before`, `seized_usd_before`, `bad_debt_usd_before`, blank for
        accounts that the other run does not have, and `change`: ``new`` (liquidated in this run and not in the one
        before), ``gone`` (the other way round), ``more``, ``less`` or ``same`` (liquidated in both, by USD repaid),
        blank for accounts liquidated in neither; deleveraged accounts count as liquidated ones, with what was seized.
        Accounts are told by market and name; those that only the run before has are no part of this run and have no
        row.

    Examples
    --------
    >>> accounts_frame(recording)[["account", "status", "first_liquidated", "repaid_usd"]]
      account             status  first_liquidated  repaid_usd
    0     ann  partly liquidated               1.0     65000.0
    1     bob            healthy               NaN         0.0
    >>> accounts_frame(recording, recording)["change"].tolist()
    ['same', '']
    """
    import pandas as pd

    own, theirs = _Deleveraged(recording), None if before is None else _Deleveraged(before)
    frame = pd.DataFrame(_columns(recording, own))
    if before is None or theirs is None:
        return frame
    other = pd.DataFrame(_columns(before, theirs)).set_index(["market", "account"])
    other["touched_usd"] = other["repaid_usd"] + theirs.seized_usd
    touched = (other["rounds_liquidated"] > 0) | (theirs.rounds > 0)
    other["touched"] = touched.astype(np.float64)  # NaN for accounts that it does not have
    there = other.reindex(pd.MultiIndex.from_frame(frame[["market", "account"]]))
    for name in ("status", "repaid_usd", "seized_usd", "bad_debt_usd"):
        frame[f"{name}_before"] = there[name].to_numpy()
    frame["change"] = _change(
        (frame["rounds_liquidated"].to_numpy() > 0) | (own.rounds > 0), there["touched"].to_numpy() > 0.0,
        frame["repaid_usd"].to_numpy(np.float64) + own.seized_usd, there["touched_usd"].to_numpy(np.float64),
    )  # fmt: skip
    return frame


class _Deleveraged:
    """What deleveraging did to the accounts of a run.

    Attributes
    ----------
    first, last
        (n,) the rounds; NaN for never.
    rounds
        (n,) in how many.
    place
        (n,) the place in the order of the last of them; NaN for none.
    seized_usd, taken_usd
        (n,) USD that was taken, and that less what was repaid, at the oracle prices of the rounds.
    """

    def __init__(self, recording: RecordedRun) -> None:
        events = recording.events
        count = len(recording.book)
        rows = recording.marks.deleveraged(before=len(events))
        account, number = events.account[rows], recording.event_rounds()[rows]
        seized, repaid = _in_usd(recording, events, rows, number)
        self.first, self.last = np.full(count, np.nan), np.full(count, np.nan)
        np.fmin.at(self.first, account, number)
        np.fmax.at(self.last, account, number)
        pairs = np.unique(np.stack([account.astype(np.int64), number.astype(np.int64)]), axis=1)[0]
        self.rounds = np.bincount(pairs, minlength=count)
        place = deleveraged_places(recording, len(recording.rounds) - 1)
        self.place = np.where(place > 0, place, np.nan)
        self.seized_usd = np.bincount(account, seized, count)
        self.taken_usd = np.bincount(account, seized - repaid, count)

    def columns(self) -> dict[str, object]:
        """Return the columns of the table of accounts."""
        return {
            "first_deleveraged": self.first,
            "last_deleveraged": self.last,
            "rounds_deleveraged": self.rounds,
            "deleveraged_place": self.place,
            "deleveraged_taken_usd": self.taken_usd,
        }


def _in_usd(recording: RecordedRun, events: Events, rows: Flags | Wholes, number: Ints) -> tuple[Floats, Floats]:
    """Return what some events seized and repaid, USD; ``number`` has their rounds."""
    oracle = np.array([step.oracle for step in recording.rounds])
    return seized_and_repaid_usd(
        recording.book, events.collateral_leg[rows], events.seized[rows], events.debt_leg[rows], events.repaid[rows],
        oracle, number,
    )  # fmt: skip


def _columns(recording: RecordedRun, deleveraged: _Deleveraged) -> dict[str, object]:
    book, rounds = recording.book, recording.rounds
    start, end = round_view(recording, 0), round_view(recording, len(rounds) - 1)
    count = len(book)
    number = recording.event_rounds()
    events = recording.events
    marks = recording.marks
    its_own = np.ones(len(events), dtype=np.bool_)
    its_own[marks.row[marks.row < len(events)]] = False
    number, account = number[: len(events)][its_own], events.account[its_own]
    seized, repaid = _in_usd(recording, events, its_own, number)
    last = np.zeros(count, dtype=np.int32)
    np.maximum.at(last, account, number)
    first = np.full(count, len(rounds), dtype=np.int32)
    np.minimum.at(first, account, number)
    pairs = np.unique(np.stack([account.astype(np.int64), number.astype(np.int64)]), axis=1)[0]
    liquidated = last > 0
    words = np.array([STATUS_WORDS[status] for status in Status], dtype=object)
    bore = (deleveraged.rounds > 0) & ~liquidated & np.isin(end.status, (Status.HEALTHY, Status.NO_DEBT))
    settlements = [market.rules.settlement.kind for market in recording.scenario.parameters.markets.values()]
    return {
        "account": book.account_names,
        "market": np.array(book.market_names, dtype=object)[book.market],
        "collateral_usd": start.collateral_usd,
        "debt_usd": start.debt_usd,
        "collateral_usd_end": end.collateral_usd,
        "debt_usd_end": end.debt_usd,
        "health": end.health,
        "status": np.where(bore, "deleveraged", words[end.status]),
        "first_liquidated": np.where(liquidated, first, np.nan),
        "last_liquidated": np.where(liquidated, last, np.nan),
        "rounds_liquidated": np.bincount(pairs, minlength=count),
        "repaid_usd": np.bincount(account, repaid, count),
        "seized_usd": np.bincount(account, seized, count),
        "bad_debt_usd": _bad_debt_usd(recording),
        **(deleveraged.columns() if "margin" in settlements else {}),
    }


def _bad_debt_usd(recording: RecordedRun) -> Floats:
    """Return (n,) the USD of each account that became bad debt, at the oracle prices of its round."""
    book, rounds, bad = recording.book, recording.rounds, recording.bad_debts
    counts = [step.last_bad_debt - step.first_bad_debt for step in rounds]
    number = np.repeat(np.arange(len(rounds)), counts)[: len(bad)]
    oracle = np.array([step.oracle for step in rounds])
    usd = bad.before * oracle[number, book.debt_asset[bad.debt_leg]]
    return np.bincount(bad.account, usd, len(book)).astype(np.float64)


def _change(
    now: npt.NDArray[np.bool_], there: npt.NDArray[np.bool_], repaid: Floats, repaid_before: Floats
) -> npt.NDArray[np.object_]:
    """Return (n,) how much of each account was liquidated against the run before, in a word."""
    room = _ALIKE * np.maximum(repaid, np.nan_to_num(repaid_before))
    rises, falls = repaid - repaid_before > room, repaid_before - repaid > room
    code = np.select([now & ~there, ~now & there, ~now & ~there, rises, falls], [0, 1, 2, 3, 4], 5)
    words: npt.NDArray[np.object_] = np.array(CHANGES, dtype=object)[code]
    return words
