"""The icons: our own SVG files, drawn in ``currentColor`` and recoloured here."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.base.resource_files import resource_path

if TYPE_CHECKING:
    from cascade_gui.theme.tokens import Tokens

_SIZES = (16, 20, 24, 30, 32, 36, 40, 48)
"""16, 20 and 24 px at the scales 1, 1.5 and 2: every one is drawn, none is stretched."""

_APP_SIZES = (16, 24, 32, 48, 64, 128, 256)


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


def recoloured(name: str, colour: str) -> bytes:
    """Return the SVG text of the icon `name` with `colour` in place of ``currentColor``."""
    return _source(name).replace("currentColor", colour).encode()


def pixmap(name: str, colour: str, pixels: int) -> QPixmap:
    """Draw the icon `name` in `colour` into a square of `pixels` device pixels."""
    return _drawn(QSvgRenderer(QByteArray(recoloured(name, colour))), pixels)


def _drawn(renderer: QSvgRenderer, pixels: int) -> QPixmap:
    result = QPixmap(pixels, pixels)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return result


@lru_cache(maxsize=256)
def icon(name: str, tokens: Tokens, role: str = "text") -> QIcon:
    """Return the icon `name` in the colour of a token, sharp at the scales 1, 1.5 and 2.

    Parameters
    ----------
    name
        A file of resources/icons without ``.svg``: ``open``, ``save``, ``play`` ...
    tokens
        The colours in use; ask again when they change.
    role
        The token that gives the colour: ``text``, ``secondary``, ``accent``, ``on_accent`` ...
    """
    result = QIcon()
    colours = {
        QIcon.Mode.Normal: str(getattr(tokens, role)),
        QIcon.Mode.Disabled: tokens.faint,
    }
    for mode, colour in colours.items():
        renderer = QSvgRenderer(QByteArray(recoloured(name, colour)))
        for size in _SIZES:
            result.addPixmap(_drawn(renderer, size), mode)
    return result


@lru_cache(maxsize=1)
def app_icon() -> QIcon:
    """Return the application's icon, which has colours of its own."""
    result = QIcon()
    for size in _APP_SIZES:
        result.addPixmap(pixmap("cascade", "black", size))
    return result
