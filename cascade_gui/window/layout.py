"""Where the panels are: docks, full screen, what folds away on a small screen, and all of it remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from cascade_gui.window.settings import LAYOUT_VERSION

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from cascade_gui.window.settings import Settings

FOLDING_WIDTH: Final = 1500
"""A window narrower than this has no room for the account panel beside the plots."""
_SIDE_LEAST: Final = 300
_SIDE_WIDTH: Final = 316
_ACCOUNT_WIDTH: Final = 300


class WindowLayout(QObject):
    """The docks of a main window.

    Parameters
    ----------
    window
        The main window.
    settings
        Where the layout is remembered.
    full_screen
        The action that shows whether the window fills the screen.
    """

    def __init__(self, window: QMainWindow, settings: Settings, full_screen: QAction) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._full_screen = full_screen
        self._contents: tuple[QWidget, ...] = ()
        self._insides: list[QVBoxLayout] = []
        self._narrow = False
        self._folded = False
        self._aside: dict[QDockWidget, bool] = {}
        self._to_size = False
        window.setDockNestingEnabled(False)
        window.setDockOptions(QMainWindow.DockOption.AnimatedDocks)
        for corner in (Qt.Corner.TopLeftCorner, Qt.Corner.BottomLeftCorner):
            window.setCorner(corner, Qt.DockWidgetArea.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.TopRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.scenario = self._dock("scenario_dock", self.tr("Scenario"), _SIDE_LEAST)
        self.book = self._dock("book_dock", self.tr("Loan book"), 0)
        self.account = self._dock("account_dock", self.tr("Account"), _SIDE_LEAST)
        self._place()
        self.account.toggleViewAction().triggered.connect(self._note_choice)
        window.installEventFilter(self)

    @property
    def docks(self) -> tuple[QDockWidget, ...]:
        """Scenario, loan book, account."""
        return self.scenario, self.book, self.account

    def fill(self, *contents: QWidget) -> None:
        """Put something into the docks, in the order of `docks`."""
        self._contents = contents
        for inside, content in zip(self._insides, contents, strict=True):
            inside.addWidget(content)

    def restore(self) -> None:
        """Put everything where it was when the window was closed, or where it belongs the first time."""
        stored = self._settings.layout()
        if stored is None:
            self._first_size()
            self._place()
            self._to_size = True
            return
        geometry, state = stored
        self._window.restoreGeometry(geometry)
        self._window.restoreState(state, LAYOUT_VERSION)
        self._measure()
        if self._narrow:  # no account is selected yet: an empty panel would only take room from the plots
            self._fold_account(True)

    def unfold_account(self) -> None:
        """Show the account panel if it was folded away for want of room, not if the user closed it."""
        if self._folded:
            self._folded = False
            self.account.show()

    def show_contents(self, shown: bool) -> None:
        """Show the panels with or without what is in them."""
        for content in self._contents:
            content.setVisible(shown)

    def set_aside(self, *docks: QDockWidget) -> None:
        """Put panels aside for a view that has no use for them, and all others that were aside back as they were."""
        for dock in self.docks:
            if dock in docks and dock not in self._aside:
                self._aside[dock] = not dock.isHidden()
                dock.hide()
            elif dock not in docks and dock in self._aside:
                dock.setVisible(self._aside.pop(dock))

    def save(self) -> None:
        """Remember where everything is."""
        self.set_aside()
        geometry: QByteArray = self._window.saveGeometry()
        self._settings.set_layout(geometry, self._window.saveState(LAYOUT_VERSION))

    def reset(self) -> None:
        """Put every panel back to its place."""
        self._settings.forget_layout()
        self._place()

    def set_full_screen(self, full: bool) -> None:
        """Use the whole screen, or go back to the window."""
        state = self._window.windowState()
        if full:
            self._window.setWindowState(state | Qt.WindowState.WindowFullScreen)
        else:
            self._window.setWindowState(state & ~Qt.WindowState.WindowFullScreen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fold the account panel away when the window gets too narrow for it, and back when there is room."""
        if event.type() is QEvent.Type.Resize:
            before = self._narrow
            if self._measure() is not before:
                self._fold_account(self._narrow)
        elif event.type() is QEvent.Type.Show and self._to_size:
            self._to_size = False
            self._size()
        elif event.type() is QEvent.Type.WindowStateChange:
            with QSignalBlocker(self._full_screen):
                self._full_screen.setChecked(self._window.isFullScreen())
        return super().eventFilter(watched, event)

    def _dock(self, name: str, title: str, least: int) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        dock.setTitleBarWidget(QWidget(dock))  # the panels have headings of their own
        holder = QWidget(dock)
        holder.setProperty("surface", "panel")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        holder.setMinimumWidth(least)
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        self._insides.append(inside)
        dock.setWidget(holder)
        return dock

    def _place(self) -> None:
        window = self._window
        areas = Qt.DockWidgetArea
        for dock, area in zip(
            self.docks, (areas.LeftDockWidgetArea, areas.BottomDockWidgetArea, areas.RightDockWidgetArea), strict=True
        ):
            window.addDockWidget(area, dock)
            dock.show()
        self._fold_account(self._measure())
        self._size()

    def _measure(self) -> bool:
        """Note and return whether the window is narrow: the loan book then reaches below the account panel."""
        self._narrow = self._window.width() < FOLDING_WIDTH
        areas = Qt.DockWidgetArea
        owner = areas.BottomDockWidgetArea if self._narrow else areas.RightDockWidgetArea
        self._window.setCorner(Qt.Corner.BottomRightCorner, owner)
        return self._narrow

    def _fold_account(self, folded: bool) -> None:
        self._folded = folded
        if self.account in self._aside:
            self._aside[self.account] = not folded
        else:
            self.account.setVisible(not folded)

    def _note_choice(self) -> None:
        """Leave the account panel as the user's menu entry has put it."""
        self._folded = False

    def _size(self) -> None:
        """Give the panels the sizes of the design; takes effect once the window is shown."""
        window = self._window
        window.resizeDocks([self.scenario, self.account], [_SIDE_WIDTH, _ACCOUNT_WIDTH], Qt.Orientation.Horizontal)
        window.resizeDocks([self.book], [max(190, window.height() // 4)], Qt.Orientation.Vertical)

    def _first_size(self) -> None:
        """Fill most of the screen, all of a small one."""
        room = self._window.screen().availableGeometry()
        if room.width() <= FOLDING_WIDTH:
            self._window.resize(room.size())
            self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowMaximized)
        else:
            self._window.resize(min(1840, room.width() - 60), min(1040, room.height() - 60))


def stack_up(holder: QWidget, widgets: tuple[QWidget, ...], stretched: QWidget) -> None:
    """Put widgets below each other without gaps."""
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, 1 if widget is stretched else 0)
