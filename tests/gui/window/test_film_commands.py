"""File > Export film: choices, where, progress, cancel; the window goes on meanwhile."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QPushButton

from cascade_gui.film.dialog import FilmDialog
from cascade_gui.film.estimate import estimate
from engine.exporting.film_settings import FilmSettings
from engine.scenario.schema import Stop
from tests.gui.window.conftest import make_window, ran, trigger, window

__all__ = ["make_window", "ran", "window"]


@pytest.fixture
def dialog(qtbot):
    dialog = FilmDialog(("plot_loans",), True)
    qtbot.addWidget(dialog)
    return dialog


def choose(box, data):
    box.setCurrentIndex([box.itemData(at) for at in range(box.count())].index(data))


def test_that_there_is_no_film_without_a_run(window):
    assert not window.findChild(QAction, "export_video").isEnabled()


def test_that_a_run_is_filmed_when_it_is_over(window, qtbot):
    action = window.findChild(QAction, "export_video")
    trigger(window, "run_step")
    qtbot.waitUntil(lambda: window.recording is not None and len(window.recording.rounds) == 2)
    assert window.recording.ended is None
    assert not action.isEnabled()
    qtbot.waitUntil(window.findChild(QAction, "run_start").isEnabled)
    with qtbot.waitSignal(window.run_finished, timeout=60_000):
        trigger(window, "run_start")
    assert action.isEnabled()


def test_that_a_film_is_made_while_the_window_goes_on(ran, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "films" / "book"), ""))
    (tmp_path / "films").mkdir()
    trigger(ran, "export_video")
    dialog = ran.findChild(FilmDialog)
    choose(dialog.size_choice, (640, 360))
    choose(dialog.speed, 8.0)
    choose(dialog.frames, 10)
    told = []
    dialog.bar.valueChanged.connect(told.append)
    with qtbot.waitSignal(ran.exports.exported, timeout=60_000) as exported:
        dialog.findChild(QPushButton, "film_save").click()
        assert dialog.is_filming
        assert not dialog.size_choice.isEnabled()
        ran.player.show(2)
        assert ran.round == 2, "rounds are gone through meanwhile"
    assert exported.args == [tmp_path / "films" / "book.gif"]
    assert not dialog.is_filming
    assert told
    with Image.open(exported.args[0]) as image:
        assert image.size == (640, 360)
        assert image.n_frames >= len(ran.recording.rounds) - 1
    dialog.close()


def test_that_cancel_offers_the_choices_at_once_and_leaves_nothing(ran, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "films" / "a.gif"), ""))
    (tmp_path / "films").mkdir()
    trigger(ran, "export_video")
    dialog = ran.findChild(FilmDialog)
    choose(dialog.speed, 0.25)
    with qtbot.waitSignal(dialog.bar.valueChanged, timeout=60_000):
        dialog.save.click()
    begun = time.monotonic()
    dialog.cancel.click()
    assert time.monotonic() - begun < 0.1
    assert not dialog.is_filming
    assert dialog.isVisible(), "the choices are offered again"
    dialog.cancel.click()
    assert not dialog.isVisible()
    ran.exports.films.shut_down()
    assert list((tmp_path / "films").iterdir()) == []


def test_that_the_dialog_goes_with_the_window_and_its_film_with_it(ran, qtbot, tmp_path):
    trigger(ran, "export_video")
    films, dialog = ran.exports.films, ran.findChild(FilmDialog)
    assert films.make(replace(dialog.settings, rounds_a_second=0.25), str(tmp_path / "a.gif"))
    assert films.busy
    ran.shut_down()
    assert not dialog.isVisible()
    assert not films.busy
    assert not (tmp_path / "a.gif").exists()


def test_that_a_place_that_cannot_be_is_told_in_the_window(ran, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr("cascade_gui.wording.messages.tell_bad_input", lambda *words: said.append(words))
    trigger(ran, "export_video")
    assert not ran.exports.films.make(FilmSettings(), str(tmp_path / "none" / "a.gif"))
    assert "there is no folder" in str(said[0][2])
    ran.findChild(FilmDialog).close()


def test_that_stops_are_offered_as_parts(dialog):
    dialog.set_run((1.0,) * 10, [Stop(round=3, title="The fall"), Stop(round=6)])
    parts = [dialog.part.itemText(at) for at in range(dialog.part.count())]
    assert parts == [
        "The whole run", "From the beginning to The fall", "From The fall to 6", "From 6 to the end", "Rounds",
    ]  # fmt: skip
    dialog.part.setCurrentIndex(2)
    assert (dialog.settings.first, dialog.settings.last) == (3, 6)
    assert not dialog.first.isEnabled()
    dialog.part.setCurrentIndex(4)
    dialog.first.setValue(8)
    assert not dialog.save.isEnabled()
    assert dialog.estimate.text() == "The first round comes after the last one."


def test_that_one_to_four_plots_are_chosen(dialog):
    dialog.plots["plot_loans"].setChecked(False)
    assert dialog.settings.plots == ("plot_loans",), "the last one stays"
    for name in ("plot_price", "plot_liquidations", "plot_health", "plot_map"):
        dialog.plots[name].setChecked(True)
    assert dialog.settings.plots == ("plot_price", "plot_liquidations", "plot_health", "plot_map")


def test_that_a_film_is_estimated_from_its_choices(dialog):
    dialog.set_run((1.0,) * 20, [])
    assert dialog.estimate.text().startswith("A film of 22 s, ")
    few = estimate(dialog.settings, (1.0,) * 20, ".gif")
    choose(dialog.size_choice, (3840, 2160))
    many = estimate(dialog.settings, (1.0,) * 20, ".gif")
    assert many.megabytes > 3 * few.megabytes
    assert many.seconds > few.seconds
    choose(dialog.frames, 60)
    assert dialog.estimate.text() == "A GIF has at most 50 frames a second."
    choose(dialog.format, ".mp4")
    assert dialog.save.isEnabled()
