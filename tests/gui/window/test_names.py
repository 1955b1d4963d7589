"""What people script against: names of actions and widgets."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableView, QWidget

from cascade_gui.window.actions import ACTIONS

ACTION_NAMES = [
    "file_new", "file_open", "file_save", "file_save_as", "file_import", "edit_undo", "edit_redo",
    "edit_cut", "edit_copy", "edit_paste", "edit_fill_down", "edit_insert_rows", "edit_delete_rows",
    "edit_find", "run_reset", "run_start", "run_pause", "run_step", "run_stop", "play_toggle", "play_back",
    "play_forward", "play_first", "play_last", "view_fullscreen", "view_reset_layout", "export_picture", "export_video",
    "export_results", "study_book", "study_threshold", "study_liquidity", "study_response", "study_critical",
    "study_sweep", "study_sensitivity", "study_montecarlo", "view_cascade", "view_studies",
    "view_compare", "compare_pin",
]  # fmt: skip
WIDGET_NAMES = [
    "loan_table", "loan_filter", "scenario_panel", "plot_price", "plot_liquidations", "plot_health",
    "plot_map", "plot_losses", "plot_settlement", "figures", "transport", "round_slider",
]  # fmt: skip


def test_that_every_promised_action_and_widget_is_there(window):
    missing = [name for name in ACTION_NAMES if window.findChild(QAction, name) is None]
    missing += [name for name in WIDGET_NAMES if window.findChild(QWidget, name) is None]
    assert missing == []


def test_that_the_loan_table_is_a_table_view(window):
    assert window.findChild(QTableView, "loan_table").model().rowCount() == len(window.document.loans)


def test_that_no_two_actions_share_a_name_or_a_key():
    names = [spec.name for spec in ACTIONS]
    assert len(set(names)) == len(names)
    keys = [str(key) for spec in ACTIONS for key in spec.keys]
    assert len(set(keys)) == len(keys)


def test_that_every_action_says_what_it_does(window):
    for spec in ACTIONS:
        action = window.actions_table[spec.name]
        assert action.toolTip()
        assert action.text().count("&") == 1


def test_that_every_button_without_text_has_an_accessible_name(window):
    nameless = [
        button.objectName() or type(button).__name__
        for button in window.findChildren(QAbstractButton)
        if not button.text()
        and not button.accessibleName()
        and button.isVisibleTo(window)
        and not isinstance(button.parentWidget(), QLineEdit)  # named by their action
    ]
    assert nameless == []
