"""Motion from one round to the next: how far it is, and when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEasingCurve, QElapsedTimer, QVariantAnimation, Signal

from cascade_gui.theme import motion_milliseconds

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_BREATH: Final = 1.5
"""Rounds that follow each other more quickly than so many times a motion lasts stand at once: none would be seen."""


class Moving(QVariantAnimation):
    """Moves what a widget draws from one round to the next.

    Parameters
    ----------
    widget
        What draws it; nothing moves while it cannot be seen, or where the system asks for reduced motion.
    """

    moved = Signal(float)
    """The share of the way that is done, from 0 to below 1."""

    arrived = Signal()
    """It is where it goes, or was stopped."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.is_wanted = True
        self._by_hand = self._held = False
        self._last = QElapsedTimer()
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._tell)
        self.finished.connect(self.arrived)

    @property
    def is_under_way(self) -> bool:
        """Whether something moves."""
        return self._held or self.state() is QVariantAnimation.State.Running

    def move_by_hand(self) -> None:
        """Move by `put` alone from now on, seen or not, and never by itself: for a film."""
        self.halt()
        self._by_hand = True

    def put(self, share: float) -> None:
        """Draw what is under way as it is when this share of its time has passed; at 1 it arrives."""
        if not self.is_under_way:
            return
        if share < 1.0:
            self.moved.emit(self.easingCurve().valueForProgress(share))
        else:
            self.halt()

    def begin(self) -> bool:
        """Begin to move, where there is time for it and somebody sees it; return whether it moves."""
        if self._by_hand:
            self.halt()
            self._held = True
            return True
        lasts = motion_milliseconds(self._widget) if self.is_wanted else 0
        hurried = self._last.isValid() and self._last.elapsed() < _BREATH * lasts
        self._last.start()
        self.halt()
        if not lasts or hurried or not self._widget.isVisible():
            return False
        self.setDuration(lasts)
        self.start()
        return True

    def halt(self) -> None:
        """Be where it goes at once."""
        if self.is_under_way:
            self._held = False
            self.stop()
            self.arrived.emit()

    def _tell(self, share: float) -> None:
        if self.is_under_way and share < 1.0:
            self.moved.emit(share)
