"""The table of a small book, shown without a screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from cascade_gui.document.document import Document
from cascade_gui.loan_table.panel import LoanBookPanel
from engine.scenario.schema import Parameters
from tests.gui.loan_table.books import NAMES, small_book
from tests.gui.loan_table.views import book_of, view_of

PARAMETERS = {
    "assets": {name: {"price": price} for name, price in NAMES.prices.items()},
    "markets": {
        market: {"collateral": {asset: {"liquidation_threshold": 0.8} for asset in listed}}
        for market, listed in NAMES.collateral.items()
    },
}


@pytest.fixture
def document(qapp):
    QLocale.setDefault(QLocale("en_US"))
    document = Document()
    document.replace_draft(Parameters.from_dict(PARAMETERS), small_book(), None)
    yield document
    document.deleteLater()


@pytest.fixture
def panel(qtbot, document):
    panel = LoanBookPanel(document)
    qtbot.addWidget(panel)
    panel.resize(1300, 400)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.shut_down()
    panel._message_timer.stop()
    panel._counting.timer.stop()
    panel._totals_timer.stop()
    panel.filter._wait.stop()
    panel.filter._wait_for_error.stop()
    panel.find_bar._timer.stop()


@pytest.fixture
def table(panel):
    return panel.table


@pytest.fixture
def live(panel, document):
    """Return a function that shows a round."""

    def show(**more):
        table = document.loans.to_table()
        book = book_of(table)
        panel.set_view(view_of(table, book, **more), book, table)
        return book

    return show
