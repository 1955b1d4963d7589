"""Films of a run, drawn by the window's own parts in a process of its own.

The engine knows neither Qt nor the window: where they are not installed, everything but films works.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Timer
from typing import TYPE_CHECKING, Final

from engine.base.faults import BadInput
from engine.exporting.film_settings import ENDINGS, PICTURES
from engine.files.atomic import writing
from engine.files.scenario_files import save_scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.exporting.film_settings import FilmSettings
    from engine.reading.recorded_run import RecordedRun

_DRAWER: Final = "cascade_gui.film.process"
_PATIENCE_SECONDS: Final = 1.0
"""A film that is stopped ends after the picture it draws; it is ended from outside after so long."""
_OF_THE_SCREEN: Final = ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI", "QT_AUTO_SCREEN_SCALE_FACTOR")
"""What the user's screen asks for has no part in a film."""
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class FilmStopped(Exception):  # noqa: N818 - nothing went wrong
    """The film was stopped; nothing was written."""


def film_ending(out: str) -> str:
    """Return ``.gif`` or ``.mp4``, or ``.png`` for a folder of pictures, and check that it can be made here.

    Parameters
    ----------
    out
        The name of a film's file, or ``FOLDER/*.png``.

    Raises
    ------
    BadInput
        If it has another ending, its folder is missing, pictures of a film are in it already, or something that makes
        it is not installed.
    """
    path = Path(out)
    is_folder = path.name == PICTURES
    ending = ".png" if is_folder else path.suffix.lower()
    if ending not in ENDINGS and not is_folder:
        raise BadInput.at(
            out, f"the ending {path.suffix!r}" if path.suffix else "no ending", ".gif, .mp4, FOLDER/*.png"
        )
    if any(find_spec(name) is None for name in ("cascade_gui", "PySide6", "pyqtgraph")):
        raise BadInput.at(out, "the parts that draw are not installed", "PySide6-Essentials and pyqtgraph")
    if ending == ".mp4" and find_spec("imageio_ffmpeg") is None:
        needed = "pip install imageio-ffmpeg, or a .gif"
        raise BadInput.at(out, "an MP4 is written by imageio-ffmpeg, which is not installed", needed)
    folder = path.parent.parent if is_folder else path.parent
    if not folder.is_dir():
        raise BadInput.at(out, f"there is no folder {folder}", "a folder that exists")
    if is_folder and any(path.parent.glob("frame-*.png")):
        raise BadInput.at(out, "pictures of a film are in that folder already", "another folder")
    return ending


class FilmExport:
    """Makes one film; nothing stands in its place before it is whole.

    Parameters
    ----------
    recording
        The run, which is over.
    settings
        What it looks like.
    out
        A ``.gif`` or ``.mp4`` file, or ``FOLDER/*.png``.

    Raises
    ------
    BadInput
        If it cannot be made so.

    Attributes
    ----------
    out
        Where it goes.

    Examples
    --------
    >>> FilmExport(recording, FilmSettings(), "cascade.gif").make()  # doctest: +SKIP
    """

    def __init__(self, recording: RecordedRun, settings: FilmSettings, out: str) -> None:
        self._recording, self._settings, self.out = recording, settings, out
        self._ending = film_ending(out)
        settings.check(self._ending, len(recording.rounds) - 1)
        self._stopped = Event()
        self._process: subprocess.Popen[str] | None = None
        self._patience: Timer | None = None

    def make(self, told: Callable[[int, int], None] = lambda drawn, of: None) -> None:  # noqa: ARG005 - says what it is
        """Make it, and wait for it.

        Parameters
        ----------
        told
            Called with the number of pictures that are drawn, and of all.

        Raises
        ------
        FilmStopped
            If it was stopped.
        BadInput
            If it could not be made or written.
        """
        with tempfile.TemporaryDirectory(prefix="cascade-film-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            kept, made = folder / "run.cascade", folder / f"film{self._ending.replace('.png', '')}"
            if self._ending == ".png":
                made.mkdir()
            save_scenario(self._recording.scenario, kept, self._recording)
            self._draw(kept, made, folder / "said", told)
            self._put(made)

    def stop(self) -> None:
        """Stop it, from any thread; `make` ends soon."""
        self._stopped.set()
        process = self._process
        if process is None or process.stdin is None or process.poll() is not None:
            return
        self._patience = Timer(_PATIENCE_SECONDS, process.kill)
        self._patience.start()
        with suppress(OSError, ValueError):  # it is gone already
            process.stdin.close()

    def _draw(self, kept: Path, made: Path, said: Path, told: Callable[[int, int], None]) -> None:
        # what it leaves where it is ended goes with the folder
        settings = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(kept.parent))
        settings |= {"QT_QPA_PLATFORM": "offscreen"}
        for variable in _OF_THE_SCREEN:
            settings.pop(variable, None)
        command = [sys.executable, "-m", _DRAWER, str(kept), self._settings.to_json(), str(made)]
        with said.open("w+", encoding="utf-8", errors="replace") as words:
            self._process = subprocess.Popen(
                command, env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, text=True,
                creationflags=_NO_WINDOW, start_new_session=True,
            )  # fmt: skip
            status = self._wait_for(self._process, told)
            if self._stopped.is_set():
                raise FilmStopped
            if status != 0:
                words.seek(0)
                lines = words.read().strip().splitlines()
                raise BadInput.at(self.out, lines[-1] if lines else "it could not be drawn")

    def _wait_for(self, process: subprocess.Popen[str], told: Callable[[int, int], None]) -> int:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            if self._stopped.is_set():  # before there was a process to stop
                self.stop()
            for line in process.stdout:
                drawn, _, of = line.partition(" ")
                told(int(drawn), int(of))
            return process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            if self._patience is not None:
                self._patience.cancel()
            process.stdout.close()
            with suppress(OSError):
                process.stdin.close()

    def _put(self, made: Path) -> None:
        """Put a film that is whole to its place."""
        out = Path(self.out)
        if self._ending == ".png":
            try:
                out.parent.mkdir(exist_ok=True)
                for picture in sorted(made.iterdir()):
                    shutil.move(picture, out.parent / picture.name)
            except OSError as error:
                raise BadInput.at(self.out, f"cannot be written: {error.strerror or error}") from None
            return
        with made.open("rb") as film, writing(out) as stream:
            shutil.copyfileobj(film, stream)
