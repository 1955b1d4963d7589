"""The submenus that change: recent files, examples, panels, colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup

from cascade_gui.theme import Scheme
from cascade_gui.theme.plain_text import no_mnemonic, plain_tip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QMenu, QWidget

    from cascade_gui.theme import Theme
    from cascade_gui.window.file_commands import FileCommands
    from cascade_gui.window.layout import WindowLayout
    from cascade_gui.window.settings import Settings


class Submenus(QObject):
    """Fills the submenus.

    Parameters
    ----------
    menus
        By name: recent, examples, panels, scheme.
    files
        Opens what is chosen.
    panels
        Whose docks are shown and hidden.
    theme
        Whose scheme is chosen.
    settings
        Remembers recent files and the scheme.
    window
        Their owner.
    """

    def __init__(
        self,
        menus: Mapping[str, QMenu],
        files: FileCommands,
        panels: WindowLayout,
        theme: Theme,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._menus = menus
        self._files = files
        self._theme = theme
        self._settings = settings
        menus["recent"].aboutToShow.connect(self._fill_recent)
        menus["recent"].triggered.connect(files.open_recent)
        menus["examples"].aboutToShow.connect(self._fill_examples)
        menus["examples"].triggered.connect(self._open_example)
        for dock in panels.docks:
            menus["panels"].addAction(dock.toggleViewAction())
        self._schemes = QActionGroup(self)
        titles = {
            Scheme.SYSTEM: self.tr("As the &system"),
            Scheme.LIGHT: self.tr("&Light"),
            Scheme.DARK: self.tr("&Dark"),
        }
        for scheme, title in titles.items():
            action = menus["scheme"].addAction(title)
            action.setObjectName(f"view_scheme_{scheme.value}")
            action.setCheckable(True)
            action.setChecked(theme.scheme is scheme)
            action.setData(scheme.value)
            self._schemes.addAction(action)
        # Queued, so that the menu is gone before the colours change.
        self._schemes.triggered.connect(self._choose_scheme, Qt.ConnectionType.QueuedConnection)

    def _fill_recent(self) -> None:
        menu = self._menus["recent"]
        menu.clear()
        files = self._settings.recent_files
        for path in files:
            action = menu.addAction(no_mnemonic(path.name))
            action.setData(str(path))
            action.setToolTip(plain_tip(str(path)))
        if not files:
            menu.addAction(self.tr("No files yet")).setEnabled(False)

    def _fill_examples(self) -> None:
        from engine.files.examples import examples
        from engine.files.talks import talks

        menu = self._menus["examples"]
        menu.setToolTipsVisible(True)
        if menu.isEmpty():
            for example in (*examples(), *talks()):
                action = menu.addAction(example.title)
                action.setData(example.name)
                action.setToolTip(plain_tip(example.summary))

    def _open_example(self, action: QAction) -> None:
        from engine.files.examples import examples
        from engine.files.talks import talks

        self._files.open_example(next(each for each in (*examples(), *talks()) if each.name == action.data()))

    def _choose_scheme(self, action: QAction) -> None:
        scheme = Scheme(action.data())
        self._settings.color_scheme = scheme.value
        self._theme.set_scheme(scheme)
