"""Marks of events that are no liquidation of their own account."""

from __future__ import annotations

REDISTRIBUTED = 1
"""Mark of an event whose tokens went to other accounts of the market."""
DELEVERAGED = 2
"""Mark of an event of an account that was closed against a liquidated one."""
