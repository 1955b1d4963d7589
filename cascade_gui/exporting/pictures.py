"""Draws a widget into a PNG, SVG or PDF file, sharp at every size."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPoint, QRect, QSizeF
from PySide6.QtGui import QColor, QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from engine.exporting import check_ending
from engine.files.atomic import writing

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS: Final = (".png", ".svg", ".pdf")
_FAMILIES: Final = b'font-family="Inter, Arial, Helvetica, sans-serif"'
"""An SVG is drawn with what its reader has; a wider font than ours would let texts run into each other."""
SCALES: Final = (1, 2, 3, 4)
_POINTS: Final = 72
"""To an inch, in a PDF: what a line of width 1 is there."""


@runtime_checkable
class LooksAsPicture(Protocol):
    """What looks otherwise in a picture than on the screen, as plots do."""

    def as_picture(self, ratio: float) -> AbstractContextManager[None]:
        """Look as in a picture of so many pixels to each of ours."""


def save_picture(widget: QWidget, path: Path, background: str, scale: float = 2.0) -> None:
    """Draw a widget as it is now into a file, atomically.

    Parameters
    ----------
    widget
        What to draw.
    path
        A ``.png``, ``.svg`` or ``.pdf`` file.
    background
        The colour behind it, ``#rrggbb``.
    scale
        Pixels of a PNG for each pixel on the screen, 1 to 4. SVG and PDF have no pixels.

    Raises
    ------
    BadInput
        If the ending is another or the place cannot be written.
    """
    ending = check_ending(path, ENDINGS)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    ratio = {".png": scale, ".svg": 1.0, ".pdf": _POINTS / widget.logicalDpiX()}[ending]
    with ExitStack() as looks:
        for part in (*widget.findChildren(QWidget), widget):
            if isinstance(part, LooksAsPicture):
                looks.enter_context(part.as_picture(ratio))
        if ending == ".png":
            QImageWriter(buffer, QByteArray(b"png")).write(_image(widget, background, scale))
        elif ending == ".svg":
            _write_svg(widget, buffer, background)
        else:
            _write_pdf(widget, buffer, background)
    buffer.close()
    data = bytes(buffer.data().data())
    if ending == ".svg":
        data = data.replace(b'font-family="Inter"', _FAMILIES)
    with writing(path) as stream:
        stream.write(data)


def _image(widget: QWidget, background: str, scale: float) -> QImage:
    image = QImage(widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(background))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    widget.render(painter, QPoint(0, 0))
    painter.end()
    return image


def _write_svg(widget: QWidget, buffer: QBuffer, background: str) -> None:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(QRect(QPoint(0, 0), widget.size()))
    generator.setResolution(widget.logicalDpiX())
    generator.setTitle(widget.window().windowTitle())
    _paint(widget, QPainter(generator), background)


def _write_pdf(widget: QWidget, buffer: QBuffer, background: str) -> None:
    writer = QPdfWriter(buffer)
    dpi = widget.logicalDpiX()
    points = QSizeF(widget.width() * _POINTS / dpi, widget.height() * _POINTS / dpi)
    writer.setResolution(dpi)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(widget.window().windowTitle())
    _paint(widget, QPainter(writer), background)


def _paint(widget: QWidget, painter: QPainter, background: str) -> None:
    painter.fillRect(QRect(QPoint(0, 0), widget.size()), QColor(background))
    widget.render(painter, QPoint(0, 0))
    painter.end()
