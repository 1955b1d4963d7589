"""What the liquidation map says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from cascade_gui.plots.axes import signed_percent
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.plots.map_data import MapCurve


def what_moves(asset: str | None, *, rises: bool) -> str:
    """Return the sentence over the curve: what is counted, if what falls (and rises)."""
    if asset is None:
        if rises:
            return _tr("debt liquidatable if everything falls or rises")
        return _tr("debt liquidatable if everything falls")
    if rises:
        return _tr("debt liquidatable if {0} falls or rises").format(asset)
    return _tr("debt liquidatable if {0} falls").format(asset)


def now(change: float, price: float | None, *, ends: bool = False) -> str:
    """Return what stands at the line of the shown round; without a price where several assets move.

    Parameters
    ----------
    change
        Of the price since round 0, a fraction.
    price
        The price, USD.
    ends
        Whether the shown round is the last one and told as the end of the run, beside that of the run before.
    """
    text = signed_percent(round(change, 3))
    if price is None:
        return (_tr("oracle ends at {0}") if ends else _tr("oracle now {0}")).format(text)
    return (_tr("oracle ends at {0}, {1}") if ends else _tr("oracle now {0}, {1}")).format(
        numbers.price(price, 3), text
    )


def ended_before(change: float) -> str:
    """Return what stands at the line where the run before ended."""
    return _tr("the run before {0}").format(signed_percent(round(change, 3)))


def at_drop(curve: MapCurve, drop: float) -> str:
    """Return the debt that is liquidatable at a fall."""
    drop = min(max(drop, float(curve.drops[0])), float(curve.drops[-1]))
    debt = float(np.interp(drop, curve.drops, curve.cumulative))
    return _tr("{0}: {1} liquidatable").format(signed_percent(round(-drop, 3)), numbers.money(debt))


def at_level(curve: MapCurve, drop: float) -> str:
    """Return the debt that becomes liquidatable within the level of a fall."""
    edges, levels = curve.edges, curve.levels
    at = min(max(int(np.searchsorted(edges, drop, side="right")) - 1, 0), len(levels) - 1)
    near, far = sorted((edges[at], edges[at + 1]), key=abs)
    return _tr("{0} to {1}: {2}").format(
        signed_percent(round(-near, 4)), signed_percent(round(-far, 4)), numbers.money(levels[at])
    )


def in_round(number: int, change: float) -> str:
    """Return where the pointer is over the rounds."""
    return _tr("round {0}, {1}").format(numbers.count(number), signed_percent(round(change, 2)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("plot_map", text)
