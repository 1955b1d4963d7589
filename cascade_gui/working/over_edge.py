"""Labels that lie over the lower edge of a widget: they move nothing there, and clicks go through them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget


class OverEdge(QLabel):
    """A label that stays at a widget's lower edge, in as many lines as it takes. Hidden until it is shown.

    Parameters
    ----------
    name
        Its object name.
    over
        What it lies over.
    above, beside
        Pixels that are left below it, and at least at its sides.
    at
        Where it stands along the edge: at the left, in the middle, or over all of it.
    parent
        What it is a part of, `over` or something around it.
    """

    def __init__(
        self,
        name: str,
        over: QWidget,
        *,
        above: int,
        beside: int,
        at: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        around = parent or over
        super().__init__(around)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over, self._around, self._above, self._beside, self._at = over, around, above, beside, at
        self.hide()
        over.installEventFilter(self)

    def appear(self) -> None:
        """Show it in its place, over all else."""
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the edge."""
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = max(1, self._over.width() - 2 * self._beside)
        self.setWordWrap(False)
        wanted = self.sizeHint()
        self.setWordWrap(wanted.width() > room)
        width = room if self._at is Qt.AlignmentFlag.AlignJustify else min(wanted.width(), room)
        height = self.heightForWidth(width) if self.wordWrap() else wanted.height()
        left = (self._over.width() - width) // 2 if self._at is Qt.AlignmentFlag.AlignHCenter else self._beside
        corner = self._over.mapTo(self._around, QPoint(left, self._over.height() - height - self._above))
        self.setGeometry(corner.x(), corner.y(), width, height)
