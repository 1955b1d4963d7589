"""Recovery files: what was edited and not saved, so that a crash loses two seconds at most.

A recovery file lies in the settings' folder, never beside the user's file. It is a ZIP without
compression of plain arrays and JSON, quick to write for a million rows, and holds what cannot run too:
cells that are no numbers, loans that do not fit the parameters.
"""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from cascade_gui.working.background import Background
from engine.base.faults import BadInput
from engine.files.atomic import remove_abandoned, writing
from engine.scenario.loans import BLANK, COLUMNS, LATER_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, CodedColumn, LoanTable
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from cascade_gui.document.document import Document

ENDING: Final = ".recovery"
VERSION: Final = 1
_QUIET_MS: Final = 300
"""Written when no edit came for so long ..."""
_MOST_MS: Final = 1000
"""... and at the latest so long after the first edit that is not yet written."""
_CHUNK: Final = 50_000
"""Account names are written in portions, so that the window is never kept waiting for long."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What a recovery file holds.

    Parameters
    ----------
    parameters, loans
        The content as it was last seen.
    bad
        Row, column and text of cells that held no value.
    path
        The user's file, None if it was never saved.
    name
        What the scenario is called.
    when
        When it was edited last; no recovery changes that.
    based_on
        What the user's file held when the work on it began (`saved_content.digest`), None where that is not known.
    """

    parameters: Parameters
    loans: LoanTable
    bad: tuple[tuple[int, str, str], ...]
    path: Path | None
    name: str
    when: datetime
    based_on: str | None = None


def write_unsaved(file: Path, unsaved: Unsaved) -> None:
    """Write a recovery file, atomically.

    Raises
    ------
    BadInput
        If the place cannot be written.
    """
    loans = unsaved.loans
    info = {
        "version": VERSION,
        "path": None if unsaved.path is None else str(unsaved.path),
        "name": unsaved.name,
        "when": unsaved.when.isoformat(),
        "based_on": unsaved.based_on,
        "bad": list(unsaved.bad),
        "names": {column: list(getattr(loans, column).names) for column in TEXT_COLUMNS},
        "parameters": unsaved.parameters.to_dict(),
    }
    with writing(file) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("info.json", json.dumps(info))
        for column in TEXT_COLUMNS:
            _put(archive, column, getattr(loans, column).codes)
        for column in NUMBER_COLUMNS:
            if loans.is_left_out(column):
                continue
            _put(archive, column, getattr(loans, column))
        with archive.open("account.jsonl", "w", force_zip64=True) as accounts:
            for first in range(0, len(loans), _CHUNK):
                portion = json.dumps(loans.account[first : first + _CHUNK].tolist())
                accounts.write(portion.encode() + b"\n")


class Damaged(BadInput):
    """A recovery file that no version of the program can read."""


def read_unsaved(file: Path) -> Unsaved:
    """Read a recovery file.

    Raises
    ------
    Damaged
        If it is damaged.
    BadInput
        If it is of a newer version of the program.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            info = json.loads(archive.read("info.json"))
            version = info["version"]
            if version == VERSION:
                return _unpacked(archive, info)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes its readers say: it is data, not our fault
        raise Damaged.at(str(file), f"is damaged: {error}") from None
    raise BadInput.at(str(file), f"recovery version {version}", str(VERSION))


def _unpacked(archive: zipfile.ZipFile, info: dict[str, Any]) -> Unsaved:
    texts = [name for name in TEXT_COLUMNS if name in info["names"] or name not in LATER_COLUMNS]
    columns: dict[str, Any] = {
        column: CodedColumn(_get(archive, column), tuple(info["names"][column])) for column in texts
    }
    saved = set(archive.namelist())
    numbers = [name for name in NUMBER_COLUMNS if f"{name}.npy" in saved or name not in LATER_COLUMNS]
    columns |= {column: _get(archive, column) for column in numbers}
    names: list[str] = []
    for line in archive.read("account.jsonl").splitlines():
        names.extend(json.loads(line))
    account = np.empty(len(names), dtype=object)
    account[:] = names
    loans = LoanTable(account=account, **columns)
    bad = tuple((int(row), str(column), str(text)) for row, column, text in info["bad"])
    _check(loans, bad)
    return Unsaved(
        parameters=Parameters.from_dict(info["parameters"]),
        loans=loans,
        bad=bad,
        path=None if info["path"] is None else Path(info["path"]),
        name=str(info["name"]),
        when=datetime.fromisoformat(info["when"]).astimezone(UTC),
        based_on=info.get("based_on"),
    )


def _check(loans: LoanTable, bad: tuple[tuple[int, str, str], ...]) -> None:
    """Refuse columns that do not fit each other: the loan table trusts them."""
    rows = len(loans.account)
    for column in TEXT_COLUMNS:
        coded = getattr(loans, column)
        inside = (coded.codes >= BLANK) & (coded.codes < len(coded.names))
        if coded.codes.dtype != np.int32 or coded.codes.shape != (rows,) or not inside.all():
            raise BadInput.at(column, "does not fit the other columns")
        if not all(isinstance(name, str) for name in coded.names):
            raise BadInput.at(column, "names that are no text")
    for column in NUMBER_COLUMNS:
        values = getattr(loans, column)
        if values.dtype != np.float64 or values.shape != (rows,):
            raise BadInput.at(column, "does not fit the other columns")
    if not all(isinstance(name, str) for name in loans.account):
        raise BadInput.at("account", "names that are no text")
    if not all(0 <= row < rows and column in COLUMNS for row, column, _ in bad):
        raise BadInput.at("wrong cells", "where no cells are")


def _put(archive: zipfile.ZipFile, column: str, values: np.ndarray[Any, Any]) -> None:
    with archive.open(f"{column}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array(member, np.ascontiguousarray(values), allow_pickle=False)


def _get(archive: zipfile.ZipFile, column: str) -> np.ndarray[Any, Any]:
    return np.lib.format.read_array(io.BytesIO(archive.read(f"{column}.npy")), allow_pickle=False)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What is known of a recovery file without reading its loans.

    Parameters
    ----------
    file
        The recovery file.
    name, when, path
        As in `Unsaved`.
    """

    file: Path
    name: str
    when: datetime
    path: Path | None


def look_at(file: Path) -> LeftBehind | None:
    """Look at a recovery file; None where it is none that can be read."""
    try:
        with zipfile.ZipFile(file) as archive:
            info = json.loads(archive.read("info.json"))
            path = None if info["path"] is None else Path(info["path"])
            return LeftBehind(file, str(info["name"]), datetime.fromisoformat(info["when"]).astimezone(UTC), path)
    except Exception:  # noqa: BLE001 - whatever a damaged file makes its readers say: it is data, not our fault
        return None


class RecoveryFolder:
    """The recovery files of all windows; those of windows that still run are locked.

    Parameters
    ----------
    folder
        Made if it does not exist. Where that is not possible there are no files, and `Recovery` says so once it is
        to write one.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def new_file(self) -> Path:
        """Return the name of a file that does not exist yet."""
        return self._folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{ENDING}"

    def left_behind(self) -> list[Path]:
        """Return the files of windows that do not run any more, newest first; what they had begun to write goes."""
        remove_abandoned(self._folder)
        files = sorted(self._folder.glob(f"*{ENDING}"), reverse=True)
        return [file for file in files if self._is_free(file)]

    @staticmethod
    def lock(file: Path) -> QLockFile:
        """Return the lock of a file, not yet taken; one whose program is gone counts as free."""
        lock = QLockFile(str(file.with_suffix(".lock")))
        lock.setStaleLockTime(0)
        return lock

    @staticmethod
    def discard(file: Path) -> None:
        """Remove a recovery file; what cannot be removed stays, and is offered at the next start."""
        with suppress(OSError):
            file.unlink(missing_ok=True)

    @staticmethod
    def put_aside(file: Path) -> None:
        """Keep a damaged file under a name under which it is not offered again."""
        with suppress(OSError):
            file.replace(file.with_suffix(".damaged"))

    def _is_free(self, file: Path) -> bool:
        lock = self.lock(file)
        free = lock.tryLock(0)
        if free:
            lock.unlock()
        return free


class Recovery(QObject):
    """Keeps a document's recovery file up to date while it has unsaved changes.

    Parameters
    ----------
    document
        What is watched.
    folder
        Where the file is kept.
    """

    written = Signal()
    """The file holds the last edits."""
    troubled = Signal(str)
    """The file could not be written: the reason, once until it can be written or there is another."""

    def __init__(self, document: Document, folder: RecoveryFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._folder = folder
        self._file = folder.new_file()
        self._lock: QLockFile | None = None
        self._replaced: list[Path] = []
        self._when = datetime.now(UTC)
        self._trouble = ""
        self._background = Background("recovery", self, libraries=())
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._latest = QTimer(self, singleShot=True, interval=_MOST_MS)
        self._quiet.timeout.connect(self._write)
        self._latest.timeout.connect(self._write)
        document.parameters_changed.connect(self._edited)
        document.loans_changed.connect(self._edited)
        document.dirty_changed.connect(self._edited)

    @property
    def file(self) -> Path:
        """Where the recovery file is while there is one."""
        return self._file

    def replaces(self, file: Path, edited: datetime) -> None:
        """Remove another file once this one holds what was recovered from it, not sooner.

        Parameters
        ----------
        file
            From which the document was filled.
        edited
            When that was edited last: to bring it back was no edit, and whether the user's file is newer is told by it.
        """
        self._replaced.append(file)
        self._when = edited

    def end_with_save(self) -> None:
        """End the file with the save that holds what is in it, before anybody is told that it was saved.

        A program that dies after that may not bring back what is older than the user's file. Edits that were made
        during the save are written anew.
        """
        self._quiet.stop()
        self._latest.stop()
        self._background.forget_and_wait()  # a file that is being written would appear after this
        for file in (self._file, *self._replaced):
            self._folder.discard(file)
        self._replaced.clear()
        self._removed(None)
        if self._document.dirty:
            self._write_soon()

    def close(self) -> None:
        """End in good order: what is unsaved was saved or given up, so the file goes."""
        self.end_with_save()
        self._quiet.stop()
        self._latest.stop()
        self._background.shut_down()

    def _edited(self) -> None:
        self._when = datetime.now(UTC)
        self._write_soon()

    def _write_soon(self) -> None:
        self._quiet.start()
        if not self._latest.isActive():
            self._latest.start()

    def _write(self) -> None:
        self._quiet.stop()
        self._latest.stop()
        document = self._document
        if not document.dirty:
            folder, gone = self._folder, self._file
            self._background.do(lambda: folder.discard(gone), self._removed, key="write")
            return
        if self._lock is None:
            self._lock = self._folder.lock(self._file)
            self._lock.tryLock(0)
        unsaved = Unsaved(
            document.parameters,
            document.loans.to_table(),
            tuple(document.loans.bad_cell_positions()),
            document.path,
            document.name,
            self._when,
            document.file_content,
        )
        file = self._file
        self._background.do(lambda: write_unsaved(file, unsaved), self._wrote, self._could_not, key="write")

    def _wrote(self, _: object) -> None:
        self._trouble = ""
        while self._replaced:
            self._folder.discard(self._replaced.pop())
        self.written.emit()

    def _removed(self, _: object) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _could_not(self, problem: Exception) -> None:
        if not isinstance(problem, BadInput):
            raise problem
        if str(problem) != self._trouble:
            self._trouble = str(problem)
            self.troubled.emit(self._trouble)
