"""A film holds every round as the stage shows it, in both schemes, and is the same each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from cascade_gui.exporting.pictures import save_picture
from cascade_gui.film.filming import FilmStopped, make_film
from cascade_gui.film.reel import Reel
from cascade_gui.film.schedule import Shot
from cascade_gui.plots.losses import LossesPlot
from cascade_gui.stage.stage_page import PLOTS, StagePage
from cascade_gui.theme import tokens
from engine.exporting import film_settings
from engine.exporting.film_settings import FilmSettings
from engine.reading.round_view import round_view
from tests.gui.plots.runs import recording

SMALL = FilmSettings(320, 180, frames_a_second=4, rounds_a_second=2.0)
HALF_OF_THEM = ("plot_loans", "plot_health", "plot_map", "plot_price")


@pytest.fixture
def reels():
    """Return a function that makes reels, and close them."""
    made = []

    def make(settings=SMALL):
        made.append(Reel(recording(), settings))
        return made[-1]

    yield make
    for reel in made:
        reel.close()


def film(tmp_path, settings=SMALL, name="a.gif", **more):
    path = tmp_path / name
    make_film(recording(), settings, path, more.pop("told", lambda drawn, of: None), **more)
    return path


def decoded(path):
    """Return every frame of a GIF at its own time, one for each frame of the film, as (frames, height, width, 3)."""
    found = []
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            stays, rest = divmod(image.info["duration"], 250)
            assert rest == 0
            found += [np.asarray(image.convert("RGB"), dtype=np.int16)] * stays
    return found


def on_stage(qtbot, settings, number):
    """Return what the stage shows of a round, as (height, width, 3), gone to as in the window."""
    page = StagePage()
    qtbot.addWidget(page)
    page.resize(settings.width, settings.height)
    page.set_plots(settings.plots)
    page.apply_theme(tokens(settings.dark))
    page.set_recording(recording(), recording().scenario.parameters.name)
    page.show_round(number)
    page.set_view(round_view(recording(), number), None)
    page.show()
    qtbot.waitUntil(lambda: not page.is_busy)
    image = page.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    page.hide()
    page.shut_down()
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 2::-1].astype(np.int16)


def likeness(one, other, side=6):
    """Return the structural similarity of two pictures, 1 for the same, over squares of their brightness."""
    grey = [each.mean(axis=2) for each in (one, other)]
    height, width = (length // side * side for length in grey[0].shape)
    a, b = (
        each[:height, :width].reshape(height // side, side, width // side, side).swapaxes(1, 2).reshape(-1, side**2)
        for each in grey
    )
    means, variances = (a.mean(axis=1), b.mean(axis=1)), (a.var(axis=1), b.var(axis=1))
    both = ((a - means[0][:, None]) * (b - means[1][:, None])).mean(axis=1)
    small, smaller = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    said = (2 * means[0] * means[1] + small) * (2 * both + smaller)
    return float((said / ((means[0] ** 2 + means[1] ** 2 + small) * (sum(variances) + smaller))).mean())


@pytest.mark.parametrize("dark", [True, False])
def test_that_every_round_is_in_a_gif_as_the_stage_shows_it(qtbot, tmp_path, reels, dark):
    settings = replace(SMALL, dark=dark)
    frames = decoded(film(tmp_path, settings))
    shots, at, found = reels(settings).shots, 0, {}
    for shot in shots:
        at += shot.frames
        if shot.share == 1.0:
            found[shot.round] = frames[at - 1]
    assert len(frames) == at
    assert list(found) == [step.number for step in recording().rounds]
    for number in (0, 3, len(found) - 1):
        shown = on_stage(qtbot, settings, number)
        assert likeness(found[number], shown) > 0.98
        assert likeness(found[number], on_stage(qtbot, settings, 1)) < 0.98 or number == 1, "the measure can tell"


def test_that_all_plots_of_a_frame_are_those_of_the_stage(qtbot, reels):
    settings = replace(SMALL, width=640, height=360, plots=HALF_OF_THEM)
    reel = reels(settings)
    for number in range(4):
        drawn = reel.draw(Shot(number, 1.0, 1)).astype(np.int16)
    assert likeness(drawn, on_stage(qtbot, settings, 3)) > 0.995


def test_that_a_picture_of_the_stage_is_its_frame(reels, tmp_path):
    reel = reels(replace(SMALL, width=640, height=360))
    frame = reel.draw(Shot(3, 1.0, 1)).astype(np.int16)
    save_picture(reel.page, tmp_path / "a.png", tokens(dark=True).background, 1.0)
    with Image.open(tmp_path / "a.png") as picture:
        assert likeness(np.asarray(picture.convert("RGB")).astype(np.int16), frame) > 0.99


def test_that_the_same_film_twice_is_the_same_bytes(tmp_path):
    settings = replace(SMALL, plots=HALF_OF_THEM, last=2)
    assert film(tmp_path, settings).read_bytes() == film(tmp_path, settings, "b.gif").read_bytes()


def test_that_everything_is_on_its_way_between_two_rounds(reels):
    for name in ("plot_loans", "plot_price", "plot_liquidations", "plot_health", "plot_map"):
        reel = reels(replace(SMALL, plots=(name,), captions=False))
        reel.draw(Shot(0, 1.0, 1))
        way = [reel.draw(Shot(1, share, 1)).copy() for share in (0.1, 0.5, 1.0)]
        assert not np.array_equal(way[0], way[1]), name
        assert not np.array_equal(way[1], way[2]), name
        again = reel.draw(Shot(1, 1.0, 1))
        assert np.array_equal(again, way[2]), f"{name} is at rest"


def test_that_losses_are_known_in_the_first_frame(reels):
    reel = reels(replace(SMALL, plots=("plot_losses",)))
    reel.draw(Shot(0, 1.0, 1))
    (plot,) = reel.page.plots
    assert isinstance(plot, LossesPlot)
    assert plot.series.knows_losses


def test_that_without_captions_the_plots_have_the_whole_frame(reels):
    reel = reels(replace(SMALL, captions=False))
    reel.draw(Shot(0, 1.0, 1))
    assert reel.page.caption.isHidden()
    assert reel.page.figures.isHidden()
    assert reel.page.plots[0].height() > 0.8 * SMALL.height


def test_that_a_stopped_film_stops_before_its_next_picture(tmp_path):
    drawn = []
    with pytest.raises(FilmStopped):
        film(tmp_path, told=lambda *each: drawn.append(each), stopped=lambda: len(drawn) == 3)
    assert [each for each, _ in drawn] == [1, 2, 3]


def test_that_pictures_are_one_a_frame_and_as_large_as_asked(tmp_path, reels):
    settings = replace(SMALL, last=1)
    folder = tmp_path / "frames"
    folder.mkdir()
    film(tmp_path, settings, "frames")
    found = sorted(folder.iterdir())
    assert len(found) == sum(shot.frames for shot in reels(settings).shots)
    with Image.open(found[-1]) as last, Image.open(found[-2]) as held:
        assert last.size == (320, 180)
        assert np.array_equal(np.asarray(last), np.asarray(held))


def test_that_an_mp4_has_every_frame(tmp_path, reels):
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="the extra video is not installed")
    path = film(tmp_path, name="a.mp4")
    count, duration = ffmpeg.count_frames_and_secs(str(path))
    assert count == sum(shot.frames for shot in reels().shots)
    assert duration == pytest.approx(count / SMALL.frames_a_second, abs=0.3)
    pictures = ffmpeg.read_frames(str(path))
    assert next(pictures)["size"] == (320, 180)
    first = np.frombuffer(next(pictures), dtype=np.uint8).reshape(180, 320, 3).astype(np.int16)
    pictures.close()
    assert likeness(first, reels().draw(Shot(0, 1.0, 1)).astype(np.int16)) > 0.95


def test_that_the_plots_that_can_be_asked_for_are_those_of_the_stage():
    assert tuple(PLOTS) == film_settings.PLOTS
