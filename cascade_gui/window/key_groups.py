"""The keys of the table of actions, and those of single parts of the window, in groups for the sheet of keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cascade_gui.help.keys_sheet import KeyGroup, KeyLine, groups_of, written
from cascade_gui.window.actions import ACTIONS
from engine.base.resource_files import resource_path


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("KeyGroups", text))


GROUPS: Final = (
    (_t("Run the scenario"), ("run_", "compare_")),
    (_t("Walk through the rounds"), ("play_", "stop_")),
    (_t("Open, save, import, export"), ("file_", "export_")),
    (_t("Change the book and the scenario"), ("edit_",)),
    (_t("Look at something else"), ("view_", "study_")),
    (_t("Get help"), ("help_",)),
)
"""Titles, and how the names of the actions begin that stand under them."""


def key_groups() -> tuple[KeyGroup, ...]:
    """Return every action that has a key, then the keys of tables, panels and plots (resources/help/keys.md)."""
    groups = []
    for title, beginnings in GROUPS:
        lines = []
        for spec in ACTIONS:
            keys = tuple(key for key in map(written, spec.keys) if key)
            if spec.name.startswith(beginnings) and keys:
                lines.append(KeyLine(keys, QCoreApplication.translate("Actions", spec.tip)))
        groups.append(KeyGroup(QCoreApplication.translate("KeyGroups", title), tuple(lines)))
    page = resource_path("help", "keys.md").read_text(encoding="utf-8")
    return (*groups, *groups_of(page))
