"""Which picture belongs to a study: the file of its name in `cascade_gui.studies.plots`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

import cascade_gui.studies.plots
from cascade_gui.studies.drawing.picture import Picture

if TYPE_CHECKING:
    from engine.studies.outcome import StudyResult


def drawn_studies() -> tuple[str, ...]:
    """Return the names of the studies that have a picture."""
    return tuple(sorted(module.name for module in iter_modules(cascade_gui.studies.plots.__path__)))


def picture_of(result: StudyResult) -> Picture:
    """Return what is shown of a result; of a study without a picture its first figures."""
    if result.study not in drawn_studies():
        return Picture()
    return cast("Picture", import_module(f"cascade_gui.studies.plots.{result.study}").draw(result))
