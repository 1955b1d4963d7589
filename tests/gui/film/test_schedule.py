"""Which frames a film has: every round, quiet ones shorter, motion at exact shares of time."""

from __future__ import annotations

import pytest

from cascade_gui.film.schedule import seconds, shots
from engine.exporting.film_settings import FilmSettings

DWELL = (1.0, 1.0, *[0.1] * 40, 1.0, 0.5)


def rests(settings):
    return [shot.round for shot in shots(settings, DWELL) if shot.share == 1.0]


@pytest.mark.parametrize("speed", [0.5, 1.0, 7.0, 64.0])
@pytest.mark.parametrize("frames", [1, 10, 60])
def test_that_every_round_is_at_rest_once_however_fast(speed, frames):
    found = rests(FilmSettings(frames_a_second=frames, rounds_a_second=speed))
    assert found == list(range(len(DWELL)))


def test_that_a_quiet_round_is_shorter_and_a_film_as_long_as_its_rounds():
    settings = FilmSettings(frames_a_second=20, rounds_a_second=0.5)
    frames = dict.fromkeys(range(len(DWELL)), 0)
    for shot in shots(settings, DWELL):
        frames[shot.round] += shot.frames
    assert (frames[1], frames[2], frames[42], frames[43]) == (40, 4, 40, 20 + 40), "and the end stays two seconds"
    assert seconds(settings, DWELL) == pytest.approx(sum(DWELL) / 0.5 + 2.0)


def test_that_a_round_that_had_no_time_for_its_frame_takes_none_from_those_behind_it():
    settings = FilmSettings(frames_a_second=10, rounds_a_second=2.0)
    assert sum(shot.frames for shot in shots(settings, DWELL) if shot.round == 42) == 5


def test_that_motion_is_at_shares_of_time_and_over_before_the_round_is():
    settings = FilmSettings(frames_a_second=10, rounds_a_second=1.0)
    way = [shot for shot in shots(settings, DWELL) if shot.round == 1]
    assert [shot.share for shot in way] == pytest.approx([*(at / 9 for at in range(1, 9)), 1.0])
    assert way[-1].frames == 2
    slow = [
        shot.share for shot in shots(FilmSettings(frames_a_second=10, rounds_a_second=0.1), DWELL) if shot.round == 1
    ]
    assert slow == pytest.approx([*(at / 12 for at in range(1, 12)), 1.0]), "1.2 seconds, as on the stage"


def test_that_a_part_begins_at_rest_and_ends_where_it_was_asked_to():
    found = shots(FilmSettings(frames_a_second=10, first=1, last=3), DWELL)
    assert found[0].share == 1.0
    assert [shot.round for shot in found if shot.share == 1.0] == [1, 2, 3]
