"""How far a study's runs are, in words, wherever a study is shown at work."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.studies.runs import Runs


def how_far(runs: Runs) -> str:
    """Return how many runs are done, and how long the others will take, once that is known."""
    if not runs.count:
        return _translate("preparing")
    done, wanted, left = numbers.count(runs.count), numbers.count(runs.wanted), runs.left
    if left is None:  # what is done was done before, or in a moment
        return _translate("{0} of {1} runs").format(done, wanted)
    return _translate("{0} of {1} runs, {2} left").format(done, wanted, numbers.duration(math.ceil(left)))


def _translate(text: str) -> str:
    return QCoreApplication.translate("RunsWords", text)
