"""The runs that stops ask for beside the scenario's own, worked out in the background before they are needed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

import engine
from cascade_gui.working.background import Background

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.base.faults import BadInput
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario


class Variants(QObject):
    """Runs of one scenario under other values of some parameters.

    One thread works them out one after the other, in the order in which stops have them.
    """

    ready = Signal()
    """One more is there, or was refused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("variants", self, computes=True)
        self._scenario: Scenario | None = None
        self._runs: dict[str, RecordedRun | Exception] = {}
        self._asked: set[str] = set()

    @property
    def busy(self) -> bool:
        """Whether some are still being worked out."""
        return self._background.busy

    @property
    def runs(self) -> list[RecordedRun]:
        """Those that are there."""
        return [found for found in self._runs.values() if not isinstance(found, Exception)]

    def prepare(self, scenario: Scenario, all_changes: Iterable[Mapping[str, Any]]) -> None:
        """Work out the runs of these changes that are not there yet; those of another scenario are forgotten."""
        if scenario is not self._scenario:
            self._background.forget_all()
            self._scenario, self._runs, self._asked = scenario, {}, set()
        for changes in all_changes:
            key = _key(changes)
            if changes and key not in self._asked:
                self._asked.add(key)
                self._background.do(_runner(scenario, dict(changes)), _taker(self, key), _taker(self, key))

    def run(self, changes: Mapping[str, Any]) -> RecordedRun | None:
        """Return the run of some changes; None while it is not there, and where it cannot be."""
        found = self._runs.get(_key(changes))
        return None if isinstance(found, Exception) else found

    def refusal(self, changes: Mapping[str, Any]) -> BadInput | Exception | None:
        """Return why there is no run of some changes, None where there is or will be one."""
        found = self._runs.get(_key(changes))
        return found if isinstance(found, Exception) else None

    def shut_down(self) -> None:
        """Wait for what is under way, and forget the rest."""
        self._background.forget_all()
        self._background.shut_down()

    def take(self, key: str, found: RecordedRun | Exception) -> None:
        """Keep what was worked out."""
        if key in self._asked:
            self._runs[key] = found
            self.ready.emit()


def _key(changes: Mapping[str, Any]) -> str:
    return json.dumps(dict(changes), sort_keys=True)


def _runner(scenario: Scenario, changes: dict[str, Any]) -> Any:
    def run() -> RecordedRun:
        recording = engine.run(scenario.with_values(changes))
        recording.outside.work_out()
        return recording

    return run


def _taker(variants: Variants, key: str) -> Any:
    return lambda found: variants.take(key, found)
