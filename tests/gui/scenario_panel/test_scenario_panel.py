"""The scenario panel, by what a person does in it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

import engine
from cascade_gui.scenario_panel import ScenarioPanel
from cascade_gui.scenario_panel.field_list import entries
from cascade_gui.scenario_panel.row import FieldRow
from engine.scenario.presets import load_presets
from engine.scenario.schema import Parameters
from tests.engine.scenario.test_parameters import small


def field(panel: ScenarioPanel, path: str) -> QWidget:
    editor = panel.findChild(QWidget, f"field:{path}")
    assert editor is not None, path
    return editor


def type_into(qtbot, panel: ScenarioPanel, path: str, text: str) -> QLineEdit:
    editor = field(panel, path)
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    return editor


def choose(editor: QWidget, value: object) -> None:
    assert isinstance(editor, QComboBox)
    index = editor.findData(value)
    assert index >= 0
    editor.setCurrentIndex(index)
    editor.activated.emit(index)


def settle(qtbot, panel: ScenarioPanel, path: str) -> None:
    qtbot.waitUntil(lambda: panel.findChild(QWidget, f"field:{path}") is not None)


def test_that_what_is_typed_reaches_the_document_as_one_named_step(qtbot, document, panel):
    type_into(qtbot, panel, "shock.returns.WETH", "-45")
    assert document.parameters.shock.returns["WETH"] == pytest.approx(-0.45)
    assert document.undo_stack.count() == 1
    assert "WETH" in document.undo_stack.undoText()


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("liquidators.capacity_usd_per_round", "$25M", 25e6),
        ("liquidators.capacity_usd_per_round", "2.5k", 2500.0),
        ("markets.compound.rules.close.close_factor", "80 %", 0.8),
        ("markets.compound.rules.close.close_factor", "80", 0.8),
        ("simulation.max_rounds", "200 rounds", 200),
        ("assets.WETH.liquidity.depth_multiplier", "0.1 ×", 0.1),
    ],
)
def test_that_numbers_are_read_as_people_write_them(qtbot, document, panel, path, text, value):
    type_into(qtbot, panel, path, text)
    from engine.scenario import parameter_paths

    assert parameter_paths.get(document.parameters, path) == pytest.approx(value)


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("shock.returns.WETH", "much", "is not a number"),
        ("shock.returns.WETH", "-100", "above -100 %"),
        ("markets.compound.rules.close.close_factor", "120", "at most 100 %"),
        ("simulation.max_rounds", "2.5", "integer"),
    ],
)
def test_that_a_wrong_value_is_said_beside_its_field_and_keeps_the_old_one(qtbot, document, panel, path, text, said):
    before = document.parameters
    editor = type_into(qtbot, panel, path, text)
    label = panel.findChild(QLabel, f"fault:{path}")
    assert label.isVisible()
    assert said in label.text()
    assert editor.property("state") == "fault"
    assert document.parameters is before
    assert [fault.where for fault in document.faults()] == [path]


def test_that_escape_takes_a_wrong_value_back(qtbot, document, panel):
    editor = type_into(qtbot, panel, "simulation.max_rounds", "many")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert document.faults() == ()
    assert not panel.findChild(QLabel, "fault:simulation.max_rounds").isVisible()


def test_that_undo_is_the_documents_once_nothing_typed_is_left_to_commit(qtbot, document, panel):
    editor = panel.findChild(QLineEdit, "field:simulation.max_rounds")

    def is_kept_by_the_field():
        undo = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        undo.ignore()
        QApplication.sendEvent(editor, undo)
        return undo.isAccepted()

    qtbot.keyClicks(editor, "77")
    assert is_kept_by_the_field()
    type_into(qtbot, panel, "simulation.max_rounds", "50")
    assert not is_kept_by_the_field()


def test_that_a_good_value_clears_the_fault(qtbot, document, panel):
    type_into(qtbot, panel, "simulation.max_rounds", "many")
    type_into(qtbot, panel, "simulation.max_rounds", "50")
    assert document.faults() == ()
    assert document.parameters.simulation.max_rounds == 50


def test_that_an_empty_optional_field_means_what_its_placeholder_says(qtbot, document, panel):
    path = "liquidators.capacity_usd_per_round"
    document.set_parameter(path, 5e6)
    editor = field(panel, path)
    qtbot.waitUntil(lambda: editor.text() == "$5M")
    editor.setFocus()
    editor.clear()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert document.parameters.liquidators.capacity_usd_per_round is None
    assert editor.placeholderText() == "unlimited"


def test_that_a_changed_value_is_marked_and_can_be_reset(qtbot, document, panel):
    type_into(qtbot, panel, "shock.returns.WETH", "-45")
    row = next(row for row in panel.findChildren(FieldRow) if row.path == "shock.returns.WETH")
    mark = next(label for label in row.findChildren(QLabel) if label.text() == "●")
    assert mark.isVisible()
    row._reset.click()
    assert document.parameters.shock.returns["WETH"] == -0.3
    assert not mark.isVisible()


def test_that_undo_shows_the_old_value_in_the_field(qtbot, document, panel):
    editor = type_into(qtbot, panel, "shock.returns.WETH", "-45")
    editor.clearFocus()
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: "-30 %" in editor.text().replace("−", "-"))


def test_that_another_kind_of_curve_brings_its_own_fields_and_keeps_the_depth(qtbot, document, panel):
    choose(field(panel, "assets.WETH.liquidity"), "constant_product")
    settle(qtbot, panel, "assets.WETH.liquidity.reserve_usd")
    reserve = document.parameters.assets["WETH"].liquidity.reserve_usd
    assert (1 + 1e6 / reserve) ** -2 == pytest.approx(0.98)
    choose(field(panel, "assets.WETH.liquidity"), "curve")
    qtbot.waitUntil(lambda: panel.findChild(QWidget, "curve_points").isVisible())


@pytest.mark.parametrize("group", ["liquidity", "oracle"])
def test_that_every_kind_can_be_chosen_from_every_other(qtbot, document, panel, group):
    kinds = [
        field(panel, f"assets.WETH.{group}").itemData(n) for n in range(field(panel, f"assets.WETH.{group}").count())
    ]
    for first in kinds:
        for second in kinds:
            for kind in (first, second):
                choose(field(panel, f"assets.WETH.{group}"), kind)
                tag = "model" if group == "liquidity" else "kind"
                assert getattr(getattr(document.parameters.assets["WETH"], group), tag) == kind


def test_that_a_preset_sets_the_rules_of_the_market_in_one_step(qtbot, document, panel):
    picker = panel.findChild(QComboBox, "preset_picker")
    preset = load_presets()[0]
    index = picker.findText(preset.title)
    picker.setCurrentIndex(index)
    picker.activated.emit(index)
    assert document.parameters.markets["compound"].rules == preset.market().rules
    assert document.undo_stack.count() == 1
    assert preset.title in document.undo_stack.undoText()


def test_that_rules_of_ones_own_are_called_so(qtbot, document, panel):
    picker = panel.findChild(QComboBox, "preset_picker")
    type_into(qtbot, panel, "markets.compound.rules.close.close_factor", "37")
    qtbot.waitUntil(lambda: picker.currentText() == "own rules")


def test_that_an_asset_can_be_added_and_a_used_one_not_removed(qtbot, document, panel):
    panel.assets.add_asset("LINK", 7.0)
    assert document.parameters.assets["LINK"].price == 7.0
    panel.assets.picker.names.setCurrentText("WETH")
    panel.assets._remove_asset()
    assert "WETH" in document.parameters.assets
    assert panel.assets._fault.isVisible()


def test_that_every_parameter_of_the_schema_has_a_field(document):
    parameters = document.parameters
    paths = {path for path, _, _ in entries(parameters, "markets.compound.rules", parameters.markets["compound"].rules)}
    for key in ("trigger", "legs", "close", "close.close_factor", "close.full_close_usd", "incentive",
                "protocol_fee.share", "protocol_fee.of", "bad_debt"):  # fmt: skip
        assert f"markets.compound.rules.{key}" in paths


def test_that_every_editor_has_a_name_for_screen_readers(panel):
    nameless = [row.path for row in panel.findChildren(FieldRow) if not row.editor.accessibleName()]
    assert nameless == []


def test_that_a_price_path_is_loaded_from_a_table(document, panel, tmp_path):
    file = tmp_path / "crash.csv"
    file.write_text("time;WETH\n0;2000\n1;1500\n2;1000\n")
    panel.shock.load_path(file)
    assert document.parameters.shock.kind == "path"
    assert document.parameters.shock.returns["WETH"] == pytest.approx((-0.25, -0.5))
    file.write_text("time;WETH\n0;2000\n1;-5\n")
    panel.shock.load_path(file)
    assert "a price above 0" in panel.shock._fault.text()


def test_that_a_column_of_another_name_is_asked_about_and_never_left_out_unsaid(document, panel, tmp_path):
    before = document.parameters.shock
    file = tmp_path / "crash.csv"
    file.write_text("time,ETH,USDC\n0,2000,1\n1,1500,1\n")
    panel.shock.load_path(file)
    assert document.parameters.shock == before, "nothing is taken before it is answered"
    questions = panel.findChild(QWidget, "shock_path_questions")
    buttons = {button.text(): button for button in questions.findChildren(QPushButton)}
    assert "ETH is WETH" in buttons
    buttons["ETH is WETH"].click()
    assert document.parameters.shock.returns["WETH"] == pytest.approx((-0.25,))
    assert any("ETH = WETH" in label.text() for label in questions.findChildren(QLabel))


def test_that_an_asset_chosen_for_a_shock_that_was_just_exchanged_is_no_fault(qtbot, document, panel):
    name = panel.shock._add.itemData(1)
    document.set_parameter("shock", {"kind": "path", "returns": {"WETH": [-0.1, -0.2]}})
    before = document.parameters
    panel.shock._add.activated.emit(1)  # before the list has gone
    assert document.parameters == before, name


def tab_chain(panel: ScenarioPanel) -> list[QWidget]:
    """Return the fields that can be seen, in the order of the Tab key."""
    chain, widget = [], panel
    while (widget := widget.nextInFocusChain()) is not panel:
        if panel.isAncestorOf(widget) and widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            chain.append(widget)
    return chain


def test_that_tab_goes_from_field_to_field_as_the_eye_does(qtbot, document, panel):
    choose(field(panel, "markets.compound.rules.close"), "target_health")
    qtbot.waitUntil(lambda: not panel._later.isActive())
    panel.grab()
    heights = [widget.mapTo(panel, widget.rect().topLeft()).y() for widget in tab_chain(panel)]
    assert len(heights) > 20
    assert heights == sorted(heights)


def test_that_a_number_that_changes_touches_its_own_row_only(qtbot, document, panel, monkeypatch):
    shown = []
    show = FieldRow._show_fault
    monkeypatch.setattr(FieldRow, "_show_fault", lambda row, fault: (shown.append(row.path), show(row, fault)))
    document.set_parameter("liquidators.gas_usd", 50)
    qtbot.waitUntil(lambda: field(panel, "liquidators.gas_usd").text() == "$50")
    assert shown == ["liquidators.gas_usd"]


def test_that_an_edited_cell_leaves_the_panel_alone(qtbot, document, panel):
    rows = document.loans.blank_rows(1)
    with qtbot.assertNotEmitted(panel._later.timeout, wait=20):
        document.loans.insert(np.array([0]), rows)


def test_that_tab_goes_through_the_rows_of_an_asset_that_was_just_chosen(qtbot, panel):
    panel.assets.picker.names.setCurrentText("USDC")
    first, second = (field(panel, f"assets.USDC.{name}") for name in ("price", "liquidity"))
    following = first.nextInFocusChain()
    while following.isHidden():  # the reset of a row that is not changed
        following = following.nextInFocusChain()
    assert following is second


@pytest.mark.parametrize("turns", range(1, 10))
def test_that_a_market_may_be_renamed_while_another_documents_fields_are_still_coming(qtbot, document, panel, turns):
    plain = document.parameters.to_dict()
    document.replace(engine.from_dict({**small(), "name": "another"}), None)
    for _ in range(turns):
        QCoreApplication.processEvents()
    plain["markets"]["other"] = plain["markets"].pop("compound")
    document.replace_parameters(Parameters.from_dict(plain), "Rename market")
    settle(qtbot, panel, "markets.other.rules.close.close_factor")
    old = "field:markets.compound.rules.close.close_factor"
    qtbot.waitUntil(lambda: panel.findChild(QWidget, old) is None)


@pytest.mark.parametrize("turns", range(1, 10))
def test_that_renaming_a_market_may_be_undone_while_another_documents_fields_are_still_coming(
    qtbot, document, panel, turns
):
    plain = document.parameters.to_dict()
    document.replace(engine.from_dict({**small(), "name": "another"}), None)
    plain["markets"]["other"] = plain["markets"].pop("compound")
    document.replace_parameters(Parameters.from_dict(plain), "Rename market")
    for _ in range(turns):
        QCoreApplication.processEvents()
    document.undo_stack.undo()
    settle(qtbot, panel, "markets.compound.rules.close.close_factor")
    old = "field:markets.other.rules.close.close_factor"
    qtbot.waitUntil(lambda: panel.findChild(QWidget, old) is None)


def test_that_rows_that_are_not_made_at_once_come_when_the_panel_is_shown(qtbot, document):
    panel = ScenarioPanel(document, at_once=False)
    qtbot.addWidget(panel)
    document.set_parameter("simulation.max_rounds", 7)
    QApplication.processEvents()
    assert panel.findChildren(FieldRow) == []
    panel.show()
    assert panel.findChild(QWidget, "field:simulation.max_rounds").text() == "7 rounds"


def test_that_rows_that_are_not_made_at_once_come_with_another_document(qtbot, document):
    panel = ScenarioPanel(document, at_once=False)
    qtbot.addWidget(panel)
    document.replace(engine.from_dict(small()), None)
    qtbot.waitUntil(lambda: panel.findChild(QWidget, "field:simulation.max_rounds") is not None)


def test_that_no_value_of_another_document_is_seen_until_those_of_the_new_one_are_there(panel, document, qtbot):
    other = engine.from_dict(small() | {"name": "another"})
    bodies = [section.body for section in panel._sections]
    folded = panel.notes.body
    panel.notes.heading.setChecked(False)
    assert [body for body in bodies if body.isHidden()] == [folded]
    document.replace(other, None)
    assert all(body.isHidden() for body in bodies)
    qtbot.waitUntil(lambda: not panel._behind)
    assert [body for body in bodies if body.isHidden()] == [folded], "what was folded stays so"
