"""One row of the panel: a mark for a changed value, name, reset, editor, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from cascade_gui.scenario_panel import values
from cascade_gui.scenario_panel.editors import ChoiceEditor, FlagEditor, NumberEditor
from cascade_gui.scenario_panel.row_slider import RowSlider
from cascade_gui.scenario_panel.starting_values import starting_change, starting_option
from cascade_gui.scenario_panel.typed import Typed
from cascade_gui.scenario_panel.value_slider import DragLabel
from cascade_gui.theme import SIZES, icon
from cascade_gui.theme.plain_text import plain_label, plain_tip
from engine.base.faults import BadInput, Fault
from engine.scenario import parameter_paths

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QEnterEvent, QHideEvent

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens


_BUTTON: Final = 20
"""How wide the mark of a changed value and the button that resets it are: one stands in the place of the other."""


class FieldRow(QWidget):
    """The row of one parameter.

    Parameters
    ----------
    document
        Where the parameter is and where edits go.
    path
        The parameter's dotted path; the editor's object name is ``field:`` and the path.
    label
        What to call it, if not by the name in the schema.
    """

    def __init__(self, document: Document, path: str, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._document = document
        self._keys = tuple(parameter_paths.split(document.parameters, path))
        self._shown: tuple[Any, ...] | None = None
        self._changed = False
        self.info = parameter_paths.describe(document.parameters, path)
        name = label or self.info.label
        self._mark = plain_label("●")
        self._mark.setProperty("role", "mark")
        self._mark.setFixedWidth(_BUTTON)
        self._mark.setToolTip(self.tr("Changed since it was opened or saved"))
        self._name = DragLabel(name)
        self._name.setToolTip(plain_tip(self._explained()))
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._reset = QToolButton()
        self._reset.setIconSize(QSize(14, 14))
        self._reset.setText(self.tr("Reset"))
        self._reset.setToolTip(self.tr("Reset to what was opened or saved"))
        self._reset.setAccessibleName(self.tr("Reset {0}").format(name))
        self._reset.setProperty("kind", "small")
        self._reset.setFixedSize(_BUTTON, _BUTTON)
        self._reset.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._reset.clicked.connect(self._reset_value)
        self.editor = self._make_editor()
        self.editor.setObjectName(f"field:{path}")
        self.editor.setAccessibleName(name)
        self.editor.setToolTip(plain_tip(values.explained(self.info)))
        self._fault = plain_label()
        self._fault.setProperty("role", "loss")
        self._fault.setWordWrap(True)
        self._fault.setObjectName(f"fault:{path}")
        self._drag: RowSlider | None = None
        self._typed: Typed | None = None
        if isinstance(self.editor, NumberEditor) and self.info.kind in {"number", "whole"}:
            self._drag = RowSlider(self, self._name, self.editor, document, self.info, self._drag_to)
            self._typed = Typed(self.editor, document, self.info, lambda: document.plain(self._keys)[0])
            self._typed.stays_wrong.connect(self.editor.commit)
            self.editor.editingFinished.connect(self._typed.end)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show the parameter's value as it is now; a text that cannot be a value stays marked.

        Every row of a panel is asked at every step of a slider: one that shows this already does nothing.
        """
        now, before = self._document.plain(self._value_keys)
        fault = self._document.pending_fault(self.path)
        assets = tuple(self._document.parameters.assets) if self.info.names_asset else ()
        missing = self._document.missing_fault(self.path)
        wanted = (now, before, fault or missing, assets)
        if wanted == self._shown:
            return
        if assets and isinstance(self.editor, ChoiceEditor):
            self.editor.offer(self._asset_choices())
        if fault is None or not isinstance(self.editor, NumberEditor):
            self.editor.set_value(now)
        if self._drag is not None:
            self._drag.show_value(now, before)
        self._changed = self._differs(now, before)
        self._offer_reset(self.underMouse() or self._reset.hasFocus())
        if isinstance(self.editor, ChoiceEditor):
            self.editor.fit_beside(self._name.text(), is_changed=self._changed)
        self._show_fault(fault or missing)
        self._shown = wanted

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._reset.setIcon(icon("reset", tokens))
        if self._drag is not None:
            self._drag.apply_theme(tokens)

    def _offer_reset(self, offered: bool) -> None:
        """Show the button in the place of the mark: beside the name it would stand over its last letters."""
        self._reset.setVisible(self._changed and offered)
        self._mark.setVisible(self._changed and not offered)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer the slider and the reset."""
        super().enterEvent(event)
        self._offer_reset(True)
        if self._drag is not None:
            self._drag.offer()

    def leaveEvent(self, event: QEvent) -> None:
        """Put both away."""
        super().leaveEvent(event)
        self._offer_reset(False)
        if self._drag is not None:
            self._drag.withdraw()

    def hideEvent(self, event: QHideEvent) -> None:
        """End a drag with the row."""
        super().hideEvent(event)
        if self._drag is not None:
            self._drag.let_go()

    @property
    def _value_keys(self) -> tuple[str, ...]:
        """Where the value is that the editor shows."""
        return self._keys

    def _differs(self, now: Any, before: Any) -> bool:
        """Whether the value is marked as another than the one that was opened or saved."""
        return bool(now != before)

    def _show_again(self) -> None:
        """Show the value though it may be the one that is shown: the editor holds another text for it."""
        self._shown = None
        self.refresh()

    def _asset_choices(self) -> list[tuple[str | None, str]]:
        names: list[tuple[str | None, str]] = [(name, name) for name in self._document.parameters.assets]
        return [(None, self.tr("automatic")), *names] if self.info.optional else names

    def _make_editor(self) -> NumberEditor | ChoiceEditor | FlagEditor:
        if self.info.kind in {"choice", "variant"} or self.info.names_asset:
            choice = ChoiceEditor(dict(self.info.choices))
            choice.committed.connect(self._commit)
            return choice
        if self.info.kind in {"flag", "group"}:
            flag = FlagEditor()
            flag.committed.connect(self._commit)
            return flag
        line = NumberEditor(self.info)
        line.committed.connect(self._commit)
        line.refused.connect(self._refuse)
        line.restored.connect(self._restore)
        return line

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SIZES.grid)
        line.addWidget(self._mark)
        line.addWidget(self._reset)
        line.addWidget(self._name, 1)
        line.addWidget(self.editor)
        if isinstance(self.editor, ChoiceEditor):
            self.editor.fit_beside(self._name.text())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._fault)
        self.setMinimumHeight(SIZES.form_row)
        self._name.setBuddy(self.editor)

    def _commit(self, value: Any) -> None:
        try:
            self._document.set_parameter(self.path, value)
        except BadInput as error:
            self._say_fault(value, error.faults[0])
            return
        self._show_again()

    def _drag_to(self, value: float) -> None:
        """Take a value while it is dragged; the field follows with the panel."""
        self._shown = None
        try:
            self._document.set_parameter(self.path, value)
        except BadInput as error:
            self._say_fault(value, error.faults[0])

    def _explained(self) -> str:
        text = values.explained(self.info)
        if self.info.kind in {"number", "whole"}:
            text += "\n" + self.tr("Drag the name to change it, with Shift finely; Esc takes it back.")
        return text

    def _say_fault(self, value: Any, fault: Fault) -> None:
        """Say what is wrong; a number out of its range is written as the field writes numbers."""
        if values.is_outside(self.info, value):
            fault = Fault(self.path, values.shown(self.info, value), values.allowed(self.info))
            self._document.set_pending_fault(self.path, fault)
        self._show_fault(fault)

    def _refuse(self, sentence: str) -> None:
        fault = Fault(self.path, sentence)
        self._document.set_pending_fault(self.path, fault)
        self._show_fault(fault)

    def _restore(self) -> None:
        if self._typed is not None:
            self._typed.take_back()
        self._document.set_pending_fault(self.path, None)
        self._show_again()

    def _reset_value(self) -> None:
        try:
            self._document.reset_parameter(self.path)
        except BadInput as error:
            self._show_fault(error.faults[0])
            return
        self._show_again()

    def _show_fault(self, fault: Fault | None) -> None:
        self._shown = None
        text = ""
        if fault is not None:
            text = self.tr("Allowed: {0}.").format(fault.allowed) if fault.allowed else fault.found
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        state = "fault" if text else ""
        if self.editor.property("state") != state:
            self.editor.setProperty("state", state)
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)


class VariantRow(FieldRow):
    """The row that chooses the kind of a group: a curve's model, an oracle's kind, a close rule.

    It is changed when the kind itself is another; the fields of the group have marks of their own.
    """

    @property
    def _value_keys(self) -> tuple[str, ...]:
        group, _ = self._document.plain(self._keys)
        return (*self._keys, "model" if "model" in group else "kind")

    def _commit(self, value: Any) -> None:
        parameters = self._document.parameters
        if value == self._document.plain(self._value_keys)[0]:
            return
        try:
            self._document.set_parameter(*starting_change(parameters, self.path, value))
        except BadInput as error:
            self._show_fault(error.faults[0])
            return
        self._show_again()


class OptionRow(FieldRow):
    """The row that says whether a group of parameters is there at all: congestion, the cap of a ratio.

    It is changed when the group has come or gone; its fields have marks of their own.
    """

    def _differs(self, now: Any, before: Any) -> bool:
        return (now is None) is not (before is None)

    def _commit(self, value: Any) -> None:
        super()._commit(starting_option(self._document.parameters, self.path) if value else None)
