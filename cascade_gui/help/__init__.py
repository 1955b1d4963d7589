"""The Help menu: pages of resources/help in a window of their own, and About."""

from __future__ import annotations

from cascade_gui.help.help_commands import HelpCommands

__all__ = ["HelpCommands"]
