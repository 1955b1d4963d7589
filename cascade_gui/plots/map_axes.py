"""What the axes of the liquidation map measure: debt by a fall of prices, or a fall by rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.plots.axes import write_change, write_fall, write_money, write_round

if TYPE_CHECKING:
    from cascade_gui.plots.axes import PlainAxis


def measure(bottom: PlainAxis, left: PlainAxis, title: str, *, over_rounds: bool) -> None:
    """Let the axes measure rounds and falls, or falls and dollars; `title` says which along the bottom."""
    bottom.write, bottom.whole = (write_round, True) if over_rounds else (write_fall, False)
    left.write = write_change if over_rounds else write_money
    left.pixels = 34 if over_rounds else 56
    bottom.set_title(title, "" if over_rounds else QCoreApplication.translate("map_axes", "change"))
    for axis in (bottom, left):
        axis.picture = None
        axis.update()
