"""What the liquidation map says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from cascade_gui.plots.axes import signed_percent
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.plots.map_data import MapCurve


def now(number: int, change: float, price: float | None, *, ends: bool = False) -> str:
    """Return what stands at the line of a round; without a price where several assets move, all by the same.

    Parameters
    ----------
    number
        The round of the drawn curve.
    change
        Of the price since round 0, a fraction.
    price
        The price, USD.
    ends
        Whether the round is the last one and told as the end of the run, beside that of the run before.
    """
    text = signed_percent(round(change, 3))
    shown = numbers.count(number)
    if price is None:
        return (_tr("oracle prices end at {1}") if ends else _tr("round {0}: oracle prices {1}")).format(shown, text)
    return (_tr("oracle ends at {2}, {1}") if ends else _tr("round {0}: oracle {2}, {1}")).format(
        shown, text, numbers.price(price, 3)
    )


def over_rounds(asset: str, number: int, change: float) -> str:
    """Return what stands at the price in the heat map over the rounds."""
    return _tr("round {0}: oracle price of {1} {2}").format(
        numbers.count(number), asset, signed_percent(round(change, 3))
    )


def before_the_shock() -> str:
    """Name the curve of round 0."""
    return _tr("before the shock")


def along(asset: str | None) -> str:
    """Return what the axis of falls and rises measures."""
    return _tr("prices since round 0") if asset is None else _tr("{0} since round 0").format(asset)


def ended_before(change: float) -> str:
    """Return what stands at the line where the run before ended, or was in the same round."""
    return _tr("the run before {0}").format(signed_percent(round(change, 3)))


def beyond(text: str, *, right: bool) -> str:
    """Return what stands at the edge of the axis for a price beyond it."""
    return (_tr("{0} →") if right else _tr("← {0}")).format(text)


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
