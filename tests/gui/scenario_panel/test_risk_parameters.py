"""A market's risk parameters as one table that is typed into, pasted into and copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTableView, QWidget

import engine
from cascade_gui.scenario_panel import values
from cascade_gui.scenario_panel.edits import with_category
from engine.base.faults import BadInput
from engine.importing.choices import ImportChoices
from engine.importing.pasted_terms import pasted_risk_parameters, pasted_terms
from engine.scenario.parameter_paths import describe
from tests.engine.scenario.test_parameters import small


@pytest.fixture
def table(panel):
    return panel.findChild(QTableView, "terms_table")


@pytest.fixture
def terms(panel):
    return panel.markets.terms


def shown(table):
    model = table.model()
    return [[model.index(row, column).data() for column in range(6)] for row in range(model.rowCount())]


def note(panel):
    label = panel.findChild(QLabel, "terms_note")
    return label.text() if not label.isHidden() else ""


def collateral(document, market="compound"):
    return document.parameters.markets[market].collateral


def test_that_the_table_shows_all_risk_parameters_of_the_market(table, document):
    expected = [
        [asset, f"{100 * terms.liquidation_threshold:g} %", f"{100 * terms.liquidation_bonus:g} %"]
        for asset, terms in collateral(document).items()
    ]
    assert [row[:3] for row in shown(table)] == expected
    assert len(expected) >= 1


def test_that_a_typed_cell_is_one_step_and_is_marked_as_changed(table, document):
    before = collateral(document)
    asset = next(iter(before))
    assert table.model().setData(table.model().index(0, 1), "77")
    assert collateral(document)[asset].liquidation_threshold == 0.77
    assert table.model().index(0, 1).data(Qt.ItemDataRole.UserRole) is True
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert collateral(document) == before


def test_that_a_bonus_that_the_rules_make_stands_in_place_of_the_listed_one_and_cannot_be_typed(table, document):
    document.set_parameter("markets.compound.rules.incentive.kind", "lltv")
    threshold = next(iter(collateral(document).values())).liquidation_threshold
    cell = table.model().index(0, 2)
    assert cell.data() == f"{100 * (1 / (1 - 0.3 * (1 - threshold)) - 1):.4g} %"
    assert "from the threshold" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert not cell.flags() & Qt.ItemFlag.ItemIsEditable
    document.undo_stack.undo()
    assert cell.flags() & Qt.ItemFlag.ItemIsEditable


@pytest.mark.parametrize("text", ["200 %", "-1", "much"])
def test_that_a_cell_that_is_no_value_is_refused_in_words_and_changes_nothing(table, panel, document, text):
    before = document.parameters
    assert not table.model().setData(table.model().index(0, 1), text)
    assert document.parameters == before
    assert not document.faults()
    assert note(panel).startswith("Threshold of WETH in compound: ")
    assert "%" in note(panel) or "not a number" in note(panel)
    table.model().setData(table.model().index(0, 1), "80 %")
    assert note(panel) == ""


@pytest.mark.parametrize("width", [270, 320, 420, 700])
def test_that_columns_are_shown_whole_at_any_width_of_the_panel(table, panel, width):
    panel.resize(width, 900)
    panel.show()
    panel.grab()
    edge, right = table.viewport().width(), 0
    for column in range(1, 6):
        left, right = right, right + table.columnWidth(column)
        assert right <= edge or left >= edge - 5, "a column is cut"


def test_that_a_refusal_is_in_sight_and_goes_with_what_was_wrong(qtbot, table, panel, document):
    """A category that there was not was refused below the lower edge, and still so when it was there."""
    panel.resize(300, 260)
    panel.show()
    panel.ensureWidgetVisible(table)
    bar = panel.verticalScrollBar()
    bar.setValue(table.mapTo(panel.widget(), QPoint(0, 0)).y() - 200)
    label = panel.findChild(QLabel, "terms_note")
    assert not table.model().setData(table.model().index(0, 4), "stable")
    qtbot.waitUntil(lambda: panel.viewport().rect().contains(label.mapTo(panel.viewport(), label.rect().bottomLeft())))
    document.replace_parameters(with_category(document.parameters, "compound", "stable"), "Add stable")
    assert note(panel) == ""
    assert not table.model().setData(table.model().index(0, 5), "much")
    assert note(panel)
    table.edit(table.model().index(0, 5))
    assert note(panel) == ""


def test_that_a_block_with_names_goes_where_they_say_in_one_step(terms, panel, document):
    asset = next(iter(collateral(document)))
    terms.paste(
        f"Asset\tMax LTV\tLiquidation threshold\tLiquidation bonus\n{asset}\t70 %\t81 %\t6 %\nNOPE\t1 %\t2 %\t3 %\n"
    )
    found = collateral(document)[asset]
    assert (found.max_ltv, found.liquidation_threshold, found.liquidation_bonus) == (0.7, 0.81, 0.06)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Paste 3 risk parameters"
    assert "3 values pasted." in note(panel)
    assert "NOPE" in note(panel)


def test_that_a_block_without_names_goes_from_the_current_cell_on(terms, panel, document):
    asset = next(iter(collateral(document)))
    terms.view.setCurrentIndex(terms.model.index(0, 2))
    terms.paste("7\t60\t\t500\t1\n")
    found = collateral(document)[asset]
    assert (found.liquidation_bonus, found.max_ltv, found.supply_cap) == (0.07, 0.6, 500)
    assert note(panel) == "3 values pasted. Without a place in the table: 1."


def test_that_an_asset_of_the_scenario_becomes_collateral_by_pasting_it(qtbot, terms, table, document):
    new = next(name for name in document.parameters.assets if name not in collateral(document))
    terms.paste(f"{new}\t77 %\t5 %\n")
    assert collateral(document)[new].liquidation_threshold == 0.77
    qtbot.waitUntil(lambda: shown(table)[-1][:3] == [new, "77 %", "5 %"])


@pytest.mark.parametrize("block", ["{0}\t200 %\t5 %\n", "{0}\tmuch\t5 %\n", "5 %\n\n200 %"])
def test_that_a_block_with_a_wrong_value_changes_nothing(terms, panel, document, block):
    before = document.parameters
    asset = next(iter(collateral(document)))
    terms.paste(block.format(asset) if "{0}" in block else "200 %\t5 %\n")
    assert document.parameters == before
    assert note(panel).startswith("Nothing was pasted: ")


def test_that_what_is_copied_can_be_pasted_and_is_the_same(terms, table, document):
    before = document.parameters
    table.selectAll()
    table.copy()
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0] == "Asset\tThreshold\tBonus\tMax LTV\tCategory\tCap, tokens"
    terms.paste(text)
    assert document.parameters == before


def test_that_the_current_asset_has_rows_with_sliders_below(terms, panel, document):
    for row, asset in enumerate(collateral(document)):
        terms.view.setCurrentIndex(terms.model.index(row, 1))
        path = f"field:markets.compound.collateral.{asset}.liquidation_threshold"
        assert panel.findChild(QWidget, path) is not None


def test_that_another_market_shows_its_own_collateral(qtbot, document, panel, table):
    made = small()
    made["markets"]["second"] = {"collateral": {"USDC": {"liquidation_threshold": 0.9}}}
    document.replace(engine.from_dict(made), None)
    qtbot.waitUntil(lambda: panel.markets.picker.names.findText("second") >= 0)
    panel.markets.picker.names.setCurrentText("second")
    qtbot.waitUntil(lambda: shown(table) == [["USDC", "90 %", "0 %", "", "", ""]])


def test_that_headers_in_the_fields_words_are_understood():
    block = [["Token", "LTV", "Liq. threshold", "Liquidation penalty"], ["WETH", "80%", "82.5%", "5%"]]
    found = pasted_risk_parameters(block, {"WETH": "WETH"}, ImportChoices())
    assert found is not None
    assert found.terms == {"WETH": {"max_ltv": 0.8, "liquidation_threshold": 0.825, "liquidation_bonus": 0.05}}


def with_categories(document):
    made = document.parameters.to_dict()
    market = made["markets"]["compound"]
    market["categories"] = {name: {"assets": []} for name in ("Ether", "staked, wrapped")}
    document.replace(engine.from_dict(made | {"loans": []}), None)


def test_that_a_supply_cap_is_typed_and_is_no_part_of_the_run(table, document):
    recorded = document.parameters.to_dict()
    assert table.model().setData(table.model().index(0, 5), "1,250,000")
    asset = next(iter(collateral(document)))
    assert collateral(document)[asset].supply_cap == 1_250_000
    assert shown(table)[0][5] == "1,250,000"
    assert table.model().headerData(5, Qt.Orientation.Horizontal) == "Cap, tokens"
    info = describe(document.parameters, f"markets.compound.collateral.{asset}.supply_cap")
    assert values.shown(info, 1_250_000.0) == "1,250,000 tokens"
    assert values.read(info, "1.5k tokens") == 1_500
    assert table.model().setData(table.model().index(0, 5), "")
    assert document.parameters.to_dict() == recorded


def test_that_categories_are_typed_beside_the_asset_in_one_step(table, document):
    with_categories(document)
    asset = table.model().index(0, 0).data()
    assert not table.model().setData(table.model().index(0, 4), "Ether; staked, wrapped")  # of three two are none
    assert table.model().setData(table.model().index(0, 4), "staked, wrapped")
    categories = document.parameters.markets["compound"].categories
    assert [name for name, each in categories.items() if asset in each.assets] == ["staked, wrapped"]
    assert table.model().index(0, 4).data(Qt.ItemDataRole.UserRole) is True
    assert document.undo_stack.count() == 1
    assert table.model().setData(table.model().index(0, 4), "")
    assert shown(table)[0][4] == ""


def test_that_an_unknown_category_is_refused_with_those_that_there_are(table, panel, document):
    with_categories(document)
    assert not table.model().setData(table.model().index(0, 4), "Stable")
    assert "Ether, staked, wrapped" in note(panel)
    assert not document.undo_stack.count()


def test_that_categories_and_caps_come_with_the_block_that_names_them(terms, panel, document):
    with_categories(document)
    first, second = list(document.parameters.assets)[:2]
    terms.paste(
        f"Symbol\tSupply cap\tE-Mode\tLiquidation threshold\n{first}\t900,000.5\tEther\t81%\n{second}\t-\t-\t70%\n"
    )
    taken = collateral(document)
    assert (taken[first].supply_cap, taken[first].liquidation_threshold) == (900_000.5, 0.81)
    assert (taken[second].supply_cap, taken[second].liquidation_threshold) == (None, 0.7)
    assert document.parameters.markets["compound"].categories["Ether"].assets == (first,)
    assert note(panel).startswith("4 values pasted")


@pytest.mark.parametrize("cap", ["lots", "-5", "50 %"])
def test_that_a_cap_that_is_no_amount_is_refused_with_its_place(terms, panel, document, cap):
    before = document.parameters
    asset = next(iter(before.assets))
    terms.paste(f"asset\tsupply cap\n{asset}\t{cap}\n")
    assert document.parameters == before
    assert "row 2, column supply cap" in note(panel)


@pytest.mark.parametrize(
    ("cap", "threshold", "taken"),
    [("1.500", "82.5 %", 1.5), ("1.500", "82,5 %", 1_500), ("1,500", "0,825", 1.5), ("1,500", "0.825", 1_500)],
)
@pytest.mark.parametrize("sign", ["comma", "point"])
def test_that_the_decimal_sign_of_a_cap_is_the_one_of_the_thresholds_beside_it(cap, threshold, taken, sign):
    block = [["Asset", "Supply cap", "Threshold"], ["WETH", cap, threshold]]
    found = pasted_risk_parameters(block, {"WETH": "WETH"}, ImportChoices(decimal=sign))
    assert found is not None
    assert found.terms == {"WETH": {"supply_cap": taken, "liquidation_threshold": 0.825}}


@pytest.mark.parametrize(("sign", "taken"), [("comma", 1_500), ("point", 1.5)])
def test_that_a_cap_alone_that_can_be_read_both_ways_follows_the_reader(sign, taken):
    block = [["Asset", "Supply cap"], ["WETH", "1.500"]]
    found = pasted_risk_parameters(block, {"WETH": "WETH"}, ImportChoices(decimal=sign))
    assert found is not None
    assert found.terms == {"WETH": {"supply_cap": taken}}


def test_that_a_block_with_both_decimal_signs_is_refused_and_not_guessed():
    block = [["Asset", "Supply cap", "Threshold"], ["WETH", "1.500,5", "0.825"]]
    with pytest.raises(BadInput, match=r"1\.500,5"):
        pasted_risk_parameters(block, {"WETH": "WETH"}, ImportChoices())


def test_that_a_wrong_row_is_named_by_its_number_in_the_block_in_which_blank_rows_count():
    block = [["", ""], ["Asset", "Threshold"], ["", ""], ["WETH", "0.8"], ["", ""], ["WBTC", "much"]]
    with pytest.raises(BadInput, match="row 6, column Threshold"):
        pasted_risk_parameters(block, {"WETH": "WETH", "WBTC": "WBTC"}, ImportChoices())
    with pytest.raises(BadInput, match="row 3, column price"):
        pasted_terms([["WETH", "2000"], [""], ["WBTC", "much"]], {"WETH": "WETH"}, ImportChoices())
