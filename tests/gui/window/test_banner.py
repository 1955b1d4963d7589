"""What is said about the run and the scenario moves nothing that a hand may be about to click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from tests.gui.window.conftest import run


def places(window):
    parts = (
        window.figures,
        *window.plots,
        window.transport,
        window.book.table,
        window.scenario_panel,
        window.toolbar.run,
    )
    return [(part.mapTo(window, QPoint(0, 0)), part.size()) for part in parts]


@pytest.fixture
def shown(window, qtbot):
    window.show()
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: window.size().width() == 1366)
    run(window, qtbot)
    return window


@pytest.mark.parametrize("width", [1366, 1920])
def test_that_an_edit_after_a_run_moves_nothing(shown, qtbot, width):
    shown.resize(width, 768)
    qtbot.waitUntil(lambda: shown.size().width() == width)
    before = places(shown)
    shown.document.set_parameter("liquidators.gas_usd", 77.0)
    qtbot.waitUntil(shown.banner.isVisible)
    assert "Changed since this run" in shown.banner.text
    assert places(shown) == before
    again = next(each for each in shown.banner.findChildren(QPushButton) if each.isVisible())
    assert shown.childAt(again.mapTo(shown, again.rect().center())) is again
    buttons = [shown.toolbar.widgetForAction(each) for each in shown.toolbar.actions()]
    covered = [each for each in buttons if each is not None and each is not shown.toolbar.state and each.isVisible()]
    for each in covered:
        place = each.rect().translated(each.mapTo(shown, QPoint(0, 0)))
        assert not place.intersects(shown.banner.geometry()), each.objectName()


def test_that_what_keeps_a_scenario_from_running_moves_nothing(shown, qtbot):
    before = places(shown)
    shown.book.editor.type(1, "collateral_amount", "many")
    qtbot.waitUntil(shown.banner.isVisible)
    assert "many" in shown.banner.text
    assert places(shown) == before
    banner = shown.banner.geometry()
    for each in (*(plot for plot in shown.plots if plot.isVisible()), shown.transport, shown.figures):
        place = each.rect().translated(each.mapTo(shown, QPoint(0, 0)))
        assert not place.intersects(banner), "no axis, no figure and no button is covered"
    label = shown.banner.findChild(QLabel)
    assert len(label.text().splitlines()) <= 2
    assert "many" in label.text()
    assert label.sizeHint().height() <= banner.height()
    for row in range(3):
        shown.book.editor.type(row, "debt_amount", f"a text that is no number and takes much room, {row}")
    qtbot.waitUntil(lambda: "and 1 more" in shown.banner.text, timeout=5_000)
    assert label.text().endswith("…")
    assert label.sizeHint().width() <= banner.width()
    assert all(f"much room, {row}" in " ".join(label.toolTip().split()) for row in range(3))
