"""A document to import into."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from cascade_gui.document.document import Document
from engine.scenario.schema import Parameters
from tests.gui.loan_table.books import NAMES, small_book


@pytest.fixture
def document(qapp):
    QLocale.setDefault(QLocale("en_US"))
    document = Document()
    parameters = {
        "assets": {name: {"price": price} for name, price in NAMES.prices.items()},
        "markets": {
            market: {"collateral": {asset: {"liquidation_threshold": 0.8} for asset in listed}}
            for market, listed in NAMES.collateral.items()
        },
    }
    document.replace_draft(Parameters.from_dict(parameters), small_book(), None)
    yield document
    document.deleteLater()
