"""What an interrupted study has done, kept until it is resumed."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.user_folders import cache_folder
from engine.files.atomic import writing
from engine.running.paths import PathFigures
from engine.scenario.provenance import run_sha256, versions

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario.scenario import Scenario
    from engine.studies.runs import Batch
    from engine.studies.settings import Settings


class Unfinished:
    """The place of what a study has done, which depends on all that its runs depend on.

    Parameters
    ----------
    study
        Its name.
    scenario, settings
        What is studied, and how.
    """

    def __init__(self, study: str, scenario: Scenario, settings: Settings) -> None:
        asked = json.dumps(
            [study, run_sha256(scenario), settings.model_dump(mode="json"), versions()], sort_keys=True, default=str
        )
        name = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
        self._path: Path = cache_folder() / "studies" / f"{name}.npz"

    def save(self, done: dict[Batch, PathFigures]) -> None:
        """Keep what was done; a place that cannot be written keeps nothing.

        Parameters
        ----------
        done
            What each batch came to.
        """
        arrays: dict[str, Any] = {}
        for (call, first, last), figures in done.items():
            for name in PathFigures.__dataclass_fields__:
                arrays[f"{call}/{first}/{last}/{name}"] = getattr(figures, name)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with writing(self._path) as stream:
            np.savez_compressed(stream, **arrays)

    def load(self) -> dict[Batch, PathFigures]:
        """Return what was kept, nothing where there is nothing or where it is damaged."""
        batches: dict[Batch, dict[str, Any]] = {}
        try:
            # Opened here: NumPy leaves a file open that turns out to be damaged.
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as found:
                for name in found.files:
                    call, first, last, field = name.split("/")
                    batches.setdefault((int(call), int(first), int(last)), {})[field] = found[name]
            return {batch: PathFigures(**fields) for batch, fields in batches.items()}
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zlib.error):
            return {}

    def remove(self) -> None:
        """Forget it: the study is through."""
        self._path.unlink(missing_ok=True)
