"""Makes a film of a run into a file or a folder."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final, Protocol

from PIL import Image

from cascade_gui.film.gif import GifWriter, palette_of
from cascade_gui.film.mp4 import Mp4Writer
from cascade_gui.film.reel import Reel
from cascade_gui.film.schedule import Shot
from cascade_gui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from engine.exporting.film_settings import FilmSettings
    from engine.reading.recorded_run import RecordedRun

_SAMPLES: Final = 8
"""The palette of a GIF is made from so many rounds of it, each on its way and at rest."""
_ON_ITS_WAY: Final = 0.6


class FilmStopped(Exception):  # noqa: N818 - nothing went wrong
    """Who asked for the film does not want it any more."""


class Writer(Protocol):
    """What pictures are handed to."""

    def add(self, pixels: NDArray[np.uint8], frames: int) -> None:
        """Take the next picture, (height, width, 3), which stays for so many frames."""

    def close(self) -> None:
        """Finish."""


def make_film(
    recording: RecordedRun, settings: FilmSettings, path: Path, told: Callable[[int, int], None],
    stopped: Callable[[], bool] = lambda: False,
) -> None:  # fmt: skip
    """Make a film.

    Parameters
    ----------
    recording
        The run; it is over.
    settings
        Checked settings.
    path
        A ``.gif`` or ``.mp4`` file, or a folder that there is, for pictures. Half a film may stand there after a fault.
    told
        Called with the number of pictures that are drawn, and of all.
    stopped
        Asked before each picture.

    Raises
    ------
    FilmStopped
        If it was stopped.
    BadInput
        If it cannot be written.
    """
    reel = Reel(recording, settings)
    try:
        if path.suffix == ".gif":
            _write_gif(reel, settings, path, told, stopped)
        elif path.suffix == ".mp4":
            _write_mp4(reel, settings, path, told, stopped)
        else:
            _write(reel, _Pictures(path), told, stopped)
    finally:
        reel.close()


def _write(reel: Reel, writer: Writer, told: Callable[[int, int], None], stopped: Callable[[], bool]) -> None:
    for number, (pixels, frames) in enumerate(reel.frames(), 1):
        if stopped():
            raise FilmStopped
        writer.add(pixels, frames)
        told(number, len(reel.shots))
    writer.close()


def _write_gif(
    reel: Reel, settings: FilmSettings, path: Path, told: Callable[[int, int], None], stopped: Callable[[], bool]
) -> None:
    exact = [
        getattr(tokens(settings.dark), name)
        for name in ("background", "text", "secondary", "faint", "grid", "line", "accent", "vermilion", "amber")
    ]
    palette = palette_of(_samples(reel), exact)
    with path.open("wb") as stream:
        size = settings.width, settings.height
        _write(reel, GifWriter(stream, size, settings.frames_a_second, palette), told, stopped)


def _write_mp4(
    reel: Reel, settings: FilmSettings, path: Path, told: Callable[[int, int], None], stopped: Callable[[], bool]
) -> None:
    writer = Mp4Writer(path, (settings.width, settings.height), settings.frames_a_second)
    try:
        _write(reel, writer, told, stopped)
    except BaseException:
        writer.abandon()
        raise


def _samples(reel: Reel) -> list[NDArray[np.uint8]]:
    """Return pictures of rounds all over the film, as copies."""
    rounds = sorted({shot.round for shot in reel.shots})
    chosen = sorted({rounds[at * (len(rounds) - 1) // _SAMPLES] for at in range(_SAMPLES + 1)})
    found = []
    for number in chosen:
        if number > rounds[0]:
            reel.draw(Shot(number - 1, 1.0, 1))
            found.append(reel.draw(Shot(number, _ON_ITS_WAY, 1)).copy())
        found.append(reel.draw(Shot(number, 1.0, 1)).copy())
    return found


class _Pictures:
    """Writes every frame as a picture of its own, numbered from 1."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    def add(self, pixels: NDArray[np.uint8], frames: int) -> None:
        data = BytesIO()
        Image.fromarray(pixels).save(data, "png", compress_level=6)
        for _ in range(frames):
            self._count += 1
            (self._folder / f"frame-{self._count:06}.png").write_bytes(data.getvalue())

    def close(self) -> None:
        pass
