"""On stage: keys of a clicker, black, stops, one account's working, and back to the window as it was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction

from cascade_gui.playback.stops import with_stop
from cascade_gui.theme import Scheme
from engine.files.examples import find_example
from engine.scenario.schema import Stop
from tests.gui.window.conftest import settle, trigger

KEYS = Qt.Key


@pytest.fixture
def window(make_window, qtbot):
    made = make_window()
    assert made.open(find_example("compound-thin").recorded)
    with qtbot.waitExposed(made):
        made.show()
    settle(made, qtbot)
    return made


@pytest.fixture
def stage(window, qtbot):
    """Return the stage of a window on a run of the Compound book, at round 0."""
    trigger(window, "view_present")
    shown = window.presenting.stage
    with qtbot.waitExposed(shown):
        pass
    window.presenting.player.show(0)
    arrive(window, qtbot)
    yield shown
    window.presenting.leave()


def press(stage, qtbot, window, key):
    qtbot.keyClick(stage, key)
    arrive(window, qtbot)


def arrive(window, qtbot):
    qtbot.waitUntil(lambda: not window.presenting.is_busy, timeout=20_000)
    loans = window.presenting.stage.page.plots[0]
    qtbot.waitUntil(lambda: loans.marks.scene is not None and loans.marks.scene.round == window.round, timeout=20_000)
    qtbot.waitUntil(lambda: not window.presenting.is_busy, timeout=20_000)


def test_that_the_stage_shows_caption_plot_and_figures_of_the_round(stage, window, qtbot):
    press(stage, qtbot, window, KEYS.Key_Right)
    assert window.round == 1
    assert stage.page.caption.lines[0] == "Bad news: WETH falls 20 %, and $5.6M is sold."
    assert [value for _, value, _ in stage.page.figures.shown] == ["24 %", "20 %", "4 %", "$5.63M"]
    assert stage.isFullScreen()


def test_that_a_clicker_goes_from_stop_to_stop_and_their_titles_are_shown(stage, window, qtbot):
    parameters = window.document.parameters
    for number, title in ((2, "The first wave"), (6, "The big one")):
        parameters = with_stop(parameters, Stop(round=number, title=title, notes="Say why."))
    window.document.replace_parameters(parameters, "stops")
    press(stage, qtbot, window, KEYS.Key_PageDown)
    assert (window.round, stage.page.caption.head.split(" · ")[0]) == (2, "The first wave")
    press(stage, qtbot, window, KEYS.Key_PageDown)
    assert window.round == 6
    press(stage, qtbot, window, KEYS.Key_PageUp)
    assert window.round == 2
    assert window.presenting.notes.notes.text() == "The first wave\n\nSay why."
    assert window.presenting.notes.next.text() == "Next: The big one (round 6)"


def test_that_stops_at_one_round_switch_mechanisms_on_the_same_picture_and_back(stage, window, qtbot):
    parameters = window.document.parameters
    calm = {"assets.WETH.liquidity.model": "infinite"}
    for title, changes in (("As it is", {}), ("No feedback", calm), ("Nobody comes", {"liquidators.gas_usd": 1e9})):
        parameters = with_stop(parameters, Stop(round=4, title=title, changes=changes))
    window.document.replace_parameters(parameters, "stops")
    own, line, ends = window.recording, {}, set()
    for title in ("As it is", "No feedback", "Nobody comes"):
        press(stage, qtbot, window, KEYS.Key_PageDown)
        qtbot.waitUntil(lambda: not window.presenting.is_busy)
        assert stage.page.caption.head.startswith(title)
        scene, run = stage.page.plots[0].marks.scene, stage.page.plots[0].marks.run
        line[title] = scene.market
        ends.add((run.low, run.high))
    at = own.book.asset_names.index("WETH")
    assert line["As it is"] == own.rounds[4].market[at]
    assert line["No feedback"] == pytest.approx(0.8 * own.rounds[0].market[at])
    assert line["Nobody comes"] == pytest.approx(line["No feedback"])
    assert window.recording is own, "the window's own run stays"
    press(stage, qtbot, window, KEYS.Key_PageUp)
    press(stage, qtbot, window, KEYS.Key_PageUp)
    assert window.presenting.run is own
    assert stage.page.plots[0].marks.scene.market == line["As it is"]


def test_that_a_stop_that_cannot_be_run_says_so_and_shows_the_run_as_it_is(stage, window, qtbot):
    wrong = Stop(round=2, title="Wrong", changes={"liquidators.gaz": 1})
    window.document.replace_parameters(with_stop(window.document.parameters, wrong), "a stop")
    press(stage, qtbot, window, KEYS.Key_PageDown)
    qtbot.waitUntil(lambda: not window.presenting.is_busy)
    assert "liquidators.gaz" in stage.page.caption.waiting
    assert window.presenting.run is window.recording


@pytest.mark.parametrize("key", [KEYS.Key_B, KEYS.Key_Period])
def test_that_the_screen_goes_black_and_comes_back_with_any_key_without_doing_anything_else(stage, window, qtbot, key):
    qtbot.keyClick(stage, key)
    assert stage.is_black
    qtbot.keyClick(stage, KEYS.Key_Right)
    assert not stage.is_black
    assert window.round == 0


def test_that_a_click_on_a_loan_shows_its_working_and_escape_goes_on(stage, window, qtbot):
    press(stage, qtbot, window, KEYS.Key_Right)
    marks = stage.page.plots[0].marks
    sold = int(marks.scene.marks.seized.argmax())
    place, _ = marks.place_of(sold)
    qtbot.mouseClick(marks, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))
    name = str(window.recording.book.account_names[marks.run.marks.members(sold)[0]])
    assert stage.why.lines[0] == name
    assert "is sold in this round" in stage.why.lines[-1]
    qtbot.keyClick(stage, KEYS.Key_Escape)
    assert stage.why.isHidden()
    assert stage.isVisible()
    qtbot.keyClick(stage, KEYS.Key_Escape)
    assert not stage.isVisible()


def test_that_the_name_of_an_account_can_be_typed(stage, window, qtbot):
    name = str(window.recording.book.account_names[5])
    qtbot.keyClick(stage, KEYS.Key_A)
    qtbot.keyClicks(stage.why.field, name.upper())
    qtbot.keyClick(stage.why.field, KEYS.Key_Return)
    assert stage.why.lines[0] == name
    plot = stage.page.plots[0]
    assert plot.marks._chosen == plot.marks.run.marks.mark_of(5), "its mark is ringed"
    qtbot.keyClick(stage, KEYS.Key_A)
    qtbot.keyClicks(stage.why.field, "nobody at all")
    qtbot.keyClick(stage.why.field, KEYS.Key_Return)
    assert stage.why.lines == ["nobody at all", "There is no such account in this book."]


def test_that_plots_are_added_and_taken_away_by_number_and_remembered(stage, window, qtbot):
    qtbot.keyClick(stage, KEYS.Key_2)
    assert [plot.objectName() for plot in stage.page.plots] == ["plot_loans", "plot_price"]
    for _ in range(2):
        qtbot.keyClick(stage, KEYS.Key_1)
    assert [plot.objectName() for plot in stage.page.plots] == ["plot_price", "plot_loans"]
    assert window.settings.stage_plots == ("plot_price", "plot_loans")


def test_that_the_stage_has_its_own_pace_and_the_window_gets_back_what_it_had(stage, window, qtbot):
    before = window.player.speed
    assert window.presenting.player.speed == 0.5
    qtbot.keyClick(stage, KEYS.Key_L)
    assert window.settings.stage_speed == 1.0
    press(stage, qtbot, window, KEYS.Key_Right)
    window.presenting.leave()
    assert (window.player.speed, window.player.round) == (before, 1)


def test_that_playing_stops_at_a_stop(stage, window, qtbot):
    window.document.replace_parameters(with_stop(window.document.parameters, Stop(round=1)), "a stop")
    window.presenting.player.speed = 64.0
    qtbot.keyClick(stage, KEYS.Key_Space)
    qtbot.waitUntil(lambda: window.round == 1 and not window.presenting.player.playing, timeout=20_000)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (1024, 768), (3840, 2160)])
def test_that_the_captions_are_readable_and_not_cut_on_every_projector(stage, window, qtbot, width, height):
    stage.showNormal()
    stage.resize(width, height)
    stage.grab()
    for number in range(1, 12):
        window.presenting.player.show(number)
        pixels = stage.page.caption.pixels()
        assert pixels >= 40 * min(width / 1920, height / 1080)


def test_that_both_schemes_reach_the_stage(stage, window, qtbot):
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        window.theme.set_scheme(scheme)
        picture = stage.grab().toImage()
        assert picture.pixelColor(3, 3).name() == window.theme.tokens.background


def test_that_the_action_has_the_key_of_presentations(window):
    assert window.findChild(QAction, "view_present").shortcut().toString() == "F5"
