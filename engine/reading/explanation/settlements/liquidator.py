"""Liquidators: what they did is explained call by call, not here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.reading.explanation.explanation import RoundOutcome


def happened(*_: Any) -> RoundOutcome | None:
    """Return None: there is nothing special to say."""
    return None
