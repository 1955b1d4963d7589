"""Puts a scheme on the application, follows the system's, and can be forced."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle, QStyleFactory, QWidget

from cascade_gui.theme.fonts import font
from cascade_gui.theme.glyphs import GlyphFolder
from cascade_gui.theme.icons import app_icon
from cascade_gui.theme.style_sheet import palette, style_sheet
from cascade_gui.theme.tokens import SIZES, Tokens, tokens


class Scheme(Enum):
    """What the user chose: the system's scheme, or one of the two."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_FORCED = {
    Scheme.SYSTEM: Qt.ColorScheme.Unknown,
    Scheme.LIGHT: Qt.ColorScheme.Light,
    Scheme.DARK: Qt.ColorScheme.Dark,
}


def apply(app: QApplication, colours: Tokens, glyphs: GlyphFolder | None = None) -> GlyphFolder:
    """Give the application style, palette, style sheet, font and icon.

    Parameters
    ----------
    app
        The application.
    colours
        The scheme's tokens.
    glyphs
        The folder of an earlier call, to be used again.

    Returns
    -------
    GlyphFolder
        Keep it as long as the style sheet is in use.
    """
    folder = GlyphFolder() if glyphs is None else glyphs
    # From one style sheet to the next, each widget that gets its palette hands it on to all below it: 13,000 changes
    # of style in a window of 1,300 widgets, 2.0 s of work. With none in between it is two a widget, and 0.3 s.
    app.setStyleSheet("")
    if app.style().name().lower() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(colours))
    app.setFont(font(SIZES.text))
    app.setStyleSheet(style_sheet(colours, folder.write(colours)))
    app.setWindowIcon(app_icon())
    return folder


def motion_milliseconds(widget: QWidget) -> int:
    """Return how long a movement lasts; 0 when the system asks for reduced motion."""
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return SIZES.motion if widget.style().styleHint(hint, None, widget) > 0 else 0


class Theme(QObject):
    """The scheme in use.

    Parameters
    ----------
    app
        The application; it is styled at once.
    scheme
        The user's choice.
    """

    changed = Signal(object)
    """The new `Tokens`, after the application has them."""

    def __init__(self, app: QApplication, scheme: Scheme = Scheme.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._scheme = scheme
        self._released = False
        hints = QGuiApplication.styleHints()
        hints.setColorScheme(_FORCED[scheme])
        self._tokens = self._wanted()
        self._glyphs = apply(app, self._tokens)
        hints.colorSchemeChanged.connect(self._follow)
        app.aboutToQuit.connect(self.release)

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    @property
    def scheme(self) -> Scheme:
        """The user's choice."""
        return self._scheme

    def set_scheme(self, scheme: Scheme) -> None:
        """Force a scheme, or follow the system's again."""
        self._scheme = scheme
        QGuiApplication.styleHints().setColorScheme(_FORCED[scheme])
        self._follow()

    def release(self) -> None:
        """Stop following the system and remove the temporary files."""
        if self._released:
            return
        self._released = True
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._follow)
        self._glyphs.remove()

    def _wanted(self) -> Tokens:
        if self._scheme is not Scheme.SYSTEM:
            return tokens(self._scheme is Scheme.DARK)
        # A system that does not say gets the dark scheme, in which the design was drawn first.
        return tokens(QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light)

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is self._tokens:
            return
        self._tokens = wanted
        apply(self._app, wanted, self._glyphs)
        self.changed.emit(wanted)
