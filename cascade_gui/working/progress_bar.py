"""Waiting for background work while the window stays alive: a bar appears when it takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cascade_gui.theme.plain_text import plain_label
from cascade_gui.working.background import Background
from cascade_gui.working.heavy_libraries import ALL

if TYPE_CHECKING:
    from cascade_gui.working.background import Work

_PATIENCE_MS: Final = 400


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """The user did not want to wait any longer."""


class Waiting(QObject):
    """Does work in the background and returns only when it is done; the window is drawn meanwhile.

    Parameters
    ----------
    window
        Over which the bar appears.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._background = Background("files", self, libraries=ALL)
        self._loop: QEventLoop | None = None
        self._answer: tuple[Any, Exception | None] | None = None

    @property
    def busy(self) -> bool:
        """Whether it waits now."""
        return self._loop is not None

    def wait_for(self, text: str, work: Work, *, can_cancel: bool = True) -> Any:
        """Return what `work` returns.

        Parameters
        ----------
        text
            What is being done, for the bar.
        work
            What to do; it may not touch widgets.
        can_cancel
            Whether the user may give up on it. The work then ends by itself and its result is dropped.

        Raises
        ------
        Cancelled
            If the user gave up, or something else is being waited for.
        Exception
            Whatever `work` raises.
        """
        if self._loop is not None:
            raise Cancelled
        self._answer = None
        self._loop = QEventLoop(self)
        dialog = _WaitingDialog(text, self._window, can_cancel=can_cancel)
        dialog.rejected.connect(self._loop.quit)
        patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        patience.timeout.connect(dialog.open)
        patience.start()
        number = self._background.do(work, self._succeeded, self._failed)
        self._loop.exec()
        self._loop.deleteLater()
        self._loop = None
        patience.stop()
        patience.deleteLater()
        dialog.end()
        answer = self._taken()
        if answer is None:
            self._background.forget(number)
            raise Cancelled
        result, problem = answer
        if problem is not None:
            raise problem
        return result

    def shut_down(self) -> None:
        """Wait for work that was given up."""
        self._background.shut_down()

    def _taken(self) -> tuple[Any, Exception | None] | None:
        answer, self._answer = self._answer, None
        return answer

    def _succeeded(self, result: Any) -> None:
        self._end(result, None)

    def _failed(self, problem: Exception) -> None:
        self._end(None, problem)

    def _end(self, result: Any, problem: Exception | None) -> None:
        self._answer = (result, problem)
        if self._loop is not None:
            self._loop.quit()


class _WaitingDialog(QDialog):
    """A moving bar with a Cancel button."""

    def __init__(self, text: str, parent: QWidget, *, can_cancel: bool) -> None:
        super().__init__(parent)
        self._can_cancel = can_cancel
        self.setWindowTitle(self.tr("Please wait"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(360)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(text, self))
        bar = QProgressBar(self)
        bar.setRange(0, 0)
        column.addWidget(bar)
        if can_cancel:
            button = QPushButton(self.tr("Cancel"), self)
            button.clicked.connect(self.reject)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)

    def reject(self) -> None:
        """Close, if one may give up."""
        if self._can_cancel:
            super().reject()

    def end(self) -> None:
        """Close, as the work is done."""
        self.blockSignals(True)
        self.done(0)
        self.deleteLater()
