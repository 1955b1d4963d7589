"""What the application remembers, and in which folder: settings, recovery files, log.

All of it lies under one folder, which ``--profile DIR`` moves.
"""

from __future__ import annotations

import math
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from cascade_gui.playback.clock import SPEEDS
from engine.base.user_folders import APPLICATION, temporary_profile

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION: Final = 1
"""Of the settings' meaning; settings of a newer version are left alone and defaults are used."""
LAYOUT_VERSION: Final = 1
"""Of docks and toolbars; a layout of another version is not restored."""
MOST_RECENT: Final = 10

PURPOSES: Final = (
    "scenario", "book", "liquidations", "parameters", "mapping", "prices", "results", "picture", "film", "table",
    "proposal",
)  # fmt: skip
"""What files are asked for; dialogs start in the folder last used for the same."""


def default_folder() -> Path:
    """Return the folder of settings where no profile was given."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))


class Settings:
    """Typed access to the settings file; each value has its default here.

    What cannot be read or written never keeps the window from starting: it goes on without, and says so.

    Parameters
    ----------
    folder
        Where everything is kept; made if it does not exist. Where it cannot be used, everything is in a temporary
        folder, which goes with the program.

    Attributes
    ----------
    faults
        What in the file was no value, in a sentence each; its default is used instead.
    problem
        A sentence on why nothing is remembered; empty if it is.
    """

    def __init__(self, folder: Path) -> None:
        self.problem = _why_unusable(folder)
        self.folder = folder = temporary_profile() if self.problem else folder
        self._store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.faults: list[str] = []
        self._forget_bad("version", _is_whole)
        if self._number("version", VERSION) > VERSION:
            self._store = QSettings(str(folder / f"settings-{VERSION}.ini"), QSettings.Format.IniFormat)
        for key, is_good in _GOOD.items():
            self._forget_bad(key, is_good)
        self._store.setValue("version", VERSION)
        self._look_at_file()

    @property
    def recovery_folder(self) -> Path:
        """Where recovery files are."""
        return self.folder / "recovery"

    @property
    def courses_folder(self) -> Path:
        """Where the small pictures of the user's own files are drawn from."""
        return self.folder / "courses"

    @property
    def log_file(self) -> Path:
        """Where faults are written."""
        return self.folder / "cascade.log"

    def sync(self) -> None:
        """Write what changed to the disk."""
        self._store.sync()

    # ------------------------------------------------------------------------------------- files

    @property
    def recent_files(self) -> list[Path]:
        """The files that were opened or saved last, newest first, without those that are gone."""
        stored: Any = self._store.value("files/recent", [])
        names: list[str] = [stored] if isinstance(stored, str) else list(stored or [])
        return [Path(name) for name in names if name and _is_there(name)]

    def add_recent(self, path: Path) -> None:
        """Put a file in front of the recent ones."""
        path = path.resolve()
        files = [path, *(other for other in self.recent_files if other != path)][:MOST_RECENT]
        self._store.setValue("files/recent", [str(file) for file in files])

    def clear_recent(self) -> None:
        """Forget the recent files."""
        self._store.setValue("files/recent", [])

    @property
    def last_file(self) -> Path | None:
        """The file that was open last, if it is still there."""
        name = self._text("files/last")
        return Path(name) if name and _is_there(name) and Path(name).is_file() else None

    @last_file.setter
    def last_file(self, path: Path | None) -> None:
        self._store.setValue("files/last", "" if path is None else str(path.resolve()))

    @property
    def last_folder(self) -> str:
        """Where file dialogs start for which no folder was used yet."""
        return self._text("files/folder") or str(Path.home())

    @last_folder.setter
    def last_folder(self, folder: str) -> None:
        self._store.setValue("files/folder", folder)

    def folder_of(self, purpose: str) -> str:
        """Return the folder last used for a purpose, one of `PURPOSES`; else the last one used for anything."""
        return self._text(f"folders/{purpose}") or self.last_folder

    def keep_folder(self, purpose: str, folder: str) -> None:
        """Keep the folder that was used for a purpose."""
        self._store.setValue(f"folders/{purpose}", folder)
        self.last_folder = folder

    # -------------------------------------------------------------------------------------- start

    @property
    def was_used(self) -> bool:
        """Whether the program was used with these settings before; the very first start plays an example."""
        return self._text("start/used") == "true" or self._number("layout/version", 0) > 0

    def note_used(self) -> None:
        """Remember that the program was used."""
        self._store.setValue("start/used", "true")

    # -------------------------------------------------------------------------------------- looks

    @property
    def color_scheme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        found = self._text("view/scheme")
        return found if found in {"light", "dark"} else "system"

    @color_scheme.setter
    def color_scheme(self, scheme: str) -> None:
        self._store.setValue("view/scheme", scheme)

    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """Return the window's geometry and the layout of its docks, or None if there are none that fit."""
        if self._number("layout/version", 0) != LAYOUT_VERSION:
            return None
        geometry, state = self._store.value("layout/geometry"), self._store.value("layout/state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            return geometry, state
        return None

    def set_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remember the window's geometry and the layout of its docks."""
        self._store.setValue("layout/version", LAYOUT_VERSION)
        self._store.setValue("layout/geometry", geometry)
        self._store.setValue("layout/state", state)

    def forget_layout(self) -> None:
        """Forget geometry and docks."""
        self._store.remove("layout")

    # --------------------------------------------------------------------------------------- runs

    @property
    def runs_live(self) -> bool:
        """Whether every edit runs at once."""
        return self._text("run/live") == "true"

    @runs_live.setter
    def runs_live(self, live: bool) -> None:
        self._store.setValue("run/live", "true" if live else "false")

    # ----------------------------------------------------------------------------------- playback

    @property
    def pace(self) -> tuple[float, int, bool]:
        """Speed, direction and loop of playing."""
        return self.playback_speed, self.playback_direction, self.playback_loop

    @pace.setter
    def pace(self, pace: tuple[float, int, bool]) -> None:
        self.playback_speed, self.playback_direction, self.playback_loop = pace

    @property
    def stage_speed(self) -> float:
        """Rounds a second on the stage."""
        return self._number("stage/speed", 0.5)

    @stage_speed.setter
    def stage_speed(self, speed: float) -> None:
        self._store.setValue("stage/speed", speed)

    @property
    def stage_plots(self) -> tuple[str, ...]:
        """The names of the plots on the stage, one to four; those of the first time where something else stands."""
        from cascade_gui.stage.stage_page import DEFAULT, MOST, PLOTS

        names = tuple(str(self._store.value("stage/plots", "")).split())
        return names if 1 <= len(set(names)) == len(names) <= MOST and set(names) <= set(PLOTS) else DEFAULT

    @stage_plots.setter
    def stage_plots(self, names: tuple[str, ...]) -> None:
        self._store.setValue("stage/plots", " ".join(names))

    @property
    def playback_speed(self) -> float:
        """Rounds a second, from the slowest to the fastest that can be chosen."""
        return self._number("playback/speed", 4.0)

    @playback_speed.setter
    def playback_speed(self, speed: float) -> None:
        self._store.setValue("playback/speed", speed)

    @property
    def playback_direction(self) -> int:
        """1 forward, -1 backward."""
        return -1 if self._number("playback/direction", 1) < 0 else 1

    @playback_direction.setter
    def playback_direction(self, direction: int) -> None:
        self._store.setValue("playback/direction", direction)

    @property
    def playback_loop(self) -> bool:
        """Whether playback starts again at its end."""
        return self._text("playback/loop") == "true"

    @playback_loop.setter
    def playback_loop(self, loop: bool) -> None:
        self._store.setValue("playback/loop", "true" if loop else "false")

    @property
    def all_rounds(self) -> bool:
        """Whether quiet rounds are shown as long and as wide as all others."""
        return self._text("playback/all_rounds") == "true"

    @all_rounds.setter
    def all_rounds(self, shown: bool) -> None:
        self._store.setValue("playback/all_rounds", "true" if shown else "false")

    @property
    def motion(self) -> bool:
        """Whether plots move from one round to the next; where the system asks for reduced motion they never do."""
        return self._text("playback/motion") != "false"

    @motion.setter
    def motion(self, moves: bool) -> None:
        self._store.setValue("playback/motion", "true" if moves else "false")

    # ------------------------------------------------------------------------------- verification

    @property
    def verified(self) -> tuple[int, int] | None:
        """How many published cases passed and failed when all were run here last; None where that was elsewhere.

        Elsewhere is another machine, another version of this program, or of what its numbers depend on.
        """
        from cascade_gui.verification.place import here  # not before the window is on the screen

        if self._text("verification/here") != here():
            return None
        return int(self._number("verification/passed", 0)), int(self._number("verification/failed", 0))

    @verified.setter
    def verified(self, counts: tuple[int, int]) -> None:
        from cascade_gui.verification.place import here

        passed, failed = counts
        self._store.setValue("verification/passed", passed)
        self._store.setValue("verification/failed", failed)
        self._store.setValue("verification/here", here())

    # ------------------------------------------------------------------------------------ reading

    def _look_at_file(self) -> None:
        """Note it where the file is none, or cannot be read; Qt goes on with what it understands of it.

        Qt finds that out when it writes.
        """
        self._store.sync()
        file, status = self._store.fileName(), self._store.status()
        if status is QSettings.Status.AccessError:
            self.problem = f"Settings are not kept: {file} cannot be read or written."
        elif status is QSettings.Status.FormatError:
            self.faults.append(f"{file}: is damaged; defaults are used for what cannot be read")

    def _forget_bad(self, key: str, is_good: Callable[[Any], bool]) -> None:
        """Take what is no value of `key` out of the settings, so that the default holds, and note it."""
        value: Any = self._store.value(key)
        if value is None or is_good(value):
            return
        self._store.remove(key)
        self.faults.append(
            f"{self._store.fileName()}: {key} = {str(value)[:80]!r} is no such setting; the default is used"
        )

    def _text(self, key: str) -> str:
        value: Any = self._store.value(key, "")
        return value if isinstance(value, str) else ""

    def _number(self, key: str, default: float) -> float:
        return float(self._store.value(key, default))  # type: ignore[arg-type]  # checked when it was read


def _why_unusable(folder: Path) -> str:
    """Make the folder; return a sentence on why nothing can be kept in it, else nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return f"Settings and unsaved work are not kept: {folder} cannot be used ({error.strerror or error})."
    return ""


def _read_number(value: Any) -> float:
    """Return a number, NaN for what is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _is_whole(value: Any) -> bool:
    number = _read_number(value)
    return math.isfinite(number) and number == int(number)


def _is_one_of(*choices: str) -> Callable[[Any], bool]:
    return lambda value: str(value) in choices


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _is_there(name: str) -> bool:
    """Whether there is such a file; a name that no system can have is none."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


_GOOD: Final[dict[str, Callable[[Any], bool]]] = {
    "files/recent": _is_list_of_text,
    "files/last": _is_text,
    "files/folder": _is_text,
    **{f"folders/{purpose}": _is_text for purpose in PURPOSES},
    "start/used": _is_one_of("true", "false"),
    "view/scheme": _is_one_of("system", "light", "dark"),
    "layout/version": _is_whole,
    "run/live": _is_one_of("true", "false"),
    "playback/speed": lambda value: SPEEDS[0] <= _read_number(value) <= SPEEDS[-1],
    "playback/direction": lambda value: _read_number(value) in {1, -1},
    "playback/loop": _is_one_of("true", "false"),
}
"""What each setting can be, as it is read from the file."""
