"""A box that offers what can be added, and a label that says why something cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QWidget

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QWheelEvent

    from cascade_gui.document.document import Document
    from engine.scenario.schema import Parameters


class AddBox(QComboBox):
    """Offers things to add; its own text ("Add an asset…") stays shown.

    Parameters
    ----------
    object_name
        For tests and style sheets.
    accessible
        What it adds, for screen readers.
    """

    chosen = Signal(object)
    """The value of what was chosen."""

    def __init__(self, object_name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Long names widen the list that opens, not the panel.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._choose)

    def offer(self, title: str, choices: Sequence[tuple[str, Any]]) -> None:
        """Offer texts with their values; hidden when there are none."""
        self.clear()
        self.addItem(title)
        for text, value in choices:
            self.addItem(text, value)
        self.setVisible(bool(choices))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel: scrolling adds nothing."""
        event.ignore()

    def _choose(self, index: int) -> None:
        if index > 0:
            value = self.itemData(index)
            self.setCurrentIndex(0)
            self.chosen.emit(value)


class FaultLabel(QLabel):
    """Says below a section why its last edit was refused."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(object_name)
        self.setProperty("role", "loss")
        self.setWordWrap(True)
        self.hide()

    def try_change(self, document: Document, change: Callable[[], Parameters], text: str) -> bool:
        """Make a change as one step called `text`, or say what is wrong with it."""
        try:
            parameters = change()
        except BadInput as error:
            self.setText(str(error.faults[0]))
            self.show()
            return False
        self.hide()
        document.replace_parameters(parameters, text)
        return True
