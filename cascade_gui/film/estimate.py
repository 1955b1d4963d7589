"""How long a film takes to be made, and how large it becomes: from films that were made and measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cascade_gui.film.schedule import shots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.exporting.film_settings import FilmSettings

_MEASURED: Final = 1280 * 720
"""What follows was measured on films of so many pixels, of the Compound book in a thin market."""
_START_SECONDS: Final = 3.0
_SECONDS_A_PICTURE: Final = 0.003
_SECONDS_A_PLOT: Final = 0.0013
_SECONDS_OF_PIXELS: Final = {".gif": 0.0073, ".mp4": 0.012, ".png": 0.023}
_BYTES_A_PICTURE: Final = {".gif": 2_500, ".mp4": 2_150, ".png": 100_000}
_GROWS: Final = 0.65
"""Twice the pixels are not twice the bytes: areas of one colour take hardly any."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a film will be.

    Parameters
    ----------
    lasts
        Seconds that it plays.
    pictures
        How many are drawn; one that stays is drawn once.
    seconds
        That it takes, about.
    megabytes
        That it becomes, about.
    """

    lasts: float
    pictures: int
    seconds: float
    megabytes: float


def estimate(settings: FilmSettings, dwell: Sequence[float], ending: str) -> Estimate:
    """Return what a film will be.

    Parameters
    ----------
    settings
        What it looks like.
    dwell
        How long each round of its run is shown.
    ending
        ``.gif``, ``.mp4`` or ``.png``.
    """
    drawn = shots(settings, dwell)
    frames = sum(shot.frames for shot in drawn)
    size = settings.width * settings.height / _MEASURED
    plots = _SECONDS_A_PLOT * (len(settings.plots) - 1)
    each = _SECONDS_A_PICTURE + plots + _SECONDS_OF_PIXELS[ending] * size
    kept = frames if ending == ".png" else len(drawn)
    return Estimate(
        frames / settings.frames_a_second,
        len(drawn),
        _START_SECONDS + each * len(drawn),
        _BYTES_A_PICTURE[ending] * size**_GROWS * kept / 1e6,
    )
