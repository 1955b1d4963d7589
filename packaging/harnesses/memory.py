"""Open, import, run, edit, undo, export and close again and again in one process: memory may not grow with it.

``python3 packaging/dev.py memory --cycles 50``. After each cycle it says what the process has in memory, how many
objects Python has and how many widgets there are, and at the end the slope of the second half: the first fills caches.
More than so many megabytes a cycle, or widgets that stay, are a finding.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from random_user import growth
from serving import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QApplication

    from cascade_gui.window.main_window import MainWindow

sys.path.insert(0, str(ROOT))
MOST_GROWTH = 0.5
"""Megabytes a cycle in the second half."""
MOST_WIDGETS = 0.5
"""Widgets a cycle in the second half."""
LONGEST_SECONDS = 300.0
"""Of one step of a cycle; the first run may compile."""
EXAMPLE = "teaching-book"


def megabytes() -> float:
    """Return how many megabytes this process has in memory now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def wait(condition: Callable[[], bool]) -> None:
    """Let the event loop go on until something holds.

    Raises
    ------
    TimeoutError
        If it does not within `LONGEST_SECONDS`.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer, begun = QEventLoop(), QTimer(interval=5), time.monotonic()
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() - begun > LONGEST_SECONDS else None)
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise TimeoutError(f"a step did not end within {LONGEST_SECONDS:.0f} s")


class Cycle:
    """What is done again and again in one window.

    Parameters
    ----------
    window
        Where.
    folder
        Where files are written.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        from engine.files.examples import find_example
        from engine.scenario.frames import loans_to_frame

        self._window = window
        self._folder = folder
        self._example = find_example(EXAMPLE)
        self._book = folder / "book.csv"
        loans_to_frame(self._example.load().loans).to_csv(self._book, index=False)

    def go(self) -> None:
        """Open, import, run, edit, run, undo twice, save, export, close."""
        window, document = self._window, self._window.document
        window.files.open_example(self._example)
        self._import()
        self._run()
        falling = next(iter(document.parameters.plain["shock"]["returns"]))
        document.set_parameter(f"shock.returns.{falling}", -0.5)
        self._run()
        window.player.show(1)
        window.book.table.selectRow(0)
        self._rest()
        document.undo_stack.undo()
        document.undo_stack.undo()
        self._rest()
        window.save(self._folder / "work.cascade")
        if window.recording is not None:
            window.exports.save_results(self._folder / "results.xlsx")
        document.undo_stack.setClean()
        window.files.new()
        self._rest()

    def _import(self) -> None:
        from PySide6.QtWidgets import QDialog, QPushButton

        window = self._window
        window.files.import_book(self._book)
        dialog: Any = window.findChild(QDialog, "import_dialog")
        button: Any = dialog.findChild(QPushButton, "import_accept")
        wait(button.isEnabled)
        button.click()
        wait(lambda: window.findChild(QDialog, "import_dialog") is None)

    def _run(self) -> None:
        session = self._window.session
        session.run()
        wait(lambda: not session.runner.busy)
        self._rest()

    def _rest(self) -> None:
        """Wait until all is worked out and drawn."""
        session, window = self._window.session, self._window
        wait(lambda: not (session.viewer.busy or session.busy_soon or window.is_catching_up or window.ending.busy))


def cycles(app: QApplication, window: MainWindow, folder: Path, count: int) -> list[tuple[float, int]]:
    """Go through so many cycles and tell of each; return megabytes and widgets after each."""
    from PySide6.QtCore import QEvent

    cycle, looks = Cycle(window, folder), []
    for number in range(1, count + 1):
        cycle.go()
        gc.collect()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # what is to be deleted is gone when it is counted
        looks.append((megabytes(), len(app.allWidgets())))
        objects = len(gc.get_objects())
        print(f"cycle {number}: {looks[-1][0]:.1f} MB, {objects:,} objects, {looks[-1][1]:,} widgets", flush=True)
    return looks


def main(arguments: Sequence[str] | None = None) -> int:
    """Go through the cycles and sum up; 1 where memory grows."""
    parser = argparse.ArgumentParser(prog="dev.py memory", description=__doc__.split("\n\n")[0])
    parser.add_argument("--cycles", type=int, default=50, metavar="N", help="how many (50)")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="cascade-memory-") as name:
        from cascade_gui.app import build
        from cascade_gui.wording import messages

        folder = Path(name)
        app, window = build(["--profile", str(folder / "profile")])
        for question in ("ask_unsaved", "ask_unsaved_run"):
            setattr(messages, question, lambda *_: messages.Unsaved.DISCARD)
        window.resize(1366, 768)
        window.show()
        wait(lambda: window.files.chosen)
        looks = cycles(app, window, folder, options.cycles)
        window.document.undo_stack.setClean()
        window.close()
    numbers = list(range(len(looks)))
    grown = growth(numbers, [look[0] for look in looks]) / 1000.0
    stay = growth(numbers, [float(look[1]) for look in looks]) / 1000.0
    judged = options.cycles >= 20
    found = judged and (grown > MOST_GROWTH or stay > MOST_WIDGETS)
    verdict = ("grows" if found else "does not grow") if judged else "too few cycles to judge"
    print(
        f"{options.cycles} cycles: {looks[0][0]:.0f} to {looks[-1][0]:.0f} MB, in the second half {grown:+.2f} MB and"
        f" {stay:+.2f} widgets a cycle (at most {MOST_GROWTH} and {MOST_WIDGETS}): {verdict}"
    )
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
