"""F6 goes from panel to panel: nobody has to pass through all fields of one to reach the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from cascade_gui.window.main_window import MainWindow


class PanelFocus(QObject):
    """Gives the focus to the next or the previous panel that can be seen, at the place where it was there last.

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

    def go_to_shock(self) -> None:
        """Let the first number of the shock be typed over."""
        self._window.panels.scenario.show()
        self._window.scenario_panel.edit_shock()

    def next(self) -> None:
        """Go to the next panel, from the last to the first."""
        self._go(1)

    def previous(self) -> None:
        """Go to the panel before, from the first to the last."""
        self._go(-1)

    def _go(self, step: int) -> None:
        focus, count = QApplication.focusWidget(), len(self._panels)
        inside = (at for at, (panel, _) in enumerate(self._panels) if focus is not None and panel.isAncestorOf(focus))
        here = next(inside, -1 if step > 0 else 0)
        for distance in range(1, count + 1):
            target = self._target(*self._panels[(here + step * distance) % count])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

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
