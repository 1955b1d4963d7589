"""The three views as tabs at the right of the menu bar, where they take no room from any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenuBar

    from cascade_gui.window.actions import Actions
    from cascade_gui.window.view_choice import ViewChoice

_VIEWS: Final = ("view_cascade", "view_studies", "view_compare")
_GAP: Final = 24
"""Between the tabs and what stands beside them, in pixels."""


class ViewTabs(QWidget):
    """Shows which view is looked at, and changes it.

    Parameters
    ----------
    actions
        Those that show the views.
    views
        Tells which is shown.
    menu_bar
        At whose right end they stand, before what stands there already.
    """

    def __init__(self, actions: Actions, views: ViewChoice, menu_bar: QMenuBar) -> None:
        super().__init__(menu_bar)
        self.setObjectName("view_tabs")
        self._menu_bar = menu_bar
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._buttons: dict[str, QToolButton] = {}
        for name in _VIEWS:
            button = QToolButton(self)
            button.setProperty("kind", "view")
            button.setText(actions[name].iconText())
            button.setToolTip(actions[name].toolTip())
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCheckable(True)
            button.clicked.connect(actions[name].trigger)
            row.addWidget(button)
            self._buttons[name] = button
        row.addSpacing(_GAP)
        beside = menu_bar.cornerWidget(Qt.Corner.TopRightCorner)
        if beside is not None:
            row.addWidget(beside)
            beside.show()
        menu_bar.setCornerWidget(self, Qt.Corner.TopRightCorner)
        self.show()  # the window is on the screen before it is filled, and shows nothing by itself that comes later
        more = menu_bar.findChild(QToolButton, "qt_menubar_ext_button")
        if more is not None:  # shown where menus do not fit beside the tabs
            more.setAccessibleName(self.tr("More menus"))
        views.shown.connect(self.show_view)
        self.show_view(_VIEWS[0])

    def show_view(self, name: str) -> None:
        """Mark the view that is shown, by the name of its action."""
        for each, button in self._buttons.items():
            button.setChecked(each == name)

    def event(self, event: QEvent) -> bool:
        """Keep to the right end of the menu bar when what stands beside the tabs says something longer."""
        if event.type() is QEvent.Type.LayoutRequest and self.size() != self.sizeHint():
            size: QSize = self._menu_bar.size()
            QApplication.sendEvent(self._menu_bar, QResizeEvent(size, size))
        return super().event(event)
