"""Writes an MP4 by ffmpeg, which the extra `video` brings: a program of its own that gets the pictures."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_QUALITY: Final = "18"
"""Of x264: no difference to the eye; text stays sharp."""


class Mp4Writer:
    """Writes one film; every player shows it (H.264, yuv420p), and it begins before it is loaded whole.

    Parameters
    ----------
    path
        Where it goes.
    size
        Width and height, even numbers of pixels.
    frames_a_second
        How fast it is.
    """

    def __init__(self, path: Path, size: tuple[int, int], frames_a_second: int) -> None:
        from imageio_ffmpeg import get_ffmpeg_exe

        self._path = path
        width, height = size
        rate = str(frames_a_second)
        self._process = subprocess.Popen(
            [
                get_ffmpeg_exe(), "-loglevel", "error", "-y",
                "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", rate, "-i", "-",
                "-an", "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-c:v", "libx264", "-preset", "medium",
                "-crf", _QUALITY, "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709",
                "-color_trc", "bt709", "-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact",
                "-r", rate, "-f", "mp4", str(path),
            ],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, creationflags=_NO_WINDOW,
        )  # fmt: skip

    def add(self, pixels: NDArray[np.uint8], frames: int) -> None:
        """Take the next picture, (height, width, 3), which stays for so many frames.

        Raises
        ------
        BadInput
            If the program refuses it, as where the disk is full.
        """
        data = pixels.tobytes()
        assert self._process.stdin is not None
        try:
            for _ in range(frames):
                self._process.stdin.write(data)
        except OSError:
            raise self._refused() from None

    def close(self) -> None:
        """Write the rest and wait for the end.

        Raises
        ------
        BadInput
            If the program failed.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            raise self._refused() from None
        if self._process.wait() != 0:
            raise self._refused()
        self._end()

    def abandon(self) -> None:
        """End the program; the file is nothing."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._end()

    def _refused(self) -> BadInput:
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        self.abandon()
        return BadInput.at(self._path.name, f"ffmpeg: {said[-1] if said else 'it ended at once'}")

    def _end(self) -> None:
        for stream in (self._process.stdin, self._process.stderr):
            if stream is not None and not stream.closed:
                try:
                    stream.close()
                except OSError:  # what was still to be written to a program that is gone
                    continue
