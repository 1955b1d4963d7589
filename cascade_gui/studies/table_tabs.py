"""The tables of an answer as tabs with how many rows they have, where there is room for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar

from cascade_gui.theme.plain_text import no_mnemonic, plain_tip
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent


class TableTabs(QTabBar):
    """One tab a table; tables are called by their technical names."""

    chosen = Signal(str)
    """The technical name of the table that is to be shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("study_tables")
        self.setProperty("kind", "tables")
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(self.tr("Which table"))
        self._names: list[str] = []
        self._titles: list[tuple[str, int]] = []
        self.currentChanged.connect(self._tell)

    def show_tables(self, tables: Sequence[tuple[str, str, int, str]], current: str = "") -> None:
        """Show tabs, each with technical name, title, number of rows and tip; the first of them unless one is named."""
        self.blockSignals(True)
        while self.count():
            self.removeTab(0)
        self._names = [name for name, _, _, _ in tables]
        self._titles = [(title, count) for _, title, count, _ in tables]
        for _, title, count, tip in tables:
            place = self.addTab(_with_count(title, count))
            self.setTabToolTip(place, plain_tip(f"{numbers.count(count)}: {tip}"))
        if current in self._names:
            self.setCurrentIndex(self._names.index(current))
        self.blockSignals(False)
        self._fit()
        self.setVisible(bool(tables))
        self._tell(self.currentIndex())

    def names(self) -> tuple[str, ...]:
        """Return the technical names of the tables."""
        return tuple(self._names)

    def currentText(self) -> str:
        """Return the technical name of the shown table, empty without any."""
        return self._names[self.currentIndex()] if 0 <= self.currentIndex() < len(self._names) else ""

    def setCurrentText(self, name: str) -> None:
        """Show a table by its technical name."""
        self.setCurrentIndex(self._names.index(name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the numbers of rows away where there is no room for them; they stand in the tables' tips."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Write titles with their numbers, or without where they would be cut."""
        for place, (title, count) in enumerate(self._titles):
            self.setTabText(place, _with_count(title, count))
        if self.sizeHint().width() > self.width():
            for place, (title, _) in enumerate(self._titles):
                self.setTabText(place, no_mnemonic(title))

    def _tell(self, place: int) -> None:
        self.chosen.emit(self._names[place] if 0 <= place < len(self._names) else "")


def _with_count(title: str, count: int) -> str:
    return no_mnemonic(f"{title} {numbers.count(count)}")
