"""What is reported of stability pools."""

from __future__ import annotations

from engine.settlement.figures import SettlementFigure

FIGURES = (
    SettlementFigure("redistributed_usd", "passed to other borrowers"),
    SettlementFigure("pool_usd", "left in the pool", is_level=True),
)
"""`redistributed_usd` is debt that other accounts of the market took over."""
