"""What is reported of protocols that take accounts over."""

from __future__ import annotations

from engine.settlement.figures import SettlementFigure

FIGURES = (
    SettlementFigure("inventory_usd", "inventory", is_level=True),
    SettlementFigure("cash_reserves_usd", "cash reserves", is_level=True, is_in_summary=False),
)
"""`inventory_usd` is the collateral that the protocol holds for sale, at oracle prices; `cash_reserves_usd` are its
reserves without it."""
