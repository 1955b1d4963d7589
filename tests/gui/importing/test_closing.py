"""Closing an import, the row of its column names, and its lists of choices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QRadioButton, QSpinBox

from cascade_gui.wording import messages
from engine.importing.choices import ImportChoices
from tests.gui.importing.driving import choose, part, settled, status

GOOD = "account,market,collateral_asset,collateral_amount,debt_asset,debt_amount\nx,aave,WETH,1,USDC,1000\n"


@pytest.fixture
def asked_to_discard(monkeypatch):
    """Whether to discard is answered with the first entry; how often it was asked is the length of the second."""
    answer, times = [False], []

    def ask(parent):
        times.append(parent)
        return answer[0]

    monkeypatch.setattr(messages, "ask_discard_import", ask)
    return answer, times


def test_that_an_untouched_import_closes_at_once(qtbot, dialog_on, asked_to_discard):
    dialog = dialog_on(GOOD)
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not asked_to_discard[1]


def test_that_an_import_with_a_choice_is_given_up_only_after_a_question(qtbot, dialog_on, asked_to_discard):
    answer, times = asked_to_discard
    dialog = dialog_on(GOOD)
    choose(part(dialog, QComboBox, "import_decimals"), "point")
    settled(qtbot, dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert len(times) == 1
    assert dialog.isVisible()
    dialog.close()
    assert len(times) == 2
    assert dialog.isVisible()
    answer[0] = True
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()


def test_that_what_is_typed_but_not_taken_yet_is_asked_about_too(qtbot, dialog_on, asked_to_discard):
    dialog = dialog_on(GOOD.replace(",market,", ",").replace(",aave,", ","))
    qtbot.keyClicks(part(dialog, QLineEdit, "import_market_text"), "2")
    dialog.reject()
    assert len(asked_to_discard[1]) == 1
    assert dialog.isVisible()


def test_that_append_is_a_choice(dialog_on, asked_to_discard):
    dialog = dialog_on(GOOD)
    part(dialog, QRadioButton, "import_append").setChecked(True)
    dialog.reject()
    assert len(asked_to_discard[1]) == 1


def test_that_the_row_of_the_names_can_be_set_and_is_kept_in_the_mapping(qtbot, dialog_on, tmp_path):
    """The first row is as wide as the book, so it is taken for the names unless it is said."""
    dialog = dialog_on("made,by,a,program,of,ours\n" + GOOD)
    assert "nothing is wrong" not in status(dialog)
    field = part(dialog, QSpinBox, "import_header_row")
    assert field.text() == "found by itself"
    field.setValue(2)
    settled(qtbot, dialog)
    assert "1 loan row can be imported; nothing is wrong" in status(dialog)
    dialog._choices.save(str(tmp_path / "kept.json"))
    assert ImportChoices.load(tmp_path / "kept.json").header_row == 2
    dialog._start_over()
    settled(qtbot, dialog)
    dialog.load_mapping(tmp_path / "kept.json")
    settled(qtbot, dialog)
    assert field.value() == 2


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_that_a_list_of_choices_shows_its_longest_entry(dialog_on):
    long = "a_column_whose_name_is_longer_than_its_box_is_wide"
    dialog = dialog_on(
        GOOD.replace("collateral_asset", "what").replace("\n", f",{long}\n", 1).replace("1000\n", "1000,z\n")
    )
    box = dialog.findChild(QFrame, "import_question_collateral_asset").findChildren(QComboBox)[-1]
    box.showPopup()
    assert box.view().width() >= box.view().fontMetrics().horizontalAdvance(long)
    box.hidePopup()
