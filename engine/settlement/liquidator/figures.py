"""Liquidators report nothing beside what every round has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.settlement.figures import SettlementFigure

FIGURES: tuple[SettlementFigure, ...] = ()
