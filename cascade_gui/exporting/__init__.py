"""Pictures of plots and tables of results, out of the window."""

from __future__ import annotations

from cascade_gui.exporting.export_commands import ExportCommands

__all__ = ["ExportCommands"]
