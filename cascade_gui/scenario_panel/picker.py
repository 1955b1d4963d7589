"""Chooses which asset or market a section shows, and adds and removes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from cascade_gui.theme import SIZES

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent


class _Names(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()


class Picker(QWidget):
    """A list of names with a menu beside it.

    Parameters
    ----------
    accessible
        What is chosen, for screen readers: "Asset".
    """

    picked = Signal(str)

    def __init__(self, accessible: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = _Names()
        self.names.setObjectName(object_name)
        self.names.setAccessibleName(accessible)
        self.names.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.names.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.menu = QMenu(self)
        self._more = QToolButton()
        self._more.setMenu(self.menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setProperty("kind", "more")
        self._more.setAccessibleName(self.tr("Add or remove"))
        self._more.setToolTip(self.tr("Add or remove"))
        self._more.setText("…")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, SIZES.grid)
        line.setSpacing(SIZES.grid)
        line.addWidget(self.names, 1)
        line.addWidget(self._more)
        self.names.currentTextChanged.connect(self.picked)

    @property
    def current(self) -> str:
        """The chosen name, "" if there is none."""
        return self.names.currentText()

    def show_names(self, names: list[str], preferred: str = "") -> None:
        """Offer these names; the chosen one stays chosen while it exists.

        Parameters
        ----------
        names
            All names.
        preferred
            Chosen when the one that was chosen is gone.
        """
        if [self.names.itemText(index) for index in range(self.names.count())] == names:
            return
        current = self.current if self.current in names else preferred
        self.names.blockSignals(True)
        self.names.clear()
        self.names.addItems(names)
        if current in names:
            self.names.setCurrentText(current)
        self.names.blockSignals(False)
