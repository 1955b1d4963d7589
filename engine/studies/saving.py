"""Answers of studies in a scenario file: ``studies/NAME/`` in a ``.cascade``, for each question its last answer.

``study.json`` holds what was asked, figures, assumptions, notes, how long it took and what it was worked out from;
``rows.parquet`` and one file for each further table the rest. Where the scenario has changed since, ``scenario.json``
holds its parameters as they were then; the loans as they were then are not kept, only their hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.base.faults import BadInput
from engine.files.archive import STUDIES_FOLDER
from engine.files.json_file import parameters_from_json, pretty
from engine.files.limits import MOST_SCENARIO_BYTES, in_words
from engine.scenario.provenance import loans_sha256, run_sha256, run_sha256_of
from engine.scenario.scenario import Scenario
from engine.studies.columns_file import from_parquet, to_parquet
from engine.studies.known_studies import find_study
from engine.studies.outcome import Answer, Origin, StudyResult
from engine.studies.saved_head import read_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.files import Contents
    from engine.studies.outcome import Columns, ValuesOf
    from engine.studies.study import Study

HEAD: Final = "study.json"
SCENARIO: Final = "scenario.json"
ROWS: Final = "rows"


def study_members(results: Iterable[StudyResult], scenario: Scenario) -> dict[str, bytes]:
    """Return the members of a ``.cascade`` file that hold answers of studies.

    Parameters
    ----------
    results
        One for each question; of two of the same the last is kept.
    scenario
        What the file holds; where an answer is of another, the parameters of that are kept with it.
    """
    members: dict[str, bytes] = {}
    now = run_sha256(scenario)
    for name, result in {each.study: each for each in results}.items():
        folder = f"{STUDIES_FOLDER}{name}/"
        head = {**result.described(), "run_sha256": result.run_sha256, "seconds": round(result.seconds, 3)}
        members[folder + HEAD] = pretty(head).encode() + b"\n"
        if result.run_sha256 != now:
            members[folder + SCENARIO] = pretty(result.scenario.parameters.to_dict()).encode() + b"\n"
        for table, columns in {ROWS: result.answer.rows, **result.answer.tables}.items():
            if columns:
                members[f"{folder}{table}.parquet"] = to_parquet(columns)
    return members


def read_studies(contents: Contents, where: str) -> tuple[list[StudyResult], list[BadInput]]:
    """Return the answers of studies that a file holds, and for each that cannot be read why not.

    Parameters
    ----------
    contents
        Of the file.
    where
        What to call it in a fault: its name.
    """
    parts: dict[str, dict[str, bytes | BadInput]] = {}
    for name, content in contents.studies.items():
        _, study, member = name.split("/")
        parts.setdefault(study, {})[member] = content
    results: list[StudyResult] = []
    refused: list[BadInput] = []
    for study, members in parts.items():
        try:
            results.append(_read(study, members, contents.scenario, f"{where}, {STUDIES_FOLDER}{study}"))
        except BadInput as refusal:
            refused.append(refusal)
    return results, refused


def _read(name: str, members: Mapping[str, bytes | BadInput], scenario: Scenario, place: str) -> StudyResult:
    for content in members.values():
        if isinstance(content, BadInput):
            raise content
    data = {member: content for member, content in members.items() if isinstance(content, bytes)}
    if HEAD not in data:
        raise BadInput.at(f"{place}/{HEAD}", "missing", "what the study was asked and found")
    head = read_head(data[HEAD], name, f"{place}/{HEAD}")
    study: Study[Any] = find_study(name)
    settings = study.settings(head["settings"])
    origin = Origin(
        head["run_sha256"], head["provenance"], head["provenance"]["loans_sha256"] == loans_sha256(scenario.loans)
    )
    then = _scenario_then(data, scenario, origin, place)
    tables: dict[str, Columns] = {table: {} for table in study.tables}
    rows: Columns = {}
    for member, content in data.items():
        table = member.removesuffix(".parquet")
        if member in {HEAD, SCENARIO}:
            continue
        if table == ROWS:
            rows = from_parquet(content, f"{place}/{member}")
        elif table in tables:
            tables[table] = from_parquet(content, f"{place}/{member}")
        else:
            raise BadInput.at(f"{place}/{member}", "does not belong there", ", ".join((ROWS, *study.tables)))
    values_of = _checked(study.values_of(then, settings, rows), place) if origin.has_book else None
    answer = Answer(
        rows, head["figures"], tuple(head["assumptions"]), tuple(head["notes"]), values_of, tables,
        verdict=tuple(head["verdict"]), scenario_of=study.scenario_of(then, settings, rows),
    )  # fmt: skip
    return StudyResult(name, then, settings, answer, head["stopped"], float(head["seconds"]), origin)


def _scenario_then(data: Mapping[str, bytes], scenario: Scenario, origin: Origin, place: str) -> Scenario:
    """Return what was studied: the file's scenario, or that with the parameters as they were then."""
    if origin.run_sha256 == run_sha256(scenario):
        return scenario
    if SCENARIO not in data:
        raise BadInput.at(f"{place}/{SCENARIO}", "missing, and the file's scenario is another", "what was studied")
    if len(data[SCENARIO]) > MOST_SCENARIO_BYTES:
        found = in_words(len(data[SCENARIO]))
        raise BadInput.at(f"{place}/{SCENARIO}", found, f"at most {in_words(MOST_SCENARIO_BYTES)}")
    parameters = parameters_from_json(data[SCENARIO], f"{place}/{SCENARIO}")
    if run_sha256_of(parameters, origin.provenance["loans_sha256"]) != origin.run_sha256:
        raise BadInput.at(f"{place}/{SCENARIO}", "not what was studied", "the parameters as they were then")
    if origin.has_book:
        return Scenario.checked(parameters, scenario.loans)
    return Scenario(parameters, scenario.loans)


def _checked(values_of: ValuesOf | None, place: str) -> ValuesOf | None:
    """Return what refuses rows in words that the study did not write: nobody knows where a file comes from."""
    if values_of is None:
        return None

    def values(row: int) -> Mapping[str, Any]:
        try:
            return values_of(row)
        except (KeyError, IndexError, TypeError, ValueError, OverflowError):
            raise BadInput.at(
                f"{place}, row {row + 1}", "no run of this study", "rows as the study wrote them"
            ) from None

    return values
