"""``cascade film``: the playback as GIF, MP4 or pictures; bad input is one line before anything is drawn."""

from __future__ import annotations

import signal
import struct

import pytest
from PIL import Image

import engine
from engine.exporting import films
from engine.exporting.film_settings import FilmSettings
from engine.exporting.films import FilmExport, FilmStopped

QUICK = ("--size", "320x180", "--fps", "5", "--rounds-per-second", "5", "--to", "1")


def test_that_a_scenario_becomes_a_film_and_nothing_else_is_left(cascade, book, tmp_path):
    out = tmp_path / "films" / "book.gif"
    out.parent.mkdir()
    ended = cascade("film", book, "-o", out, *QUICK, "--light", "--plots", "loans,price", "--set", "name=Otherwise")
    assert (ended.status, ended.out) == (0, ""), ended.err
    assert list(out.parent.iterdir()) == [out]
    with Image.open(out) as image:
        assert image.size == (320, 180)
        assert image.n_frames >= 2
        assert min(image.convert("RGB").getpixel((2, 2))) > 230, "light"


def test_that_a_folder_gets_a_picture_a_frame_and_is_not_mixed_with_another_film(cascade, book, tmp_path):
    out = tmp_path / "frames" / "*.png"
    assert cascade("film", book, "-o", out, *QUICK).status == 0
    pictures = sorted(out.parent.iterdir())
    assert [each.name for each in pictures[:2]] == ["frame-000001.png", "frame-000002.png"]
    assert struct.unpack(">II", pictures[0].read_bytes()[16:24]) == (320, 180)
    ended = cascade("film", book, "-o", out, *QUICK)
    assert (ended.status, ended.err) == (
        2, f"{out}: pictures of a film are in that folder already; allowed: another folder\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--size", "12"), "--size: '12'; allowed: WIDTHxHEIGHT"),
        (("--size", "100x100"), "--size: 100x100; allowed: 160x90 to 7680x4320"),
        (("--fps", "51"), "--fps: 51; allowed: 1 to 50 in a GIF"),
        (("--fps", "x"), "--fps: 'x'; allowed: a whole number"),
        (("--rounds-per-second", "nan"), "--rounds-per-second: nan; allowed: 0.1 to 64"),
        (("--plots", "loans,loan"), "--plots: loan; allowed: one to four of loans, price"),
        (("--plots", "loans,loans"), "--plots: loans, loans; allowed: one to four different ones"),
        (("--to", "1234567"), "--to: round 1,234,567; allowed: 0 to "),
        (("--from", "2", "--to", "1"), "--from: round 2 comes after --to, round 1"),
        (("--from", "the fall"), "--from: 'the fall'; allowed: the number of a round"),
    ],
)
def test_that_what_cannot_be_filmed_is_said_in_one_line(cascade, book, tmp_path, monkeypatch, words, said):
    monkeypatch.setattr(FilmExport, "make", None)  # nothing is begun
    ended = cascade("film", book, "-o", tmp_path / "a.gif", *words)
    assert ended.status == 2
    assert ended.err.startswith(said)
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "a.gif").exists()


def test_that_without_ffmpeg_mp4_says_what_to_install(cascade, book, tmp_path, monkeypatch):
    find = films.find_spec
    monkeypatch.setattr(films, "find_spec", lambda name: None if name == "imageio_ffmpeg" else find(name))
    out = tmp_path / "a.mp4"
    ended = cascade("film", book, "-o", out)
    assert ended.status == 2
    assert ended.err == (
        f"{out}: an MP4 is written by imageio-ffmpeg, which is not installed; "
        "allowed: pip install imageio-ffmpeg, or a .gif\n"
    )


def test_that_without_the_window_there_are_no_films(cascade, book, tmp_path, monkeypatch):
    monkeypatch.setattr(films, "find_spec", lambda name: None)
    ended = cascade("film", book, "-o", tmp_path / "a.gif")
    assert (ended.status, "the parts that draw are not installed" in ended.err) == (2, True)


def test_that_rounds_can_be_named_by_their_stops(book, tmp_path):
    from engine.command.commands.film import _between

    scenario = engine.load(book).with_values({"stops": [{"round": 1, "title": "The fall"}]})
    found = _between(FilmSettings(), engine.run(scenario), "the fall", "2")
    assert (found.first, found.last) == (1, 2)


def test_that_a_stopped_film_leaves_nothing_and_the_old_one_where_it_was(book, tmp_path):
    out = tmp_path / "films" / "a.gif"
    out.parent.mkdir()
    out.write_bytes(b"before")
    film = FilmExport(engine.run(engine.load(book)), FilmSettings(rounds_a_second=0.1), str(out))
    with pytest.raises(FilmStopped):
        film.make(lambda drawn, of: film.stop())
    assert [(each.name, each.read_bytes()) for each in out.parent.iterdir()] == [("a.gif", b"before")]


def test_that_a_film_that_is_stopped_before_it_begins_does_not_begin(book, tmp_path):
    film = FilmExport(engine.run(engine.load(book)), FilmSettings(), str(tmp_path / "a.gif"))
    film.stop()
    with pytest.raises(FilmStopped):
        film.make()
    assert not (tmp_path / "a.gif").exists()


def test_that_ctrl_c_ends_it_with_nothing_written(cascade, book, tmp_path, monkeypatch):
    def told_of_ctrl_c(self, told):
        signal.raise_signal(signal.SIGINT)
        assert self._stopped.is_set()
        raise FilmStopped

    monkeypatch.setattr(FilmExport, "make", told_of_ctrl_c)
    ended = cascade("film", book, "-o", tmp_path / "a.gif")
    assert (ended.status, ended.err) == (130, "interrupted: nothing was written\n")


def test_that_a_fault_of_the_drawing_is_told(book, tmp_path, monkeypatch):
    monkeypatch.setattr(films, "_DRAWER", "cascade_gui.film.no_such_module")
    film = FilmExport(engine.run(engine.load(book)), FilmSettings(), str(tmp_path / "a.gif"))
    with pytest.raises(engine.BadInput, match="No module named"):
        film.make()
