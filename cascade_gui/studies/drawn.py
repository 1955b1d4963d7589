"""Draws the plot of an answer into a file: ``python -m cascade_gui.studies.drawn FILE.cascade STUDY OUT``.

The commands of studies start it for ``--png``, as they know neither Qt nor the window.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from cascade_gui.exporting.pictures import save_picture
from cascade_gui.studies.drawing.picture_view import PictureView
from cascade_gui.studies.known_pictures import picture_of
from cascade_gui.theme import apply, tokens
from cascade_gui.theme.plain_text import plain_label
from engine.api import load_studies
from engine.base.faults import BadInput
from engine.studies.known_studies import find_study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.theme import Tokens
    from engine.studies.outcome import StudyResult

SIZE: Final = QSize(1280, 720)


def main(arguments: Sequence[str]) -> int:
    """Draw one answer.

    Parameters
    ----------
    arguments
        The ``.cascade`` file, the name of the study, and the picture's file.

    Returns
    -------
    int
        0 done, 2 where it could not be drawn, with a line that says why.
    """
    file, study, out = arguments
    application = QApplication([])
    colours = tokens(dark=False)
    glyphs = apply(application, colours)
    try:
        drawn = _sheet(load_studies(file)[study], colours)
        save_picture(drawn, Path(out), colours.background)
    except BadInput as error:
        sys.stderr.write(f"{error.faults[0]}\n")
        return 2
    finally:
        del glyphs  # the style sheet is in use until here
    return 0


def _sheet(result: StudyResult, colours: Tokens) -> QWidget:
    """Return the question, the answer in a sentence and the plot, as they stand in the window."""
    shown = picture_of(result)
    sheet = QWidget()
    sheet.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    column = QVBoxLayout(sheet)
    for text, role in ((find_study(result.study).question, "heading"), (shown.sentence, "")):
        label = plain_label(text)
        label.setWordWrap(True)
        label.setProperty("role", role)
        label.setVisible(bool(text))
        column.addWidget(label)
    view = PictureView()
    column.addWidget(view, 1)
    sheet.resize(SIZE)
    view.apply_theme(colours)
    view.show_picture(shown)
    sheet.show()
    QApplication.processEvents()
    return sheet


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
