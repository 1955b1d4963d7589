"""Which frames a film has: every round, how far it is on its way, and how long each picture stays. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cascade_gui.loan_marks.timeline import ROUND_MILLISECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.exporting.film_settings import FilmSettings

_OF_A_DWELL: Final = 0.9
"""A round moves for this part of the time that it is shown, as on the stage."""
_END_SECONDS: Final = 2.0
"""The last picture stays so long more: a GIF begins again after it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a film.

    Parameters
    ----------
    round
        The round.
    share
        How much of the time of its way from the round before has passed, up to 1: there it is at rest.
    frames
        For how many frames it stays.
    """

    round: int
    share: float
    frames: int


def shots(settings: FilmSettings, dwell: Sequence[float]) -> list[Shot]:
    """Return the pictures of a film in their order; the last of every round is that round at rest.

    Parameters
    ----------
    settings
        How fast it is, and from where to where it goes.
    dwell
        How long each round of the run is shown, 1 for as long as the speed says.
    """
    last = len(dwell) - 1 if settings.last is None else settings.last
    speed, found, drawn, passed = settings.frames_a_second, list[Shot](), 0, 0.0
    for number in range(settings.first, last + 1):
        lasts = dwell[number] / settings.rounds_a_second
        passed += lasts * speed
        until = max(drawn + 1, round(passed))
        passed = max(passed, float(until))  # who had too little time for a frame takes it from nobody
        moves = min(ROUND_MILLISECONDS / 1000, _OF_A_DWELL * lasts) * speed if number > settings.first else 0.0
        moving = [at / moves for at in range(1, until - drawn) if at < moves]
        found += [Shot(number, share, 1) for share in moving]
        end = round(_END_SECONDS * speed) if number == last else 0
        found.append(Shot(number, 1.0, until - drawn - len(moving) + end))
        drawn = until
    return found


def seconds(settings: FilmSettings, dwell: Sequence[float]) -> float:
    """Return how long a film lasts."""
    return sum(shot.frames for shot in shots(settings, dwell)) / settings.frames_a_second
