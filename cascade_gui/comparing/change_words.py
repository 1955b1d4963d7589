"""What a proposal changes, in a few words: ``82.5 % → 75 %``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from cascade_gui.scenario_panel import values
from cascade_gui.wording.parameter_names import spoken
from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.differences import value_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.scenario.schema import Parameters


def name_of_path(parameters: Parameters, path: str) -> str:
    """Return what a parameter is called, its path where it has no name."""
    try:
        name = spoken(parameters, path)
    except BadInput:
        return path.replace(".", " ")
    return name[:1].upper() + name[1:]


def name_of_changes(after: Parameters, paths: Sequence[str]) -> str:
    """Return what to call a proposal: its change where it is one, ``Threshold of WETH in compound 75 %``."""
    if len(paths) != 1:
        return _tr("{0} changes").format(len(paths))
    return f"{name_of_path(after, paths[0])} {value_text(after, paths[0], value_at(after, paths[0]))}"


def change_text(before: Parameters, after: Parameters, paths: Sequence[str]) -> str:
    """Return what is changed: from what to what where it is one parameter, else how many."""
    if len(paths) != 1:
        return _tr("{0} parameters").format(len(paths))
    path = paths[0]
    ends = (value_text(each, path, value_at(each, path)) for each in (before, after))
    return " → ".join(ends)


def value_text(parameters: Parameters, path: str, value: Any) -> str:
    """Return a value as fields show it; of a group its kind, of a table that it is one."""
    if value is None:
        return _tr("not set")
    if isinstance(value, bool):
        return _tr("on") if value else _tr("off")
    if isinstance(value, dict):
        return str(value.get("kind", value.get("model", _tr("a table"))))
    if isinstance(value, list):
        return _tr("a table")
    try:
        info = parameter_paths.describe(parameters, path)
    except BadInput:
        return str(value)
    return values.shown(info, value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Comparing", text)
