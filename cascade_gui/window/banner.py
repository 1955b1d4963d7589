"""What the user should know before reading the plots. It lies over the window and moves nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from cascade_gui.theme import SIZES
from cascade_gui.theme.plain_text import no_mnemonic, plain_label, plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.theme import Tokens
    from cascade_gui.window.repairs import Repair

_MOST_FAULTS: Final = 3
_MOST_IN_TIP: Final = 20
_MOST_REPAIRS: Final = 3
_LEAST_BESIDE: Final = 220
"""Pixels beside the buttons of the toolbar in which the first words of a sentence and the button can be read."""
_FORM_WIDTH: Final = 330
"""What another view has at the left, with its buttons at the bottom."""
_MOVING: Final = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


class Banner(QFrame):
    """Says that the run is of older parameters, or what keeps the scenario from running. Hidden when all is well.

    That the run is of older parameters stands at the right of the toolbar, over the engine's state, which has nothing
    to say then, and is elided there; where that has no room over the lower edge of the plots. What keeps the scenario
    from running stands over the summary of the run that is shown, in two lines, so that no plot is covered; where
    there is no summary, over that edge too.

    Parameters
    ----------
    tokens
        The colours.
    beside
        What it stands over at the right of the toolbar.
    over
        At whose lower edge it stands otherwise: of what holds it while another view is shown in its place.
    """

    run_asked = Signal()
    """Run again."""

    def __init__(self, tokens: Tokens, beside: QWidget, over: QWidget) -> None:
        super().__init__(over.window())
        self._beside, self._over = beside, over
        self._strip: QWidget | None = None
        self._holder = over.parentWidget() or over
        self._said = ""
        self.setObjectName("banner")
        self._tokens = tokens
        self._faults: tuple[str, ...] = ()
        self._stale = False
        self._text = plain_label(parent=self)
        self._text.setMinimumWidth(1)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(self.tr("Run again"), self)
        self._button.clicked.connect(self.run_asked)
        self._repairs: tuple[QPushButton, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 12, 4)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._button)
        for place in (beside, over, self._holder):
            place.installEventFilter(self)
        self._show()

    def stand_over(self, strip: QWidget) -> None:
        """Say over this strip of two lines what keeps the scenario from running."""
        self._strip = strip
        strip.installEventFilter(self)
        self._show()

    @property
    def text(self) -> str:
        """What it says, empty while it is hidden."""
        return self._said if not self.isHidden() else ""

    def set_stale(self, stale: bool) -> None:
        """Say, or no longer say, that the run is of older parameters."""
        self._stale = stale
        self._show()

    def set_faults(self, faults: tuple[str, ...], repairs: Sequence[Repair] = ()) -> None:
        """Say what keeps the scenario from running, one line a fault, with buttons that do something about it."""
        self._faults = faults
        for old in self._repairs:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()  # it may be the one that was pressed
        self._repairs = tuple(self._offer(each) for each in repairs[:_MOST_REPAIRS])
        self._show()

    def _offer(self, repair: Repair) -> QPushButton:
        button = QPushButton(no_mnemonic(repair.text), self)
        button.setObjectName("repair")
        button.setToolTip(plain_tip(repair.help_text))
        button.clicked.connect(repair.do)
        self._row.addWidget(button)
        return button

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self._tokens = tokens
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size or shows another view."""
        if event.type() in _MOVING and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        if self._faults:
            lines = list(self._faults[:_MOST_FAULTS])
            if len(self._faults) > _MOST_FAULTS:
                lines.append(self.tr("and {number} more").format(number=len(self._faults) - _MOST_FAULTS))
            self._said = "\n".join([self.tr("This cannot run yet:"), *lines])
            self._paint(self._tokens.vermilion_tint, self._tokens.vermilion)
        elif self._stale:
            self._said = self.tr("Changed since this run: the plots show the scenario as it was.")
            self._paint(self._tokens.amber_tint, self._tokens.amber)
        self._text.setToolTip(plain_tip(self._told_in_full()) if self._faults else self._said)
        self._button.setVisible(not self._faults)
        self.setVisible(bool(self._faults) or self._stale)
        if not self.isHidden():
            self._place()

    def _place(self) -> None:
        """Stand beside the buttons of the toolbar, or over the lower edge of the plots."""
        self._text.setText(self._said)
        room = self._room_beside()
        strip = self._strip
        in_strip = bool(self._faults) and strip is not None and strip.isVisible()
        self._text.setWordWrap(bool(self._faults) and not in_strip)
        if in_strip and strip is not None:
            self.setGeometry(QRect(strip.mapTo(self.window(), QPoint(0, 0)), strip.size()))
            self._text.setText(self._in_two_lines(strip.width()))
        elif not self._faults and room.width() >= _LEAST_BESIDE:
            wanted = min(self.sizeHint().width(), room.width())
            of_text = wanted - (self.sizeHint().width() - self._text.sizeHint().width())
            self._text.setText(self._text.fontMetrics().elidedText(self._said, Qt.TextElideMode.ElideRight, of_text))
            room.setLeft(room.right() + 1 - wanted)
            self.setGeometry(room)
        else:
            over, left = (self._holder, _FORM_WIDTH) if self._over.isHidden() else (self._over, 0)
            width = over.width() - left
            height = self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()
            corner = over.mapTo(self.window(), over.rect().bottomLeft())
            self.setGeometry(corner.x() + left, corner.y() + 1 - height, width, height)
        self.raise_()

    def _told_in_full(self) -> str:
        return "\n".join([self.tr("This cannot run yet:"), *self._faults[:_MOST_IN_TIP]])

    def _in_two_lines(self, width: int) -> str:
        """Return what is said in lines that fit beside the buttons; the tip has all of it."""
        metrics = self._text.fontMetrics()
        room = width - (self.sizeHint().width() - self._text.sizeHint().width())
        head, *faults = self._said.split("\n")
        words = f"{head} {'; '.join(faults)}".split(" ")
        first = words.pop(0)
        while words and metrics.horizontalAdvance(f"{first} {words[0]}") <= room:
            first = f"{first} {words.pop(0)}"
        second = metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, room)
        return f"{first}\n{second}" if second else first

    def _room_beside(self) -> QRect:
        """Return the place at the right of the toolbar, from its last button to the edge of the window."""
        bar = self._beside.parentWidget()
        if bar is None or self._beside.isHidden():
            return QRect()
        corner = self._beside.mapTo(self.window(), QPoint(0, 0))
        top = bar.mapTo(self.window(), QPoint(0, 0)).y()
        height = min(bar.height(), self.sizeHint().height())
        edge = self.window().width() - SIZES.grid
        return QRect(corner.x(), top + (bar.height() - height) // 2, edge - corner.x(), height)

    def _paint(self, background: str, color: str) -> None:
        self.setStyleSheet(
            f"#banner {{ background: {background}; border-radius: 6px; }} #banner QLabel {{ color: {color}; }}"
        )
