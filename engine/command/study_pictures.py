"""The plot of a study as a picture, drawn by the window's own parts in a process of its own.

The engine knows neither Qt nor the window: where they are not installed, everything but the picture works.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.base.faults import BadInput
from engine.files.scenario_files import save_scenario
from engine.studies.saving import study_members

if TYPE_CHECKING:
    from engine.studies.outcome import StudyResult

ENDINGS: Final = (".png", ".svg")
_DRAWER: Final = "cascade_gui.studies.drawn"


def check_drawing(out: str) -> None:
    """Check, before anything is computed, that a picture can be drawn here.

    Raises
    ------
    BadInput
        If the window's parts are not installed.
    """
    if any(find_spec(name) is None for name in ("cascade_gui", "PySide6", "pyqtgraph")):
        raise BadInput.at(f"--png {out}", "the parts that draw are not installed", "PySide6-Essentials and pyqtgraph")


def draw_study(result: StudyResult, out: str) -> None:
    """Draw the plot of an answer as the window does, light and on white, with its question and the answer.

    Parameters
    ----------
    result
        The answer.
    out
        The file, .png or .svg.

    Raises
    ------
    BadInput
        If it cannot be drawn or written.
    """
    with tempfile.TemporaryDirectory(prefix="cascade-study-") as folder:
        kept = Path(folder) / "study.cascade"
        save_scenario(result.scenario, kept, studies=study_members([result], result.scenario))
        command = [sys.executable, "-m", _DRAWER, str(kept), result.study, str(Path(out).resolve())]
        settings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise BadInput.at(f"--png {out}", said[-1] if said else "it could not be drawn", "another place, or no picture")
