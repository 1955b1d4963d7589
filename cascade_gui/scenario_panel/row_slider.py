"""Lets the number of a row be dragged: by its slider, which is there while the mouse is, or by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from cascade_gui.scenario_panel.scales import scale_for
from cascade_gui.scenario_panel.value_slider import HEIGHT, PLACES, SliderCard, ValueSlider
from cascade_gui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from cascade_gui.document.document import Document
    from cascade_gui.scenario_panel.scales import Scale
    from cascade_gui.scenario_panel.value_slider import DragLabel
    from cascade_gui.theme import Tokens
    from engine.scenario.parameter_paths import ParameterInfo


class RowSlider(QObject):
    """What happens between the mouse and the number: one drag is one step that can be undone.

    Parameters
    ----------
    row
        The row.
    name, editor
        Its name and its field.
    document
        Where the drag is a gesture.
    info
        What the schema says of the parameter.
    set_value
        Puts a number into the document, or says what is wrong with it.
    """

    def __init__(
        self, row: QWidget, name: DragLabel, editor: QWidget, document: Document, info: ParameterInfo,
        set_value: Callable[[float], None],
    ) -> None:  # fmt: skip
        super().__init__(row)
        self._row, self._name, self._editor = row, name, editor
        self._document = document
        self._info = info
        self._set_value = set_value
        self._now: object = None
        self._before: object = None
        self._from = 0.0
        self._scale: Scale | None = None
        self._card: SliderCard | None = None
        self._tokens: Tokens = tokens(dark=True)
        self.slider: ValueSlider | None = None
        name.began.connect(self._name_dragged)
        name.moved.connect(self._name_moved)
        name.ended.connect(self.let_go)

    @property
    def dragging(self) -> bool:
        """Whether the number is dragged now."""
        return self._card is not None

    def show_value(self, now: object, before: object) -> None:
        """Follow the document to another value; `before` is what was opened or saved."""
        self._now, self._before = now, before
        if not self.dragging:
            self._scale = scale_for(self._info, now, before)
            self._name.set_can_drag(self._scale is not None)
            self._place_knob()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        for part in (self.slider, self._card):
            if part is not None:
                part.apply_theme(colours)

    def offer(self) -> None:
        """Show the slider: the mouse is over the row."""
        if self._scale is None:
            return
        if self.slider is None:
            self.slider = self._made()
        self._arrange()
        self._place_knob()
        self.slider.show()
        self.slider.raise_()

    def withdraw(self) -> None:
        """Put the slider away: the mouse has left the row."""
        if self.slider is not None and not self.dragging:
            self.slider.hide()

    def let_go(self) -> None:
        """End a drag, if there is one; the value stays as it is."""
        if self.slider is not None and self.slider.isSliderDown():
            self.slider.setSliderDown(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc during a drag takes it back."""
        escapes = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escapes and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if escapes and event.type() is QEvent.Type.KeyPress:
            self._now = self._from
            self._set_value(self._from)
            self.let_go()
            return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------------------------ working

    def _made(self) -> ValueSlider:
        slider = ValueSlider(self._row)
        slider.setObjectName(f"slider:{self._info.path}")
        slider.setAccessibleName(self.tr("Slider of {0}").format(self._name.text()))
        slider.apply_theme(self._tokens)
        slider.sliderPressed.connect(self._take)
        slider.valueChanged.connect(self._moved)
        slider.sliderReleased.connect(self._end)
        return slider

    def _arrange(self) -> None:
        slider = self.slider
        if slider is not None:
            field = self._editor.geometry()
            slider.setGeometry(0, field.bottom() + 3 - HEIGHT, field.right() + 1, HEIGHT)
            slider.leave_free(QRect(field.x(), 0, field.width(), HEIGHT))

    def _place_knob(self) -> None:
        if self.slider is None:
            return
        if self._scale is None or not isinstance(self._now, (int, float)):
            self.slider.hide()
            return
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(self._scale.place(self._now) * PLACES))
        self.slider.leave_free(QRect(self._editor.x(), 0, self._editor.width(), HEIGHT))

    def _name_dragged(self, x: float, fine: bool) -> None:
        self.offer()
        if self.slider is not None:
            self.slider.drag_from(x, fine=fine)

    def _name_moved(self, x: float, fine: bool) -> None:
        if self.slider is not None and self.dragging:
            self.slider.drag_to(x, fine=fine)

    def _take(self) -> None:
        """Begin a drag."""
        if self._scale is None or not isinstance(self._now, (int, float)) or self.slider is None:
            return
        self._from = self._now
        self._document.begin_gesture()
        window = self._row.window()
        self._card = SliderCard(window, self._scale, self._from, self._tokens)
        corner = self._row.mapTo(window, QPoint(0, self._editor.geometry().bottom() + 5))
        self._card.setGeometry(QRect(corner, self._card.sizeHint()))
        self._card.setFixedWidth(self.slider.width())
        self._card.show()
        self._card.raise_()
        self._mark_field(dragged=True)
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def _moved(self, position: int) -> None:
        slider = self.slider
        if self._card is None or self._scale is None or slider is None or not slider.isSliderDown():
            return
        self._card.show_place(position / PLACES)
        value = self._scale.value(position / PLACES, fine=slider.is_fine)
        if value != self._now:
            self._now = value
            self._set_value(value)

    def _end(self) -> None:
        """End a drag."""
        if self._card is None:
            return
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self._card.hide()
        self._card.deleteLater()
        self._card = None
        self._mark_field(dragged=False)
        self._document.end_gesture()
        self.show_value(self._now, self._before)
        if not self._row.underMouse():
            self.withdraw()

    def _mark_field(self, *, dragged: bool) -> None:
        self._editor.setProperty("dragged", dragged)
        self._editor.style().unpolish(self._editor)
        self._editor.style().polish(self._editor)
