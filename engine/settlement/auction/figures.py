"""What is reported of auctions, at the end of a round."""

from __future__ import annotations

from engine.settlement.figures import SettlementFigure

FIGURES = (
    SettlementFigure("auctions_running", "auctions", unit="count", is_level=True),
    SettlementFigure("auctions_tab_usd", "to be raised", is_level=True, is_in_summary=False),
    SettlementFigure("auctions_ask_usd", "asked", is_level=True, is_in_summary=False),
    SettlementFigure("auctions_lot_usd", "market value", is_level=True, is_in_summary=False),
)
"""`auctions_tab_usd` is what those that run have to raise, `auctions_ask_usd` what is asked for all their lots, and
`auctions_lot_usd` these at market prices."""
