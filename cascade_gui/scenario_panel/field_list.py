"""Rows for the parameters below a path, kept in step with the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cascade_gui.scenario_panel.row import FieldRow, OptionRow, VariantRow
from engine.scenario import parameter_paths

if TYPE_CHECKING:
    from pydantic import BaseModel

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Parameters

_TAGS = {"kind", "model"}
_ROWS = {"number", "whole", "choice", "flag", "text"}

Entry = tuple[str, str, str]
"""Path, label and kind ("field", "variant" or "option") of a row."""


def entries(parameters: Parameters, path: str, group: BaseModel, label: str = "") -> list[Entry]:
    """List the rows for a group of parameters, nested groups included, tables left out.

    Parameters
    ----------
    parameters
        The parameters that hold the group.
    path
        Where the group stands.
    group
        The group itself.
    label
        Put before the names of the rows, for nested groups whose own names repeat.
    """
    found: list[Entry] = []
    for name in _own_first(type(group)):
        if name in _TAGS:
            continue
        field = type(group).model_fields[name]
        key = f"{path}.{field.alias or name}"
        info = parameter_paths.describe(parameters, key)
        if info.kind in _ROWS:
            found.append((key, label or info.label, "field"))
        elif info.kind == "variant":
            if len(info.choices) > 1:
                found.append((key, info.label, "variant"))
            found += entries(parameters, key, getattr(group, name))
        elif info.kind == "group":
            if info.optional:
                found.append((key, info.label, "option"))
            if getattr(group, name) is not None:
                found += entries(parameters, key, getattr(group, name))
    return found


def _own_first(section: type[BaseModel]) -> list[str]:
    """Return a section's fields, those that only its kind has before those that all kinds have."""
    own = [name for name in section.model_fields if name in section.__annotations__]
    return own + [name for name in section.model_fields if name not in own]


class FieldList(QWidget):
    """A list of rows that is rebuilt only when other rows are needed.

    Parameters
    ----------
    document
        Where the parameters are.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._tokens: Tokens | None = None
        self._entries: list[Entry] = []
        self._rows: list[FieldRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_entries(self, wanted: list[Entry]) -> None:
        """Show these rows with the document's values as they are now."""
        if wanted != self._entries:
            self._rebuild(wanted)
        self.refresh()

    def refresh(self) -> None:
        """Show the document's values as they are now in the rows that are there."""
        for row in self._rows:
            row.refresh()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        for row in self._rows:
            row.apply_theme(tokens)

    def _rebuild(self, wanted: list[Entry]) -> None:
        focused = self._focused_path()
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for path, label, kind in wanted:
            make = {"variant": VariantRow, "option": OptionRow}.get(kind, FieldRow)
            row = make(self._document, path, label)
            if self._tokens is not None:
                row.apply_theme(self._tokens)
            self._column.addWidget(row)
            self._rows.append(row)
            if path == focused:
                row.editor.setFocus()
        self._entries = list(wanted)

    def _focused_path(self) -> str:
        return next((row.path for row in self._rows if row.editor.hasFocus()), "")
