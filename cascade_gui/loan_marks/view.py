"""A widget that shows a round of a run as marks on the price's axis, and moves from round to round."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QAbstractAnimation, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from cascade_gui.loan_marks.axis_drawing import Ink, draw_grid
from cascade_gui.loan_marks.drawing import draw_over_safe
from cascade_gui.loan_marks.geometry import Geometry, geometry
from cascade_gui.loan_marks.mark_drawing import draw_safe
from cascade_gui.loan_marks.placed import Placed, placed
from cascade_gui.loan_marks.timeline import AT_REST, ROUND_MILLISECONDS, progress
from cascade_gui.theme import Tokens, motion_milliseconds, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cascade_gui.loan_marks.scene import RoundScene, RunScene

_MARGINS: Final = (8.0, 14.0, 6.0, 8.0)
_CROSS_FADE: Final = 250
"""Milliseconds from one picture to the next where reduced motion is asked for."""
_NEAR: Final = 5.0
"""A mark is meant that is so near to the mouse, in pixels."""


class MarksView(QWidget):
    """Loans as marks on the axis of a price.

    Attributes
    ----------
    moves
        Whether it moves from a round to the next; else the round is there at once.
    fades
        Whether one run fades into another that takes its place; else the other is there at once.
    """

    mark_hovered = Signal(object)
    """The mark under the mouse, an int, or None."""
    mark_clicked = Signal(int)
    arrived = Signal()
    """The shown round is at rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: Tokens = tokens(dark=True)
        self._scale = 1.0
        self._run: RunScene | None = None
        self._scene: RoundScene | None = None
        self._before: RoundScene | None = None
        self._place: Geometry | None = None
        self._resting: tuple[QPixmap, Placed] | None = None
        self._faded: QPixmap | None = None
        self._hovered: int | None = None
        self._chosen: int | None = None
        self.moves = True
        self.fades = False
        self._left: QPixmap | None = None
        self.hurry = 1.0
        self._by_hand = False
        self._share: float | None = None
        self._in_picture = False
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.valueChanged.connect(lambda _: self.update())
        self._motion.finished.connect(self._arrive)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # --------------------------------------------------------------------------------- what is shown

    @property
    def run(self) -> RunScene | None:
        """The run that is shown."""
        return self._run

    @property
    def scene(self) -> RoundScene | None:
        """The round that is shown."""
        return self._scene

    @property
    def is_moving(self) -> bool:
        """Whether it is on its way to the shown round."""
        return self._share is not None or self._motion.state() is QAbstractAnimation.State.Running

    def move_by_hand(self) -> None:
        """Move by `put` alone from now on, seen or not, and never by itself: for a film."""
        self.halt()
        self._by_hand = True

    def put(self, share: float) -> None:
        """Draw a round that is under way as it is when this share of its time has passed; at 1 it is at rest."""
        if self._share is None:
            return
        self._share = share
        if share < 1.0:
            self.update()
        else:
            self.halt()

    def set_run(self, run: RunScene | None) -> None:
        """Show another run, or nothing; its rounds come with `show_scene`."""
        self._stop()
        if self.fades and self._scene is not None and self.isVisible():
            self._left = self._picture()
        self._run, self._scene, self._before = run, None, None
        self._hovered = self._chosen = None
        self._forget_places()

    def show_scene(self, scene: RoundScene) -> None:
        """Show a round; it is moved to from the round before where that was shown."""
        before, self._scene = self._scene, scene
        self._stop()
        is_next = before is not None and scene.round == before.round + 1
        if self._by_hand:
            self._before, self._resting, self._share = (before, None, 0.0) if is_next else (None, None, None)
            self.update()
            return
        lasts = self._lasting() if is_next else 0
        self._faded = self._picture() if lasts and self._reduced and before is not None else None
        if self._left is not None and before is None:
            self._faded, lasts = self._left, _CROSS_FADE
        self._left = None
        self._before = before if is_next and lasts and not self._reduced else None
        self._resting = None
        if lasts:
            self._motion.setDuration(lasts)
            self._motion.start()
        else:
            self.update()
            self.arrived.emit()

    def halt(self) -> None:
        """Be at rest at once."""
        if self.is_moving:
            self._stop()
            self._arrive()

    def choose(self, mark: int | None) -> None:
        """Mark one of the marks, or none."""
        if mark != self._chosen:
            self._chosen = mark
            self.update()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self._resting = self._faded = None
        self.update()

    def set_scale(self, scale: float) -> None:
        """Draw type and lines larger by this factor."""
        if scale != self._scale:
            self._scale = scale
            self._forget_places()

    @contextmanager
    def as_picture(self, ratio: float) -> Iterator[None]:
        """Be drawn in lines and circles alone, which are sharp at every size, and not from what is kept as pixels."""
        self._in_picture = True
        try:
            yield
        finally:
            self._in_picture = False

    def mark_at(self, position: QPointF) -> int | None:
        """Return the mark at a point; of several the one that is nearest to its middle for its size. None for none."""
        here = self._placed()
        if here is None:
            return None
        drawn = np.concatenate([here.safe, here.sold, here.waiting, here.bad])
        if not len(drawn):
            return None
        far = np.hypot(here.xs[drawn] - position.x(), here.ys[drawn] - position.y())
        outside = far - here.radii[drawn]
        at = int(np.argmin(np.where(outside <= _NEAR, far / np.maximum(here.radii[drawn], _NEAR), np.inf)))
        return int(drawn[at]) if outside[at] <= _NEAR else None

    def place_of(self, mark: int) -> tuple[QPointF, float] | None:
        """Return the middle and the radius of a mark as it stands, pixels; None where it is not drawn."""
        here = self._placed()
        if here is None:
            return None
        return QPointF(here.xs[mark], here.ys[mark]), float(here.radii[mark])

    # ------------------------------------------------------------------------------------- Qt's

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's
        return QSize(480, 280)

    def minimumSizeHint(self) -> QSize:  # noqa: D102 - Qt's
        return QSize(160, 90)

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._forget_places()

    def paintEvent(self, _: Any) -> None:  # noqa: D102 - Qt's
        painter = QPainter(self)
        if self.is_moving and self._before is None and self._faded is not None:
            painter.drawPixmap(0, 0, self._faded)
            painter.setOpacity(self._passed())
        self._paint(painter, self._passed() if self.is_moving and self._before is not None else 1.0)
        painter.end()

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        self._hover(self.mark_at(event.position()))

    def leaveEvent(self, _: Any) -> None:  # noqa: D102 - Qt's
        self._hover(None)

    def mousePressEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        mark = self.mark_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        if mark is not None:
            self.mark_clicked.emit(mark)

    # ---------------------------------------------------------------------------------- working

    @property
    def _reduced(self) -> bool:
        return motion_milliseconds(self) == 0

    def _lasting(self) -> int:
        if not self.moves or not self.isVisible():
            return 0
        return _CROSS_FADE if self._reduced else round(ROUND_MILLISECONDS * self.hurry)

    def _passed(self) -> float:
        return float(self._motion.currentValue()) if self._share is None else self._share

    def _stop(self) -> None:
        self._motion.stop()
        self._share = None

    def _hover(self, mark: int | None) -> None:
        if mark != self._hovered:
            self._hovered = mark
            self.mark_hovered.emit(mark)
            self.update()

    def _arrive(self) -> None:
        self._before = self._faded = self._resting = None
        self.update()
        self.arrived.emit()

    def _forget_places(self) -> None:
        self._place = self._resting = self._faded = None
        self.update()

    def _geometry(self) -> Geometry | None:
        if self._place is None and self._run is not None and self.width() > 0 and self.height() > 0:
            left, top, right, bottom = (each * self._scale for each in _MARGINS)
            inside = QRectF(self.rect()).adjusted(left, top, -right, -bottom)
            if inside.height() > 0.0 and inside.width() > 0.0:
                self._place = geometry(self._run, inside, self._scale)
        return self._place

    def _placed(self) -> Placed | None:
        place = self._geometry()
        if place is None or self._run is None or self._scene is None:
            return None
        return placed(place, self._run, self._scene)

    def _picture(self) -> QPixmap:
        pixels = QPixmap(self.size() * self.devicePixelRatioF())
        pixels.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(pixels)
        self._paint(painter, 1.0)
        painter.end()
        return pixels

    def _paint(self, painter: QPainter, share: float) -> None:
        place, run, scene = self._geometry(), self._run, self._scene
        if place is None or run is None or scene is None:
            painter.fillRect(self.rect(), QColor(self._tokens.background))
            return
        ink, step = Ink(self._tokens, self._scale), progress(share)
        if self._in_picture:
            painter.setClipRect(self.rect())
            painter.fillRect(self.rect(), QColor(self._tokens.background))
            here = placed(place, run, scene, self._before, step.fall).between(0.0, self.height())
            draw_grid(painter, place, ink)
            draw_safe(painter, here, ink, here.safe)
            draw_over_safe(painter, place, ink, scene, here, step)
            self._draw_meant(painter, ink, here)
            return
        layer, rest = self._still_layer(place, ink, run, scene)
        painter.drawPixmap(0, 0, layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = rest if step is AT_REST else placed(place, run, scene, self._before, step.fall)
        draw_safe(painter, here, ink, self._apart(here))
        draw_over_safe(painter, place, ink, scene, here, step)
        self._draw_meant(painter, ink, here)

    def _still_layer(self, place: Geometry, ink: Ink, run: RunScene, scene: RoundScene) -> tuple[QPixmap, Placed]:
        """Return all that no frame of the way to a round changes, drawn once, and where its marks stand at its end."""
        if self._resting is None:
            ratio = self.devicePixelRatioF()
            pixels = QPixmap(self.size() * ratio)
            pixels.setDevicePixelRatio(ratio)
            pixels.fill(QColor(self._tokens.background))
            here = placed(place, run, scene, self._before)
            painter = QPainter(pixels)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_grid(painter, place, ink)
            draw_safe(painter, here, ink, np.setdiff1d(here.safe, self._apart(here)))
            painter.end()
            self._resting = pixels, here
        return self._resting

    def _apart(self, here: Placed) -> Any:
        """Return the safe marks that are drawn in every frame: those that move on this way."""
        return here.moving if self._before is not None else here.safe[:0]

    def _draw_meant(self, painter: QPainter, ink: Ink, here: Placed) -> None:
        """Ring what is chosen and what the mouse is over."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for mark, width in ((self._chosen, 2.4), (self._hovered, 1.4)):
            if mark is not None:
                painter.setPen(ink.pen(self._tokens.text, width))
                radius = float(here.radii[mark]) + 3.0 * self._scale
                painter.drawEllipse(QPointF(here.xs[mark], here.ys[mark]), radius, radius)
