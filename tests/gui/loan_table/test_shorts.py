"""How the table shows what liquidates a short: the price of what is owed, and a rise."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from cascade_gui.document.document import Document
from cascade_gui.loan_table.columns import INDEX, title
from cascade_gui.loan_table.filter import parse_filter
from cascade_gui.loan_table.painting import shortened_mark
from cascade_gui.loan_table.panel import LoanBookPanel
from engine import from_dict
from engine.reading.round_view import initial_view
from tests.gui.loan_table.books import loan

PRICE, DISTANCE = INDEX["liquidation_price"], INDEX["distance"]


@contextmanager
def panel_of(qtbot, loans):
    """The table of a book against WETH and USDC."""
    listed = {"liquidation_threshold": 0.9, "liquidation_bonus": 0.05}
    scenario = from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {"WETH": {"price": 1500.0}, "USDC": {"price": 1.0}},
            "markets": {"aave": {"collateral": {"WETH": listed, "USDC": listed}}},
            "shock": {"kind": "instant", "returns": {}},
            "loans": loans,
        }
    )
    document = Document()
    document.replace_draft(scenario.parameters, scenario.loans, None)
    panel = LoanBookPanel(document)
    qtbot.addWidget(panel)
    panel.resize(1400, 300)
    view = initial_view(document.scenario())
    panel.set_view(view, view.book)
    yield panel
    panel._totals_timer.stop()
    panel._counting.timer.stop()
    document.deleteLater()


@pytest.fixture
def panel(qtbot):
    """A short of 10 WETH, a long of 1 WETH, a short of 1 WETH that is past its price, and one without debt."""
    loans = [
        loan("short", "USDC", 20_000.0, "WETH", 10.0),
        loan("long", "WETH", 1.0, "USDC", 1215.0),
        loan("past", "USDC", 1_500.0, "WETH", 1.0),
        loan("calm", "USDC", 10.0, None, None),
    ]
    with panel_of(qtbot, loans) as made:
        yield made


@pytest.fixture
def model(panel):
    return panel.table.loans


def column(model, at, role=Qt.ItemDataRole.DisplayRole):
    return {model.index(row, 0).data(): model.index(row, at).data(role) for row in range(model.rowCount())}


def test_that_a_short_shows_the_price_of_what_it_owes_with_an_arrow_up(model):
    assert column(model, PRICE) == {"short": "WETH ↑ 1,800", "long": "1,350", "past": "WETH ↑ 1,350", "calm": ""}
    assert column(model, DISTANCE) == {"short": "↑ 20.0 %", "long": "10.0 %", "past": "↑ -10.0 %", "calm": ""}


def test_that_the_tool_tips_say_which_asset_and_which_way(model):
    prices = column(model, PRICE, Qt.ItemDataRole.ToolTipRole)
    assert prices["short"].splitlines()[0] == "$1,800"
    assert "WETH above which" in prices["short"]
    assert "WETH below which" in prices["long"]
    assert prices["calm"] is None
    distances = column(model, DISTANCE, Qt.ItemDataRole.ToolTipRole)
    assert distances["short"] == "20 %\nA rise of WETH by this much liquidates."
    assert distances["long"] == "10 %\nA fall of WETH by this much liquidates."
    assert distances["past"].endswith("WETH has risen past it: a fall of 10 % leads back.")


def test_that_no_price_is_said_to_fall_by_more_than_all_of_it(qtbot):
    loans = [loan("deep", "WETH", 1.0, "USDC", 40_500.0), loan("near", "WETH", 1.0, "USDC", 1_485.0)]
    with panel_of(qtbot, loans) as made:
        model = made.table.loans
        assert column(model, DISTANCE) == {"deep": "past", "near": "-10.0 %"}
        told = column(model, DISTANCE, Qt.ItemDataRole.ToolTipRole)["deep"]
        assert told == "-2,900 %\nWETH has fallen past it: a rise of 2,900 % leads back."
        model.set_filter(parse_filter("distance < -100%", model.editor.names))
        assert list(column(model, DISTANCE)) == ["deep"], "filters use the number"


def test_that_the_arrow_is_told_in_words_to_those_who_listen(model):
    assert column(model, PRICE, Qt.ItemDataRole.AccessibleTextRole)["short"] == "WETH 1,800, rises"
    assert column(model, DISTANCE, Qt.ItemDataRole.AccessibleTextRole)["short"] == "WETH 20.0 %, rises"
    assert column(model, PRICE, Qt.ItemDataRole.AccessibleTextRole)["long"] == "1,350"


def test_that_sorting_and_filtering_go_by_the_number(model):
    model.sort(DISTANCE, Qt.SortOrder.AscendingOrder)
    assert list(column(model, 0)) == ["past", "long", "short", "calm"]
    model.sort(PRICE, Qt.SortOrder.DescendingOrder)
    assert list(column(model, 0)) == ["short", "long", "past", "calm"]
    model.set_filter(parse_filter("price > 1500", model.editor.names))
    assert list(column(model, 0)) == ["short"]
    model.set_filter(parse_filter("distance < 15%", model.editor.names))
    assert set(column(model, 0)) == {"long", "past"}


def test_that_a_price_is_copied_as_a_number(panel):
    from cascade_gui.loan_table.clipboard import write_block

    model = panel.table.loans
    copied = "".join(write_block(model.values, model.store_rows(0, 1), ("liquidation_price", "distance")))
    first, second = (line.split("\t") for line in copied.splitlines())
    assert [float(text) for text in (*first, *second)] == pytest.approx([1800.0, 0.2, 1350.0, 0.1])


def test_that_an_assets_name_is_shortened_before_its_arrow_is(panel):
    metrics = QFontMetrics(panel.table.font())
    assert shortened_mark("WETH ↑", metrics, 200) == "WETH ↑"
    room = metrics.horizontalAdvance("wstETH-long ↑")
    short = shortened_mark("wstETH-long-name ↑", metrics, room)
    assert short.startswith("wst")
    assert short.endswith("… ↑")
    assert metrics.horizontalAdvance(short) <= room
    assert shortened_mark("wstETH ↑", metrics, metrics.horizontalAdvance("↑") + 4) == "↑"
    assert shortened_mark("↑", metrics, 0) == "↑"


def test_that_a_row_keeps_its_price_when_another_comes_in(model):
    model.editor.insert_rows(model.store_rows(0, 0))
    assert [model.index(row, PRICE).data() for row in range(3)] == ["", "WETH ↑ 1,800", "1,350"]
    assert title("distance") == "Distance"
