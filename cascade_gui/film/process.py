"""Films the run of a file: ``python -m cascade_gui.film.process FILE.cascade SETTINGS OUT``.

`engine.exporting.films` starts it, for the command, which knows no Qt, and for the window, which stays alive meanwhile.
It tells each picture on standard output, and ends when standard input is closed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from cascade_gui.film.filming import FilmStopped, make_film
from cascade_gui.theme import apply, tokens
from engine.base.faults import BadInput
from engine.exporting.film_settings import FilmSettings
from engine.files import read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

STOPPED = 130


def main(arguments: Sequence[str]) -> int:
    """Make one film.

    Parameters
    ----------
    arguments
        A ``.cascade`` file with its recording, the settings as JSON, and the file or folder of the film.

    Returns
    -------
    int
        0 done, 2 where it could not be made, with a line that says why, 130 where it was stopped.
    """
    file, settings, out = arguments
    wanted, stop = FilmSettings.from_json(settings), Event()
    Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    application = QApplication([])
    glyphs = apply(application, tokens(wanted.dark))
    try:
        recording = read_file(file, with_recording=True).recording
        assert recording is not None
        make_film(recording, wanted, Path(out), _tell, stop.is_set)
    except FilmStopped:
        return STOPPED
    except BadInput as error:
        sys.stderr.write(f"{error.faults[0]}\n")
        return 2
    finally:
        glyphs.remove()  # the style sheet is in use until here
    return 0


def _tell(drawn: int, of: int) -> None:
    sys.stdout.write(f"{drawn} {of}\n")
    sys.stdout.flush()


def _wait_for_end(stop: Event) -> None:
    """Wait until whoever asked for the film closes standard input, or is gone."""
    while os.read(0, 1024):  # not sys.stdin, which Python wants for itself when it ends
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
