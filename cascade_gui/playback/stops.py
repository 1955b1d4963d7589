"""Stops: rounds with a title and notes, saved in the scenario. Pure functions on parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.scenario.schema import Parameters, Stop

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def next_stop(stops: Iterable[Stop], shown: int, last: int) -> int:
    """Return the round of the first stop after `shown`, or the last round."""
    return min((stop.round for stop in stops if shown < stop.round <= last), default=last)


def previous_stop(stops: Iterable[Stop], shown: int) -> int:
    """Return the round of the last stop before `shown`, or 0."""
    return max((stop.round for stop in stops if stop.round < shown), default=0)


def stop_at(stops: Iterable[Stop], number: int) -> Stop | None:
    """Return the stop at a round, None if there is none."""
    return next((stop for stop in stops if stop.round == number), None)


def stop_after(stops: Sequence[Stop], at: int | None, shown: int) -> int | None:
    """Return which of the stops comes next, None after the last one.

    Parameters
    ----------
    stops
        In order of rounds; several may be at one round, with other changes.
    at
        Which one was gone to last, None for none.
    shown
        The shown round; after a step away from a stop those of later rounds come next.
    """
    if at is not None and at < len(stops) and stops[at].round == shown:
        return at + 1 if at + 1 < len(stops) else None
    return next((number for number, stop in enumerate(stops) if stop.round > shown), None)


def stop_before(stops: Sequence[Stop], at: int | None, shown: int) -> int | None:
    """Return which of the stops came before, None before the first one; the parameters are those of `stop_after`."""
    if at is not None and at < len(stops) and stops[at].round == shown:
        return at - 1 if at > 0 else None
    return next((number for number in reversed(range(len(stops))) if stops[number].round < shown), None)


def with_stop(parameters: Parameters, stop: Stop, instead_of: Stop | None = None) -> Parameters:
    """Return parameters with a stop in place of any other of that round and those changes, in order of rounds.

    Parameters
    ----------
    parameters, stop
        Where it is put.
    instead_of
        A stop that goes, and whose place among those of its round it takes.
    """
    others: list[Stop] = []
    place = len(parameters.stops)
    for each in parameters.stops:
        if each == instead_of or (each.round, each.changes) == (stop.round, stop.changes):
            place = min(place, len(others))
        else:
            others.append(each)
    others.insert(place, stop)
    return _with(parameters, sorted(others, key=lambda each: each.round))


def without(parameters: Parameters, stop: Stop) -> Parameters:
    """Return parameters without one of their stops."""
    return _with(parameters, [each for each in parameters.stops if each != stop])


def _with(parameters: Parameters, stops: list[Stop]) -> Parameters:
    plain = parameters.to_dict()
    plain["stops"] = [stop.model_dump(mode="json", by_alias=True) for stop in stops]
    return Parameters.from_dict(plain)
