"""The files that ``cascade run`` writes, checked before anything is computed for them."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from engine.base.faults import BadInput
from engine.command.console import standard_output
from engine.command.scenarios import STANDARD
from engine.exporting import check_ending, write_table
from engine.files.atomic import writing
from engine.files.json_file import pretty

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    import pandas as pd

    from engine.reading.recorded_run import RecordedRun

TABLE_ENDINGS = (".csv", ".parquet")
_FRAMES: Final[dict[str, Callable[[RecordedRun], pd.DataFrame]]] = {
    "rounds": lambda recording: recording.rounds_frame(),
    "events": lambda recording: recording.events_frame(),
    "accounts": lambda recording: recording.accounts_frame(),
}
"""The tables of a run by the option that writes them."""


def check_places(scenario: str, wanted: Mapping[str, tuple[str, tuple[str, ...]]], others: Iterable[str] = ()) -> None:
    """Check, before anything is computed, that everything can be written where it is asked for.

    Parameters
    ----------
    scenario
        The name of the scenario's file, which nothing may overwrite.
    wanted
        By option, the file's name and the endings that it may have; any without.
    others
        Further files that nothing may overwrite.

    Raises
    ------
    BadInput
        If two would share a place, one would overwrite what is read, an ending is unknown or a folder missing.
    """
    resolved = {_place(name): name for name in others if name != STANDARD}
    resolved |= {} if scenario == STANDARD else {_place(scenario): "the scenario"}
    for option, (name, endings) in wanted.items():
        if endings and name != STANDARD:
            check_ending(name, endings)
        shown = f"--{option.replace('_', '-')}"
        other = resolved.setdefault(_place(name), shown)
        if other != shown:
            raise BadInput.at(f"{shown} {name}", f"the same place as {other}", "a place of its own")
        if name != STANDARD and not Path(name).resolve().parent.is_dir():
            raise BadInput.at(f"{shown} {name}", "there is no such folder", "a folder that exists")


class Outputs:
    """What is to be written where.

    Parameters
    ----------
    options
        The command line: ``json``, ``rounds``, ``events`` and ``accounts`` name files, ``-`` is standard output.

    Raises
    ------
    BadInput
        If two would share a place, one would overwrite the scenario, an ending is unknown or a folder missing.
    """

    def __init__(self, options: Namespace) -> None:
        wanted = {kind: getattr(options, kind) for kind in ("json", *_FRAMES)}
        self._names: dict[str, str] = {kind: name for kind, name in wanted.items() if name is not None}
        self.written: list[str] = []
        check_places(
            options.file, {kind: (name, TABLE_ENDINGS if kind in _FRAMES else ()) for kind, name in self._names.items()}
        )

    @property
    def takes_standard_output(self) -> bool:
        """Whether a result goes to standard output, which then holds nothing else."""
        return STANDARD in self._names.values()

    def write(self, recording: RecordedRun) -> None:
        """Write all of them, each whole or not at all; `written` names those that are done.

        Raises
        ------
        BadInput
            If a place cannot be written.
        """
        for kind, name in self._names.items():
            with opened(name) as stream:
                _write(kind, name, recording, stream)
            self.written.append(name)


def _place(name: str) -> str:
    return STANDARD if name == STANDARD else str(Path(name).resolve())


def opened(name: str) -> AbstractContextManager[BinaryIO]:
    """Return where a result is written to: standard output, or a file that is whole or not there."""
    return nullcontext(standard_output()) if name == STANDARD else writing(Path(name))


def _write(kind: str, name: str, recording: RecordedRun, stream: BinaryIO) -> None:
    if kind == "json":
        stream.write(pretty(recording.to_dict()).encode("utf-8", "surrogatepass") + b"\n")
        return
    write_table(_FRAMES[kind](recording), stream, ".csv" if name == STANDARD else check_ending(name, TABLE_ENDINGS))
