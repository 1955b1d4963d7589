"""On which machine, and with which versions, something was verified."""

from __future__ import annotations

import platform

from engine.scenario.provenance import versions


def here() -> str:
    """Return one line that is another one on another machine and with other versions of what numbers depend on."""
    parts = [f"{name} {version}" for name, version in versions().items()]
    return ", ".join([*parts, platform.machine(), platform.node()])
