"""The scenario panel shows and edits who settles liquidations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from cascade_gui.document.document import blank_parameters
from cascade_gui.scenario_panel.preset_picker import with_preset
from engine.scenario import parameter_paths
from engine.scenario.presets import load_preset, load_presets

if TYPE_CHECKING:
    from cascade_gui.scenario_panel import ScenarioPanel

RULES = "markets.compound.rules"
SETTLEMENT = f"{RULES}.settlement"
KINDS = ("liquidator", "absorb", "auction", "stability_pool", "margin")


def field(panel: ScenarioPanel, path: str) -> QWidget | None:
    # one that was replaced by another is hidden until it is deleted
    found = [row for row in panel.findChildren(QWidget, f"field:{path}") if not row.parentWidget().isHidden()]
    return found[-1] if found else None


def choose(qtbot, panel: ScenarioPanel, path: str, value: object) -> None:
    qtbot.waitUntil(lambda: field(panel, path) is not None)
    editor = field(panel, path)
    assert isinstance(editor, QComboBox)
    index = editor.findData(value)
    assert index >= 0
    editor.setCurrentIndex(index)
    editor.activated.emit(index)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_that_a_settlement_brings_its_own_fields_and_takes_away_those_without_effect(qtbot, document, panel, kind):
    choose(qtbot, panel, SETTLEMENT, kind)
    settlement = document.parameters.markets["compound"].rules.settlement
    assert settlement.kind == kind
    names = set(type(settlement).model_fields) - {"kind"}
    qtbot.waitUntil(lambda: all(field(panel, f"{SETTLEMENT}.{name}") is not None for name in names))
    for row in ("legs", "close", "incentive", "protocol_fee.share"):
        assert field(panel, f"{RULES}.{row}") is None
    assert field(panel, f"{RULES}.bad_debt") is not None
    choose(qtbot, panel, SETTLEMENT, "liquidator")
    qtbot.waitUntil(lambda: field(panel, f"{RULES}.close") is not None)


def test_that_the_price_curve_of_an_auction_keeps_its_pace_from_kind_to_kind(qtbot, document, panel):
    choose(qtbot, panel, SETTLEMENT, "auction")
    choose(qtbot, panel, f"{SETTLEMENT}.curve", "exponential")
    curve = document.parameters.markets["compound"].rules.settlement.curve
    assert curve.cut == pytest.approx(0.99 ** (1 / 8))
    choose(qtbot, panel, f"{SETTLEMENT}.curve", "linear")
    curve = document.parameters.markets["compound"].rules.settlement.curve
    assert curve.rounds == pytest.approx(1 / (1 - 0.99 ** (1 / 8)), abs=0.5)
    choose(qtbot, panel, f"{SETTLEMENT}.curve", "stairstep")
    curve = document.parameters.markets["compound"].rules.settlement.curve
    assert curve.cut == pytest.approx(0.99, abs=1e-4)
    assert curve.step_rounds == 8


@pytest.mark.parametrize("kind", ["stairstep", "linear", "exponential"])
@pytest.mark.parametrize("start", ["stairstep", "linear", "exponential"])
@pytest.mark.parametrize("cut", [1.0, 1e-6])
def test_that_a_price_curve_that_stands_still_or_drops_at_once_can_become_any_other(document, start, kind, cut):
    from cascade_gui.scenario_panel.starting_values import starting_group

    curve = {"kind": start, "rounds": 1} if start == "linear" else {"kind": start, "cut": cut}
    parameters = parameter_paths.replace(document.parameters, SETTLEMENT, {"kind": "auction", "curve": curve})
    path = f"{SETTLEMENT}.curve"
    assert parameter_paths.replace(parameters, path, starting_group(parameters, path, kind))


def test_that_the_margin_asset_is_picked_from_the_assets_or_left_to_the_engine(qtbot, document, panel):
    choose(qtbot, panel, SETTLEMENT, "margin")
    path = f"{SETTLEMENT}.quote_asset"
    qtbot.waitUntil(lambda: field(panel, path) is not None)
    editor = field(panel, path)
    assert isinstance(editor, QComboBox)
    texts = [editor.itemText(index) for index in range(editor.count())]
    assert texts == ["automatic", *document.parameters.assets]
    assert editor.currentText() == "automatic"
    choose(qtbot, panel, path, "WETH")
    assert parameter_paths.get(document.parameters, path) == "WETH"
    choose(qtbot, panel, path, None)
    assert parameter_paths.get(document.parameters, path) is None


def test_that_a_new_asset_can_be_picked_as_the_margin_asset(qtbot, document, panel):
    choose(qtbot, panel, SETTLEMENT, "margin")
    qtbot.waitUntil(lambda: field(panel, f"{SETTLEMENT}.quote_asset") is not None)
    panel.assets.add_asset("USDX", 1.0)
    qtbot.waitUntil(lambda: field(panel, f"{SETTLEMENT}.quote_asset").findData("USDX") > 0)


def test_that_deleveraging_is_a_tick_and_a_limit_may_be_left_open(qtbot, document, panel):
    choose(qtbot, panel, SETTLEMENT, "margin")
    qtbot.waitUntil(lambda: field(panel, f"{SETTLEMENT}.adl") is not None)
    tick = field(panel, f"{SETTLEMENT}.adl")
    assert isinstance(tick, QCheckBox)
    tick.click()
    assert document.parameters.markets["compound"].rules.settlement.adl is False
    choose(qtbot, panel, SETTLEMENT, "auction")
    qtbot.waitUntil(lambda: field(panel, f"{SETTLEMENT}.hole_usd") is not None)
    line = field(panel, f"{SETTLEMENT}.hole_usd")
    assert isinstance(line, QLineEdit)
    assert line.placeholderText() == "unlimited"
    line.setFocus()
    qtbot.keyClicks(line, "5M")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.parameters.markets["compound"].rules.settlement.hole_usd == 5e6


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_that_the_picker_goes_on_naming_the_preset_when_its_pool_or_fund_is_given_a_size(
    qtbot, document, panel, preset
):
    picker = panel.findChild(QComboBox, "preset_picker")
    index = picker.findText(preset.title)
    picker.setCurrentIndex(index)
    picker.activated.emit(index)
    for name in ("pool_usd", "insurance_usd"):
        path = f"{SETTLEMENT}.{name}"
        if hasattr(document.parameters.markets["compound"].rules.settlement, name):
            document.set_parameter(path, 12_345.0)
    qtbot.waitUntil(lambda: picker.currentText() == preset.title)


def test_that_a_preset_that_the_assets_do_not_allow_is_refused_beside_the_field(qtbot, document, panel):
    for name in document.parameters.assets:
        liquidity = {"model": "exponential", "depth_2pct_usd": 1e6}
        document.set_parameter(f"assets.{name}.liquidity", liquidity)
    before = document.parameters
    picker = panel.findChild(QComboBox, "preset_picker")
    shown = picker.currentText()
    for preset in load_presets():
        index = picker.findText(preset.title)
        picker.setCurrentIndex(index)
        picker.activated.emit(index)
        fault = panel.findChild(QLabel, "preset_fault")
        if preset.rules.settlement.kind == "margin":
            assert "unlimited liquidity" in fault.text()
            assert fault.isVisible()
            assert document.parameters == before
            assert picker.currentText() == shown
        else:
            assert not fault.isVisible()
            document.undo_stack.undo()


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_that_every_preset_can_be_chosen_in_a_new_scenario(preset):
    assert with_preset(blank_parameters(), "market", preset)


def test_that_a_pool_starts_as_a_tenth_of_the_debt_and_keeps_its_size_from_preset_to_preset(document):
    parameters = with_preset(document.parameters, "compound", load_preset("liquity-v1"), 1_234_567.0)
    assert parameters.markets["compound"].rules.settlement.pool_usd == 120_000
    parameters = parameter_paths.replace(parameters, f"{SETTLEMENT}.pool_usd", 5e6)
    parameters = with_preset(parameters, "compound", load_preset("liquity-v2"), 1_234_567.0)
    settlement = parameters.markets["compound"].rules.settlement
    assert settlement.pool_usd == 5e6
    assert settlement.pool_penalty == 0.05
    parameters = with_preset(parameters, "compound", load_preset("dydx-v4"), 1_234_567.0)
    assert parameters.markets["compound"].rules.settlement.insurance_usd == 12_000


def test_that_tab_goes_through_the_fields_of_a_settlement_in_their_order(qtbot, document, panel):
    choose(qtbot, panel, SETTLEMENT, "auction")
    names = ("penalty", "buffer", "curve", "curve.cut", "curve.step_rounds", "reset_rounds", "reset_price", "hole_usd")
    wanted = [f"field:{SETTLEMENT}.{name}" for name in names]
    qtbot.waitUntil(lambda: field(panel, f"{SETTLEMENT}.hole_usd") is not None)
    widget, seen = field(panel, SETTLEMENT), []
    for _ in range(80):
        widget = widget.nextInFocusChain()
        if widget.objectName().startswith(f"field:{SETTLEMENT}.") and not widget.parentWidget().isHidden():
            seen.append(widget.objectName())
    assert seen[: len(wanted)] == wanted
