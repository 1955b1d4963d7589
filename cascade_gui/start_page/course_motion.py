"""Draws the price of a card round by round while the mouse or the keys are on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QVariantAnimation
from PySide6.QtGui import QFocusEvent

from cascade_gui.theme import motion_milliseconds

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.reading.price_course import PriceCourse

_LEAST_MS: Final = 1200
_MOST_MS: Final = 3200
_ROUND_MS: Final = 90
_NOT_BY_KEYS: Final = frozenset({Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason})


class CourseMotion(QObject):
    """Plays a course once when the mouse or the keys come to a card, unless the system asks for reduced motion.

    Parameters
    ----------
    card
        Which is drawn anew for each step.

    Attributes
    ----------
    course
        What is played; None until it is known.
    until
        Up to which round it is drawn, also between two; None for all of it.
    """

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self._card = card
        self.course: PriceCourse | None = None
        self.until: float | None = None
        self._animation = QVariantAnimation(self)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self.rest)
        card.installEventFilter(self)

    @property
    def plays(self) -> bool:
        """Whether the price is being drawn round by round."""
        return self._animation.state() is QVariantAnimation.State.Running

    def play(self) -> None:
        """Draw the price round by round, once."""
        if self.course is None or self.plays or motion_milliseconds(self._card) <= 0:
            return
        last = self.course.rounds[-1]
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(float(last))
        self._animation.setDuration(min(max(_ROUND_MS * last, _LEAST_MS), _MOST_MS))
        self._animation.start()

    def rest(self) -> None:
        """Show the whole run again."""
        self._animation.stop()
        self.until = None
        self._card.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Play where the mouse or the keys come to; rest when both are gone, and while nobody looks."""
        kind = event.type()
        by_keys = isinstance(event, QFocusEvent) and event.reason() not in _NOT_BY_KEYS
        if kind is QEvent.Type.Enter or (kind is QEvent.Type.FocusIn and by_keys):
            self.play()
        elif (
            kind is QEvent.Type.Hide
            or (kind is QEvent.Type.Leave and not self._card.hasFocus())
            or (kind is QEvent.Type.FocusOut and not self._card.underMouse())
        ):
            self.rest()
        return super().eventFilter(watched, event)

    def _move(self, number: float) -> None:
        self.until = float(number)
        self._card.update()
