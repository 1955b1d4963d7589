"""Making a synthetic book."""

from __future__ import annotations

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QRadioButton

from cascade_gui.document.document import Document
from cascade_gui.generator import GeneratorDialog


@pytest.fixture
def document(qapp):
    QLocale.setDefault(QLocale("en_US"))
    document = Document()
    yield document
    document.deleteLater()


@pytest.fixture
def open_dialog(qtbot, document):
    dialogs = []

    def open_it():
        dialog = GeneratorDialog(document)
        dialogs.append(dialog)
        dialog.show()
        return dialog

    yield open_it
    for dialog in dialogs:
        if shiboken6.isValid(dialog):
            with qtbot.waitSignal(dialog.destroyed):
                dialog.reject()


def write(dialog, name, text):
    dialog.findChild(QLineEdit, f"generator_{name}").setText(text)


def accept(qtbot, dialog):
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(dialog.findChild(QPushButton, "generator_accept"), Qt.MouseButton.LeftButton)


def test_that_a_book_is_made_as_one_step(qtbot, document, open_dialog):
    dialog = open_dialog()
    write(dialog, "accounts", "2k")
    accept(qtbot, dialog)
    assert len(document.loans) == 2_000
    assert document.undo_stack.undoText() == "Make a book of 2,000 accounts"
    assert document.scenario().loans.market.names == ("market",)
    document.undo_stack.undo()
    assert len(document.loans) == 0


def test_that_the_same_seed_makes_the_same_book(qtbot, document, open_dialog):
    tables = []
    for seed in ("7", "7", "8"):
        dialog = open_dialog()
        write(dialog, "seed", seed)
        accept(qtbot, dialog)
        tables.append(document.loans.to_table())
    assert tables[0].same_as(tables[1])
    assert not tables[0].same_as(tables[2])


def test_that_distributions_are_those_chosen(qtbot, document, open_dialog):
    dialog = open_dialog()
    box = dialog.findChild(QComboBox, "generator_size")
    box.setCurrentIndex(box.findText("All the same"))
    write(dialog, "size.usd", "$50,000")
    box = dialog.findChild(QComboBox, "generator_ltv")
    box.setCurrentIndex(box.findText("Even"))
    write(dialog, "ltv.low", "30%")
    write(dialog, "ltv.high", "60%")
    accept(qtbot, dialog)
    loans = document.loans.to_table()
    assert np.allclose(loans.collateral_amount, 25)
    ltv = loans.debt_amount / 50_000
    assert ltv.min() >= 0.3
    assert ltv.max() <= 0.6


def test_that_a_book_can_be_appended(qtbot, document, open_dialog):
    accept(qtbot, open_dialog())
    dialog = open_dialog()
    dialog.findChild(QRadioButton, "generator_append").setChecked(True)
    accept(qtbot, dialog)
    assert len(document.loans) == 2_000


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("accounts", "many", "Accounts"),
        ("accounts", "1.5", "whole number"),
        ("accounts", "0", "accounts"),
        ("ltv.high", "900%", "ltv"),
        ("collateral", "NOPE", "NOPE"),
        ("collateral", "WETH much", "Collateral"),
        ("debt", "", "debt"),
    ],
)
def test_that_what_cannot_be_drawn_is_said_and_not_made(qtbot, open_dialog, name, text, said):
    dialog = open_dialog()
    write(dialog, name, text)
    button = dialog.findChild(QPushButton, "generator_accept")
    qtbot.waitUntil(lambda: not button.isEnabled())
    assert said in dialog.findChild(QLabel, "generator_fault").text()
    assert dialog.isVisible()
