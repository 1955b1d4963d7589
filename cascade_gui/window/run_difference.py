"""What a run is called beside another one: by the only value that differs, ``the run before, at 0.3 ×``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.scenario_panel import values
from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.differences import differing
from engine.scenario.provenance import WITHOUT_EFFECT

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters


def name_of_difference(before: Parameters, now: Parameters) -> str:
    """Return what to call a run with other parameters: its value where only one number differs."""
    plain = before.plain
    paths = [path for path in differing(plain, now.plain) if path.partition(".")[0] not in WITHOUT_EFFECT]
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
