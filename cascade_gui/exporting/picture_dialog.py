"""Which picture, and how large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QWidget

from cascade_gui.exporting.pictures import SCALES

if TYPE_CHECKING:
    from collections.abc import Iterable


class PictureDialog(QDialog):
    """Asks what to draw.

    Parameters
    ----------
    pictures
        Title and widget of what can be drawn.
    """

    def __init__(self, pictures: Iterable[tuple[str, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_dialog")
        self.setWindowTitle(self.tr("Export a picture"))
        self._what = QComboBox(self)
        for title, widget in pictures:
            self._what.addItem(title, widget)
        self._format = QComboBox(self)
        for ending, title in ((".png", "PNG"), (".svg", "SVG"), (".pdf", "PDF")):
            self._format.addItem(title, ending)
        self._scale = QComboBox(self)
        for scale in SCALES:
            self._scale.addItem(self.tr("{scale} ×").format(scale=scale), scale)
        self._scale.setCurrentIndex(1)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._format.currentIndexChanged.connect(self._format_changed)
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        form.setSpacing(12)
        form.addRow(self.tr("What"), self._what)
        form.addRow(self.tr("Format"), self._format)
        form.addRow(self.tr("Size"), self._scale)
        form.addRow(buttons)

    @property
    def widget(self) -> QWidget:
        """What to draw."""
        chosen: QWidget = self._what.currentData()
        return chosen

    @property
    def title(self) -> str:
        """What that is called."""
        return self._what.currentText()

    @property
    def ending(self) -> str:
        """``.png``, ``.svg`` or ``.pdf``."""
        return str(self._format.currentData())

    @property
    def scale(self) -> float:
        """Pixels of a PNG for each pixel on the screen."""
        return float(self._scale.currentData())

    def _format_changed(self) -> None:
        self._scale.setEnabled(self.ending == ".png")
