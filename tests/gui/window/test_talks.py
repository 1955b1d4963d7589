"""The bundled talks: they begin on stage from the start page, and every stop can be shown as it says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.files.talks import talks
from tests.gui.window.conftest import trigger

TALKS = {talk.name: talk for talk in talks()}
KEYS = Qt.Key


@pytest.mark.parametrize("name", list(TALKS))
def test_that_every_stop_of_a_talk_runs_and_lies_within_its_run(name):
    scenario = TALKS[name].load()
    last = len(TALKS[name].read().recording.rounds) - 1
    for stop in scenario.parameters.stops:
        assert stop.title
        assert stop.notes
        assert stop.round <= last
        if stop.changes:
            assert scenario.with_values(stop.changes).parameters != scenario.parameters


@pytest.mark.parametrize("name", list(TALKS))
def test_that_a_talk_begins_on_stage_and_a_clicker_goes_through_all_its_stops(make_window, qtbot, name):
    window = make_window()
    window.settings.stage_plots = ("plot_price", "plot_losses")
    window.show()
    trigger(window, "view_start")
    page = window.views.start
    qtbot.waitUntil(lambda: not page.busy)
    card = next(card for card in page.talks.cards if card.name == name)
    assert card.text_height(card.width() - 16) <= card.height() - 8
    qtbot.keyClick(card, KEYS.Key_Return)
    stage = window.presenting.stage
    assert stage is not None
    assert stage.isVisible()
    assert not window.player.playing
    assert [plot.objectName() for plot in stage.page.plots] == ["plot_loans"]
    shown, axes = [], set()
    qtbot.waitUntil(lambda: not window.presenting.is_busy, timeout=120_000)
    for _ in window.document.parameters.stops:
        qtbot.waitUntil(lambda: not window.presenting.is_busy, timeout=120_000)
        head = stage.page.caption.head
        shown.append(head.split(" · ")[0])
        assert stage.page.caption.waiting == "" or stage.page.caption.waiting.startswith(
            "with this it is over in round"
        )
        run = stage.page.plots[0].marks.run
        axes.add((run.low, run.high))
        qtbot.keyClick(stage, KEYS.Key_PageDown)
    assert shown == [stop.title for stop in window.document.parameters.stops]
    assert len(axes) == 1, "all pictures of a talk are on one axis"
    window.presenting.leave()
