"""Every protocol's rules run in the window on a bundled book, and the plot of its settlement shows it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from engine.scenario.presets import load_presets
from tests.gui.window.conftest import run, trigger
from tests.shared import RESOURCES

EXAMPLES = RESOURCES / "examples"
BOOKS = {
    "liquidator": "two-protocols.json",
    "absorb": "compound-iii.json",
    "auction": "compound-iii.json",
    "stability_pool": "liquity.json",
    "margin": "perpetuals.json",
}
"""A bundled book on which the rules of each kind make sense."""
TITLES = {
    "absorb": "Inventory",
    "auction": "Auctions",
    "stability_pool": "Stability pool",
    "margin": "Insurance fund",
}


def tabs(plot) -> list[str]:
    return [button.text() for button in plot.tabs._buttons.values()]


@pytest.mark.parametrize("kind", BOOKS)
def test_that_the_presets_of_a_kind_run_on_the_open_book(make_window, qtbot, kind):
    window = make_window()
    presets = [preset for preset in load_presets() if preset.rules.settlement.kind == kind]
    assert presets
    for preset in presets:
        assert window.open(EXAMPLES / BOOKS[kind])
        shown = window.findChild(QComboBox, "market_picker")
        qtbot.waitUntil(lambda shown=shown: shown.currentText() in window.document.parameters.markets)
        picker = window.findChild(QComboBox, "preset_picker")
        index = picker.findText(preset.title)
        picker.setCurrentIndex(index)
        picker.activated.emit(index)
        run(window, qtbot)
        assert window.recording.ended == "no more liquidations"
        assert window.recording.summary()["liquidations"] > 0, preset.name
        market = next(iter(window.recording.scenario.parameters.markets.values()))
        assert market.rules.settlement.kind == kind
        assert window.plots.settlement.applies == (kind in TITLES)
        if kind in TITLES:
            assert window.plots.settlement.title == TITLES[kind]
            assert not window.plots.settlement.isHidden()
        while not window.document.undo_stack.isClean():
            window.document.undo_stack.undo()


@pytest.mark.parametrize(
    ("example", "number", "said"),
    [
        ("compound-iii.json", 8, "inventory $"),
        ("liquity.json", 17, "passed to other borrowers $"),
        ("perpetuals.json", 5, "deleveraged $"),
    ],
)
def test_that_an_example_shows_its_settlement_at_a_round(make_window, qtbot, example, number, said):
    window = make_window()
    window.resize(1500, 900)
    assert window.open(EXAMPLES / example)
    run(window, qtbot)
    window.plots.settlement.round_clicked.emit(number)
    assert window.round == number
    window.plots.settlement.catch_up()
    window.plots.settlement.grab()
    assert any(label.text.startswith(said) for label, _ in window.plots.settlement.labels.placed)
    trigger(window, "play_first")
    assert window.plots.settlement.round_line.value() == 0


def test_that_the_settlement_leaves_with_the_run_that_had_one(make_window, qtbot):
    window = make_window()
    assert window.open(EXAMPLES / "liquity.json")
    run(window, qtbot)
    shown = [title for title, _ in window._pictures()]
    assert "Stability pool" in shown
    assert window.open(EXAMPLES / "teaching-book.json")
    run(window, qtbot)
    assert "plot_settlement" not in [plot.objectName() for plot in window.plots.in_use()]
    assert window.findChild(QWidget, "plot_settlement").isHidden()
    assert tabs(window.plots.liquidations)[-1:] != ["Stability pool"]


def test_that_the_account_panel_tells_what_a_pool_did(make_window, qtbot):
    window = make_window()
    assert window.open(EXAMPLES / "liquity.json")
    run(window, qtbot)
    recording = window.recording
    account, number = int(recording.events.account[0]), int(recording.event_rounds()[0])
    window.player.show(number)
    window._show_account(account)
    qtbot.waitUntil(
        lambda: any("The stability pool paid" in label.text() for label in window.account.findChildren(QLabel)),
        timeout=20_000,
    )
