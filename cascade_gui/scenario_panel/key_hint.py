"""A line at the foot of the panel that says which keys go where, while they are what is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens


class KeyHint(QLabel):
    """The line. It lies over the panel's lower edge, moves nothing there and lets clicks through.

    Parameters
    ----------
    panel
        At whose foot it stands.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self.setObjectName("scenario_keys")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(self.tr("↑ ↓ fields · Tab sections · F6 panels"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._panel = panel
        self.hide()
        panel.installEventFilter(self)

    def show_for(self, by_keys: bool) -> None:
        """Show it while a field has the focus that came by keys."""
        self.setVisible(by_keys)
        if by_keys:
            self._place()
            self.raise_()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.setStyleSheet(
            f"QLabel {{ background: {tokens.raised}; color: {tokens.text}; border-top: 1px solid {tokens.line};"
            " padding: 4px 8px; }"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot."""
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        height = self.sizeHint().height()
        self.setGeometry(2, self._panel.height() - height - 2, self._panel.width() - 4, height)
