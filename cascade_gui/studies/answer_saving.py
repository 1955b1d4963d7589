"""Saving an answer: its table for other programs, its plot as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.exporting.pictures import save_picture
from cascade_gui.studies.answer_panel import FIGURES
from cascade_gui.studies.figure_words import spoken_figure
from cascade_gui.working.file_places import ask_where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cascade_gui.studies.answer_panel import AnswerPanel

_TABLES: Final = (("CSV", ".csv"), ("XLSX", ".xlsx"), ("Parquet", ".parquet"))
_PICTURES: Final = (("PNG", ".png"), ("SVG", ".svg"))


def ask_and_save(answer: AnswerPanel, study: str) -> None:
    """Ask for a file and save the shown table there, or the plot where the file is a picture.

    Raises
    ------
    BadInput
        If the place cannot be written or the ending is none of those.
    """
    kinds = [*_TABLES, *(_PICTURES if answer.picture.charts else ())]
    filters = ";;".join(f"{_said(name, ending)} (*{ending})" for name, ending in kinds)
    title = QCoreApplication.translate("AnswerSaving", "Save the table or the plot")
    path, chosen = ask_where(answer, "table", title, Path(f"{study}.csv"), filters)
    if path is None:
        return
    if not path.suffix:  # the dialog of some systems leaves it to the program
        path = path.with_suffix(next((ending for _, ending in kinds if ending in chosen), ".csv"))
    if path.suffix.lower() in {ending for _, ending in _PICTURES} and answer.picture.charts:
        save_picture(answer.picture, path, answer.picture.background)
        return
    import pandas as pd

    from engine.exporting import export_table

    export_table(pd.DataFrame(_columns(answer)), path)


def _columns(answer: AnswerPanel) -> Mapping[str, Any]:
    """Return the shown table; of the figures numbers, where the window shows them as they are written."""
    result = answer.result
    if result is None or answer.tables.currentText() != FIGURES:
        return answer.columns()
    names = [name for name in result.figures if not name.endswith((".low", ".high"))]
    ends = {"value": "", "95 % from": ".low", "to": ".high"}
    values = {title: [result.figures.get(f"{name}{end}") for name in names] for title, end in ends.items()}
    spoken = [spoken_figure(name, result.scenario.parameters) for name in names]
    return {"figure": spoken, **values, "name": names}


def _said(name: str, ending: str) -> str:
    translate = QCoreApplication.translate
    if ending in {each for _, each in _PICTURES}:
        return translate("AnswerSaving", "{0}, the plot").format(name)
    return translate("AnswerSaving", "{0}, the table").format(name)
