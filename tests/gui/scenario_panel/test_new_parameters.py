"""Parameters that came after the first release, in the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton

from cascade_gui.scenario_panel.add_box import AddBox
from cascade_gui.window.subtitle import subtitle
from cascade_gui.wording.parameter_names import spoken
from tests.gui.scenario_panel.test_scenario_panel import choose, field, settle, type_into

if TYPE_CHECKING:
    from cascade_gui.scenario_panel import ScenarioPanel


def tick(qtbot, panel: ScenarioPanel, path: str) -> None:
    settle(qtbot, panel, path)
    box = field(panel, path)
    assert isinstance(box, QCheckBox)
    box.click()


def test_that_a_sale_is_chosen_with_the_assets_that_fell_and_typed_in_dollars(qtbot, document, panel):
    choose(field(panel, "shock"), "sale")
    assert document.parameters.shock.usd == {"WETH": 10e6}
    settle(qtbot, panel, "shock.usd.WETH")
    type_into(qtbot, panel, "shock.usd.WETH", "2.5M")
    assert document.parameters.shock.usd["WETH"] == 2.5e6
    assert "sale of WETH" in document.undo_stack.undoText()
    assert subtitle(document.parameters) == "sale of $2.5M WETH"


def test_that_another_asset_can_be_sold_too(qtbot, document, panel):
    choose(field(panel, "shock"), "sale")
    settle(qtbot, panel, "shock.usd.WETH")
    box = panel.findChild(AddBox, "shock_add_asset")
    box.activated.emit(box.findText("USDC"))
    assert document.parameters.shock.usd == {"WETH": 10e6, "USDC": 10e6}


@pytest.mark.parametrize("kind", ["instant", "path", "random"])
def test_that_a_sale_becomes_every_other_shock_and_back(qtbot, document, panel, kind):
    for chosen in ("sale", kind, "sale"):
        choose(field(panel, "shock"), chosen)
        settle(qtbot, panel, "shock")
        assert document.parameters.shock.kind == chosen


def test_that_congestion_comes_and_goes_as_a_whole(qtbot, document, panel):
    place = "liquidators.congestion"
    tick(qtbot, panel, place)
    assert document.parameters.liquidators.congestion.candidates == 100
    settle(qtbot, panel, f"{place}.candidates")
    type_into(qtbot, panel, f"{place}.candidates", "40")
    settle(qtbot, panel, f"{place}.gas_exponent")
    assert document.parameters.liquidators.congestion.candidates == 40
    tick(qtbot, panel, place)
    assert document.parameters.liquidators.congestion is None
    document.undo_stack.undo()
    assert document.parameters.liquidators.congestion.candidates == 40


def test_that_the_ratio_of_a_model_oracle_can_be_capped(qtbot, document, panel):
    panel.assets.picker.names.setCurrentText("WETH")
    choose(field(panel, "assets.WETH.oracle"), "model")
    tick(qtbot, panel, "assets.WETH.oracle.cap")
    oracle = document.parameters.assets["WETH"].oracle
    assert oracle.cap.ratio == oracle.ratio
    settle(qtbot, panel, "assets.WETH.oracle.cap.growth_per_year")
    type_into(qtbot, panel, "assets.WETH.oracle.cap.growth_per_year", "9 %")
    assert document.parameters.assets["WETH"].oracle.cap.growth_per_year == pytest.approx(0.09)


def test_that_a_slice_can_be_chosen_and_small_accounts_left_alone(qtbot, document, panel):
    choose(field(panel, "liquidators.sizing"), "best")
    settle(qtbot, panel, "liquidators.min_debt_usd")
    type_into(qtbot, panel, "liquidators.min_debt_usd", "50")
    assert document.parameters.liquidators.sizing == "best"
    assert document.parameters.liquidators.min_debt_usd == 50
    editor = field(panel, "liquidators.min_debt_usd")
    editor.setFocus()
    editor.clear()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert document.parameters.liquidators.min_debt_usd is None


def test_that_a_category_is_added_filled_changed_and_removed(qtbot, document, panel):
    categories = panel.markets.categories
    categories.add_category("eth")
    place = "markets.compound.categories.eth"
    settle(qtbot, panel, f"{place}.liquidation_threshold")
    box = panel.findChild(AddBox, "category_take")
    box.activated.emit(box.findText("WETH into eth"))
    type_into(qtbot, panel, f"{place}.liquidation_threshold", "93")
    category = document.parameters.markets["compound"].categories["eth"]
    assert (category.assets, category.liquidation_threshold) == (("WETH",), 0.93)
    assert spoken(document.parameters, f"{place}.liquidation_threshold") == "threshold of eth in compound"
    panel.refresh()
    actions = {action.text(): action for action in categories._remove_menu.actions()}
    actions["WETH from eth"].trigger()
    assert document.parameters.markets["compound"].categories["eth"].assets == ()
    actions["eth"].trigger()
    assert document.parameters.markets["compound"].categories == {}


def test_that_a_category_of_a_name_that_is_taken_is_refused_below(panel):
    panel.markets.categories.add_category("eth")
    panel.markets.categories.add_category("eth")
    assert "there is one of that name already" in panel.findChild(QLabel, "category_fault").text()
    assert panel.findChild(QPushButton, "category_add") is not None
