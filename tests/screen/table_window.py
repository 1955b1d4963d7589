"""A window with a loan table in it, on a real display."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMainWindow

from cascade_gui.document.document import Document
from cascade_gui.loan_table.panel import LoanBookPanel
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


@pytest.fixture
def window(qtbot, document):
    """Return a window whose keys for playing are the main window's."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.panel = LoanBookPanel(document)
    window.setCentralWidget(window.panel)
    window.played = []
    for key in ("Space", "K", "Left", "Home", "."):
        action = QAction(key, window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False, key=key: window.played.append(key))
        window.addAction(action)
    window.resize(1300, 500)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.panel.table.setFocus()
    qtbot.waitUntil(window.panel.table.hasFocus)
    yield window
    QGuiApplication.clipboard().clear()
    panel = window.panel
    for timer in (panel._message_timer, panel._counting.timer, panel._totals_timer, panel.filter._wait):
        timer.stop()


@pytest.fixture
def table(window):
    return window.panel.table
