"""A document to import into."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, Qt

from cascade_gui.document.document import Document
from cascade_gui.importing import ImportDialog
from engine.scenario.schema import Parameters
from tests.gui.importing.driving import settled
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
def dialog_on(qtbot, document, tmp_path):
    dialogs = []

    def open_on(text, name="book.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        dialog = ImportDialog(document, path)
        dialog.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        dialogs.append(dialog)
        dialog.show()
        settled(qtbot, dialog)
        return dialog

    yield open_on
    import shiboken6

    for dialog in dialogs:
        if shiboken6.isValid(dialog):
            with qtbot.waitSignal(dialog.destroyed):
                dialog.done(0)
