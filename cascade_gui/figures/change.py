"""How a figure differs from that of the run before, in a few letters: ``▼ 59.0 points``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

_UP, _DOWN = "▲", "▼"


@dataclass(frozen=True, slots=True)
class Change:
    """What stands under a figure while there is a run before.

    Parameters
    ----------
    difference
        An arrow and by how much, empty where the figures read the same.
    tone
        ``good`` where it is less, ``loss`` where it is more: of all these figures less is better. Empty without a
        difference.
    was
        The figure of the run before.
    """

    difference: str
    tone: str
    was: str


def change(now: float | None, before: float | None, write: Callable[[float], str], difference: str = "{0}") -> Change:
    """Compare a figure with that of the run before.

    Parameters
    ----------
    now, before
        The figures; None where there is none.
    write
        Writes a figure as the strip does.
    difference
        A pattern for the difference, where it has a unit of its own.
    """
    shown = write(before) if before is not None else numbers.NOTHING
    was = QCoreApplication.translate("FiguresStrip", "was {0}").format(shown)
    if now is None or before is None or write(now) == shown:
        return Change("", "", was)
    size = difference.format(write(abs(now - before)))
    return Change(f"{_UP if now > before else _DOWN} {size}", "loss" if now > before else "good", was)
