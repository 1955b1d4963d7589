"""The title row of a plot: its tabs, what it shows, its controls, and what gives way where there is little room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from cascade_gui.plots.title_tabs import TitleTabs
from cascade_gui.theme.plain_text import plain_label

if TYPE_CHECKING:
    from cascade_gui.plots.readout import Readout

_MARGIN: Final = 12
_BESIDE: Final = 30
"""What the row keeps free at its ends, in pixels."""


class Subtitle(QLabel):
    """Says behind the title what is shown; other words may need other room."""

    said = Signal()
    """There are other words."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "secondary")
        self.setContentsMargins(_MARGIN, 0, _MARGIN, 0)

    def setText(self, text: str) -> None:
        """Say this."""
        if text != self.text():
            super().setText(text)
            self.said.emit()


class TitleRow(QHBoxLayout):
    """Tabs, subtitle, readout and controls of a plot, side by side.

    Parameters
    ----------
    readout
        What stands under the mouse.
    lock
        The control at the right end.

    Attributes
    ----------
    tabs, subtitle
        The title and what is shown.
    brief
        What is said in place of a subtitle that has no room; the whole of it is at the mouse over the title.
    says_subtitle
        Whether the whole subtitle has room.
    fitting
        The remarks that have room.
    below
        A row under it, for what has none: choosers go there rather than that titles are cut.
    """

    def __init__(self, readout: Readout, lock: QToolButton) -> None:
        super().__init__()
        self.tabs = TitleTabs()
        self.subtitle = Subtitle()
        self.brief = plain_label()
        self.brief.setProperty("role", "secondary")
        self.brief.setContentsMargins(_MARGIN, 0, 0, 0)
        self.brief.hide()
        self.says_subtitle = True
        self.fitting: set[QLabel] = {self.subtitle}
        self._readout, self._lock = readout, lock
        self._choosers: list[QWidget] = []
        self._staying = 0  # so many of them stand in this row
        self.below = QHBoxLayout()
        self.below.setContentsMargins(16, 2, 10, 0)
        self.below.addStretch(1)
        self._remarks: list[QLabel] = [self.subtitle]
        self.setContentsMargins(16, 8, 10, 0)
        self.setSpacing(0)
        for widget in (self.tabs, self.subtitle, self.brief):
            self.addWidget(widget)
        self.addWidget(readout, 1)
        self.addWidget(lock)

    def add_control(self, widget: QWidget) -> None:
        """Put a control behind the title."""
        self.insertWidget(self.indexOf(self.subtitle), widget)

    def add_chooser(self, widget: QWidget) -> None:
        """Put a chooser before the lock."""
        self.insertWidget(self.indexOf(self._lock), widget)
        self._choosers.append(widget)
        self._staying = -1

    def add_remark(self, label: QLabel) -> None:
        """Put words behind the subtitle that stay longer than it where there is not room for both."""
        self.insertWidget(self.indexOf(self._readout), label)
        self._remarks.insert(0, label)

    def minimumSize(self) -> QSize:
        """Return the room of the titles, or of the choosers below them, wherever these are now.

        All else gives way, and must not keep a column wide in which it once had room.
        """
        margins, below = self.contentsMargins(), self.below.contentsMargins()
        titles = self._needed() + margins.left() + margins.right()
        choosers = sum(each.minimumSizeHint().width() for each in self._choosers if not each.isHidden())
        return QSize(max(titles, choosers + below.left() + below.right()), super().minimumSize().height())

    @property
    def remarks(self) -> tuple[QLabel, ...]:
        """The words behind the titles."""
        return tuple(self._remarks)

    def fit(self, width: int) -> None:
        """Show the remarks only where they fit, and none while the readout speaks here and not at the mouse."""
        room = width - _BESIDE
        self._place_choosers(room)
        for at in range(self.count()):
            item = self.itemAt(at)
            widget = None if item is None else item.widget()
            gives_way = widget in {self._readout, self.tabs, self.brief} or widget in self._remarks
            if widget is not None and not gives_way and not widget.isHidden():
                room -= widget.sizeHint().width()
        self.tabs.fit(room)
        room -= self.tabs.sizeHint().width()
        speaks = bool(self._readout.text()) and self._readout.wanted_width() <= room
        self.fitting.clear()
        free = room
        for remark in self._remarks:
            room -= remark.sizeHint().width()
            if room >= 0:
                self.fitting.add(remark)
                free = room
            remark.setVisible(bool(remark.text()) and not speaks and room >= 0)
        self.says_subtitle = self.subtitle in self.fitting
        self.tabs.set_remark("" if self.says_subtitle else self.subtitle.text())
        is_brief = bool(self.brief.text()) and not self.says_subtitle and self.brief.sizeHint().width() <= free
        self.brief.setVisible(is_brief and not speaks)

    def _needed(self) -> int:
        """Return the room of what neither gives way nor goes into the row below, with short titles."""
        needed = self.tabs.least_width()
        others = {self._readout, self.tabs, self.brief, *self._remarks, *self._choosers}
        for at in range(self.count()):
            item = self.itemAt(at)
            widget = None if item is None else item.widget()
            if widget is not None and widget not in others and not widget.isHidden():
                needed += widget.sizeHint().width()
        return needed

    def _place_choosers(self, room: int) -> None:
        """Put choosers into the row below where they would cut titles, the last first, and back where there is room."""
        needed = self._needed()
        wanted = [0 if each.isHidden() else each.sizeHint().width() for each in self._choosers]
        staying = next((count for count in range(len(wanted), 0, -1) if needed + sum(wanted[:count]) <= room), 0)
        if staying == self._staying:
            return
        self._staying = staying
        for at, widget in enumerate(self._choosers):
            self.removeWidget(widget)
            self.below.removeWidget(widget)
            if at < staying:
                self.insertWidget(self.indexOf(self._lock), widget)
            else:
                self.below.addWidget(widget)
