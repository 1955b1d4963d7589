"""Perpetual positions in the import dialog: a margin engine is proposed, maintenance margins are typed or pasted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from cascade_gui.document.document import blank_parameters
from engine.scenario.loans import LoanTable
from tests.gui.importing.driving import accept, choose, part, settled
from tests.gui.importing.test_assets import can_import, cell, missing, paste, type_into, view

BOOK = (
    "account,coin,side,size,entry_price,leverage,mark_price\na,BTC,long,1,40000,10,41000\nb,ETH,short,10,2000,5,2100\n"
)


@pytest.fixture
def blank(document):
    document.replace_draft(blank_parameters(), LoanTable.empty(), None)
    return document


def rules_of(dialog):
    return part(dialog, QComboBox, "import_preset").itemText(0)


def test_that_margins_are_asked_beside_the_prices_and_a_margin_engine_is_proposed(qtbot, blank, dialog_on):
    dialog = dialog_on(BOOK)
    assert rules_of(dialog) == "Proposed: Perpetual margin engine"
    assert "not of a lending market" in part(dialog, QLabel, "import_said").text()
    assert part(dialog, QLineEdit, "import_market_text").text() == "perpetual-margin"
    assert missing(dialog) == {("BTC", "threshold"), ("ETH", "threshold")}
    assert view(dialog).model().headerData(2, Qt.Orientation.Horizontal) == "Maint. margin"
    type_into(qtbot, dialog, "BTC", "threshold", "1")
    type_into(qtbot, dialog, "ETH", "threshold", "0.04")
    assert (cell(dialog, "BTC", "threshold").data(), cell(dialog, "ETH", "threshold").data()) == ("1 %", "4 %")
    assert can_import(dialog)
    accept(qtbot, dialog)
    (market,) = [market for name, market in blank.parameters.markets.items() if name == "perpetual-margin"]
    assert market.rules.settlement.kind == "margin"
    assert market.collateral["BTC"].liquidation_threshold == pytest.approx(0.99)
    assert market.collateral["USD"].liquidation_threshold == pytest.approx(1 / 1.04)


def test_that_a_pasted_block_of_margins_fills_them_in(qtbot, blank, dialog_on):
    dialog = dialog_on(BOOK)
    paste(qtbot, dialog, "coin\tmaintenance margin\nBTC\t1%\nETH\t4%\n")
    assert missing(dialog) == set()
    assert cell(dialog, "ETH", "threshold").data() == "4 %"
    paste(qtbot, dialog, "ETH\t2200\t5%\n")
    assert cell(dialog, "ETH", "threshold").data() == "5 %"


def test_that_a_chosen_protocol_takes_the_place_of_the_proposal(qtbot, blank, dialog_on):
    dialog = dialog_on(BOOK)
    choose(part(dialog, QComboBox, "import_preset"), "dydx-v4")
    settled(qtbot, dialog)
    assert missing(dialog) == set()
    assert cell(dialog, "BTC", "threshold").data() == "1.2 %"
    choose(part(dialog, QComboBox, "import_preset"), None)
    settled(qtbot, dialog)
    assert rules_of(dialog) == "Proposed: Perpetual margin engine"
