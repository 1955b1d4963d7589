"""What goes wrong on our side: one dialog whose text can be copied, and a log file."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from cascade_gui.theme.plain_text import plain_label
from cascade_gui.working.event_loop import without_loop
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

_LOG: Final = logging.getLogger("cascade_gui")
_LOG_BYTES: Final = 1_000_000


def versions() -> str:
    """Return the versions of what the program runs on, one a line; does not import what is not loaded."""
    lines = [f"Cascade {__version__}", f"Python {platform.python_version()}", f"Qt {qVersion()}", platform.platform()]
    for name in ("PySide6", "pyqtgraph", "numpy", "numba", "pyarrow"):
        module = sys.modules.get(name)
        if module is not None:
            lines.append(f"{name} {getattr(module, '__version__', '')}")
    return "\n".join(lines)


def start_log(file: Path) -> logging.Handler:
    """Write warnings and faults to a file that is kept short, or nowhere if it cannot be; return what writes it."""
    handler: logging.Handler
    try:
        handler = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    return handler


def say_in_log(warnings: Iterable[str]) -> None:
    """Write what was found before there was a log."""
    for warning in warnings:
        _LOG.warning(warning)


def stop_log(handler: logging.Handler) -> None:
    """End writing to the log file."""
    _LOG.removeHandler(handler)
    handler.close()


class FaultsDialog(QDialog):
    """Shows faults; more of them are added to the open dialog.

    Parameters
    ----------
    log_file
        Named in the text.
    """

    def __init__(self, log_file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("faults_dialog")
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(720, 420)
        self._log_file = log_file
        self._tracebacks: list[str] = []
        said = plain_label(
            self.tr(
                "This is a fault of the program, not of your data. Your work is in the recovery file. "
                "You can go on; to report the fault, copy the text below."
            ),
            self,
            wordWrap=True,
        )
        self._text = QPlainTextEdit(self, readOnly=True)
        self._text.setObjectName("faults_text")
        self._text.setAccessibleName(self.tr("Versions, traceback and log file"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(said)
        column.addWidget(self._text, 1)
        column.addWidget(buttons)

    @property
    def text(self) -> str:
        """Versions, tracebacks and the name of the log file."""
        return self._text.toPlainText()

    def add(self, problem: str) -> None:
        """Show one more traceback; the same one again is not repeated."""
        if problem not in self._tracebacks:
            self._tracebacks.append(problem)
        log = self.tr("Log file: {file}").format(file=self._log_file)
        self._text.setPlainText("\n\n".join([versions(), *self._tracebacks, log]))

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)


class Faults(QObject):
    """Shows every fault, from whatever thread, in one dialog over a window, and logs it.

    Parameters
    ----------
    window
        Over which the dialog opens.
    log_file
        Named in the dialog.
    """

    _happened = Signal(str)

    def __init__(self, window: QWidget, log_file: Path) -> None:
        super().__init__(window)
        self._window = window
        self._log_file = log_file
        self._dialog: FaultsDialog | None = None
        self._happened.connect(self.show)

    @property
    def dialog(self) -> FaultsDialog | None:
        """The open dialog, if there is one."""
        return self._dialog

    def install(self) -> None:
        """Take over what Python does with exceptions that nobody caught."""
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    @staticmethod
    def uninstall() -> None:
        """Give that back to Python."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    @Slot(str)
    def show(self, problem: str) -> None:
        """Show a traceback; may be called from the window's thread only."""
        _LOG.error("%s", problem)
        if self._dialog is None:
            self._dialog = FaultsDialog(self._log_file, self._window)
            self._dialog.finished.connect(self._closed)
            self._dialog.open()
        self._dialog.add(problem)

    def _closed(self, _: int) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _caught(self, kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value, trace)
            return
        self._happened.emit("".join(traceback.format_exception(kind, without_loop(value), trace)))

    def _caught_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_type is not SystemExit and arguments.exc_value is not None:
            self._caught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
