"""The tables that are exported, as pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.scenario.loans import COLUMNS, LATER_COLUMNS, CodedColumn, LoanTable

if TYPE_CHECKING:
    import pandas as pd

    from engine.reading.recorded_run import RecordedRun


def loans_frame(loans: LoanTable) -> pd.DataFrame:
    """Return a loan table as a frame with the loan columns; names repeat as categories, blanks are missing.

    A column that came after the first release is left out where all its cells are blank.
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    for name in COLUMNS:
        column = getattr(loans, name)
        if name in LATER_COLUMNS and column.is_blank:
            continue
        if isinstance(column, CodedColumn):
            columns[name] = pd.Categorical.from_codes(
                column.codes, categories=pd.Index(list(column.names), dtype="str")
            )
        else:
            columns[name] = column
    return pd.DataFrame(columns)


def results_workbook(recording: RecordedRun) -> dict[str, pd.DataFrame]:
    """Return the sheets of a results workbook: summary, rounds, events, loans and provenance."""
    import pandas as pd

    result = recording.to_dict()
    return {
        "Summary": pd.DataFrame(_flat(result["summary"]), columns=["figure", "value"], dtype=object),
        "Rounds": recording.rounds_frame(),
        "Events": recording.events_frame(),
        "Loans": loans_frame(recording.scenario.loans),
        "Provenance": pd.DataFrame(_flat(result["provenance"]), columns=["what", "value"], dtype=object),
    }


def _flat(group: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Return nested groups as pairs, ``amplification.WETH``."""
    pairs: list[tuple[str, Any]] = []
    for key, value in group.items():
        pairs += _flat(value, f"{before}{key}.") if isinstance(value, dict) else [(f"{before}{key}", value)]
    return pairs
