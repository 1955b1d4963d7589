"""Stops: rounds with a title and notes, saved in the scenario. Pure functions on parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.scenario.schema import Parameters, Stop

if TYPE_CHECKING:
    from collections.abc import Iterable


def next_stop(stops: Iterable[Stop], shown: int, last: int) -> int:
    """Return the round of the first stop after `shown`, or the last round."""
    return min((stop.round for stop in stops if shown < stop.round <= last), default=last)


def previous_stop(stops: Iterable[Stop], shown: int) -> int:
    """Return the round of the last stop before `shown`, or 0."""
    return max((stop.round for stop in stops if stop.round < shown), default=0)


def stop_at(stops: Iterable[Stop], number: int) -> Stop | None:
    """Return the stop at a round, None if there is none."""
    return next((stop for stop in stops if stop.round == number), None)


def with_stop(parameters: Parameters, stop: Stop) -> Parameters:
    """Return parameters with a stop in place of any other of that round, in order of rounds."""
    others = [each for each in parameters.stops if each.round != stop.round]
    return _with(parameters, sorted([*others, stop], key=lambda each: each.round))


def without_stop(parameters: Parameters, number: int) -> Parameters:
    """Return parameters without the stop at a round."""
    return _with(parameters, [each for each in parameters.stops if each.round != number])


def _with(parameters: Parameters, stops: list[Stop]) -> Parameters:
    plain = parameters.to_dict()
    plain["stops"] = [stop.model_dump(mode="json", by_alias=True) for stop in stops]
    return Parameters.from_dict(plain)
