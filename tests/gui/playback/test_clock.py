"""The playback clock: what is shown when, without waiting for it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cascade_gui.playback.clock import SPEEDS, Clock, faster, slower


def played(clock: Clock, seconds: float, frames: int = 10_000) -> list[int]:
    """Return the different rounds that are shown while it plays."""
    shown = [clock.round]
    for _ in range(frames):
        goes_on = clock.advance(seconds)
        if clock.round != shown[-1]:
            shown.append(clock.round)
        if not goes_on:
            break
    return shown


def test_that_a_slow_clock_shows_every_round():
    assert played(Clock(count=6, speed=4), 0.016) == [0, 1, 2, 3, 4, 5]


def test_that_a_slow_clock_shows_every_round_backward():
    clock = Clock(count=6, speed=4, direction=-1)
    clock.show(5)
    assert played(clock, 0.016) == [5, 4, 3, 2, 1, 0]


def test_that_a_round_is_shown_as_long_as_the_speed_says():
    clock = Clock(count=10, speed=2)
    clock.advance(0.49)
    assert clock.round == 0
    clock.advance(0.02)
    assert clock.round == 1


@given(st.integers(2, 60), st.sampled_from(SPEEDS), st.floats(0.01, 2.0), st.sampled_from([1, -1]), st.integers(0, 60))
def test_that_a_clock_lands_on_the_last_round_whatever_it_drops(count, speed, seconds, direction, start):
    clock = Clock(count=count, speed=speed, direction=direction)
    clock.show(start)
    shown = played(clock, seconds, frames=30_000)
    assert shown[-1] == clock.end
    assert all((b - a) * direction > 0 for a, b in itertools.pairwise(shown))


def test_that_a_loop_shows_the_last_round_before_it_starts_again():
    clock = Clock(count=3, speed=10, loop=True)
    assert played(clock, 0.05, frames=12) == [0, 1, 2, 0, 1, 2, 0]


def test_that_a_loop_that_drops_pictures_still_shows_the_last_round():
    clock = Clock(count=10, speed=64, loop=True)
    shown = played(clock, 0.1, frames=50)
    assert shown.count(9) >= 5


def test_that_a_loop_runs_backward_too():
    clock = Clock(count=3, speed=10, direction=-1, loop=True)
    clock.show(2)
    assert played(clock, 0.05, frames=12) == [2, 1, 0, 2, 1, 0, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_that_there_is_nothing_to_play_without_rounds(count):
    clock = Clock(count=count, loop=True)
    assert not clock.advance(1.0)
    assert clock.round == 0


@pytest.mark.parametrize(("asked", "shown"), [(-3, 0), (4, 4), (99, 9)])
def test_that_showing_a_round_that_is_not_there_shows_the_nearest(asked, shown):
    assert Clock(count=10).show(asked) == shown


def test_that_play_at_the_end_starts_again():
    clock = Clock(count=5)
    clock.show(4)
    clock.rewind_if_ended()
    assert clock.round == 0


def test_that_slower_and_slower_turns_backward():
    assert slower(0.25, 1) == (0.25, -1)
    assert faster(0.25, -1) == (0.25, 1)
    assert faster(4, 1) == (8, 1)
    assert slower(4, -1) == (8, -1)
    assert faster(SPEEDS[-1], 1) == (SPEEDS[-1], 1)


@given(st.lists(st.sampled_from([0.1, 0.5, 1.0]), min_size=2, max_size=30), st.sampled_from([1, -1]))
def test_that_a_round_is_shown_for_as_long_as_it_dwells(dwell, direction):
    last = len(dwell) - 1
    clock = Clock(count=len(dwell), position=0.0 if direction > 0 else last, speed=1.0, direction=direction)
    clock.dwell = tuple(dwell)
    shown = dict.fromkeys(range(len(dwell)), 0.0)
    while clock.round != clock.end:
        shown[clock.round] += 0.01
        clock.advance(0.01)
    for number, seconds in shown.items():
        if number != clock.end:
            assert seconds == pytest.approx(dwell[number], abs=0.021), number


def test_that_playing_passes_over_short_rounds_but_never_over_the_last():
    clock = Clock(count=101, speed=1.0, dwell=(1.0, *[0.1] * 99, 1.0))
    assert clock.advance(1.0)
    assert clock.round == 1
    assert clock.advance(5.0)
    assert clock.round == 51
    assert not clock.advance(60.0)
    assert clock.round == 100
