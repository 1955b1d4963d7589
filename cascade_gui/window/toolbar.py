"""The toolbar: what the scenario is called on the left, what can be done beside it, the engine's state on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QToolBar, QToolButton, QWidget, QWidgetAction

from cascade_gui.theme.plain_text import plain_label
from cascade_gui.theme.steady_labels import FillingLabel
from cascade_gui.window.caption import Caption
from cascade_gui.window.menus import TOOLBAR

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from cascade_gui.window.actions import Actions


class Toolbar(QToolBar):
    """The main window's only toolbar.

    Parameters
    ----------
    actions
        All actions.

    Attributes
    ----------
    run
        The main button, the only one that Tab reaches.
    state
        Where the engine's state is said, in all the room that is left.
    """

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self.setWindowTitle(self.tr("Toolbar"))
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._actions = actions
        self.caption = Caption(self)
        self.addWidget(self.caption)
        self.run = QToolButton(self)
        self.run.setObjectName("run_button")
        self.run.setProperty("kind", "primary")
        self.run.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_pause(False)
        for entry in TOOLBAR:
            if entry == "run_start":
                self.addWidget(self.run)
            elif entry:
                self.addAction(actions[entry])
            else:
                self.addSeparator()
        # It takes what room there is and leaves out what does not fit: a toolbar hides whatever is too wide for it.
        self.state = FillingLabel(self)
        self.state.label.setObjectName("engine_state")
        self.state.label.setProperty("role", "secondary")
        self.state.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.state.label.setContentsMargins(0, 0, 8, 0)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setFixedWidth(80)
        self._bar.setAccessibleName(self.tr("The engine works"))
        self._lives = plain_label("●", self)
        self._lives.setObjectName("live_mark")
        self._lives.setProperty("role", "good")
        self._lives.setContentsMargins(0, 0, 6, 0)
        self.addWidget(self.state)
        self._lives_action = self._place(self._lives)
        self._lives_action.setVisible(False)
        self._bar_action = self._place(self._bar)
        self._bar_action.setVisible(False)

    def _place(self, widget: QWidget) -> QWidgetAction:
        """Put a widget at the end, as `addWidget` does, and return the action that shows and hides it.

        The action that `addWidget` returns is made by Qt, and PySide now and then takes it for deleted while it is
        there. One that is made in Python stays known to it.
        """
        action = QWidgetAction(self)
        action.setDefaultWidget(widget)
        self.addAction(action)
        return action

    def set_title(self, name: str, subtitle: str) -> None:
        """Show the scenario's name and what is done to it."""
        self.caption.set_texts(name, subtitle)

    def set_state(self, text: str, *, works: bool, share: float | None = None, lives: bool = False) -> None:
        """Show what the engine does, with a bar while it works.

        Parameters
        ----------
        text
            What it does.
        works
            Whether the bar is there.
        share
            How far it is, 0 to 1; None where that is not known and the bar only moves.
        lives
            Whether it follows every edit, which a mark says.
        """
        self.state.say(text)
        self.state.setToolTip(text)
        self._bar.setRange(0, 0 if share is None else 100)
        if share is not None:
            self._bar.setValue(round(100 * share))
        self._bar_action.setVisible(works)
        self._lives_action.setVisible(lives)

    def show_pause(self, pauses: bool) -> None:
        """Let the main button pause, or run."""
        self.run.setDefaultAction(self._actions["run_pause" if pauses else "run_start"])
        self.run.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the main button room for both of its words, so that it moves nothing and cuts none."""
        super().showEvent(event)
        shown = self.run.defaultAction()
        widths = []
        for name in ("run_start", "run_pause"):
            self.run.setDefaultAction(self._actions[name])
            self.run.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            widths.append(self.run.sizeHint().width())
        self.run.setDefaultAction(shown)
        self.run.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.run.setMinimumWidth(max(widths))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the caption its part of the width: what it says moves no button."""
        super().resizeEvent(event)
        self.caption.fit(event.size().width())
