"""Opening and saving scenario files by path, in either spelling."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.base.faults import BadInput
from engine.files import archive
from engine.files.archive import Archive
from engine.files.atomic import writing
from engine.files.drafts import from_member, readable_as_text, to_member, unread_faults
from engine.files.json_file import draft_from_json, from_json, parameters_from_json, pretty, write_json
from engine.files.limits import MOST_JSON_BYTES, MOST_UNPACKED_BYTES, in_words
from engine.files.loans_parquet import from_parquet, to_parquet
from engine.files.recording_members import read_recording, recording_members
from engine.scenario.provenance import loans_sha256, parameters_sha256, run_sha256, versions
from engine.scenario.scenario import Scenario
from engine.scenario.validation import loan_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.files.drafts import Unread
    from engine.reading.recorded_run import RecordedRun

ARCHIVE_ENDING = ".cascade"
JSON_ENDING = ".json"
_ENDINGS = f"{ARCHIVE_ENDING} or {JSON_ENDING}"
_ZIP_BEGINS = b"PK"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a scenario file holds.

    Parameters
    ----------
    scenario
        The scenario.
    recording
        The recording of its last run, if one was saved with it.
    provenance
        What the file says of how it was made; empty for a ``.json`` file.
    studies
        The members that hold answers of studies, by name, for `engine.studies.saving` to read; in place of one that is
        damaged why it cannot be read.
    unread
        Row, column and text of cells that hold no value; only a draft has them.
    """

    scenario: Scenario
    recording: RecordedRun | None
    provenance: dict[str, Any]
    studies: Mapping[str, bytes | BadInput] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()


def load_scenario(path: str | Path) -> Scenario:
    """Read the scenario of a ``.cascade`` or ``.json`` file.

    Raises
    ------
    BadInput
        If the file cannot be read or something in it is wrong; every fault names its place.
    """
    return read_file(path, with_recording=False).scenario


def load_recording(path: str | Path) -> RecordedRun | None:
    """Read the recording that a ``.cascade`` file holds, None if it holds none.

    Raises
    ------
    BadInput
        As `load_scenario`.
    """
    return read_file(path).recording


def read_file(path: str | Path, *, with_recording: bool = True) -> Contents:
    """Read all of a ``.cascade`` or ``.json`` file.

    Parameters
    ----------
    path
        The file; its ending says what it is. Of a pipe (``/dev/stdin``, ``<(...)``) its first bytes do.
    with_recording
        Whether to read the recording too, if there is one.

    Raises
    ------
    BadInput
        If the file cannot be read or something in it is wrong; every fault names its place.
    """
    path = Path(path)
    data, is_archive = _read(path)
    return _contents(data, str(path), is_archive=is_archive, with_recording=with_recording)


def read_draft(path: str | Path) -> Contents:
    """Read a file whose loans may be wrong, unchecked, for somebody who is to put them right; without its recording.

    Raises
    ------
    BadInput
        If anything but a value of the loans is wrong.
    """
    path = Path(path)
    data, is_archive = _read(path)
    where = str(path)
    if not is_archive:
        scenario, unread = draft_from_json(data, where)
        return Contents(scenario, None, {}, unread=unread)
    found = Archive(data, where)
    scenario, unread = _draft(found, where)
    studies = {name: _read_or_why_not(found, name) for name in found.studies}
    return Contents(scenario, None, found.provenance, studies, unread)


def _read(path: Path) -> tuple[bytes, bool]:
    """Return what a file holds, and whether that is an archive."""
    is_pipe = path.exists() and not path.is_file() and not path.is_dir()
    is_archive = not is_pipe and _is_archive(path)
    try:
        with path.open("rb") as stream:
            data = _read_all(stream, str(path), MOST_UNPACKED_BYTES if is_archive else MOST_JSON_BYTES)
    except IsADirectoryError:
        raise BadInput.at(str(path), "is a folder", f"a {_ENDINGS} file") from None
    except FileNotFoundError:
        raise BadInput.at(str(path), "there is no such file") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput.at(str(path), f"cannot be read: {reason}") from None
    if is_pipe:
        is_archive = data.startswith(_ZIP_BEGINS)
    return data, is_archive


def read_stream(stream: BinaryIO, where: str, *, with_recording: bool = True) -> Contents:
    """Read a scenario from a stream, standard input for example; its first bytes say which spelling it is.

    Raises
    ------
    BadInput
        As `read_file`.
    """
    data = _read_all(stream, where, MOST_UNPACKED_BYTES)
    is_archive = data.startswith(_ZIP_BEGINS)
    return _contents(data, where, is_archive=is_archive, with_recording=with_recording)


def save_scenario(
    scenario: Scenario,
    path: str | Path,
    recording: RecordedRun | None = None,
    studies: Mapping[str, bytes] | None = None,
) -> None:
    """Write a scenario to a ``.cascade`` or ``.json`` file, atomically.

    Parameters
    ----------
    scenario
        What to save.
    path
        Where; its ending says in which spelling.
    recording
        The recording of a run of this scenario, to be kept in a ``.cascade`` file. One that belongs to
        other loans or parameters is left out: it would not be what the file's scenario gives. A
        ``.json`` file holds none.
    studies
        The members that hold answers of studies (`engine.studies.saving.study_members`), to be kept in a ``.cascade``
        file; a ``.json`` file holds none.

    Raises
    ------
    BadInput
        If the name has another ending, the place cannot be written, or a name holds half of a
        surrogate pair. The old file then stays as it was.
    """
    path = Path(path)
    is_archive = _is_archive(path)
    with writing(path) as stream, _whole_characters():
        if is_archive:
            archive.write(stream, {**_members(scenario, recording), **(studies or {})}, _provenance(scenario))
        else:
            write_json(scenario, stream)


def save_draft(
    scenario: Scenario, unread: Sequence[Unread], path: str | Path, studies: Mapping[str, bytes] | None = None
) -> None:
    """Write a scenario whose loans may be wrong, atomically, so that `read_draft` gives it back.

    Until its loans are put right whatever computes refuses the file, with the place of each wrong cell.

    Parameters
    ----------
    scenario
        What to save, unchecked.
    unread
        Row, column and text of cells that hold no value; they are blank in its loans.
    path, studies
        As `save_scenario` takes them.

    Raises
    ------
    BadInput
        As `save_scenario`.
    """
    path = Path(path)
    is_archive = _is_archive(path)
    with writing(path) as stream, _whole_characters():
        if is_archive:
            members = {**_members(scenario, None), **(studies or {})}
            if unread:
                members[archive.WRONG_CELLS] = to_member(unread)
            archive.write(stream, members, _provenance(scenario))
        else:
            loans, texts = readable_as_text(scenario.loans, unread)
            write_json(Scenario(scenario.parameters, loans), stream, texts)


def write_stream(scenario: Scenario, stream: BinaryIO) -> None:
    """Write a scenario as JSON text to a stream, standard output for example."""
    with _whole_characters():
        write_json(scenario, stream)


def keeps_recordings(path: str | Path) -> bool:
    """Whether a file of this name can hold a recording: a ``.cascade`` file does, JSON does not."""
    return Path(path).suffix.lower() == ARCHIVE_ENDING


def check_ending(path: str | Path) -> str:
    """Return a scenario file's ending in lower case, before anything is computed for it.

    Raises
    ------
    BadInput
        If it is neither ``.cascade`` nor ``.json``.
    """
    ending = Path(path).suffix.lower()
    if ending not in (ARCHIVE_ENDING, JSON_ENDING):
        found = f"the ending {Path(path).suffix}" if ending else "a name without ending"
        raise BadInput.at(str(path), found, _ENDINGS)
    return ending


def _is_archive(path: Path) -> bool:
    return check_ending(path) == ARCHIVE_ENDING


def _read_all(stream: BinaryIO, where: str, most: int) -> bytes:
    data = stream.read(most + 1)
    if len(data) > most:
        raise BadInput.at(where, f"larger than {in_words(most)}", f"at most {in_words(most)}")
    return data


def _contents(data: bytes, where: str, *, is_archive: bool, with_recording: bool) -> Contents:
    if not is_archive:
        if data.startswith(_ZIP_BEGINS):
            raise BadInput.at(where, "is a ZIP archive", f"JSON text (name it {ARCHIVE_ENDING} to open it)")
        return Contents(from_json(data, where), None, {})
    found = Archive(data, where)
    draft, unread = _draft(found, where)
    if unread:
        raise BadInput([*unread_faults(unread), *loan_faults(draft.parameters, draft.loans)])
    scenario = Scenario.checked(draft.parameters, draft.loans)
    recording = read_recording(found, scenario) if with_recording else None
    return Contents(
        scenario, recording, found.provenance, {name: _read_or_why_not(found, name) for name in found.studies}
    )


def _draft(found: Archive, where: str) -> tuple[Scenario, tuple[Unread, ...]]:
    """Return the scenario of an archive, unchecked, and the texts of its cells that hold no value."""
    parameters = parameters_from_json(found.read(archive.SCENARIO), f"{where}, {archive.SCENARIO}")
    loans = from_parquet(found.read(archive.LOANS), f"{where}, {archive.LOANS}")
    member = archive.WRONG_CELLS
    unread = from_member(found.read(member), loans, f"{where}, {member}") if member in found else ()
    return Scenario(parameters, loans), unread


def _read_or_why_not(found: Archive, name: str) -> bytes | BadInput:
    try:
        return found.read(name)
    except BadInput as refusal:
        return refusal


def _members(scenario: Scenario, recording: RecordedRun | None) -> dict[str, bytes]:
    members = {
        archive.SCENARIO: pretty(scenario.parameters.to_dict()).encode() + b"\n",
        archive.LOANS: to_parquet(scenario.loans),
    }
    if recording is not None and run_sha256(recording.scenario) == run_sha256(scenario):
        members |= recording_members(recording)
    return members


def _provenance(scenario: Scenario) -> dict[str, Any]:
    return {
        **versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "loans_sha256": loans_sha256(scenario.loans),
        "parameters_sha256": parameters_sha256(scenario.parameters),
    }


@contextmanager
def _whole_characters() -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        text = ascii(error.object[error.start : error.start + 1])
        raise BadInput.at("a name or note", f"holds {text}, half of a surrogate pair", "whole characters") from None
