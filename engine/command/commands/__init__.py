"""One file a command: its options, and what it does."""

from __future__ import annotations
