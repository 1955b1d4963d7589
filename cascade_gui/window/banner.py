"""One line over the plots that says what the user should know before reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens

_MOST_FAULTS = 3


class Banner(QFrame):
    """Says that the run is of older parameters, or what keeps the scenario from running. Hidden when all is well.

    Parameters
    ----------
    tokens
        The colours.
    """

    run_asked = Signal()
    """Run again."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._tokens = tokens
        self._faults: tuple[str, ...] = ()
        self._stale = False
        self._text = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(self.tr("Run again"), self)
        self._button.clicked.connect(self.run_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self._show()

    @property
    def text(self) -> str:
        """What it says, empty while it is hidden."""
        return self._text.text() if not self.isHidden() else ""

    def set_stale(self, stale: bool) -> None:
        """Say, or no longer say, that the run is of older parameters."""
        self._stale = stale
        self._show()

    def set_faults(self, faults: tuple[str, ...]) -> None:
        """Say what keeps the scenario from running, one line a fault."""
        self._faults = faults
        self._show()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self._tokens = tokens
        self._show()

    def _show(self) -> None:
        if self._faults:
            lines = list(self._faults[:_MOST_FAULTS])
            if len(self._faults) > _MOST_FAULTS:
                lines.append(self.tr("and {number} more").format(number=len(self._faults) - _MOST_FAULTS))
            self._text.setText("\n".join([self.tr("This cannot run yet:"), *lines]))
            self._paint(self._tokens.vermilion_tint, self._tokens.vermilion)
        elif self._stale:
            self._text.setText(self.tr("Something changed since this run: the plots show the scenario as it was."))
            self._paint(self._tokens.amber_tint, self._tokens.amber)
        self._button.setVisible(not self._faults)
        self.setVisible(bool(self._faults) or self._stale)

    def _paint(self, background: str, color: str) -> None:
        self.setStyleSheet(f"#banner {{ background: {background}; }} #banner QLabel {{ color: {color}; }}")
