"""Colours of the cells of a grid: viridis, with texts that can be read on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg

from cascade_gui.theme.tokens import DARK, LIGHT

if TYPE_CHECKING:
    from engine.base.types import Floats

_BRIGHT = 0.45
"""Of the brightness of a colour; above it a text is dark."""
_UNKNOWN = DARK.faint


def cell_colours(values: Floats) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a colour for each value, from the least to the largest, and one for the text on it.

    Parameters
    ----------
    values
        (n,), grey where one is not finite.
    """
    known = np.isfinite(values)
    low, high = (float(values[known].min()), float(values[known].max())) if known.any() else (0.0, 1.0)
    shares = np.where(known, (np.nan_to_num(values) - low) / (high - low if high > low else 1.0), 0.0)
    mapped = pg.colormap.get("viridis").map(shares, mode="float")
    brightness = mapped[:, :3] @ np.array([0.299, 0.587, 0.114])
    colours = ["#{:02x}{:02x}{:02x}".format(*(round(255 * part) for part in each[:3])) for each in mapped.tolist()]
    return (
        tuple(colour if is_known else _UNKNOWN for colour, is_known in zip(colours, known, strict=True)),
        tuple(DARK.on_accent if bright > _BRIGHT else LIGHT.on_accent for bright in brightness.tolist()),
    )
