"""The `cascade` command: the engine without a window. No Qt, no display."""

from __future__ import annotations
