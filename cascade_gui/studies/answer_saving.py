"""Saving an answer: its table for other programs, its plot as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.exporting.pictures import save_picture
from cascade_gui.working.file_places import ask_where

if TYPE_CHECKING:
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

    export_table(pd.DataFrame(answer.columns()), path)


def _said(name: str, ending: str) -> str:
    translate = QCoreApplication.translate
    if ending in {each for _, each in _PICTURES}:
        return translate("AnswerSaving", "{0}, the plot").format(name)
    return translate("AnswerSaving", "{0}, the table").format(name)
