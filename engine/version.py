"""The one place that states the version of the application and of the engine."""

from __future__ import annotations

__version__ = "1.0.0"
