"""Markets as the engine sees them: liquidity curves, oracles and shocks as arrays."""

from __future__ import annotations
