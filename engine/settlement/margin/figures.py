"""What is reported of margin engines."""

from __future__ import annotations

from engine.settlement.figures import SettlementFigure

FIGURES = (
    SettlementFigure("deleveraged_usd", "deleveraged"),
    SettlementFigure("deleveraged", "closings against others", unit="count"),
    SettlementFigure(
        "deleveraged_taken_usd", "taken from deleveraged traders, before what they were paid out", is_later=True
    ),
)
"""`deleveraged_usd` are positions closed against liquidated ones, at oracle prices, and what those who have gained pay
for losses (`safety.adl`); `deleveraged` counts both, a trader as often as a part of his positions is closed.
`deleveraged_taken_usd` is what was taken from these traders less what was repaid for them, at oracle prices. What they
were paid out besides is part of `credited_usd`: a long that is closed gets the price of its position."""
