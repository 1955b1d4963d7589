"""What only the presenter sees: notes of the round, the next stop, the time, and a small picture of the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTime, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cascade_gui.theme import Tokens, font
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from engine.scenario.schema import Stop

_PICTURE: Final = QSize(640, 360)
_OFTEN_MS: Final = 250


class PresenterPage(QWidget):
    """The presenter's page, in a window of its own.

    Parameters
    ----------
    stage
        What the audience sees; keys that are pressed here are its keys.
    """

    def __init__(self, stage: QWidget) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("presenter_page")
        self.setWindowTitle(self.tr("Cascade: presenter's page"))
        self._stage = stage
        self.picture, self.clock, self.notes, self.next, self.place = (
            plain_label(parent=self), plain_label(parent=self), plain_label(parent=self), plain_label(parent=self),
            plain_label(parent=self),
        )  # fmt: skip
        for name, label in (("notes", self.notes), ("next", self.next), ("clock", self.clock), ("place", self.place)):
            label.setObjectName(f"presenter_{name}")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setWordWrap(True)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.picture.setFixedSize(_PICTURE)
        side = QVBoxLayout()
        for label in (self.picture, self.place, self.next, self.clock):
            side.addWidget(label)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 32, 32, 32)
        row.setSpacing(32)
        row.addWidget(self.notes, 1)
        row.addLayout(side)
        self.resize(1180, 560)
        self._begun = QElapsedTimer()
        self._timer = QTimer(self, interval=_OFTEN_MS)
        self._timer.timeout.connect(self._tick)

    def start_clock(self) -> None:
        """Let the time run from now."""
        self._begun.start()

    def begin(self) -> None:
        """Show the page."""
        self._timer.start()
        self.show()
        self._tick()

    def end(self) -> None:
        """Put the page away."""
        self._timer.stop()
        self.hide()

    def tell(self, number: int, last: int, stop: Stop | None, coming: Stop | None) -> None:
        """Show the notes of a round and what comes next.

        Parameters
        ----------
        number, last
            The shown round, and the last one.
        stop, coming
            The stop at it and the one that comes next; None for none.
        """
        self.notes.setText(
            "\n\n".join(filter(None, (stop.title, stop.notes))) if stop else self.tr("No notes for this round.")
        )
        place = self.tr("round {number} of {last}")
        self.place.setText(place.format(number=numbers.count(number), last=numbers.count(last)))
        if coming is None:
            at_end = number >= last
            text = self.tr("The end.") if at_end else self.tr("No further stop: the next key goes to the end.")
            self.next.setText(text)
        else:
            text = self.tr("Next: {title} (round {number})")
            title = coming.title or self.tr("a stop")
            self.next.setText(text.format(title=title, number=numbers.count(coming.round)))

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, QColor(colours.panel))
        palette.setColor(palette.ColorRole.WindowText, QColor(colours.text))
        self.setPalette(palette)
        self.notes.setFont(font(26))
        for label, size in ((self.place, 18.0), (self.next, 18.0), (self.clock, 30.0)):
            label.setFont(font(size, QFont.Weight.DemiBold))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give keys to the stage; Esc puts this page away, not the stage."""
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            self._stage.keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Be put away, not closed."""
        event.ignore()
        self.end()

    def _tick(self) -> None:
        passed = numbers.duration(self._begun.elapsed() // 1000)
        self.clock.setText(f"{QTime.currentTime().toString('HH:mm')} · {passed}")
        self.picture.setPixmap(_small(self._stage, _PICTURE, self.devicePixelRatioF()))


def _small(stage: QWidget, size: QSize, ratio: float) -> QPixmap:
    """Return a small picture of a widget."""
    whole = stage.grab()
    small = QPixmap(size * ratio)
    small.setDevicePixelRatio(ratio)
    small.fill(QColor(Qt.GlobalColor.black))
    fitting = whole.scaled(size * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    fitting.setDevicePixelRatio(ratio)
    painter = QPainter(small)
    painter.drawPixmap(0, 0, fitting)
    painter.end()
    return small
