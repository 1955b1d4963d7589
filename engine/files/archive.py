"""The ZIP around a ``.cascade`` file: members with checksums, read with suspicion.

Nothing is ever unpacked to the disk, so a hostile member's name can lead nowhere; such files are
refused all the same, since no Cascade wrote them.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.base.faults import BadInput
from engine.files.limits import MIB, MOST_SCENARIO_BYTES, MOST_UNPACKED_BYTES, in_words
from engine.files.strict_json import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

SCENARIO = "scenario.json"
LOANS = "loans.parquet"
PROVENANCE = "provenance.json"
WRONG_CELLS = "wrong_cells.json"
"""The texts of cells that hold no value, of a scenario that cannot run yet."""
RECORDING_FOLDER = "recording/"
RECORDING_MEMBERS = tuple(
    RECORDING_FOLDER + name
    for name in (
        "recording.json",
        "rounds.parquet",
        "events.parquet",
        "bad_debts.parquet",
        "marks.parquet",
        "auction_starts.parquet",
        "settlement_figures.parquet",
    )
)
STUDIES_FOLDER = "studies/"
_OF_STUDIES = re.compile(r"studies/[a-z_]{1,40}/(study\.json|scenario\.json|[a-z0-9_]{1,40}\.parquet)")
"""What stands in the file of each study: what it was asked and found, its scenario where that is another than the
file's, its rows and further tables."""
_MOST_OF_STUDIES = 500
_KNOWN = (SCENARIO, LOANS, PROVENANCE, WRONG_CELLS, *RECORDING_MEMBERS)
_REQUIRED = (SCENARIO, LOANS, PROVENANCE)
_MOST_BYTES = {
    SCENARIO: MOST_SCENARIO_BYTES,
    WRONG_CELLS: MOST_SCENARIO_BYTES,
    PROVENANCE: MIB,
    RECORDING_MEMBERS[0]: MIB,
}
_ENCRYPTED = 0x1
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# what zipfile raises on damaged archives, besides BadZipFile
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_A_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def write(stream: BinaryIO, members: Mapping[str, bytes], provenance: Mapping[str, Any]) -> None:
    """Write members and, last, the provenance with every member's SHA-256.

    Parameters
    ----------
    stream
        Where to; it need not be seekable.
    members
        Name to content. Parquet is stored as it is, since it is compressed already.
    provenance
        What ``provenance.json`` says besides the checksums.
    """
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    last = json.dumps({**provenance, "sha256": checksums}, indent=2, ensure_ascii=False, allow_nan=False)
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {**members, PROVENANCE: last.encode() + b"\n"}.items():
            entry = zipfile.ZipInfo(name, _A_FIXED_DATE)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            stored = name.endswith(".parquet")
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


class Archive:
    """The members of a ``.cascade`` file that has been checked as a whole.

    Parameters
    ----------
    data
        The file's bytes.
    where
        What to call it in a fault: the file's name.

    Raises
    ------
    BadInput
        If it is no ZIP, is cut, encrypted or too large when unpacked, or has missing, unexpected or repeated
        members.
    """

    def __init__(self, data: bytes, where: str) -> None:
        self.where = where
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _DAMAGE:
            raise BadInput.at(where, "is no ZIP archive, or a damaged or cut one", "a .cascade file") from None
        self._entries = self._checked_entries()
        self.provenance = self._checked_provenance()

    @property
    def studies(self) -> tuple[str, ...]:
        """The names of the members that hold answers of studies."""
        return tuple(name for name in self._entries if name.startswith(STUDIES_FOLDER))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """Return a member's content after verifying its checksum.

        Raises
        ------
        BadInput
            If it is damaged, or its checksum is another.
        """
        content = self._unpack(name)
        if hashlib.sha256(content).hexdigest() != self.provenance["sha256"][name]:
            raise BadInput.at(
                f"{self.where}, {name}", "wrong checksum", "the file as Cascade wrote it (it was damaged or changed)"
            )
        return content

    def _checked_entries(self) -> dict[str, zipfile.ZipInfo]:
        entries: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for entry in self._zip.infolist():
            name = entry.filename
            place = f"{self.where}, member {name!r}"
            _refuse_strange(entry, place)
            if name in entries:
                raise BadInput.at(place, "is there twice", "each member once")
            total += entry.file_size
            for size, most in ((entry.file_size, _MOST_BYTES.get(name, total)), (total, MOST_UNPACKED_BYTES)):
                if size > most:
                    raise BadInput.at(place, f"unpacked, the file reaches {in_words(size)}", f"up to {in_words(most)}")
            entries[name] = entry
        of_studies = sum(name.startswith(STUDIES_FOLDER) for name in entries)
        if of_studies > _MOST_OF_STUDIES:
            found = f"{of_studies:,} members"
            raise BadInput.at(f"{self.where}, {STUDIES_FOLDER}", found, f"at most {_MOST_OF_STUDIES}")
        for name in _REQUIRED:
            if name not in entries:
                raise BadInput.at(f"{self.where}, member {name!r}", "missing", "a complete .cascade file")
        return entries

    def _checked_provenance(self) -> dict[str, Any]:
        place = f"{self.where}, {PROVENANCE}"
        found = parse(self._unpack(PROVENANCE), place)
        checksums = found.get("sha256") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(checksums, dict):
            raise BadInput.at(place, "holds no checksums", "a group sha256 with one for each member")
        members = set(self._entries) - {PROVENANCE}
        for name in sorted(members ^ set(checksums)):
            found_there = "its checksum is missing" if name in members else "missing, though it has a checksum"
            raise BadInput.at(f"{self.where}, member {name!r}", found_there, "one checksum for each member")
        return found

    def _unpack(self, name: str) -> bytes:
        entry = self._entries[name]
        try:
            # zipfile stops at the declared size, which was checked, and compares the CRC
            content = self._zip.read(entry)
        except _DAMAGE as error:
            raise BadInput.at(f"{self.where}, {name}", f"damaged: {error}", "the file as Cascade wrote it") from None
        if len(content) != entry.file_size:
            raise BadInput.at(f"{self.where}, {name}", "cut short", "the file as Cascade wrote it")
        return content


def _refuse_strange(entry: zipfile.ZipInfo, place: str) -> None:
    """Refuse a member that no Cascade wrote."""
    name = entry.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
        raise BadInput.at(place, "a name that leads outside of the archive", ", ".join(_KNOWN))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BadInput.at(place, "is a symbolic link", "plain members")
    if name not in _KNOWN and not _OF_STUDIES.fullmatch(name):
        raise BadInput.at(place, "does not belong there", ", ".join((*_KNOWN, "studies/NAME/study.json")))
    if entry.flag_bits & _ENCRYPTED:
        raise BadInput.at(place, "is encrypted", "a file without a password")
    if entry.compress_type not in _PACKINGS:
        raise BadInput.at(place, f"packing method {entry.compress_type}", "deflated or stored")
