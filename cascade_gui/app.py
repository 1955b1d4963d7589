"""Starting the application."""

from __future__ import annotations

import argparse
import builtins
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cascade_gui.window.settings import Settings, default_folder
from cascade_gui.working import event_loop
from engine.base.user_folders import prepare_numba_cache
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QApplication

    from cascade_gui.theme import Theme
    from cascade_gui.window.main_window import MainWindow

_PATIENCE_MS: Final = 2000
_SWITCH_SECONDS: Final = 0.0005
NO_DISPLAY: Final = (
    "cascade-gui: there is no display to open a window on. Without one, run scenarios with: cascade run FILE"
)

PROGRAM_NAMES: Final = ("cascade-gui", "cascade-gui.exe", "cascade_gui")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Parameters
    ----------
    argv
        The arguments; the program's name may stand before them, as in ``sys.argv``.
    """
    if argv and (argv[0] == sys.argv[0] or Path(argv[0]).name in PROGRAM_NAMES):
        argv = argv[1:]
    parser = argparse.ArgumentParser(
        prog="cascade-gui", description="Liquidation cascades in DeFi lending, round by round."
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a .cascade or .json scenario to open")
    parser.add_argument("--play", action="store_true", help="run it, or take the run that it holds, and play it")
    parser.add_argument("--present", action="store_true", help="open FILE on stage: full screen, for an audience")
    parser.add_argument("--profile", type=Path, metavar="DIR", help="keep settings, caches and recovery files in DIR")
    parser.add_argument("--self-test", action="store_true", help="start, run the example, print a line and exit")
    parser.add_argument("--version", action="version", version=f"cascade-gui {__version__}")
    return parser.parse_args(list(argv))


def has_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether Qt can open a window; on Linux it would abort the process if it cannot."""
    if not platform.startswith("linux"):
        return True
    if environment.get("QT_QPA_PLATFORM", "").partition(":")[0] in {"offscreen", "minimal", "vnc", "linuxfb", "eglfs"}:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def build(argv: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """Make the whole window without showing it or entering the event loop.

    Parameters
    ----------
    argv
        The arguments, without the program's name.
    """
    options = parse(argv)
    app, window = _frame(options)
    _furnish(window, options)
    return app, window


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and return its exit status."""
    from multiprocessing import freeze_support

    freeze_support()  # for frozen apps, before anything else
    options = parse(sys.argv[1:] if argv is None else argv)
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return 2
    app, window = _frame(options)
    window.show()
    _wait_for_picture(app, window)
    _furnish(window, options)
    from cascade_gui.window.faults_dialog import say_in_log, start_log, stop_log

    log = start_log(window.settings.log_file)
    say_in_log([*window.settings.faults, *filter(None, [window.settings.problem])])
    window.faults.install()
    _spare_what_stays(True)
    window.session.runner.ready_changed.connect(_spare_what_stays)
    status = event_loop.run(app)
    window.faults.uninstall()
    stop_log(log)
    return status


def _frame(options: argparse.Namespace) -> tuple[QApplication, MainWindow]:
    """Make the application and the empty window."""
    # pydantic looks through all that is installed for extensions of itself; nothing here uses any.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from PySide6.QtWidgets import QApplication

    _import_plainly()

    from cascade_gui.theme import Scheme, Theme
    from cascade_gui.window.main_window import MainWindow

    # Python lets a background thread go on for 5 ms before it listens to the window; a frame has 16.
    sys.setswitchinterval(_SWITCH_SECONDS)
    profile = options.profile.resolve() if options.profile else None
    prepare_numba_cache(profile / "cache" if profile else None)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["cascade-gui"])
    app.setApplicationName("Cascade")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("cascade")
    settings = Settings(profile or default_folder())
    theme = Theme(app, Scheme(settings.color_scheme))
    window = MainWindow(settings, theme)
    _keep(app, window, theme)
    return app, window


def _spare_what_stays(ready: bool) -> None:
    """Let Python look for garbage only among what comes from now on, once everything is loaded that runs need.

    The libraries are a quarter of a million objects that stay. To look through them took a fifth of a second, in which
    the window stood still, every hundred steps of a slider.
    """
    if ready:
        gc.freeze()


def _import_plainly() -> None:
    """Give imports back to Python, which Qt has taken over for ``from __feature__ import snake_case``.

    Nothing here uses that. Qt would read the source of every module that is imported after it, some hundred at the
    start, and have a say in each import in a function.
    """
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain


def _keep(app: QApplication, window: MainWindow, theme: Theme) -> None:
    """Keep the window until it is deleted, and end its work when the program ends before that."""
    import shiboken6

    # Not a method of the window: Qt holds those weakly, and Python would collect the window while it works.
    def end() -> None:
        if shiboken6.isValid(window):
            window.shut_down()

    def let_go() -> None:
        app.aboutToQuit.disconnect(end)
        theme.release()

    app.aboutToQuit.connect(end)
    window.destroyed.connect(let_go)


def _furnish(window: MainWindow, options: argparse.Namespace) -> None:
    """Fill the window, and begin with what waits for its first picture."""
    window.furnish()
    from cascade_gui.window.starting import Starting

    Starting(window, options.file, play=options.play, present=options.present, self_test=options.self_test)


def _wait_for_picture(app: QApplication, window: MainWindow) -> None:
    """Let the window appear; a system that does not draw it soon is not waited for."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop

    patience = QDeadlineTimer(_PATIENCE_MS)
    while not window.painted and not patience.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    app.processEvents()
