"""Where everything stands in a rectangle: the axis, the trace of the price, the field of the marks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.loan_marks.packing import packed

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

    from cascade_gui.loan_marks.scene import RunScene
    from engine.base.types import Floats

_FILLED: Final = 0.17
"""The marks of a book cover this share of the field."""
_LARGEST: Final = 0.21
"""No mark has a larger radius than this share of the field's height."""
_LEAST_RADIUS: Final = 0.7
_TRACE_FROM, _HEAD, _MIDDLE = 0.075, 0.28, 0.605
"""Where the price's trace begins and ends and where the middle of the marks is, as shares of the width."""
_ROOM: Final = 0.275
"""The largest distance of a mark from the middle, as a share of the width."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Places in pixels.

    Parameters
    ----------
    left, top, width, height
        The rectangle.
    scale
        How large type and lines are, 1 in the window.
    low, high
        The ends of the price's axis, USD.
    radius_of_dollar
        The radius of a mark is this times the root of the USD that it owes, so that its area is the debt.
    places
        (marks,) the middle of each mark, sideways. It is the same in every round.
    """

    left: float
    top: float
    width: float
    height: float
    scale: float
    low: float
    high: float
    radius_of_dollar: float
    places: Floats

    @property
    def trace_from(self) -> float:
        """Where the trace of the price begins."""
        return self.left + max(_TRACE_FROM * self.width, 64.0 * self.scale)

    @property
    def head(self) -> float:
        """Where the trace ends: the price of now."""
        return self.left + max(_HEAD * self.width, 128.0 * self.scale)

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    def y(self, price: float) -> float:
        """Return the height of a price."""
        return self.top + (self.high - price) / (self.high - self.low) * self.height

    def heights(self, prices: Floats) -> Floats:
        """Return the heights of prices; NaN for NaN."""
        return self.top + (self.high - prices) / (self.high - self.low) * self.height

    def radii(self, owed: Floats) -> Floats:
        """Return the radii of marks that owe so much."""
        found: Floats = self.radius_of_dollar * np.sqrt(np.maximum(owed, 0.0))
        return found

    def trace(self, count: int) -> Floats:
        """Return (count + 1,) the places of the prices of so many rounds: a piece without news, then every round."""
        lead = max(1.0, 5.0 - count)
        rounds = (np.arange(count) + lead) / max(1.0, count - 1 + lead)
        return self.trace_from + (self.head - self.trace_from) * np.concatenate([[0.0], rounds])


def geometry(scene: RunScene, rectangle: QRectF, scale: float) -> Geometry:
    """Return where everything of a run stands in a rectangle.

    Circles have the place that leaves each free before the first round; afterwards they move up and down only.
    """
    left, top, width, height = rectangle.x(), rectangle.y(), rectangle.width(), rectangle.height()
    total = float(scene.marks.owed.sum())
    radius = 0.0
    if total > 0.0:
        field = 2 * _ROOM * width * height
        radius = math.sqrt(_FILLED * field / (math.pi * total))
        radius = min(radius, _LARGEST * height / math.sqrt(float(scene.marks.owed.max())))
    made = Geometry(left, top, width, height, scale, scene.low, scene.high, radius, np.zeros(0))
    heights = made.heights(scene.marks.level)
    inside = (heights > top) & (heights < top + height)
    radii = np.maximum(made.radii(scene.marks.owed), _LEAST_RADIUS)
    places = packed(np.where(inside, heights, np.nan), radii, 1.0)
    most = float(np.abs(places).max(initial=0.0))
    squeezed = min(1.0, _ROOM * width / most) if most > 0.0 else 1.0
    middle = left + _MIDDLE * width
    return Geometry(left, top, width, height, scale, scene.low, scene.high, radius, middle + squeezed * places)
