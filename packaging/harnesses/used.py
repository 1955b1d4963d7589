"""The window that `random_user.py` uses at random: ``python used.py FOLDER SEED SECONDS``."""

from __future__ import annotations

import faulthandler
import sys
import time
import traceback
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget

    from cascade_gui.window.main_window import MainWindow

TEXTS = (
    "", "0", "1", "-1", "12.5", "1,500", "1e308", "nan", "WETH", "USDC", "<b>x</b>&amp;", "lots", "health < 1", "83 %",
    "account", "\u202e\u00e9", "9" * 40, "a\tb\tc\n1\t2\t3",
)  # fmt: skip
LEFT_OUT = ("quit", "exit", "fullscreen", "help", "verif", "about", "manual", "generate")
"""Actions that end the window, or open others that go on by themselves."""
MEMORY_EVERY = 50
EVERY_MS = 10
HANGS_SECONDS = 60.0
"""An action that takes longer hangs, whatever else the machine does."""


def tell(kind: str, text: str) -> None:
    """Write a line for the harness."""
    print(kind, text.replace("\n", "\\n"), flush=True)


def watch(seconds: float = HANGS_SECONDS) -> None:
    """End the process, with the stack of each thread on standard error, where this is not called again in time."""
    faulthandler.dump_traceback_later(seconds, exit=True)


def memory() -> float:
    """Return how many megabytes this process has in memory now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 2**20


class User:
    """Does one thing after another.

    Parameters
    ----------
    window
        What is used.
    chance
        Chooses.
    folder
        Where files are saved.
    """

    def __init__(self, window: MainWindow, chance: Random, folder: Path) -> None:
        from engine.files.examples import examples

        self._window = window
        self._chance = chance
        self._folder = folder
        self._examples = [each for each in examples() if each.path.stat().st_size < 200_000]
        self._kinds: tuple[Callable[[], str], ...] = (
            self._trigger, self._trigger, self._trigger, self._type_in_table, self._type_in_table, self._select,
            self._key, self._key, self._field, self._field, self._paste, self._filter, self._scrub, self._example,
            self._save, self._click,
        )  # fmt: skip

    def act(self) -> str:
        """Do something and return what; what is modal keeps the window from everything but its end."""
        from PySide6.QtWidgets import QApplication

        self._close_boxes()
        if QApplication.activeModalWidget() is not None:
            return "waits"
        return self._chance.choice(self._kinds)()

    def file(self) -> str:
        """Return a name for a file dialog; mostly none."""
        return str(self._folder / f"{self._chance.randrange(4)}.cascade") if self._chance.random() < 0.4 else ""

    def _close_boxes(self) -> None:
        from PySide6.QtWidgets import QApplication, QDialog

        from cascade_gui.plots.chooser import Chooser

        popup = QApplication.activePopupWidget()
        if popup is not None:
            chooser = popup.parent()
            entries = popup.actions() if isinstance(chooser, Chooser) else []
            if chooser is not None and entries and self._chance.random() < 0.5:
                entry = self._chance.choice(entries)
                tell("action", f"choose {entry.text()} in {chooser.objectName()}")
                entry.trigger()
            popup.close()
        for dialog in self._window.findChildren(QDialog):
            if dialog.isVisible() and self._chance.random() < 0.3:
                dialog.reject()

    def _trigger(self) -> str:
        actions = [
            each for each in self._window.actions_table
            if each.isEnabled() and not any(word in each.objectName() for word in LEFT_OUT)
        ]  # fmt: skip
        action = self._chance.choice(actions)
        tell("action", action.objectName())
        action.trigger()
        return ""

    def _type_in_table(self) -> str:
        from PySide6.QtCore import Qt

        model = self._window.book.table.model()
        if not model.rowCount():
            return "no rows"
        index = model.index(self._chance.randrange(model.rowCount()), self._chance.randrange(model.columnCount()))
        text = self._chance.choice(TEXTS)
        tell("action", f"cell {index.row()}, {index.column()}: {text!r}")
        model.setData(index, text, Qt.ItemDataRole.EditRole)
        return ""

    def _select(self) -> str:
        table = self._window.book.table
        rows = table.model().rowCount()
        if not rows:
            return "no rows"
        row = self._chance.randrange(rows)
        tell("action", f"select row {row}")
        table.selectRow(row)
        return ""

    def _key(self) -> str:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        keys = Qt.Key
        key = self._chance.choice(
            (keys.Key_Space, keys.Key_J, keys.Key_K, keys.Key_L, keys.Key_Left, keys.Key_Right, keys.Key_Delete,
             keys.Key_Tab, keys.Key_Escape, keys.Key_F2, keys.Key_F6, keys.Key_Return, keys.Key_Down)
        )  # fmt: skip
        ways = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
        way = self._chance.choice(ways)
        tell("action", f"key {key.name} {way.name}")
        focus: QWidget | None = self._window.focusWidget()
        QTest.keyClick(self._window if focus is None else focus, key, way)
        return ""

    def _field(self) -> str:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QComboBox, QLineEdit

        fields: list[Any] = [
            each for kind in (QLineEdit, QComboBox) for each in self._window.scenario_panel.findChildren(kind)
            if each.isVisible() and each.isEnabled()
        ]  # fmt: skip
        if not fields:
            return "no fields"
        field = self._chance.choice(fields)
        if isinstance(field, QComboBox):
            at = self._chance.randrange(max(1, field.count()))
            tell("action", f"choose {at} in {field.objectName()}")
            field.setCurrentIndex(at)
            field.activated.emit(at)
            return ""
        text = self._chance.choice([text for text in TEXTS if text.isascii()]).partition("\t")[0]  # what Qt can type
        tell("action", f"type {text!r} in {field.objectName()}")
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, self._chance.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab)))
        return ""

    def _paste(self) -> str:
        from PySide6.QtGui import QGuiApplication

        width, height = self._chance.randrange(1, 6), self._chance.randrange(1, 30)
        rows = ["\t".join(self._chance.choice(TEXTS[:12]) for _ in range(width)) for _ in range(height)]
        tell("action", f"paste {height} x {width}")
        QGuiApplication.clipboard().setText("\n".join(rows))
        self._window.actions_table["edit_paste"].trigger()
        return ""

    def _filter(self) -> str:
        from PySide6.QtWidgets import QLineEdit

        text = self._chance.choice(("", "", *TEXTS, "debt > 1000", "status = liquidated"))
        tell("action", f"filter {text!r}")
        line = self._window.findChild(QLineEdit, "loan_filter")
        if line is not None:
            line.setText(text)
        return ""

    def _scrub(self) -> str:
        player = self._window.player
        number = self._chance.randrange(player.last + 1) if player.count else 0
        tell("action", f"round {number}")
        if player.count:
            player.show(number)
        return ""

    def _example(self) -> str:
        if self._chance.random() < 0.5:
            return "no example"
        example = self._chance.choice(self._examples)
        tell("action", f"example {example.name}")
        self._window.files.open_example(example)
        return ""

    def _save(self) -> str:
        path = self._folder / f"{self._chance.randrange(4)}{self._chance.choice(('.cascade', '.json'))}"
        opens = path.exists() and self._chance.random() < 0.5
        tell("action", f"{'open' if opens else 'save'} {path.name}")
        _ = self._window.open(path) if opens else self._window.save(path)
        return ""

    def _click(self) -> str:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        place = QPoint(self._chance.randrange(self._window.width()), self._chance.randrange(40, self._window.height()))
        target = self._window.childAt(place)
        if target is None:
            return "nothing there"
        tell("action", f"click {type(target).__name__} {target.objectName()}")
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(self._window, place))
        return ""


def _end(app: QApplication, window: MainWindow) -> None:
    """End all work. Qt empties the clipboard after Python has ended, which does not bear with what Python made."""
    window.shut_down()
    app.clipboard().clear()
    faulthandler.cancel_dump_traceback_later()


def main(folder: Path, seed: int, seconds: float) -> None:
    """Use the window for so many seconds from its first scenario on."""
    from PySide6.QtCore import QTimer, qInstallMessageHandler
    from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QMessageBox

    from cascade_gui.app import build
    from cascade_gui.wording import messages
    from cascade_gui.working import event_loop

    app, window = build(["--profile", str(folder / "profile")])
    window.resize(1366, 768)
    chance = Random(seed)
    user = User(window, chance, folder)
    sys.excepthook = lambda kind, value, trace: tell(
        "fault", "".join(traceback.format_exception(kind, event_loop.without_loop(value), trace))[-3000:]
    )
    qInstallMessageHandler(lambda kind, _, text: tell("fault", f"Qt: {text}") if kind.value in {2, 3} else None)
    # Nothing waits for an answer that nobody gives.
    answers: dict[tuple[Any, str], Callable[..., Any]] = {
        (messages, "ask_unsaved"): lambda *_: chance.choice((messages.Unsaved.DISCARD, messages.Unsaved.CANCEL)),
        (messages, "ask_unsaved_run"): lambda *_: chance.choice((messages.Unsaved.DISCARD, messages.Unsaved.CANCEL)),
        (messages, "ask_running"): lambda *_: chance.random() < 0.7,
        (messages, "ask_overwrite"): lambda *_: chance.random() < 0.7,
        (QFileDialog, "getOpenFileName"): lambda *_: (user.file(), ""),
        (QFileDialog, "getSaveFileName"): lambda *_: (user.file(), ""),
        (QInputDialog, "getText"): lambda *_, **__: (chance.choice(TEXTS), chance.random() < 0.7),
        (QMenu, "exec"): lambda *_, **__: None,
        (QMessageBox, "exec"): lambda *_: 0,
    }
    for (owner, name), answer in answers.items():
        setattr(owner, name, answer)
    until = 0.0
    count = 0
    acted = time.monotonic()
    told: set[str] = set()

    def step() -> None:
        """Do one thing. The next is on its way before: menus and dialogs have event loops of their own."""
        nonlocal until, count, acted
        watch()
        if until and time.monotonic() > until:
            window.document.undo_stack.setClean()
            window.close()
            app.quit()
            return
        QTimer.singleShot(EVERY_MS, step)
        if not window.files.chosen:
            acted = time.monotonic()
            return
        until = until or time.monotonic() + seconds
        dialog = window.faults.dialog
        if dialog is not None and dialog.text not in told:
            told.add(dialog.text)
            tell("fault", dialog.text[-3000:])
        if count % MEMORY_EVERY == 0:
            tell("memory", f"{memory():.1f}")
        count += 1
        if user.act() != "waits":
            acted = time.monotonic()
        elif time.monotonic() - acted > HANGS_SECONDS:
            acted = time.monotonic()
            box = app.activeModalWidget()
            tell("fault", f"nothing can be done behind {type(box).__name__} {'' if box is None else box.windowTitle()}")

    QTimer.singleShot(EVERY_MS, step)
    window.show()
    watch()
    event_loop.run(app)
    watch()
    _end(app, window)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
