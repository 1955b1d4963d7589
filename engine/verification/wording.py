"""Figures as texts, the same on the command line and in a copied report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.verification.cases import Value
    from engine.verification.report import Comparison

WORDS = {"passes": "passes", "fails": "FAILS", "outside": "outside the model"}
"""A verdict in words."""


def value_text(value: Value | None) -> str:
    """Return a figure to ten significant digits: ``7,500``, ``0.9514536586``, ``yes``, ``infinite``, ``none``."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    return f"{value:,.10g}" if value == 0 or 1e-6 <= abs(value) < 1e12 else f"{value:.6e}"


def difference_text(comparison: Comparison) -> str:
    """Return how far a figure is off: ``0``, ``+2.9e-14``; ``differs`` where it cannot be subtracted."""
    difference = comparison.difference
    if difference == 0:
        return "0"
    return f"{difference:+.1e}" if math.isfinite(difference) else "differs"


def tolerance_text(comparison: Comparison) -> str:
    """Return how far a figure may be off: ``1.0e-09``; ``exact`` where not at all."""
    tolerance = comparison.figure.tolerance
    return f"{tolerance:.1e}" if tolerance > 0 else "exact"
