"""What is reported of margin engines."""

from __future__ import annotations

from engine.settlement.figures import SettlementFigure

FIGURES = (
    SettlementFigure("deleveraged_usd", "deleveraged"),
    SettlementFigure("deleveraged", "positions deleveraged", unit="count"),
)
"""`deleveraged_usd` are positions closed against liquidated ones, at oracle prices, and what those who have gained pay
for losses (`safety.adl`); `deleveraged` counts both."""
