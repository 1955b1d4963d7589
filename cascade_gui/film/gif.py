"""Writes an animated GIF picture by picture: one palette, and of each picture what has changed."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
from PIL import Image
from PIL.GifImagePlugin import getdata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_COLOURS: Final = 255
_SEEN_THROUGH: Final = 255
"""This number of the palette leaves what the picture before shows."""


def palette_of(samples: Sequence[NDArray[np.uint8]], exact: Sequence[str]) -> NDArray[np.uint8]:
    """Return (255, 3) the palette of a film.

    Parameters
    ----------
    samples
        Some of its pictures, (height, width, 3).
    exact
        Colours that are in it as they are, ``#rrggbb``: large areas and text have them.
    """
    kept = list(dict.fromkeys(bytes.fromhex(colour.removeprefix("#")) for colour in exact))
    stacked = Image.fromarray(np.concatenate(samples))
    found = stacked.quantize(colors=_COLOURS - len(kept), method=Image.Quantize.FASTOCTREE)
    rest = bytes(found.getpalette() or b"")
    colours = np.frombuffer(b"".join(kept) + rest, dtype=np.uint8).reshape(-1, 3)
    return np.concatenate([colours, np.repeat(colours[:1], _COLOURS - len(colours), axis=0)])


class GifWriter:
    """Writes one film.

    Parameters
    ----------
    stream
        Where it goes.
    size
        Width and height, pixels.
    frames_a_second
        At most 50.
    palette
        (255, 3) its colours.
    """

    def __init__(
        self, stream: BinaryIO, size: tuple[int, int], frames_a_second: int, palette: NDArray[np.uint8]
    ) -> None:
        self._stream, self._speed = stream, frames_a_second
        colours = np.concatenate([palette, palette[:1]]).tobytes()
        self._palette = Image.new("P", (1, 1))
        self._palette.putpalette(palette.tobytes())
        self._shown: NDArray[np.uint8] | None = None
        self._waiting: tuple[Image.Image, tuple[int, int]] | None = None
        self._stays = self._passed = 0
        stream.write(b"GIF89a" + pack("<HHBBB", *size, 0xF7, 0, 0) + colours)
        stream.write(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")  # again and again

    def add(self, pixels: NDArray[np.uint8], frames: int) -> None:
        """Take the next picture, (height, width, 3), which stays for so many frames."""
        coded = np.asarray(Image.fromarray(pixels).quantize(palette=self._palette, dither=Image.Dither.NONE))
        changed = np.ones(coded.shape, dtype=np.bool_) if self._shown is None else coded != self._shown
        rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
        if len(rows):
            self._write_waiting()
            top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
            part = np.where(changed, coded, _SEEN_THROUGH).astype(np.uint8)[top:bottom, left:right]
            self._waiting = Image.fromarray(np.ascontiguousarray(part)), (left, top)
            self._shown = coded
        self._stays += frames

    def close(self) -> None:
        """Write the last picture and the end."""
        self._write_waiting()
        self._stream.write(b";")

    def _write_waiting(self) -> None:
        """Write the picture before, of which it is known now how long it stays."""
        if self._waiting is None:
            return
        image, offset = self._waiting
        before, self._passed, self._stays = self._passed, self._passed + self._stays, 0
        hundredths = round(100 * self._passed / self._speed) - round(100 * before / self._speed)
        written = getdata(image, offset, duration=10 * hundredths, transparency=_SEEN_THROUGH, disposal=1)
        self._stream.writelines(written)
        self._waiting = None
