"""Scenario files: ``.cascade`` (a ZIP) and ``.json``, two spellings of the same content."""

from __future__ import annotations

from engine.files.scenario_files import (
    Contents,
    load_recording,
    load_scenario,
    read_file,
    save_scenario,
)

__all__ = ["Contents", "load_recording", "load_scenario", "read_file", "save_scenario"]
