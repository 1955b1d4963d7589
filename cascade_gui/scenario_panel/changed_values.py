"""What is other in a group of parameters than it was opened or saved, in a few words a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.scenario_panel import values
from cascade_gui.wording.parameter_names import spoken
from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.differences import differing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cascade_gui.document.document import Document


def changed_values(document: Document, groups: Iterable[str]) -> list[str]:
    """Return what differs from the file, one text a value: ``close factor of compound 60 %``.

    Parameters
    ----------
    document
        Whose parameters.
    groups
        Top-level keys of the scenario, ``markets``.
    """
    found = []
    for group in groups:
        now, before = document.plain((group,))
        found += [_said(document, path) for path in differing(before, now, group)]
    return found


def _said(document: Document, path: str) -> str:
    """Return a value with its name; of what is a table, or is no longer there, the name of the group."""
    parameters = document.parameters
    try:
        info = parameter_paths.describe(parameters, path)
        name, value = spoken(parameters, path), parameter_paths.get(parameters, path)
    except BadInput:
        return path.replace(".", " ")
    if isinstance(value, bool):
        return QCoreApplication.translate("ScenarioPanel", "{0} on" if value else "{0} off").format(name)
    if isinstance(value, str):
        return f"{name}: {dict(info.choices).get(value, value)}"
    if isinstance(value, (int, float)):
        return f"{name} {values.shown(info, value)}"
    return name if value is not None else QCoreApplication.translate("ScenarioPanel", "no {0}").format(name)
