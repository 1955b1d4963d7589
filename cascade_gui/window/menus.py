"""Which actions stand in which menu, and on the toolbar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QMenu

    from cascade_gui.window.actions import Actions

MENUS: Final = (
    (
        "file_menu",
        "&File",
        ("file_new", "file_open", "recent", "examples", "view_start", "", "file_save", "file_save_as", "",
         "file_import", "file_generate", "", "export_picture", "export_video", "export_results", "",
         "file_compare", "", "file_quit"),
    ),
    (
        "edit_menu",
        "&Edit",
        ("edit_undo", "edit_redo", "", "edit_cut", "edit_copy", "edit_paste", "edit_fill_down", "",
         "edit_insert_rows", "edit_delete_rows", "", "edit_find", "edit_shock"),
    ),
    ("view_menu", "&View", ("view_start", "view_cascade", "view_studies", "view_compare", "", "panels", "", "scheme",
        "", "view_all_rounds", "view_motion", "",
        "view_next_panel", "view_previous_panel", "", "view_present", "view_notes_window",
        "view_fullscreen", "view_reset_layout")),
    (
        "run_menu",
        "&Run",
        ("run_start", "run_pause", "run_step", "run_stop", "run_reset", "run_before", "compare_pin", "", "run_live", "",
         "play_toggle", "play_first", "play_back", "play_forward", "play_last", "play_worst", "",
         "stop_previous", "stop_next", "stop_add", "", "play_slower", "play_faster"),
    ),
    (
        "studies_menu",
        "&Studies",
        ("study_book", "study_threshold", "study_liquidity", "", "study_response",
         "study_critical", "", "study_sweep", "study_sensitivity", "study_montecarlo", "", "view_compare"),
    ),
    (
        "help_menu",
        "&Help",
        ("help_search", "", "help_tour", "help_getting_started", "help_importing", "help_table", "help_method",
         "help_studies", "help_tutorial", "help_keys", "",
         "help_real_events", "help_verification", "", "help_about"),
    ),
)  # fmt: skip
"""Object name, title, and what stands in it: actions, "" for a line, or the name of a submenu."""

SUBMENUS: Final = {"recent": "Open &recent", "examples": "E&xamples", "panels": "&Panels", "scheme": "&Colors"}

TOOLBAR: Final = (
    "", "file_open", "file_save", "edit_undo", "edit_redo", "",
    "run_reset", "run_start", "run_step", "run_stop", "run_live",
)  # fmt: skip


def fill_menus(window: QMainWindow, actions: Actions) -> dict[str, QMenu]:
    """Fill the menu bar; return the submenus, still empty, by name."""
    submenus: dict[str, QMenu] = {}
    for name, title, entries in MENUS:
        menu = window.menuBar().addMenu(_translate(title))
        menu.setObjectName(name)
        menu.setToolTipsVisible(False)
        for entry in entries:
            if not entry:
                menu.addSeparator()
            elif entry in SUBMENUS:
                submenus[entry] = menu.addMenu(_translate(SUBMENUS[entry]))
                submenus[entry].setObjectName(f"{entry}_menu")
            else:
                menu.addAction(actions[entry])
    return submenus


def _translate(text: str) -> str:
    return QCoreApplication.translate("Menus", text)
