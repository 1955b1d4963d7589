"""The scenario panel: every field of it is made from the scenario schema."""

from __future__ import annotations

from cascade_gui.scenario_panel.panel import ScenarioPanel

__all__ = ["ScenarioPanel"]
