"""Nothing is clipped in the panels of a window of 1366 x 768."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QStyle, QStyleOptionComboBox, QTableView, QWidget

from engine.files.examples import find_example

EXAMPLES = ("compound-thin", "perpetuals", "liquity")


def room_in(box):
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    control = QStyle.ComplexControl.CC_ComboBox
    return box.style().subControlRect(control, option, QStyle.SubControl.SC_ComboBoxEditField, box).width()


def texts_of(box):
    """Return what a box may show: one that adds things shows its title only."""
    if not box.objectName().startswith("field:"):
        return [box.currentText()]
    return [box.itemText(index) for index in range(box.count())]


def needs_and_has(widget):
    """Return each text of a widget with the width that it needs and the one that it has."""
    width = widget.fontMetrics().horizontalAdvance
    if isinstance(widget, QComboBox):
        return [(text, width(text), room_in(widget)) for text in texts_of(widget)]
    if isinstance(widget, QTableView):
        names = widget.verticalHeader()
        return [(widget.objectName(), names.sizeHint().width(), names.width())] if names.isVisible() else []
    if isinstance(widget, QPushButton):
        return [(widget.text(), widget.sizeHint().width(), widget.width())]
    if widget.wordWrap() or widget.textFormat() is not Qt.TextFormat.PlainText:
        return []
    return [(line, width(line), widget.contentsRect().width()) for line in widget.text().split("\n")]


def clipped(panel):
    kinds = (QLabel, QComboBox, QPushButton, QTableView)
    shown = [each for each in panel.findChildren(QWidget) if isinstance(each, kinds) and each.isVisible()]
    return {text: (needs, has) for each in shown for text, needs, has in needs_and_has(each) if needs > has}


def test_that_no_text_of_a_panel_is_wider_than_its_place(make_window, qtbot):
    window = make_window()
    window.show()
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1366, 768)
    found = {}
    for name in EXAMPLES:
        assert window.files.open_example(find_example(name)) is not False
        qtbot.waitUntil(lambda: not window.scenario_panel._behind, timeout=60_000)
        window.book.table.setCurrentIndex(window.book.table.loans.index(1, 0))
        window.panels.unfold_account()
        qtbot.waitUntil(lambda: window.account.isVisible() and window.scenario_panel.isVisible())
        for panel in (window.scenario_panel, window.account):
            found |= {(name, text): widths for text, widths in clipped(panel).items()}
    assert found == {}
