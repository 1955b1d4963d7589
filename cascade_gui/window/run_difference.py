"""What a run is called beside another one: by the only value that differs, ``the run before, at 0.3 ×``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from cascade_gui.scenario_panel import values
from engine.base.faults import BadInput
from engine.scenario import parameter_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario.schema import Parameters

_WITHOUT_EFFECT = ("name", "notes", "stops")


def name_of_difference(before: Parameters, now: Parameters) -> str:
    """Return what to call a run with other parameters: its value where only one number differs."""
    plain = before.plain
    paths = [path for path in _differing(plain, now.plain, "") if path.partition(".")[0] not in _WITHOUT_EFFECT]
    unnamed = QCoreApplication.translate("Following", "the run before")
    if len(paths) != 1:
        return unnamed
    try:
        info = parameter_paths.describe(before, paths[0])
        value = parameter_paths.get(before, paths[0])
    except BadInput:  # a group that was not there
        return unnamed
    if info.kind not in {"number", "whole"} or value is None:
        return unnamed
    return QCoreApplication.translate("Following", "the run before, at {0}").format(values.shown(info, value))


def _differing(first: Any, second: Any, path: str) -> Iterator[str]:
    """Yield the paths of the values that differ between two plain forms."""
    if first == second:
        return
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        for key in first:
            yield from _differing(first[key], second[key], f"{path}.{key}" if path else key)
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for at, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _differing(one, other, f"{path}.{at}")
    else:
        yield path
