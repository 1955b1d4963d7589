"""Follows what is typed into a number field while it is typed, where runs are live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cascade_gui.scenario_panel import values

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.document import Document
    from cascade_gui.scenario_panel.editors import NumberEditor
    from engine.scenario.parameter_paths import ParameterInfo

_PATIENCE_MS: Final = 600
"""On the way to ``0.5`` stands ``0``, which may not be allowed: it is said only when nothing follows."""


class Typed(QObject):
    """Puts each text that is a value into the document at once; all of one field is one step that can be undone.

    Parameters
    ----------
    editor
        The field.
    document
        Where the value goes; nothing happens unless its edits are followed.
    info
        What the schema says of the parameter.
    value
        Returns the value that the document has.
    """

    stays_wrong = Signal()
    """What was typed is no value, and nothing was typed since."""

    def __init__(
        self, editor: NumberEditor, document: Document, info: ParameterInfo, value: Callable[[], object]
    ) -> None:
        super().__init__(editor)
        self._editor = editor
        self._document = document
        self._info = info
        self._value = value
        self._from: object = None
        self._gesture = 0
        self._waits = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._waits.timeout.connect(self.stays_wrong)
        editor.textEdited.connect(self._follow)

    def end(self) -> None:
        """Note that the field was left, or its text accepted."""
        self._waits.stop()
        if self._gesture and self._gesture == self._document.gesture:
            self._document.end_gesture()
        self._gesture = 0

    def take_back(self) -> None:
        """Put the value back that the field had before anything was typed."""
        if self._gesture and self._gesture == self._document.gesture:
            self._document.set_parameter(self._info.path, self._from)
        self.end()

    def _follow(self, text: str) -> None:
        if not self._document.is_followed:
            return
        self._waits.stop()
        try:
            value = values.read(self._info, text)
        except ValueError:
            self._waits.start()
            return
        if self._document.fault_of(self._info.path, value) is not None:
            self._waits.start()
            return
        if not self._gesture or self._gesture != self._document.gesture:
            self._from = self._value()
            self._document.begin_gesture()
            self._gesture = self._document.gesture
        self._document.set_parameter(self._info.path, value)
