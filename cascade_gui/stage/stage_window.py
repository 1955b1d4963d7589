"""The full screen that an audience sees, and the keys of whoever presents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cascade_gui.stage.stage_page import DEFAULT, MOST, PLOTS, StagePage
from cascade_gui.stage.why_that_one import WhyThatOne, account_named, working
from cascade_gui.theme import Tokens, tokens
from cascade_gui.theme.colours import with_alpha
from engine.reading.loan_levels import moving_together

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent

    from engine.reading.round_view import RoundView

_STILL_MS: Final = 2000
"""After so long without a move the mouse is hidden."""
_POINTER: Final = 26
_KEYS: Final = Qt.Key
_PLOT_KEYS: Final = dict(
    zip((_KEYS.Key_1, _KEYS.Key_2, _KEYS.Key_3, _KEYS.Key_4, _KEYS.Key_5, _KEYS.Key_6), PLOTS, strict=True)
)


class StageWindow(QWidget):
    """The stage.

    Parameters
    ----------
    commands
        What keys do, by the key: playing, stepping, stops.

    Attributes
    ----------
    page
        What the audience sees.
    why
        The working of one account, over the page.
    """

    left = Signal()
    """Whoever presents wants back."""
    notes_asked = Signal()
    """The presenter's page is to be shown, or put away."""
    plots_chosen = Signal(object)
    """The names of the plots that are shown now, a tuple."""

    def __init__(self, commands: Mapping[Qt.Key, Callable[[], None]], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("stage")
        self.setWindowTitle(self.tr("Cascade on stage"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tokens: Tokens = tokens(dark=True)
        self._view: RoundView | None = None
        self._account: int | None = None
        self._commands: dict[Qt.Key, Callable[[], None]] = {
            **commands,
            _KEYS.Key_Escape: self._escape,
            _KEYS.Key_F5: self.left.emit,
            _KEYS.Key_B: self.turn_black,
            _KEYS.Key_Period: self.turn_black,
            _KEYS.Key_P: self.turn_pointer,
            _KEYS.Key_N: self.notes_asked.emit,
            _KEYS.Key_A: self.ask_account,
            _KEYS.Key_Slash: self.ask_account,
        }
        self.page = StagePage(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.why = WhyThatOne(self)
        self.why.account_named.connect(self._show_named)
        self.page.account_asked.connect(self.show_account)
        self.black, self._pointer = QWidget(self), _Pointer(self)
        self.black.setObjectName("stage_black")
        self.black.setAutoFillBackground(True)
        palette = self.black.palette()
        palette.setColor(palette.ColorRole.Window, QColor(Qt.GlobalColor.black))
        self.black.setPalette(palette)
        self.black.hide()
        self._pointer.hide()
        self._still = QTimer(self, singleShot=True, interval=_STILL_MS)
        self._still.timeout.connect(self._hide_mouse)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # moves over the plots are told here, too
        self._hide_mouse()

    # ------------------------------------------------------------------------------- what is shown

    @property
    def is_black(self) -> bool:
        """Whether the screen is black."""
        return not self.black.isHidden()

    def turn_black(self) -> None:
        """Make the screen black, or show the page again."""
        self.black.setGeometry(self.rect())
        self.black.setVisible(not self.is_black)
        self.black.raise_()

    def turn_pointer(self) -> None:
        """Show a large pointer where the mouse is, or none."""
        self._pointer.setVisible(self._pointer.isHidden())
        self._pointer.to(QPointF(self.mapFromGlobal(self.cursor().pos())), self._tokens)

    def set_view(self, view: RoundView | None, picture: Any) -> None:
        """Take the book at the shown round."""
        self._view = view
        self.page.set_view(view, picture)
        if self._account is not None and not self.why.isHidden() and view is not None:
            self.why.say(self._working(view, self._account))

    def ask_account(self) -> None:
        """Let the name of an account be typed."""
        self._account = None
        self.why.ask()

    def show_account(self, account: int) -> None:
        """Show the working of an account at the shown round."""
        if self._view is not None:
            self._account = account
            self.page.mark_account(account)
            self.why.say(self._working(self._view, account))
            self.setFocus()

    def show_only_or_also(self, name: str) -> None:
        """Show a plot beside the others, or take it away; the last one stays."""
        names = [plot.objectName() for plot in self.page.plots]
        self.page.say_waiting("")
        if name in names:
            names.remove(name)
        elif len(names) < MOST:
            names.append(name)
        else:
            self.page.say_waiting(self.tr("{most} plots at most: a number takes one away").format(most=MOST))
        self.page.set_plots(names or DEFAULT)
        self.plots_chosen.emit(tuple(plot.objectName() for plot in self.page.plots))

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self.page.apply_theme(colours)
        self._fit()

    def shut_down(self) -> None:
        """Wait for what is worked out in the background."""
        self._still.stop()
        self.page.shut_down()

    # ------------------------------------------------------------------------------------- Qt's

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key stands for; any key ends the black first."""
        key = Qt.Key(event.key())
        if self.is_black and key not in {_KEYS.Key_B, _KEYS.Key_Period}:
            self.turn_black()
        elif key in _PLOT_KEYS:
            self.show_only_or_also(_PLOT_KEYS[key])
        elif key in self._commands:
            self._commands[key]()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave the stage when the system closes the window."""
        event.ignore()
        self.left.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the mouse while it moves."""
        self._show_mouse(event.position())

    def event(self, event: QEvent) -> bool:
        """Follow the mouse over the plots, too."""
        if event.type() == QEvent.Type.HoverMove:
            self._show_mouse(event.position())  # type: ignore[attr-defined] # a QHoverEvent
        return bool(super().event(event))

    # ----------------------------------------------------------------------------------- working

    def _working(self, view: RoundView, account: int) -> list[str]:
        asset = view.book.asset_names[self.page.asset]
        return working(view, account, asset, moving_together(view.recording, view.scenario, asset))

    def _show_named(self, text: str) -> None:
        found = None if self._view is None else account_named(self._view, text)
        if found is not None:
            self.show_account(found)
        else:
            self.why.say([text, self.tr("There is no such account in this book.")])
            self.setFocus()

    def _escape(self) -> None:
        if not self.why.isHidden():
            self._account = None
            self.page.mark_account(None)
            self.why.hide()
            self.setFocus()
        else:
            self.left.emit()

    def _show_mouse(self, position: QPointF) -> None:
        self.unsetCursor()
        self._pointer.to(position, self._tokens)
        if not self._pointer.isHidden():
            self.setCursor(Qt.CursorShape.BlankCursor)
        self._still.start()

    def _hide_mouse(self) -> None:
        self.setCursor(Qt.CursorShape.BlankCursor)

    def _fit(self) -> None:
        scale = min(self.width() / 1920, self.height() / 1080)
        self.why.set_look(self._tokens, scale)
        self.black.setGeometry(self.rect())


class _Pointer(QWidget):
    """A ring that the last row sees, where the mouse is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stage_pointer")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(2 * _POINTER + 8, 2 * _POINTER + 8)
        self._tokens: Tokens = tokens(dark=True)

    def to(self, position: QPointF, colours: Tokens) -> None:
        """Stand around a point."""
        self._tokens = colours
        self.move(round(position.x()) - self.width() // 2, round(position.y()) - self.height() // 2)
        self.raise_()

    def paintEvent(self, _: Any) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._tokens.amber))
        painter.setBrush(with_alpha(self._tokens.amber, 0.35))
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), _POINTER, _POINTER)
        painter.end()
