"""The courses of prices of the user's own files, kept in the user's folder: their pictures need no file read."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from engine.base.faults import BadInput
from engine.files.atomic import writing
from engine.reading.price_course import PriceCourse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class FileStamp(NamedTuple):
    """By what it is told whether a file is still the one that a picture is of.

    Parameters
    ----------
    size
        In bytes.
    changed
        When it was written last, in nanoseconds.
    """

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> FileStamp | None:
        """Look at a file; None where there is none."""
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        return cls(found.st_size, found.st_mtime_ns)


class KeptCourses:
    """Reads and writes them; what cannot be read or written is as good as none.

    Parameters
    ----------
    folder
        Made when the first is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, path: Path, stamp: FileStamp, course: PriceCourse, others: Iterable[Path]) -> None:
        """Keep the course of a file's run, and forget those of files that are in no list any more.

        Parameters
        ----------
        path, stamp
            The file, and what it was when it held what was run.
        course
            Of its run.
        others
            The files whose courses stay.
        """
        content = json.dumps({"stamp": list(stamp), "course": course.to_dict()})
        with suppress(OSError, BadInput):
            self._folder.mkdir(parents=True, exist_ok=True)
            with writing(self._file(path)) as stream:
                stream.write(content.encode())
            stay = {self._file(each).name for each in (path, *others)}
            for file in self._folder.glob("*.json"):
                if file.name not in stay:
                    file.unlink(missing_ok=True)

    def read(self, path: Path) -> PriceCourse | None:
        """Return the course of a file's run; None where none is kept, or the file was changed since."""
        try:
            kept = json.loads(self._file(path).read_bytes())
            if FileStamp(*kept["stamp"]) == FileStamp.of(path):
                return PriceCourse.from_dict(kept["course"])
        except (OSError, ValueError, TypeError, KeyError, BadInput):
            pass
        return None

    def knows(self, path: Path) -> bool:
        """Whether a run of a file is kept, be it of what the file holds now or of what it held before."""
        return self._file(path).exists()

    def _file(self, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:32]}.json"
