"""What people of a margin engine read in the table: side, size, entry, mark, margin, leverage, profit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter

import engine
from cascade_gui.document.document import Document
from cascade_gui.loan_table.clipboard import write_block
from cascade_gui.loan_table.columns import COLUMNS, INDEX, OF_LOANS, OF_POSITIONS, title
from cascade_gui.loan_table.filter import parse_filter
from cascade_gui.loan_table.filter.fields import fields
from cascade_gui.loan_table.painting import PADDING, CellPainter
from cascade_gui.loan_table.panel import LoanBookPanel
from engine.files.examples import find_example
from engine.reading import positions
from engine.reading.round_view import initial_view, round_view
from engine.reading.row_amounts import RowSide
from tests.gui.loan_table.books import loan

TERMS = {"liquidation_threshold": 0.98, "liquidation_bonus": 0.0}
MARGIN = {
    "format": "cascade-scenario/1",
    "assets": {
        "BTC": {"price": 60_000.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1e9}},
        "ETH": {"price": 2_000.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1e9}},
        "USDC": {"price": 1.0},
    },
    "markets": {
        "exchange": {
            "collateral": dict.fromkeys(("BTC", "ETH", "USDC"), TERMS),
            "rules": {"settlement": {"kind": "margin"}, "legs": "proportional", "close": {"kind": "full"}},
        }
    },
    "shock": {"kind": "instant", "returns": {"BTC": -0.1}},
    "loans": [
        loan("long", "BTC", 2.0, "USDC", 100_000.0, market="exchange"),
        loan("short", "USDC", 90_000.0, "BTC", 1.0, market="exchange"),
        loan("pair", "ETH", 10.0, "BTC", 0.1, market="exchange"),
        loan("cash", "USDC", 500.0, None, None, market="exchange"),
    ],
}


def shown(scenario, view, qtbot):
    document = Document()
    document.replace_draft(scenario.parameters, scenario.loans, None)
    panel = LoanBookPanel(document)
    qtbot.addWidget(panel)
    panel.resize(1400, 300)
    panel.set_view(view, view.book, view.scenario.loans)
    return panel


@pytest.fixture
def panels(qtbot):
    made = []

    def make(scenario, view):
        made.append(shown(scenario, view, qtbot))
        return made[-1]

    yield make
    for panel in made:
        panel._totals_timer.stop()
        panel._counting.timer.stop()
        panel._document.deleteLater()


def table(panel, keys, role=Qt.ItemDataRole.DisplayRole):
    model = panel.table.loans
    return {
        model.index(row, 0).data(): [model.index(row, INDEX[key]).data(role) for key in keys]
        for row in range(model.rowCount())
    }


def test_that_positions_are_read_as_on_an_exchange(panels):
    scenario = engine.from_dict(MARGIN)
    recording = engine.run(scenario)
    panel = panels(recording.scenario, round_view(recording, 1))
    keys = ("side", "size", "entry", "mark", "margin", "leverage", "profit")
    found = table(panel, keys)
    # The mark is BTC after the fall of a tenth and what sales did to it, which is little at such a depth.
    mark = recording.rounds[1].oracle[0]
    assert mark == pytest.approx(54_000.0, rel=1e-3)
    assert found["short"][:2] == ["short", "1"]
    assert found["short"][2] == "60,000"
    assert panel.table.loans.values.number(1, "profit") == 60_000.0 - mark
    assert panel.table.loans.values.number(1, "margin") == 90_000.0 - mark
    assert panel.table.loans.values.number(1, "leverage") == mark / (90_000.0 - mark)
    assert found["cash"] == ["", "", "", "", "500", "0×", ""]


def test_that_what_a_trader_holds_less_what_he_owes_is_called_equity_and_found_by_that_name():
    """The account panel says margin of what was deposited: one word stood for two quantities."""
    assert title("margin") == "Equity"
    assert fields()["equity"] == fields()["margin"]


def test_that_the_start_shows_what_was_typed(panels):
    scenario = engine.from_dict(MARGIN)
    found = table(panels(scenario, initial_view(scenario)), OF_POSITIONS)
    assert found["long"] == ["long", "2", "60,000", "60,000", "20k", "6×", "0"]
    assert found["short"] == ["short", "1", "60,000", "60,000", "30k", "2×", "0"]
    # 10 ETH of $2,000 and 0.1 BTC of $60,000: positions of $26,000 over $14,000.
    assert found["pair"] == ["both", "", "", "", "14k", "1.86×", "0"]


def test_that_entry_prices_of_the_book_are_what_profit_counts_from(panels):
    loans = [{**MARGIN["loans"][0], "entry_price": 50_000.0}, *MARGIN["loans"][1:]]
    scenario = engine.from_dict({**MARGIN, "loans": loans})
    panel = panels(scenario, initial_view(scenario))
    found = table(panel, ("entry", "profit", "entry_price"))
    assert found["long"] == ["50,000", "20k", "50,000"]
    assert found["short"] == ["60,000", "0", ""]
    tips = table(panel, ("entry",), Qt.ItemDataRole.ToolTipRole)
    assert "entry price: profit counts from it" in tips["long"][0]
    assert "counts from the start" in tips["short"][0]


def test_that_an_entry_price_is_typed_and_what_cannot_be_one_is_marked(panels):
    scenario = engine.from_dict(MARGIN)
    panel = panels(scenario, initial_view(scenario))
    model = panel.table.loans
    for row, text, why in ((0, "55,000", None), (1, "-1", "above 0"), (2, "2,000", "two positions")):
        model.setData(model.index(row, INDEX["entry_price"]), text)
        found = model.cells.fault(row, "entry_price")
        assert found is None if why is None else why in found
    assert panel._document.loans.to_table().entry_price[:3].tolist() == [55_000.0, -1.0, 2_000.0]


def test_that_the_status_tells_the_place_in_the_order_of_deleveraging_and_sorts_by_it(panels):
    """Of four shorts with other entries those of most profit are closed against first, whatever their rows."""
    entries = {"third": 61_000.0, "first": 80_000.0, "spared": 60_500.0, "second": 70_000.0}
    loans = [loan("long", "BTC", 8.0, "USDC", 465_500.0, market="exchange")]
    loans += [
        {**loan(name, "USDC", 280_000.0, "BTC", 3.0, market="exchange"), "entry_price": entry}
        for name, entry in entries.items()
    ]
    recording = engine.run(engine.from_dict({**MARGIN, "loans": loans}))
    panel = panels(recording.scenario, round_view(recording, len(recording) - 1))
    found = {name: cells[0] for name, cells in table(panel, ("status",)).items()}
    assert {name: found[name] for name in ("first", "second", "third", "spared")} == {
        "first": "deleveraged r1, no. 1", "second": "deleveraged r1, no. 2", "third": "deleveraged r1, no. 3",
        "spared": "healthy",
    }  # fmt: skip
    values = panel.table.loans.values
    keys = values.sort_keys("status")
    assert keys[2] < keys[4] < keys[1]
    copied = "".join(write_block(values, np.arange(5), ("account", "status")))
    assert "first\tdeleveraged r1, no. 1\n" in copied
    painter = CellPainter(panel.table.loans)
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    for room in (160, 104, 60):
        with QPainter(image) as drawn:
            shown, _ = painter._fitted(drawn, found["first"], 2, room, framed=True)
        assert shown.endswith(("no. 1", "#1", "…")), "what is cut says so"


def test_that_the_columns_of_lenders_make_room_in_a_book_of_positions_only(panels):
    scenario = engine.from_dict(MARGIN)
    panel = panels(scenario, initial_view(scenario))
    keys = {COLUMNS[at].key for at in panel.table.visible_columns()}
    assert set(OF_POSITIONS) <= keys
    assert not keys & set(OF_LOANS)
    lender = find_example("contained").load()
    keys = {COLUMNS[at].key for at in panels(lender, initial_view(lender)).table.visible_columns()}
    assert not keys & set(OF_POSITIONS)
    assert set(OF_LOANS) <= keys


def test_that_all_columns_of_a_book_of_positions_stand_beside_a_panel_on_a_small_screen(panels):
    """At 1366 pixels the status was cut at the edge of the table."""
    scenario = engine.from_dict(MARGIN)
    panel = panels(scenario, initial_view(scenario))
    shown = panel.table.visible_columns()
    assert COLUMNS[shown[-1]].key == "status"
    assert sum(COLUMNS[at].least for at in shown) <= 1366 - 316 - 13  # beside the bar that scrolls it


def test_that_no_number_of_a_position_is_cut_in_the_narrowest_table(panels):
    recording = engine.run(find_example("perpetuals").load())
    panel = panels(recording.scenario, round_view(recording, 4))
    panel.resize(500, 300)
    metrics = QFontMetrics(panel.table.font())
    for key in ("side", "entry", "mark", "leverage"):
        at = INDEX[key]
        room = COLUMNS[at].least - 2 * PADDING
        texts = {panel.table.loans.cells.text(row, at) for row in range(len(recording.scenario.loans))}
        assert not [text for text in texts if metrics.horizontalAdvance(text) > room], key


def test_that_positions_can_be_filtered_by_side_sorted_by_profit_and_copied(panels):
    scenario = engine.from_dict(MARGIN)
    recording = engine.run(scenario)
    panel = panels(recording.scenario, round_view(recording, 1))
    model, names = panel.table.loans, panel.editor.names
    model.set_filter(parse_filter("side = short", names))
    assert list(table(panel, ())) == ["short"]
    model.set_filter(parse_filter("profit < 0", names))
    lost = list(table(panel, ()))
    assert "short" not in lost
    model.set_filter(None)
    keys = model.values.sort_keys("profit")
    assert keys[1] == np.nanmax(keys)
    block = "".join(write_block(model.values, np.array([1, 3]), ["account", "side", "size"]))
    assert block == "short\tshort\t1\ncash\t\t\n"


@pytest.mark.parametrize("number", [1, 4, 9])
def test_that_margins_add_up_and_profits_are_what_the_market_moved(number):
    """Over a whole run of the perpetuals: positions are what is held and owed, and nothing else."""
    recording = engine.run(find_example("perpetuals").load())
    view = round_view(recording, number)
    loans = recording.scenario.loans
    found = view.positions(RowSide.collateral(view.book, loans), RowSide.debt(view.book, loans))
    assert found is not None
    np.testing.assert_allclose(found.margin, view.collateral_usd - view.debt_usd)
    sign = np.where(found.side == positions.LONG, 1.0, -1.0)
    np.testing.assert_allclose(found.profit, sign * found.size * (found.mark - found.entry), atol=1e-9)
    usd = np.bincount(view.book.row_account, found.size * found.mark, len(view.book))
    has_margin = found.margin > 0.0
    np.testing.assert_allclose((found.leverage * found.margin)[has_margin], usd[has_margin], rtol=1e-12)
    assert np.isinf(found.leverage[~has_margin & (usd > 0.0)]).all()
    assert {positions.LONG, positions.SHORT} == set(found.side.tolist())


def test_that_a_book_without_a_margin_engine_has_no_positions():
    scenario = find_example("contained").load()
    view = initial_view(scenario)
    sides = RowSide.collateral(view.book, scenario.loans), RowSide.debt(view.book, scenario.loans)
    assert view.positions(*sides) is None
