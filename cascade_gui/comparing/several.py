"""An answer about several alternatives, looked at one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cascade_gui.comparing.alternative import is_same
from engine.studies.alternatives import own_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.comparing.alternative import Alternative
    from engine.studies.outcome import StudyResult


def given(entries: Sequence[Alternative]) -> dict[str, Any]:
    """Return what is compared with, as settings of the study."""
    return {
        "other": tuple(each.pinned for each in entries if each.pinned is not None),
        "proposal": tuple(each.proposal for each in entries if each.proposal is not None),
    }


def names_in(result: StudyResult) -> list[str]:
    """Return what the alternatives of an answer are called, each by a name of its own, in their order."""
    settings: Any = result.settings
    named = [each.name or "another scenario" for each in settings.other]
    return own_names(result.scenario, [*named, *(each.name for each in settings.proposal)])[1:]


def places_in(result: StudyResult, entries: Sequence[Alternative]) -> list[int] | None:
    """Return which of the alternatives of an answer some entries are, None where it is not about one of them."""
    found = [_place_in(result, entry) for entry in entries]
    places = [place for place in found if place is not None]
    return places if len(places) == len(found) else None


def _place_in(result: StudyResult, entry: Alternative) -> int | None:
    settings: Any = result.settings
    if entry.pinned is not None:
        same = [place for place, other in enumerate(settings.other) if is_same(other, entry.pinned)]
    else:
        assert entry.proposal is not None
        changes = entry.proposal.changes
        same = [
            len(settings.other) + place for place, other in enumerate(settings.proposal) if other.changes == changes
        ]
    return same[0] if same else None


def part_of(result: StudyResult, place: int) -> StudyResult:
    """Return what an answer says of one of its alternatives, as if it were about that alone."""
    names = names_in(result)
    if len(names) == 1:
        return result
    name, answer = names[place], result.answer
    said = f"{name}: "
    if place == 0:
        figures = {key: value for key, value in answer.figures.items() if not key.startswith("alternative_")}
    else:
        begins = f"alternative_{place + 1}."
        figures = {
            key.removeprefix(begins): value for key, value in answer.figures.items() if key.startswith(begins)
        }  # fmt: skip
    tables = dict(answer.tables)
    for table in ("results", "differences"):
        columns = answer.tables.get(table) or {}
        if columns:
            chosen = columns["alternative"] == name
            tables[table] = {key: column[chosen] for key, column in columns.items()}
    verdict = tuple(each.removeprefix(said) for each in answer.verdict if each.startswith(said))
    return replace(result, answer=replace(answer, figures=figures, tables=tables, verdict=verdict))
