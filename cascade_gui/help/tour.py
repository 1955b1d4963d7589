"""The tour: one part of the window after the other is left bright, with a sentence on what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cascade_gui.theme import SIZES
from cascade_gui.theme.colours import with_alpha
from cascade_gui.theme.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from cascade_gui.theme import Tokens

_DIM: Final = 0.74
_WIDTH: Final = 340
"""Of the text, in pixels."""
_GAP: Final = 16
"""Between what is shown and the text about it."""
_AROUND: Final = 3


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step.

    Parameters
    ----------
    title
        What the part is called.
    sentence
        What it is for.
    part
        What is left bright; it is looked up when the step is shown.
    """

    title: str
    sentence: str
    part: QWidget


class Tour(QWidget):
    """``tour``: lies over a window until its last step is left or it is skipped.

    Enter, Right and Page down go on, Left and Page up back; Esc skips the rest.

    Parameters
    ----------
    steps
        What is shown, at least one.
    tokens
        The colours.
    window
        Over which it lies.
    """

    ended = Signal()
    """It is gone, at its end or before."""

    def __init__(self, steps: Sequence[TourStep], tokens: Tokens, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self.setAccessibleName(self.tr("Tour"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._steps = tuple(steps)
        self._tokens = tokens
        self._window = window
        self._at = 0
        self._before = QApplication.focusWidget()
        self._card = QFrame(self)
        self._card.setProperty("surface", "card")
        self._count, self._title, self._sentence = plain_label(), plain_label(), plain_label()
        self._count.setProperty("role", "secondary")
        self._title.setProperty("role", "heading")
        self._sentence.setWordWrap(True)
        self._sentence.setFixedWidth(_WIDTH)
        self.skip = self._button(self.tr("Skip"), self.end, "flat")
        self.back = self._button(self.tr("Back"), self.go_back)
        self.next = self._button("", self.go_on, "primary")
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(6)
        for widget in (self._count, self._title, self._sentence):
            column.addWidget(widget)
        column.addLayout(row)
        # What a step shows first may have to be laid out; a turn of the event loop later it stands where it belongs.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._place)
        window.installEventFilter(self)
        for step in self._steps:
            step.part.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self._show()

    @property
    def step(self) -> TourStep:
        """What is shown."""
        return self._steps[self._at]

    @property
    def bright(self) -> QRect:
        """The part that is left bright, in pixels of the window."""
        part = self.step.part
        if not part.isVisible():
            return QRect(self.rect().center(), QSize(0, 0))
        place = QRect(part.mapTo(self._window, QPoint(0, 0)), part.size())
        return place.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND).intersected(self.rect())

    @property
    def card(self) -> QRect:
        """Where the text stands, in pixels of the window."""
        return self._card.geometry()

    def go_on(self) -> None:
        """Show the next step; leave after the last."""
        if self._at + 1 < len(self._steps):
            self._at += 1
            self._show()
        else:
            self.end()

    def go_back(self) -> None:
        """Show the step before."""
        if self._at:
            self._at -= 1
            self._show()

    def end(self) -> None:
        """Leave, and give the keys back to whom they belonged."""
        self._later.stop()
        self._window.removeEventFilter(self)
        for step in self._steps:
            step.part.removeEventFilter(self)
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.ended.emit()
        self.deleteLater()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self._tokens = tokens
        self.update()

    def event(self, event: QEvent) -> bool:
        """Keep all keys here: those of the window would change what is being shown."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window and what is shown when they get another size."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show}:
            self._later.start()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back, or leave."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and isinstance(focus := self.focusWidget(), QPushButton):
            focus.click()
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.go_on()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_PageUp}:
            self.go_back()

    def focusNextPrevChild(self, onward: bool) -> bool:
        """Let Tab go round the buttons."""
        buttons = [button for button in (self.skip, self.back, self.next) if button.isEnabled()]
        here = next((at for at, button in enumerate(buttons) if button.hasFocus()), len(buttons) - 1)
        buttons[(here + (1 if onward else -1)) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _: QPaintEvent) -> None:
        """Darken all but what is shown, and frame that."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRect(QRectF(self.rect()))
        hole = QRectF(self.bright)
        if not hole.isEmpty():
            path.addRoundedRect(hole, SIZES.radius, SIZES.radius)
        painter.fillPath(path, with_alpha(self._tokens.background, _DIM))
        if not hole.isEmpty():
            painter.setPen(QPen(QColor(self._tokens.accent), 2))
            painter.drawRoundedRect(hole.adjusted(1, 1, -1, -1), SIZES.radius, SIZES.radius)
        painter.end()

    def _show(self) -> None:
        step, count = self.step, len(self._steps)
        self._count.setText(self.tr("{0} of {1}").format(self._at + 1, count))
        self._title.setText(step.title)
        self._sentence.setText(step.sentence)
        self.back.setEnabled(self._at > 0)
        self.next.setText(self.tr("Next") if self._at + 1 < count else self.tr("Done"))
        self.next.setAccessibleDescription(f"{step.title}. {step.sentence}")
        self.next.setFocus()
        self._place()

    def _place(self) -> None:
        """Lie over the whole window, with the text beside what it is about."""
        self.setGeometry(self._window.rect())
        self._card.adjustSize()
        self._card.move(_beside(self.bright, self._card.size(), self.rect()))
        self.raise_()
        self.update()

    def _button(self, text: str, slot: object, kind: str = "") -> QPushButton:
        button = QPushButton(text, self._card)
        if kind:
            button.setProperty("kind", kind)
        button.clicked.connect(slot)
        return button


def _beside(bright: QRect, size: QSize, room: QRect) -> QPoint:
    """Return where something of a size stands beside a part: where there is room for it, else in the part's middle."""
    wide, high = size.width() + 2 * _GAP, size.height() + 2 * _GAP
    middle = QPoint(bright.center().x() - size.width() // 2, bright.center().y() - size.height() // 2)
    if room.right() - bright.right() >= wide:
        place = QPoint(bright.right() + _GAP, middle.y())
    elif bright.left() >= wide:
        place = QPoint(bright.left() - _GAP - size.width(), middle.y())
    elif room.bottom() - bright.bottom() >= high:
        place = QPoint(middle.x(), bright.bottom() + _GAP)
    elif bright.top() >= high:
        place = QPoint(middle.x(), bright.top() - _GAP - size.height())
    else:
        place = middle
    return QPoint(
        min(max(place.x(), _GAP), room.width() - size.width() - _GAP),
        min(max(place.y(), _GAP), room.height() - size.height() - _GAP),
    )
