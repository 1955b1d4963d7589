"""The keys of the form: Tab leaves it in a few steps, Up and Down reach every field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import delete

from cascade_gui.scenario_panel import ScenarioPanel
from cascade_gui.scenario_panel.form_keys import takes_focus
from cascade_gui.scenario_panel.heading import Heading
from cascade_gui.theme import tokens

KEYS = Qt.Key


@pytest.fixture
def form(qtbot, document, request):
    """Return the panel between two lines of text, as it stands between other panels."""
    window = request.node.window = QWidget()  # would be gone with this function
    column = QVBoxLayout(window)
    panel = ScenarioPanel(document)
    for part in (QLineEdit(objectName="above"), panel, QLineEdit(objectName="below")):
        column.addWidget(part)
    panel.apply_theme(tokens(dark=True))
    qtbot.addWidget(window)
    window.resize(320, 900)
    window.show()
    return panel


def focus(panel):
    return panel.window().focusWidget()


def give_focus(panel, name):
    editor = panel.findChild(QWidget, name)
    assert editor is not None, name
    editor.setFocus()
    return editor


def press(qtbot, panel, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(focus(panel), key, modifiers)


@pytest.mark.parametrize(("key", "last"), [(KEYS.Key_Tab, "below"), (KEYS.Key_Backtab, "above")])
def test_that_tab_leaves_the_panel_from_any_field_in_as_many_steps_as_it_has_sections(qtbot, form, key, last):
    fields = [each for each in form._keys._fields if takes_focus(each)]
    assert len(fields) > 30
    for field in fields:
        field.setFocus()
        steps = 0
        while form.isAncestorOf(focus(form)):
            press(qtbot, form, key)
            steps += 1
            assert steps <= len(form._sections), field.objectName()
        assert focus(form).objectName() == last


def test_that_down_goes_through_every_field_of_one_line_and_up_goes_back(qtbot, form):
    fields = [each for each in form._keys._fields if takes_focus(each) and form.shock.isAncestorOf(each)]
    assert len(fields) > 2
    fields[0].setFocus()
    for following in fields[1:]:
        press(qtbot, form, KEYS.Key_Down)
        assert focus(form) is following
    for before in reversed(fields[:-1]):
        press(qtbot, form, KEYS.Key_Up)
        assert focus(form) is before


def test_that_down_takes_what_was_typed(qtbot, document, form):
    give_focus(form, "field:shock.returns.WETH").selectAll()
    qtbot.keyClicks(focus(form), "-45")
    press(qtbot, form, KEYS.Key_Down)
    assert document.parameters.shock.returns["WETH"] == pytest.approx(-0.45)


def test_that_control_and_up_or_down_step_a_number(qtbot, document, form):
    give_focus(form, "field:shock.returns.WETH")
    before = document.parameters.shock.returns["WETH"]
    for key, now in ((KEYS.Key_Up, before + 0.01), (KEYS.Key_Down, before)):
        press(qtbot, form, key, Qt.KeyboardModifier.ControlModifier)
        assert document.parameters.shock.returns["WETH"] == pytest.approx(now)


def test_that_down_in_a_list_changes_nothing(qtbot, document, form):
    parameters = document.parameters
    lists = [each for each in form._keys._fields if isinstance(each, QComboBox) and takes_focus(each)]
    assert len(lists) > 3
    for choice in lists:
        choice.setFocus()
        press(qtbot, form, KEYS.Key_Down)
        assert focus(form) is not choice
    assert document.parameters == parameters


def test_that_tab_comes_back_to_the_field_that_was_left_in_a_section(qtbot, form):
    field = give_focus(form, "field:liquidators.gas_usd")
    press(qtbot, form, KEYS.Key_Tab)
    assert focus(form) is not field
    press(qtbot, form, KEYS.Key_Backtab)
    assert focus(form) is field


def test_that_a_folded_section_is_reached_by_its_heading(qtbot, form):
    form.markets.heading.setChecked(False)
    give_focus(form, "field:liquidators.gas_usd")
    press(qtbot, form, KEYS.Key_Backtab)
    assert focus(form) is form.markets.heading


def test_that_fields_that_are_gone_are_passed_over(qtbot, form):
    field = give_focus(form, "field:liquidators.gas_usd")
    fields = (each for each in form._keys._fields if not isinstance(each, Heading))  # headings stay as they are
    gone = [each for each in fields if not form._sections[4].isAncestorOf(each)][::2]
    for each in gone:
        delete(each)
    for key in (KEYS.Key_Down, KEYS.Key_Up, KEYS.Key_Tab, KEYS.Key_Backtab):
        press(qtbot, form, key)
    assert focus(form) is field


def take_focus(field, reason):
    """Give the focus as a screen would: without one no window is active, and no field is told of its focus."""
    field.setFocus(reason)
    QApplication.sendEvent(field, QFocusEvent(QEvent.Type.FocusIn, reason))


def test_that_a_line_says_how_fields_are_reached_while_the_keys_are_in_the_panel(form):
    hint = form.findChild(QLabel, "scenario_keys")
    first, last = (form.findChild(QWidget, name) for name in ("field:shock.returns.WETH", "field:simulation.dust_usd"))
    assert not hint.isVisible()
    take_focus(first, Qt.FocusReason.TabFocusReason)
    assert hint.isVisible()
    assert all(key in hint.text() for key in ("↑ ↓", "Tab", "F6"))
    assert hint.width() >= hint.sizeHint().width(), "it is whole where the panel is narrowest"
    form._keys._go(last)
    assert last.mapTo(form, last.rect().bottomLeft()).y() < hint.y(), "the last field is not covered"
    QApplication.sendEvent(last, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert not hint.isVisible()


def test_that_the_line_of_keys_is_not_there_for_a_hand_at_the_mouse(form):
    hint, field = form.findChild(QLabel, "scenario_keys"), form.findChild(QWidget, "field:shock.returns.WETH")
    take_focus(field, Qt.FocusReason.TabFocusReason)
    take_focus(field, Qt.FocusReason.MouseFocusReason)
    assert not hint.isVisible()
