"""Scenario files: ``.cascade`` (a ZIP) and ``.json``, two spellings of the same content."""

from __future__ import annotations

from engine.files.scenario_files import (
    Contents,
    check_ending,
    keeps_recordings,
    load_recording,
    load_scenario,
    read_draft,
    read_file,
    read_stream,
    save_draft,
    save_scenario,
    write_stream,
)

__all__ = [
    "Contents",
    "check_ending",
    "keeps_recordings",
    "load_recording",
    "load_scenario",
    "read_draft",
    "read_file",
    "read_stream",
    "save_draft",
    "save_scenario",
    "write_stream",
]
