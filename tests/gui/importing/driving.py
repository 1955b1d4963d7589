"""How tests use the import dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QPushButton

from cascade_gui.importing.columns_model import USE


def settled(qtbot, dialog):
    """Wait until nothing is under way, nor about to be."""
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not dialog._background.busy)


def part(dialog, kind, name):
    return dialog.findChild(kind, name)


def accept(qtbot, dialog):
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(part(dialog, QPushButton, "import_accept"), Qt.MouseButton.LeftButton)


def status(dialog):
    return part(dialog, QLabel, "import_status").text()


def faults(dialog):
    found = part(dialog, QListWidget, "import_faults")
    return [found.item(at).text() for at in range(found.count())]


def choose(box, value):
    """Choose as a hand does."""
    at = box.findData(value)
    assert at >= 0
    box.setCurrentIndex(at)
    box.activated.emit(at)


def columns_view(dialog):
    return dialog._page.columns.view


def row_of(dialog, column):
    model = columns_view(dialog).model()
    return next(row for row in range(model.rowCount()) if model.index(row, 0).data() == column)


def use_of(dialog, column):
    """What a column of the file is taken for."""
    return columns_view(dialog).model().index(row_of(dialog, column), 0).data(USE)


def read_as(qtbot, dialog, column, role):
    """Take a column for a role from its list, None to pass it over."""
    menu = columns_view(dialog).roles_menu(row_of(dialog, column))
    next(action for action in menu.actions() if not action.isSeparator() and action.data() == role).trigger()
    menu.deleteLater()
    settled(qtbot, dialog)


def asked(dialog):
    return [question.text for question in dialog._page.questions.questions]


def answer(qtbot, dialog, words):
    """Press the answer that has these words."""
    button = next(button for button in dialog._page.questions.findChildren(QPushButton) if words in button.text())
    button.click()
    settled(qtbot, dialog)
