"""Playing a recording: a pure clock, the player that turns it, the transport bar, the stops."""

from __future__ import annotations

from cascade_gui.playback.player import Player

__all__ = ["Player"]
