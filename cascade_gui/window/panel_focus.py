"""F6 goes from panel to panel, and a frame shows which one has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPalette, QRegion
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from cascade_gui.window.main_window import MainWindow


_WIDTH: Final = 2


class FocusFrame(QWidget):
    """A frame in the accent colour round one panel at a time; clicks go through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("focus_frame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._panel: QWidget | None = None
        self.hide()

    @property
    def panel(self) -> QWidget | None:
        """The panel that it is round, None while it is hidden."""
        return self._panel

    def surround(self, panel: QWidget | None) -> None:
        """Stand round another panel, or round none."""
        if panel is self._panel:
            return
        if self._panel is not None:
            self._panel.removeEventFilter(self)
        self._panel = panel
        if panel is None:
            self.hide()
            self.setParent(self.window())
            return
        panel.installEventFilter(self)
        self.setParent(panel)
        self._fit(panel)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the edge of the panel."""
        if event.type() is QEvent.Type.Resize and self._panel is not None:
            self._fit(self._panel)
        return super().eventFilter(watched, event)

    def paintEvent(self, _: object) -> None:
        """Draw it; the colour is that of the scheme."""
        QPainter(self).fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Accent))

    def _fit(self, panel: QWidget) -> None:
        self.setGeometry(panel.rect())
        inner = QRect(panel.rect()).adjusted(_WIDTH, _WIDTH, -_WIDTH, -_WIDTH)
        self.setMask(QRegion(panel.rect()).subtracted(QRegion(inner)))  # what is inside is drawn without it


class PanelFocus(QObject):
    """Gives the focus to the next or the previous panel that can be seen, at the place where it was there last.

    From then on a frame is round the panel with the focus, until the mouse is used or the focus leaves the panels.

    Parameters
    ----------
    window
        Whose panels they are.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        # Each panel with what gets the focus first; None for the first that takes it by Tab.
        self._panels: tuple[tuple[QWidget, QWidget | None], ...] = (
            (window.toolbar, window.toolbar.run),
            (window.scenario_panel, None),
            (window.page, None),
            (window.transport, window.transport.slider),
            (window.book, window.book.table),
            (window.account, None),
        )
        self.frame = FocusFrame(window)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]

    def go_to_shock(self) -> None:
        """Let the first number of the shock be typed over."""
        self._window.panels.scenario.show()
        self._window.scenario_panel.edit_shock()

    def find(self) -> None:
        """Find a text in the table that is looked at: in the loan book, or in that of an answer."""
        views = self._window.views
        if views.shows_cascade:
            self._window.panels.book.show()
            self._window.book.find()
        elif views.studies is not None and not views.studies.isHidden():
            views.studies.answer.open_find()

    def next(self) -> None:
        """Go to the next panel, from the last to the first."""
        self._go(1)

    def previous(self) -> None:
        """Go to the panel before, from the first to the last."""
        self._go(-1)

    def _go(self, step: int) -> None:
        panels = self._reachable
        focus, count = QApplication.focusWidget(), len(panels)
        inside = (at for at, (panel, _) in enumerate(panels) if focus is not None and panel.isAncestorOf(focus))
        here = next(inside, -1 if step > 0 else 0)
        for distance in range(1, count + 1):
            target = self._target(*panels[(here + step * distance) % count])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                self.frame.surround(self._panel_of(target))
                return

    @property
    def _reachable(self) -> tuple[tuple[QWidget, QWidget | None], ...]:
        """The panels, and the two sides of the start page once there is one."""
        start = self._window.views.start
        if start is None:
            return self._panels
        return (*self._panels, (start.side, start.side.main), (start.gallery, start.gallery.cards[0]))

    def _panel_of(self, widget: QWidget | None) -> QWidget | None:
        return next((panel for panel, _ in self._reachable if widget is not None and panel.isAncestorOf(widget)), None)

    def _follow(self, _: QWidget | None, focus: QWidget | None) -> None:
        """Move the frame with the focus, where it is shown at all; a hand at the mouse needs none."""
        if self.frame.panel is not None:
            by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
            self.frame.surround(None if by_mouse else self._panel_of(focus))

    def _target(self, panel: QWidget, first: QWidget | None) -> QWidget | None:
        for wanted in (panel.focusWidget(), first):
            if wanted is not None and _takes(wanted):
                return wanted
        return next((child for child in _along(panel) if _takes(child)), None)


def _takes(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()


def _along(panel: QWidget) -> list[QWidget]:
    """Return what is in a panel in the order of Tab."""
    found: list[QWidget] = []
    widget = panel.nextInFocusChain()
    while widget is not None and widget is not panel:
        if panel.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found
