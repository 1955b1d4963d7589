"""The tables that are exported, as pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.scenario.frames import loans_to_frame

if TYPE_CHECKING:
    import pandas as pd

    from engine.reading.recorded_run import RecordedRun


def results_workbook(recording: RecordedRun, before: RecordedRun | None = None) -> dict[str, pd.DataFrame]:
    """Return the sheets of a results workbook: summary, rounds, events, accounts, loans and provenance.

    Parameters
    ----------
    recording
        The run.
    before
        Another run to tell the accounts against, as `RecordedRun.accounts_frame` does.
    """
    import pandas as pd

    result = recording.to_dict()
    return {
        "Summary": pd.DataFrame(_flat(result["summary"]), columns=["figure", "value"], dtype=object),
        "Rounds": recording.rounds_frame(),
        "Events": recording.events_frame(),
        "Accounts": recording.accounts_frame(before),
        "Loans": loans_to_frame(recording.scenario.loans),
        "Provenance": pd.DataFrame(_flat(result["provenance"]), columns=["what", "value"], dtype=object),
    }


def _flat(group: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Return nested groups as pairs, ``amplification.WETH``."""
    pairs: list[tuple[str, Any]] = []
    for key, value in group.items():
        pairs += _flat(value, f"{before}{key}.") if isinstance(value, dict) else [(f"{before}{key}", value)]
    return pairs
