"""Running the engine behind the window: control, one adapter, the runner."""

from __future__ import annotations

from cascade_gui.running.runner import Runner, RunState

__all__ = ["RunState", "Runner"]
