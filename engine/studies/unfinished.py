"""What an interrupted study has done, kept on the disk batch by batch until it is resumed or through."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from engine.base.user_folders import cache_folder
from engine.running.paths import PathFigures
from engine.scenario.provenance import run_sha256, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.scenario.scenario import Scenario
    from engine.studies.runs import Batch
    from engine.studies.settings import Settings

_HEAD: Final = struct.Struct("<qqqqI")
"""Before each batch: its call, its first variant and that after its last, how many bytes follow, and their checksum."""
_MOST_BYTES: Final = 2**32
_COLUMNS: Final = tuple(PathFigures.__dataclass_fields__)


class Unfinished:
    """The place of what a study has done, which depends on all that its runs depend on.

    Parameters
    ----------
    study
        Its name.
    scenario, settings
        What is studied, and how.

    Attributes
    ----------
    fault
        Why nothing more is kept, None where it is.
    """

    def __init__(self, study: str, scenario: Scenario, settings: Settings) -> None:
        asked = json.dumps(
            [study, run_sha256(scenario), settings.model_dump(mode="json"), versions(), _COLUMNS],
            sort_keys=True, default=str,
        )  # fmt: skip
        name = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
        self._path: Path = cache_folder() / "studies" / f"{name}.batches"
        self._whole_bytes = 0
        self._is_begun = False
        self.fault: OSError | None = None

    def load(self) -> KeptBatches:
        """Return what was kept, as far as it is whole, nothing where there is nothing; `note` goes on behind it."""
        found = KeptBatches(self._path)
        self._whole_bytes = found.size
        return found

    def note(self, batch: Batch, figures: PathFigures) -> None:
        """Keep what a batch came to, on the disk at once: it is there however the program ends.

        The first one takes the place of what was kept before and not loaded. A disk that takes no more keeps what it
        has; `fault` then says why.
        """
        if self.fault is not None:
            return
        out = BytesIO()
        np.savez(out, **{name: getattr(figures, name) for name in _COLUMNS})
        content = zlib.compress(out.getvalue(), level=1)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                if not self._is_begun:
                    file.truncate(self._whole_bytes)
                    self._is_begun = True
                file.write(_HEAD.pack(*batch, len(content), _checksum(batch, content)) + content)
        except OSError as error:
            self.fault = error

    def remove(self) -> None:
        """Forget it: the study is through."""
        self._path.unlink(missing_ok=True)


class KeptBatches(Mapping["Batch", PathFigures]):
    """What each batch came to, read when it is looked at.

    Parameters
    ----------
    path
        The file, which may be missing, cut or damaged: what stands before that counts.

    Attributes
    ----------
    size
        Of the part that counts, in bytes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[Batch, tuple[int, int]] = {}
        self.size = 0
        try:
            with path.open("rb") as file:
                while (batch := self._next(file)) is not None:
                    self._places[batch] = (self.size + _HEAD.size, file.tell())
                    self.size = file.tell()
        except OSError:
            return

    @staticmethod
    def _next(file: BinaryIO) -> Batch | None:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        call, first, end, size, checksum = _HEAD.unpack(head)
        content = file.read(min(size, _MOST_BYTES))
        if len(content) != size or _checksum((call, first, end), content) != checksum:
            return None
        return call, first, end

    def __getitem__(self, batch: Batch) -> PathFigures:
        first, end = self._places[batch]
        with self._path.open("rb") as file:
            file.seek(first)
            content = zlib.decompress(file.read(end - first))
        with np.load(BytesIO(content), allow_pickle=False) as found:
            return PathFigures(**{name: found[name] for name in _COLUMNS})

    def __iter__(self) -> Iterator[Batch]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _checksum(batch: Batch, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(repr(batch).encode()))
