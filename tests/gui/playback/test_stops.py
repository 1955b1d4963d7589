"""Stops of a presentation: next, previous, added, taken away."""

from __future__ import annotations

from cascade_gui.document.document import blank_parameters
from cascade_gui.playback.stops import next_stop, previous_stop, stop_after, stop_at, stop_before, with_stop, without
from engine.scenario.schema import Stop

STOPS = (Stop(round=3, title="First wave"), Stop(round=8), Stop(round=40))


def test_that_the_next_stop_is_the_first_after_the_shown_round():
    assert next_stop(STOPS, 0, 20) == 3
    assert next_stop(STOPS, 3, 20) == 8


def test_that_after_the_last_stop_comes_the_last_round():
    assert next_stop(STOPS, 8, 20) == 20
    assert next_stop((), 8, 20) == 20


def test_that_the_previous_stop_is_the_last_before_the_shown_round():
    assert previous_stop(STOPS, 8) == 3
    assert previous_stop(STOPS, 3) == 0


def test_that_a_stop_takes_the_place_of_another_of_its_round(qapp):
    parameters = with_stop(blank_parameters(), Stop(round=8, title="Old"))
    parameters = with_stop(parameters, Stop(round=2))
    parameters = with_stop(parameters, Stop(round=8, title="New"))
    assert [(stop.round, stop.title) for stop in parameters.stops] == [(2, ""), (8, "New")]
    assert stop_at(parameters.stops, 8).title == "New"
    assert [stop.round for stop in without(parameters, parameters.stops[0]).stops] == [8]
    assert stop_at(parameters.stops, 3) is None


def test_that_stops_of_one_round_with_other_changes_stand_beside_each_other():
    calm = {"liquidators.gas_usd": 0}
    parameters = with_stop(blank_parameters(), Stop(round=8, title="As it is"))
    parameters = with_stop(parameters, Stop(round=8, title="No gas", changes=calm))
    assert [stop.title for stop in parameters.stops] == ["As it is", "No gas"]
    parameters = with_stop(parameters, Stop(round=8, title="First"), parameters.stops[0])
    assert [stop.title for stop in parameters.stops] == ["First", "No gas"]


def test_that_on_stage_stops_of_one_round_follow_each_other_and_go_back():
    stops = (Stop(round=3), Stop(round=3, title="b"), Stop(round=8))
    assert [stop_after(stops, at, shown) for at, shown in ((None, 0), (0, 3), (1, 3), (2, 8))] == [0, 1, 2, None]
    assert [stop_before(stops, at, shown) for at, shown in ((2, 8), (1, 3), (0, 3))] == [1, 0, None]
    assert stop_after(stops, 0, 5) == 2, "after a step away the next one is that of a later round"
    assert stop_before(stops, 0, 5) == 1
