"""A small drop-down in the title row of a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from cascade_gui.theme.plain_text import no_mnemonic

if TYPE_CHECKING:
    from collections.abc import Sequence


class Chooser(QToolButton):
    """A button with a menu, one entry of which is chosen.

    Parameters
    ----------
    name
        The object name.
    spoken
        The accessible name: what is chosen here.
    kind
        Its look: ``chooser`` beside the lock, ``selector`` as a part of the title.
    """

    chosen = Signal(int)
    """The number of the entry that the user chose."""

    def __init__(self, name: str, spoken: str, kind: str = "chooser") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setProperty("kind", kind)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        menu.triggered.connect(self._triggered)
        self.setMenu(menu)
        self._group = QActionGroup(menu)

    def set_choices(self, texts: Sequence[str]) -> None:
        """Offer these entries."""
        menu = self.menu()
        menu.clear()
        self._group.deleteLater()  # its entries go with it: a menu that is cleared deletes only those of its own
        self._group = QActionGroup(menu)
        for number, text in enumerate(texts):
            action = QAction(no_mnemonic(text), self._group)
            action.setCheckable(True)
            action.setData(number)
            menu.addAction(action)

    def show_choice(self, number: int, text: str | None = None) -> None:
        """Show the entry with this number as the chosen one, with a shorter text if given."""
        actions = self.menu().actions()
        if 0 <= number < len(actions):
            actions[number].setChecked(True)
            self.setText(actions[number].text() if text is None else no_mnemonic(text))

    def _triggered(self, action: QAction) -> None:
        self.chosen.emit(int(action.data()))
