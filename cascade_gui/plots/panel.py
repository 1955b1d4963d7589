"""What every plot has: a title that can be a tab, its controls, a readout, a lock, a theme."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.labels import LabelLayer
from cascade_gui.plots.plot_view import PlotView
from cascade_gui.plots.readout import Readout
from cascade_gui.plots.title_row import TitleRow
from cascade_gui.theme import SIZES, Tokens, icon, tokens
from cascade_gui.theme.plain_text import plain_label, plain_tip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QWheelEvent

    from cascade_gui.plots.axes import PlainAxis
    from cascade_gui.plots.run_picture import RoundPicture, RunPicture
    from cascade_gui.plots.series import Series
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView


class PlotPanel(QWidget):
    """A plot with its title row.

    Parameters
    ----------
    name
        The object name: ``plot_price`` ...
    title
        What it shows, in two or three words.
    bottom, left, right
        The axes; no right axis leaves its space free.
    """

    round_clicked = Signal(int)
    """A round that the user clicked."""

    sibling_chosen = Signal(str)
    """The object name of the plot that the user wants to see in this place."""

    def __init__(
        self,
        name: str,
        title: str,
        bottom: PlainAxis,
        left: PlainAxis,
        right: PlainAxis | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._title = title
        self._tokens: Tokens = tokens(dark=True)
        self._scale = 1.0
        self._plain = False
        self._pixel_ratio = 1.0
        self._locked = True
        self._front = True
        self._held = False
        self._before_run: RunPicture | None = None
        self._before_name = ""
        self._ranges: list[list[float]] = []
        self._siblings: list[tuple[str, str, str]] = []
        self._stale = False
        axes: dict[str, PlainAxis] = {"bottom": bottom, "left": left}
        if right is not None:
            axes["right"] = right
        self.axes = axes
        self.view = PlotView(axisItems=axes)
        self.view.panel = self
        self.plot: Any = self.view.getPlotItem()
        self.labels = LabelLayer(self.plot)
        self._title_row = self._build_title_row()
        self.set_siblings([])
        self._build_plot()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addLayout(self._title_row)
        self._layout.addLayout(self._title_row.below)
        self._layout.addWidget(self.view, 1)
        self._empty = plain_label(parent=self.view)
        self._empty.setProperty("role", "secondary")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._empty.hide()
        self._nothing = self._without_loans = ""

    # ------------------------------------------------------------------ for the window

    @property
    def title(self) -> str:
        """What the plot shows, in two or three words."""
        return self._title

    @property
    def tab_title(self) -> str:
        """Its title among others."""
        return self._title

    @property
    def short_title(self) -> str:
        """Its title in one word, for where there is little room."""
        return self.tab_title

    @property
    def is_locked(self) -> bool:
        """Whether the ranges stay as they are over the rounds."""
        return self._locked

    def set_recording(self, recording: RecordedRun | None, series: Series | None = None) -> None:
        """Show another run, or none; `series` is the recording's where it is already made."""
        raise NotImplementedError

    def set_series(self, series: Series) -> None:
        """Show other figures of the same run, those of one market or of all; only some plots differ by them."""

    def rounds_added(self) -> None:
        """Take in the rounds that the recording has got since."""

    def show_round(self, number: int) -> None:
        """Move to a round."""
        raise NotImplementedError

    def follow(self, number: int) -> None:
        """Take in the rounds that the recording has got since, and move to a round."""
        self.rounds_added()
        self.show_round(number)

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another; what can stay as it is stays."""
        self.set_recording(picture.recording, picture.series)
        self.show_round(picture.round)
        self.set_view(picture.view)

    @property
    def is_front(self) -> bool:
        """Whether it is shown; behind another plot it is drawn when it comes to the front."""
        return self._front

    def make_ready(self) -> None:
        """Do before it is painted what pyqtgraph does while it paints, which makes it paint a second time."""
        if self._front:
            self.view.scene().prepareForPaint()

    def set_before(self, before: RunPicture | None, name: str = "") -> None:
        """Show another run thinly, or none.

        Parameters
        ----------
        before
            The end of that run.
        name
            What it is called: ``the run before, at 0.3 ×``.
        """
        self._before_run, self._before_name = before, name
        self._before_changed()

    def set_held(self, held: bool) -> None:
        """Let the ranges only grow, while something is dragged; then fit them again."""
        if held != self._held:
            self._held = held
            self._fit()

    def set_view(self, view: RoundView | None, picture: RoundPicture | None = None) -> None:
        """Take the state of the book at the shown round, with its picture where it is made; only some plots need it."""

    def shut_down(self) -> None:
        """Wait for what is computed in the background, where anything is."""

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self._apply_look()

    def set_scale(self, scale: float) -> None:
        """Draw type and lines larger by this factor, as on a stage."""
        self._scale = scale
        if self._plain:  # the sizes of the style sheet hold for the window
            for remark in self._title_row.remarks:
                remark.setStyleSheet(f"font-size: {round(SIZES.secondary * scale)}px")
        self._apply_look()

    def set_plain(self) -> None:
        """Show nothing to click on: for an audience."""
        self._plain = True
        self.lock.hide()
        for chooser in self.findChildren(Chooser):
            chooser.hide()
        for label in (self.subtitle, self._title_row.brief):
            label.setMaximumWidth(0)

    def set_pixel_ratio(self, ratio: float) -> None:
        """Draw lines for a device with so many pixels to each of ours, which would else make them thin.

        Lines are drawn in pixels of the device, whatever the axes are stretched by.
        """
        if ratio != self._pixel_ratio:
            self._pixel_ratio = ratio
            self._apply_look()

    @contextmanager
    def as_picture(self, ratio: float) -> Iterator[None]:
        """Look as in a picture of so many pixels to each of ours: nothing to click on."""
        before = self._pixel_ratio
        self.catch_up()
        self.set_pixel_ratio(ratio)
        self.lock.setIcon(QIcon())
        try:
            yield
        finally:
            self.set_pixel_ratio(before)
            self._label_lock()

    def set_locked(self, locked: bool) -> None:
        """Fix the ranges over the rounds, or let the mouse and the shown round set them."""
        self._locked = locked
        self.lock.setChecked(locked)
        self.plot.vb.setMouseEnabled(x=not locked, y=not locked)
        self._label_lock()
        self._fit()

    def set_siblings(self, names: Sequence[tuple[str, str, str]]) -> None:
        """Show the titles of the plots that share this place: (object name, title, short title)."""
        self._siblings = list(names)
        alone = [(self.objectName(), self._title, self._title if self._title != self.tab_title else self.short_title)]
        self.tabs.set_names(names if len(names) > 1 else alone, self.objectName())
        self.tabs.set_scale(self._scale)
        self._fit_title()

    def set_front(self, front: bool) -> None:
        """Show the plot, or hide it behind another; while hidden it is not drawn."""
        self.setVisible(front)
        self._front = front
        if front:
            self.catch_up()

    def catch_up(self) -> None:
        """Draw what was left out while the plot was hidden; for pictures of hidden plots."""
        if self._stale:
            self._stale = False
            self._draw()

    def set_title(self, title: str) -> None:
        """Rename the plot."""
        self._title = title
        self.setAccessibleName(title)
        self.set_siblings(self._siblings)

    def turn_wheel(self, event: QWheelEvent) -> bool:
        """Take a turn of the wheel over the plot; return whether there is a use for it."""
        return False

    # ------------------------------------------------------------------ for the plots

    def _fit(self) -> None:
        """Set the ranges of the axes."""

    def _set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Set the ranges of the axes; while they are held they only grow."""
        if self._held:
            x, y = (
                (min(low, wanted[0]), max(high, wanted[1]))
                for (low, high), wanted in zip(self.plot.vb.viewRange(), (x, y), strict=True)
            )
        if [list(x), list(y)] != self._ranges or self._ranges != self.plot.vb.viewRange():
            self.plot.vb.setRange(xRange=x, yRange=y, padding=0, update=True)
            self._ranges = [list(x), list(y)]
            self._ranges_set()

    def _ranges_set(self) -> None:
        """Follow the ranges of the axes."""

    def _before_changed(self) -> None:
        """Draw another run before."""

    def _draw(self) -> None:
        """Draw what is to be shown."""

    def _redraw(self) -> None:
        """Draw now, or when the plot comes to the front; the readout is of what is drawn, also under a still mouse."""
        if self._front:
            self._draw()
            if self.readout.pointed is not None:
                self._mouse_moved(self.readout.pointed)
        else:
            self._stale = True

    def _restyle(self) -> None:
        """Give pens and brushes the colours in use."""

    def _readout(self, x: float, y: float) -> str:
        """Say in a line what stands at a point of the plot."""
        return ""

    def _clicked_at(self, x: float, y: float) -> None:
        """Take a click at a point of the plot."""

    def add_chooser(self, widget: QWidget) -> None:
        """Put a chooser into the title row, before the lock."""
        self._title_row.add_chooser(widget)

    def _fit_title(self) -> None:
        """Show in the title row what has room there."""
        self._title_row.fit(self.width())

    @property
    def _says_subtitle(self) -> bool:
        return self._title_row.says_subtitle

    def _say_empty(self, text: str) -> None:
        """Show `text` in the middle in place of data; no text takes it away."""
        self._nothing = text
        text = self._without_loans or text
        if text == self._empty.text():
            return
        for axis in self.axes.values():  # there is nothing that their numbers would measure
            axis.setOpacity(0.0 if text else 1.0)
        self._empty.setText(text)
        self._empty.setVisible(bool(text))
        self._empty.resize(self.view.size())

    def set_without_loans(self, text: str) -> None:
        """Show only a text while the book has no loans; no text shows what there is."""
        self._without_loans = text
        self.plot.setOpacity(0.0 if text else 1.0)  # hidden, its axes would forget how wide they are
        self._say_empty(self._nothing)

    def _pen(self, colour: str | QColor, width: float = 2.0, **options: Any) -> Any:
        return pg.mkPen(colour, width=width * self._scale * self._pixel_ratio, **options)

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's
        if event.type() in {QEvent.Type.Show, QEvent.Type.DevicePixelRatioChange}:
            self.set_pixel_ratio(self.devicePixelRatioF())
        elif event.type() == QEvent.Type.LayoutRequest:  # something in the title came, went or has other words
            self._fit_title()
        return bool(super().event(event))

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._empty.resize(self.view.size())
        self._fit_title()

    # ------------------------------------------------------------------ working

    def _build_title_row(self) -> TitleRow:
        self.readout = Readout(self.view.viewport())
        self.lock = QToolButton()
        self.lock.setCheckable(True)
        self.lock.setChecked(True)
        self.lock.setIconSize(QSize(16, 16))
        self.lock.setProperty("kind", "quiet")
        self.lock.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lock.clicked.connect(self.set_locked)
        row = TitleRow(self.readout, self.lock)
        self.tabs, self.subtitle = row.tabs, row.subtitle
        self.tabs.chosen.connect(self.sibling_chosen)
        self.subtitle.said.connect(self._fit_title)
        return row

    def _build_plot(self) -> None:
        self.view.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAntialiasing(True)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        # pyqtgraph's menu is never shown, but it is a window of its own unless it has a parent.
        self.plot.ctrlMenu.setParent(self.view, self.plot.ctrlMenu.windowFlags())
        self.plot.setContentsMargins(4, 10, 4 if "right" in self.axes else 16, 4)
        self.plot.vb.setMouseEnabled(x=False, y=False)
        self.plot.vb.setDefaultPadding(0)
        self.plot.disableAutoRange()
        for name in self.axes:
            self.plot.getAxis(name).setZValue(-10)  # the grid lies behind what is drawn
        scene = self.view.scene()
        scene.sigMouseClicked.connect(self._mouse_clicked)
        scene.sigMouseMoved.connect(self._mouse_moved)

    def _apply_look(self) -> None:
        self.view.setBackground(self._tokens.background)
        for axis in self.axes.values():
            axis.apply(self._tokens, self._tokens.secondary, self._scale, self._pixel_ratio)
        self.labels.apply(self._tokens, self._scale)
        self.tabs.set_scale(self._scale)
        self._label_lock()
        self._restyle()

    def _label_lock(self) -> None:
        self.lock.setIcon(icon("lock" if self._locked else "unlock", self._tokens, "secondary"))
        text = (
            self._locked_text()
            if self._locked
            else self.tr("Drag and turn the wheel to look closer. Click to fix the ranges again.")
        )
        self.lock.setToolTip(plain_tip(text))
        self.lock.setAccessibleName(self.tr("Ranges locked: {0}").format(self._title))

    def _locked_text(self) -> str:
        return self.tr("The ranges are the same in every round. Click to let them go.")

    def _position(self, scene_position: QPointF) -> QPointF | None:
        """Return the plot's numbers at a point of the scene, None outside the axes."""
        if not self.plot.vb.sceneBoundingRect().contains(scene_position):
            return None
        return QPointF(self.plot.vb.mapSceneToView(scene_position))

    def _mouse_clicked(self, event: Any) -> None:
        position = self._position(event.scenePos())
        if position is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if not (event.double() and self._show_all()):
            self._clicked_at(position.x(), position.y())
        event.accept()

    def _show_all(self) -> bool:
        """Fit the ranges that the mouse has set, for a double click; return whether there were any."""
        if self._locked:
            return False
        self._fit()
        return True

    def _mouse_moved(self, scene_position: QPointF) -> None:
        self.readout.pointed = scene_position
        position = self._position(scene_position)
        self._say("" if position is None else self._readout(position.x(), position.y()))

    def _say(self, text: str) -> None:
        if self.readout.say(text) or text:
            self._fit_title()
        self.readout.show_whole()

    def leaveEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().leaveEvent(event)
        self.readout.pointed = None
        self._say("")
